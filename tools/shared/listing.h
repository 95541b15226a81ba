/* SPDX-License-Identifier: MIT */
/* Rows of cells under columns, and the plain ways to print them. */
#ifndef PORTDB_LISTING_H
#define PORTDB_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "terminal.h"

struct listing_column {
	const char *title; /* in a table; NULL for no headings */
	const char *key;   /* in JSON, and in CSV */
	bool is_number;
	bool is_long; /* its text goes on in a next line where it does not fit */
};

struct listing {
	const char *name; /* of the rows, in JSON */
	const struct listing_column *columns;
	size_t column_count;
	const char **cells; /* row by row; NULL for one that is empty */
	size_t cell_count;
	size_t cell_capacity;
	bool *seconds; /* of each row: whether it belongs to the last one before that does not */
	size_t row_count;
	size_t second_capacity;
	struct arena memory; /* for cells */
};

void listing_open(struct listing *listing, const char *name, const struct listing_column *columns,
		  size_t column_count);
void listing_close(struct listing *listing);

/* Adds a row of column_count cells, whose strings must outlive the listing or be its own. */
void listing_add(struct listing *listing, const char *const *cells, bool is_second);

/* As a table for people, in columns that fit the terminal if it is one. */
void listing_print_table(struct listing *listing, const struct terminal *terminal);

/* As CSV (RFC 4180, but for the line feed) in UTF-8, with a first row of keys. On a terminal
 * without what that would obey. */
void listing_print_csv(struct listing *listing, const struct terminal *terminal);

/* As a JSON document of one member, the rows; numbers as numbers, null for empty cells. */
void listing_print_json(struct listing *listing);

enum listing_format {
	LISTING_TABLE,
	LISTING_JSON,
	LISTING_CSV,
};

/* In one of these forms. */
void listing_print(struct listing *listing, enum listing_format format,
		   const struct terminal *terminal);

#endif
