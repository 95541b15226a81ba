/* SPDX-License-Identifier: MIT */
#include "list-sources.h"

#include <stdint.h>
#include <string.h>

#include "nss/reader/file.h"
#include "nss/reader/freshness.h"
#include "tools/shared/memory.h"

enum {
	COLUMN_ROWS = 1,
	COLUMN_SIZE,
	COLUMN_STATE,
};

/* A database to compare with, if there is one. */
struct old_database {
	bool is_open;
	struct portdb_file file;
	struct portdb_claims claims;
};

static void open_old(struct old_database *old, const char *path)
{
	enum portdb_result result;

	*old = (struct old_database){0};
	if (!path || !portdb_file_map(&old->file, path, &result))
		return;
	old->is_open = portdb_claims_open(&old->claims, &old->file.db) == PORTDB_OK;
	if (!old->is_open)
		portdb_file_unmap(&old->file);
}

static void close_old(struct old_database *old)
{
	if (old->is_open)
		portdb_file_unmap(&old->file);
}

/* NULL where there is nothing to compare with. */
static const char *state_of(const struct old_database *old, const struct source_name *name)
{
	struct portdb_source_row row;

	if (!old->is_open)
		return NULL;
	for (uint32_t i = 0; portdb_source_get(&old->claims, i, &row) == PORTDB_OK; i++)
		if (strcmp(row.path, name->path) == 0) {
			if (row.kind == PORTDB_UNTRACKED)
				return "not tracked";
			return portdb_source_has_changed(&row, &old->file.published) ? "changed"
										     : "unchanged";
		}
	return "new";
}

static void add_row(struct listing *listing, const struct source_list *list,
		    const struct source_name *name, const struct source *source,
		    const struct old_database *old)
{
	struct arena *memory = &listing->memory;
	struct stat status;
	const char *cells[] = {name->file, NULL, NULL, state_of(old, name)};

	if (!root_look(&list->root, list->is_system ? name->path : name->file, &status)) {
		/* What was there when the database was compiled has changed. */
		if (!cells[COLUMN_STATE] || strcmp(cells[COLUMN_STATE], "changed") != 0)
			cells[COLUMN_STATE] = "absent";
	} else if (!name->is_directory) {
		cells[COLUMN_ROWS] = arena_print(memory, "%zu", source->claim_count);
		cells[COLUMN_SIZE] = arena_print(memory, "%jd", (intmax_t)status.st_size);
	}
	listing_add(listing, cells, false);
}

void list_sources(const struct source_list *list, const struct source *sources, const char *path,
		  enum listing_format format)
{
	static const struct listing_column columns[] = {
	    {.title = "SOURCE", .key = "source"},
	    {.title = "ROWS", .key = "rows", .is_number = true},
	    {.title = "BYTES", .key = "bytes", .is_number = true},
	    {.title = "SINCE COMPILED", .key = "state"},
	};
	struct terminal terminal = terminal_of_output();
	struct listing listing;
	struct old_database old;

	open_old(&old, path);
	listing_open(&listing, "sources", columns, LENGTH(columns));
	for (size_t i = 0; i < list->count; i++)
		add_row(&listing, list, &list->names[i], &sources[i], &old);
	listing_print(&listing, format, &terminal);
	listing_close(&listing);
	close_old(&old);
}
