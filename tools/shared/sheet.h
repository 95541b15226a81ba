/* Rows of cells under columns, and the plain ways to print them. */
#ifndef PORTDB_SHEET_H
#define PORTDB_SHEET_H

#include <obstack.h>
#include <stdbool.h>
#include <stddef.h>

struct sheet_column {
	const char *title; /* in a table; NULL for no headings */
	const char *key;   /* in JSON, and in CSV */
	bool is_number;
	bool is_long; /* its text goes on in a next line where it does not fit */
};

struct sheet {
	const char *name; /* of the rows, in JSON */
	const struct sheet_column *columns;
	size_t column_count;
	const char **cells; /* row by row; NULL for one that is empty */
	size_t cell_count;
	size_t cell_capacity;
	bool *seconds; /* of each row: whether it belongs to the last one before that does not */
	size_t row_count;
	size_t second_capacity;
	struct obstack memory; /* for cells */
};

void sheet_open(struct sheet *sheet, const char *name, const struct sheet_column *columns,
		size_t column_count);
void sheet_close(struct sheet *sheet);

/* Adds a row of column_count cells, whose strings must outlive the sheet or be its own. */
void sheet_add(struct sheet *sheet, const char *const *cells, bool is_second);

/* A text in the sheet's memory. */
const char *sheet_text(struct sheet *sheet, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How to write for people. */
struct manner {
	bool is_ascii; /* nothing else can be shown */
	bool is_terminal;
	bool has_color;
};

/* What the terminal and the environment ask for. Call it behind setlocale(3). */
struct manner manner_of_output(void);

/* As a table for people, in columns that fit the terminal if it is one. */
void sheet_print_table(struct sheet *sheet, const struct manner *manner);

/* As CSV (RFC 4180, but for the line feed) in UTF-8, with a first row of keys. */
void sheet_print_csv(struct sheet *sheet);

/* As a JSON document of one member, the rows; numbers as numbers, null for empty cells. */
void sheet_print_json(struct sheet *sheet);

#endif
