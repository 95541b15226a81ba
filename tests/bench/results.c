/* SPDX-License-Identifier: MIT */
#include "results.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

static struct {
	struct row *rows;
	size_t count;
} table;

static const char *const column_names[COLUMN_COUNT] = {"null", "portdb", "files", "nscd", "db"};

static void *grown(void *array, size_t count, size_t size)
{
	array = realloc(array, count * size);
	if (!array)
		err(1, "no memory");
	return array;
}

struct row *table_add(const char *title, size_t entries, const char *unit)
{
	table.rows = grown(table.rows, table.count + 1, sizeof *table.rows);
	struct row *row = &table.rows[table.count++];
	*row = (struct row){.title = strdup(title),
			    .entries = entries,
			    .unit = unit,
			    .is_rate = strstr(unit, "/s") != NULL};
	return row;
}

void row_take(struct row *row, enum column column, double value)
{
	struct samples *samples = &row->samples[column];

	if (value < 0)
		return;
	samples->values = grown(samples->values, samples->count + 1, sizeof *samples->values);
	samples->values[samples->count++] = value;
}

static int compare(const void *one, const void *other)
{
	double difference = *(const double *)one - *(const double *)other;

	return (difference > 0) - (difference < 0);
}

/* The value below which a part of the samples lies, which stay in the order of the rounds. */
static double quantile(const struct samples *samples, double part)
{
	double *sorted = grown(NULL, samples->count, sizeof *sorted);

	memcpy(sorted, samples->values, samples->count * sizeof *sorted);
	qsort(sorted, samples->count, sizeof *sorted, compare);
	double value = sorted[(size_t)(part * (double)(samples->count - 1) + 0.5)];
	free(sorted);
	return value;
}

static double median(const struct samples *samples)
{
	return quantile(samples, 0.5);
}

/* As little disturbed as any of them. */
static double best(const struct row *row, enum column column)
{
	return quantile(&row->samples[column], row->is_rate ? 1 : 0);
}

static double spread(const struct samples *samples)
{
	return (quantile(samples, 0.75) - quantile(samples, 0.25)) / 2;
}

static bool is_used(enum column column)
{
	for (size_t i = 0; i < table.count; i++)
		if (table.rows[i].samples[column].count > 0)
			return true;
	return false;
}

/* In four digits at most. */
static const char *number(double value)
{
	static char text[32];

	if (value < 10000)
		snprintf(text, sizeof text, value < 100 ? "%.1f" : "%.0f", value);
	else if (value < 1e7)
		snprintf(text, sizeof text, "%.0fk", value / 1e3);
	else
		snprintf(text, sizeof text, "%.0fM", value / 1e6);
	return text;
}

/*
 * How many times what the other takes the one does. Where both were measured in each round it is
 * the median of the rounds: what disturbs a round disturbs both.
 */
static double median_ratio(const struct row *row, enum column one, enum column other)
{
	const struct samples *ones = &row->samples[one];
	const struct samples *others = &row->samples[other];
	struct samples ratios = {0};

	if (ones->count != others->count)
		return median(ones) / median(others);
	ratios.values = grown(NULL, ones->count, sizeof *ratios.values);
	for (; ratios.count < ones->count; ratios.count++)
		ratios.values[ratios.count] =
		    ones->values[ratios.count] / others->values[ratios.count];
	double value = median(&ratios);
	free(ratios.values);
	return value;
}

static void add_cell(struct libscols_line *line, size_t *cell, const char *text)
{
	scols_line_set_data(line, (*cell)++, text);
}

/* Of the two that are compared to the last nanosecond the best, too; the CSV has all. */
static void add_samples(struct libscols_line *line, size_t *cell, const struct row *row,
			enum column column)
{
	const struct samples *samples = &row->samples[column];
	char text[80] = "";
	int length = 0;

	if (samples->count > 0 && (column == NULL_MODULE || column == PORTDB))
		length = snprintf(text, sizeof text, "%s ", number(best(row, column)));
	if (samples->count > 0)
		snprintf(text + length, sizeof text - (size_t)length, "%s ±%.0f%%",
			 number(median(samples)), 100 * spread(samples) / median(samples));
	add_cell(line, cell, text);
}

static const char *ratio_text(double value)
{
	static char text[32];

	snprintf(text, sizeof text, value < 10 ? "%.2f" : "%.0f", value);
	return text;
}

static bool has_both(const struct row *row, enum column one, enum column other)
{
	return row->samples[one].count > 0 && row->samples[other].count > 0;
}

/* What portdb takes to what the null module takes, by the best and by the medians. */
static void add_ratio_to_null(struct libscols_line *line, size_t *cell, const struct row *row)
{
	char text[80] = "";

	if (has_both(row, PORTDB, NULL_MODULE)) {
		int length = snprintf(text, sizeof text, "%s ",
				      ratio_text(best(row, PORTDB) / best(row, NULL_MODULE)));
		snprintf(text + length, sizeof text - (size_t)length, "%s",
			 ratio_text(median_ratio(row, PORTDB, NULL_MODULE)));
	}
	add_cell(line, cell, text);
}

static void add_ratio_of_files(struct libscols_line *line, size_t *cell, const struct row *row)
{
	add_cell(line, cell,
		 has_both(row, FILES, PORTDB) ? ratio_text(median_ratio(row, FILES, PORTDB)) : "");
}

static void add_row(struct libscols_table *output, const struct row *row)
{
	struct libscols_line *line = scols_table_new_line(output, NULL);
	char entries[32] = "";
	size_t cell = 0;

	if (row->entries > 0)
		snprintf(entries, sizeof entries, "%zu", row->entries);
	add_cell(line, &cell, row->title);
	add_cell(line, &cell, entries);
	add_cell(line, &cell, row->unit);
	for (enum column column = 0; column < COLUMN_COUNT; column++)
		if (is_used(column))
			add_samples(line, &cell, row, column);
	add_ratio_to_null(line, &cell, row);
	add_ratio_of_files(line, &cell, row);
}

void table_print(FILE *file)
{
	struct libscols_table *output = scols_new_table();

	if (!output)
		err(1, "no memory");
	scols_table_set_stream(output, file);
	scols_table_new_column(output, "WHAT", 0, 0);
	scols_table_new_column(output, "ENTRIES", 0, SCOLS_FL_RIGHT);
	scols_table_new_column(output, "UNIT", 0, 0);
	for (enum column column = 0; column < COLUMN_COUNT; column++)
		if (is_used(column))
			scols_table_new_column(output, column_names[column], 0, SCOLS_FL_RIGHT);
	scols_table_new_column(output, "/null", 0, SCOLS_FL_RIGHT);
	scols_table_new_column(output, "files/", 0, SCOLS_FL_RIGHT);
	for (size_t i = 0; i < table.count; i++)
		add_row(output, &table.rows[i]);
	scols_print_table(output);
	scols_unref_table(output);
}

void table_write_csv(FILE *file)
{
	fputs("what,entries,unit,service,best,median,lower quartile,upper quartile,samples\n",
	      file);
	for (size_t i = 0; i < table.count; i++) {
		const struct row *row = &table.rows[i];
		for (enum column column = 0; column < COLUMN_COUNT; column++) {
			const struct samples *samples = &row->samples[column];
			if (samples->count > 0)
				fprintf(file, "\"%s\",%zu,%s,%s,%.3f,%.3f,%.3f,%.3f,%zu\n",
					row->title, row->entries, row->unit, column_names[column],
					best(row, column), median(samples), quantile(samples, 0.25),
					quantile(samples, 0.75), samples->count);
		}
	}
}
