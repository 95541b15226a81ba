#include "list-sources.h"

#include <inttypes.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/file.h"
#include "nss/reader/freshness.h"

enum {
	COLUMN_SOURCE,
	COLUMN_ROWS,
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

static const char *state_of(const struct old_database *old, const struct source_name *name)
{
	struct portdb_source_row row;

	if (!old->is_open)
		return "";
	for (uint32_t i = 0; portdb_source_get(&old->claims, i, &row) == PORTDB_OK; i++)
		if (strcmp(row.path, name->path) == 0) {
			if (row.kind == PORTDB_UNTRACKED)
				return "not tracked";
			return portdb_source_has_changed(&row) ? "changed" : "unchanged";
		}
	return "new";
}

static void set_number(struct libscols_line *line, size_t column, uintmax_t number)
{
	char text[32];

	snprintf(text, sizeof text, "%" PRIuMAX, number);
	scols_line_set_data(line, column, text);
}

static void add_line(struct libscols_table *table, const struct source_name *name,
		     const struct source *source, const struct old_database *old)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct stat status;

	scols_line_set_data(line, COLUMN_SOURCE, name->file);
	scols_line_set_data(line, COLUMN_STATE, state_of(old, name));
	if (name->is_directory)
		return;
	if (stat(name->file, &status) == 0) {
		set_number(line, COLUMN_ROWS, source->claim_count);
		set_number(line, COLUMN_SIZE, (uintmax_t)status.st_size);
	} else {
		scols_line_set_data(line, COLUMN_ROWS, "absent");
	}
}

void list_sources(const struct source_list *list, const struct source *sources, const char *path)
{
	struct libscols_table *table = scols_new_table();
	struct old_database old;

	open_old(&old, path);
	scols_table_new_column(table, "SOURCE", 0, 0);
	scols_table_new_column(table, "ROWS", 0, SCOLS_FL_RIGHT);
	scols_table_new_column(table, "BYTES", 0, SCOLS_FL_RIGHT);
	scols_table_new_column(table, "SINCE COMPILED", 0, 0);
	for (size_t i = 0; i < list->count; i++)
		add_line(table, &list->names[i], &sources[i], &old);
	scols_print_table(table);
	scols_unref_table(table);
	close_old(&old);
}
