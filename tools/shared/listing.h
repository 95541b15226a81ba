/* SPDX-License-Identifier: MIT */
/* Rows of cells under columns, and the plain ways to print them. */
#ifndef PORTDB_LISTING_H
#define PORTDB_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "terminal.h"

struct listing_column {
	const char *title; /* in a table, and for who chooses columns; NULL for no headings */
	const char *key;   /* in JSON, and in CSV */
	bool is_number;
	bool is_long;     /* its text goes on in a next line where it does not fit */
	bool is_extra;    /* shown only to who chooses it */
	bool is_optional; /* not in a table where none of its cells has a text, unless chosen */
};

/* What somebody wants of a listing; all zeros is what is usual. */
struct listing_wish {
	const char *columns; /* their titles in any case, a comma between two; NULL for the usual */
	bool has_no_headings;
};

struct listing {
	const char *name;               /* of the rows, in JSON */
	struct listing_column *columns; /* those that are shown */
	size_t *numbers;                /* and which each is of those that listing_add takes */
	size_t column_count;
	bool has_no_headings;
	const char **cells; /* row by row; NULL for one that is empty */
	size_t cell_count;
	size_t cell_capacity;
	bool *seconds; /* of each row: whether it belongs to the last one before that does not */
	size_t row_count;
	size_t second_capacity;
	size_t changed_texts; /* how many were printed with U+FFFD for bytes that are not UTF-8 */
	struct arena memory;  /* for cells */
};

void listing_open(struct listing *listing, const char *name, const struct listing_column *columns,
		  size_t column_count);
void listing_close(struct listing *listing);

/*
 * Opens a listing as somebody wants it. False if there is no such column, which is said on standard
 * error, with those that there are; listing_close is due in either case.
 */
bool listing_open_as(struct listing *listing, const char *name,
		     const struct listing_column *columns, size_t column_count,
		     const struct listing_wish *wish);

/* Whether a column of that title is shown. */
bool listing_shows(const struct listing *listing, const char *title);

/* Adds a row of a cell for each column that the listing was opened with. Their strings must outlive
 * the listing or be its own. */
void listing_add(struct listing *listing, const char *const *cells, bool is_second);

/* As a table for people, in columns that fit the terminal if it is one. */
void listing_print_table(struct listing *listing, const struct terminal *terminal);

/* As CSV (RFC 4180, but for the line feed) in UTF-8, with a first row of keys. On a terminal
 * without what that would obey. */
void listing_print_csv(struct listing *listing, const struct terminal *terminal);

enum listing_format {
	LISTING_TABLE,
	LISTING_JSON, /* a document of one member, the rows; numbers as numbers, null for empty
			 cells */
	LISTING_CSV,
};

/* In one of these forms. */
void listing_print(struct listing *listing, enum listing_format format,
		   const struct terminal *terminal);

#endif
