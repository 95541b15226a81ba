/* SPDX-License-Identifier: MIT */
#include "list-sources.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "nss/reader/file.h"
#include "nss/reader/freshness.h"
#include "tools/compile/merge/merge.h"
#include "tools/shared/memory.h"

/* For scripts. */
enum {
	COLUMN_SOURCE,
	COLUMN_ROWS,
	COLUMN_SIZE,
	COLUMN_STATE,
	COLUMN_LAYER,
	COLUMN_MASKED_BY,
	COLUMN_HIDDEN,
	COLUMN_HIDDEN_BY,
	COLUMN_COUNT,
};

static const char *const layer_names[] = {
    [LAYER_NONE] = NULL,       [LAYER_SITE] = "site",
    [LAYER_HOST] = "host",     [LAYER_DISTRIBUTION] = "distribution",
    [LAYER_VENDOR] = "vendor", [LAYER_TABLES] = "tables",
};

/* How many rows of a source another one hides. */
struct hidden {
	uint32_t source;
	uint32_t hider;
	size_t rows;
};

/* By source, from the highest; and of one source by its first row that is hidden. */
struct hidden_list {
	struct hidden *items;
	size_t count;
	size_t capacity;
};

static void count_hidden(struct hidden_list *list, uint32_t source, uint32_t hider)
{
	for (size_t i = list->count; i > 0 && list->items[i - 1].source == source; i--)
		if (list->items[i - 1].hider == hider) {
			list->items[i - 1].rows++;
			return;
		}
	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof *list->items);
	list->items[list->count++] = (struct hidden){source, hider, 1};
}

static bool is_any_hiding(const struct source *sources, size_t source_count)
{
	for (size_t i = 0; i < source_count; i++)
		for (size_t c = 0; c < sources[i].claim_count; c++)
			if (sources[i].claims[c].hides)
				return true;
	return false;
}

/* What is hidden stands among the evidence by its sources, behind that of all services. */
static struct hidden_list find_hidden(const struct source *sources, size_t source_count)
{
	struct hidden_list list = {0};
	struct merged merged;

	if (!is_any_hiding(sources, source_count))
		return list;
	merge_sources(&merged, sources, source_count);
	for (size_t i = 0; i < merged.evidence_count; i++)
		if (merged.evidence[i].hider != NO_SOURCE)
			count_hidden(&list, merged.evidence[i].source, merged.evidence[i].hider);
	merge_free(&merged);
	return list;
}

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

static bool is_one_file(const char *one, const char *other)
{
	struct stat first;
	struct stat second;

	return stat(one, &first) == 0 && stat(other, &second) == 0 &&
	       first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* A tracked source has its absolute path, any other that which somebody typed, here or elsewhere.
 */
static bool is_source(const struct portdb_source_row *row, const struct source_name *name)
{
	return strcmp(row->path, name->path) == 0 ||
	       (row->kind == PORTDB_UNTRACKED && is_one_file(row->path, name->file));
}

/* NULL where there is nothing to compare with. */
static const char *state_of(const struct old_database *old, const struct source_name *name)
{
	struct portdb_source_row row;

	if (!old->is_open)
		return NULL;
	for (uint32_t i = 0; portdb_source_get(&old->claims, i, &row) == PORTDB_OK; i++)
		if (is_source(&row, name)) {
			if (row.kind == PORTDB_UNTRACKED)
				return "not tracked";
			return portdb_source_has_changed(&row, &old->file.published) ? "changed"
										     : "unchanged";
		}
	return "new";
}

/* Who hides rows of a source; for people with how many, as "5 by FILE, 2 by FILE". */
static void add_hidden(struct arena *memory, const char **cells, const struct source_list *list,
		       const struct hidden_list *hidden, size_t source, bool is_for_people)
{
	size_t rows = 0;
	const char *who = NULL;

	for (size_t i = 0; i < hidden->count; i++) {
		const struct hidden *item = &hidden->items[i];
		if (item->source != source)
			continue;
		const char *file = list->names[item->hider].file;
		rows += item->rows;
		if (is_for_people)
			file = arena_print(memory, "%zu by %s", item->rows, file);
		who = who ? arena_print(memory, "%s, %s", who, file) : file;
	}
	if (rows > 0)
		cells[COLUMN_HIDDEN] = arena_print(memory, "%zu", rows);
	cells[COLUMN_HIDDEN_BY] = who;
}

/* What was there when the database was compiled has changed if it is not there any more. */
static void add_file(struct arena *memory, const char **cells, const struct source_list *list,
		     const struct source_name *name, const struct source *source)
{
	struct stat status;

	if (name->is_standard_input) {
		cells[COLUMN_ROWS] = arena_print(memory, "%zu", source->claim_count);
		cells[COLUMN_SIZE] = arena_print(memory, "%zu", name->kept.size);
	} else if (!root_look(&list->root, list->is_system ? name->path : name->file, &status)) {
		if (!cells[COLUMN_STATE] || strcmp(cells[COLUMN_STATE], "changed") != 0)
			cells[COLUMN_STATE] = "absent";
	} else if (!name->is_directory) {
		/* Of what is in a source that was not read nothing is known. */
		if (source->is_unread)
			cells[COLUMN_STATE] = "not readable";
		else
			cells[COLUMN_ROWS] = arena_print(memory, "%zu", source->claim_count);
		cells[COLUMN_SIZE] = arena_print(memory, "%jd", (intmax_t)status.st_size);
	}
}

/* Those that a source masks, below it. */
static void add_masked(struct listing *listing, const struct source_list *list, size_t mask,
		       bool is_for_people)
{
	for (size_t i = 0; i < list->masked_count; i++)
		if (list->masked[i].mask == mask) {
			const char *const cells[COLUMN_COUNT] = {
			    [COLUMN_SOURCE] = list->masked[i].file,
			    [COLUMN_STATE] = "masked",
			    [COLUMN_LAYER] =
				is_for_people ? NULL : layer_names[list->masked[i].layer],
			    [COLUMN_MASKED_BY] = list->names[mask].file,
			};
			listing_add(listing, cells, true);
		}
}

static void add_row(struct listing *listing, const struct source_list *list,
		    const struct source *sources, const struct hidden_list *hidden,
		    const struct old_database *old, size_t number, bool is_for_people)
{
	const struct source_name *name = &list->names[number];
	struct arena *memory = &listing->memory;
	const char *cells[COLUMN_COUNT] = {
	    [COLUMN_SOURCE] = name->file,
	    [COLUMN_STATE] = state_of(old, name),
	    [COLUMN_LAYER] = layer_names[name->layer],
	};

	add_file(memory, cells, list, name, &sources[number]);
	add_hidden(memory, cells, list, hidden, number, is_for_people);
	/* People have one column for it, which comes last. */
	if (is_for_people)
		cells[COLUMN_LAYER] = cells[COLUMN_HIDDEN_BY];
	listing_add(listing, cells, false);
	add_masked(listing, list, number, is_for_people);
}

static void open_sheet(struct listing *listing, bool is_for_people, bool has_layers,
		       bool has_hidden)
{
	static const struct listing_column people[] = {
	    {.title = "SOURCE"},
	    {.title = "ROWS", .is_number = true},
	    {.title = "BYTES", .is_number = true},
	    {.title = "SINCE COMPILED"},
	    {.title = "HIDDEN ROWS", .is_long = true},
	};
	static const struct listing_column scripts[COLUMN_COUNT] = {
	    [COLUMN_SOURCE] = {.key = "source"},
	    [COLUMN_ROWS] = {.key = "rows", .is_number = true},
	    [COLUMN_SIZE] = {.key = "bytes", .is_number = true},
	    [COLUMN_STATE] = {.key = "state"},
	    [COLUMN_LAYER] = {.key = "layer"},
	    [COLUMN_MASKED_BY] = {.key = "masked_by"},
	    [COLUMN_HIDDEN] = {.key = "hidden", .is_number = true},
	    [COLUMN_HIDDEN_BY] = {.key = "hidden_by"},
	};

	if (is_for_people)
		listing_open(listing, NULL, people, LENGTH(people) - !has_hidden);
	else
		listing_open(listing, "sources", scripts,
			     has_layers || has_hidden ? LENGTH(scripts) : COLUMN_LAYER);
}

void list_sources(const struct source_list *list, const struct source *sources, const char *path,
		  enum listing_format format)
{
	struct terminal terminal = terminal_of_output();
	struct hidden_list hidden = find_hidden(sources, list->count);
	bool is_for_people = format == LISTING_TABLE;
	struct listing listing;
	struct old_database old;

	open_old(&old, path);
	open_sheet(&listing, is_for_people, list->is_system, hidden.count > 0);
	for (size_t i = 0; i < list->count; i++)
		add_row(&listing, list, sources, &hidden, &old, i, is_for_people);
	listing_print(&listing, format, &terminal);
	listing_close(&listing);
	close_old(&old);
	free(hidden.items);
}
