/* SPDX-License-Identifier: MIT */
/*
 * The table of results: a row for each thing that is measured, a column for each NSS service.
 */
#ifndef PORTDB_TESTS_RESULTS_H
#define PORTDB_TESTS_RESULTS_H

#include <stdbool.h>
#include <stdio.h>

enum column { NULL_MODULE, PORTDB, FILES, NSCD, DB, COLUMN_COUNT };

struct samples {
	double *values;
	size_t count;
};

struct row {
	char *title;
	size_t entries; /* of the table that was asked; 0 where that does not matter */
	const char *unit;
	bool is_rate;                         /* so many a second: the more, the better */
	struct samples samples[COLUMN_COUNT]; /* none where a service was not measured */
};

/* A new last row. It is valid until the next one is added. */
struct row *table_add(const char *title, size_t entries, const char *unit);

/* Adds a measurement; less than 0 is none. */
void row_take(struct row *row, enum column column, double value);

/*
 * All rows: of each column the median, with half the distance of the quartiles in percent, and of
 * "null" and portdb the best round in front of it; and two ratios: what portdb takes to what the
 * null module takes, by the best and by the median, and what "files" takes to what portdb takes.
 */
void table_print(FILE *file);
void table_write_csv(FILE *file);

#endif
