/* SPDX-License-Identifier: MIT */
/*
 * CSV (RFC 4180), row by row, with the line where each starts. Blanks around a field are no part of
 * it, unless they are quoted; a line ends in LF, CR or both; blank lines are no rows.
 */
#ifndef PORTDB_CSV_ROWS_H
#define PORTDB_CSV_ROWS_H

#include <csv.h>
#include <stdbool.h>
#include <stddef.h>

#include "tools/shared/buffer.h"

/* Its bytes are in the rows' text, with a NUL behind; they may have others in them. */
struct csv_field {
	size_t start;
	size_t length;
};

struct csv_rows {
	struct csv_field *fields; /* of the current row */
	size_t field_count;
	size_t field_capacity;
	struct buffer text; /* of them all */
	unsigned long line; /* where the row starts, from 1 */
	bool has_nul;       /* a field of it */
	bool has_odd_quote; /* in a field without quotes around it: it is taken as it stands */
	bool is_unended;    /* it cannot be read: a quoted field goes on to the end of the text, */
	unsigned long odd_quote; /* or beyond its second quote, which is on this line; or 0 */

	struct csv_parser parser;
	const char *next; /* what is still to be read */
	const char *end;
	unsigned long number; /* of the line before */
	bool is_in_row;
	bool is_ended;
	const char *resume;          /* behind the line where the current field starts, */
	unsigned long resume_number; /* and which one that is */
};

/* Starts to read the size bytes at text, which must stay until csv_rows_close. */
void csv_rows_open(struct csv_rows *rows, const char *text, size_t size);

/*
 * Reads the next row; false when there are no more. One that cannot be read is a row, too, and
 * nothing behind it is lost: the next one starts on the line behind that on which the quoted field
 * starts that has no end.
 */
bool csv_rows_next(struct csv_rows *rows);

void csv_rows_close(struct csv_rows *rows);

#endif
