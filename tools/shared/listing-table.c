/* SPDX-License-Identifier: MIT */
/* Listings as tables for people. */
#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "listing.h"
#include "memory.h"
#include "text.h"

#define FAINT "\033[2m"
#define BOLD  "\033[1m"

/* What stands before a second row, to tie it to the first. */
#define BRANCH_WIDTH 2

/* Narrower than that a long column is not made. */
#define LEAST_WIDTH 12

static bool has_seconds(const struct listing *listing)
{
	for (size_t i = 0; i < listing->row_count; i++)
		if (listing->seconds[i])
			return true;
	return false;
}

/* The column before which branches stand: that which the listing has first, wherever somebody wants
 * it. column_count if there are none. */
static size_t tree_column(const struct listing *listing)
{
	size_t column = 0;

	while (column < listing->column_count && listing->numbers[column] != 0)
		column++;
	return has_seconds(listing) ? column : listing->column_count;
}

static void break_at_line_feeds(struct libscols_column *column)
{
	memory_check_result(scols_column_set_safechars(column, "\n"));
	scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
}

static void add_columns(struct libscols_table *table, const struct listing *listing)
{
	for (size_t i = 0; i < listing->column_count; i++) {
		const struct listing_column *column = &listing->columns[i];
		int flags = column->is_number && listing->column_count > 1 ? SCOLS_FL_RIGHT : 0;
		if (column->is_long)
			flags |= SCOLS_FL_WRAP;
		if (i == tree_column(listing))
			flags |= SCOLS_FL_TREE;
		/* A title makes its column as wide even where it is not shown. */
		bool has_title = column->title && !listing->has_no_headings;
		struct libscols_column *added = memory_checked(scols_table_new_column(
		    table, has_title ? column->title : "", column->is_long ? 0.1 : 0, flags));
		if (column->is_long)
			break_at_line_feeds(added);
	}
	if (listing->has_no_headings || !listing->columns->title)
		scols_table_enable_noheadings(table, 1);
}

static bool is_worth_showing(const struct listing *listing, size_t column)
{
	if (!listing->columns[column].is_optional)
		return true;
	for (size_t row = 0; row < listing->row_count; row++) {
		const char *cell = listing->cells[row * listing->column_count + column];
		if (cell && *cell)
			return true;
	}
	return false;
}

/* Takes out the optional columns that say nothing. */
static void drop_empty_columns(struct listing *listing)
{
	bool *is_kept = memory_allocate_zeroed(listing->column_count, sizeof *is_kept);
	size_t columns = 0;
	size_t cells = 0;

	for (size_t i = 0; i < listing->column_count; i++)
		is_kept[i] = is_worth_showing(listing, i);
	for (size_t row = 0; row < listing->cell_count; row += listing->column_count)
		for (size_t i = 0; i < listing->column_count; i++)
			if (is_kept[i])
				listing->cells[cells++] = listing->cells[row + i];
	for (size_t i = 0; i < listing->column_count; i++)
		if (is_kept[i]) {
			listing->columns[columns] = listing->columns[i];
			listing->numbers[columns++] = listing->numbers[i];
		}
	listing->cell_count = cells;
	listing->column_count = columns;
	free(is_kept);
}

/* Makes all cells fit to be printed. */
static void clean_cells(struct listing *listing, bool is_ascii)
{
	for (size_t i = 0; i < listing->cell_count; i++)
		listing->cells[i] = text_for_people(
		    &listing->memory, listing->cells[i] ? listing->cells[i] : "", is_ascii);
}

static size_t sum_of(const struct listing *listing, const size_t *widths)
{
	size_t sum = listing->column_count - 1;

	for (size_t i = 0; i < listing->column_count; i++)
		sum += widths[i];
	return sum;
}

/*
 * Cuts the widths of columns, which are those of their longest texts, so that all of them and a
 * blank between two fit into `available`: the widest long column first. The others stay.
 */
static void fit_columns(const struct listing *listing, size_t *widths, size_t available)
{
	for (size_t sum = sum_of(listing, widths); sum > available; sum--) {
		size_t widest = listing->column_count;
		for (size_t i = 0; i < listing->column_count; i++)
			if (listing->columns[i].is_long && widths[i] > LEAST_WIDTH &&
			    (widest == listing->column_count || widths[i] > widths[widest]))
				widest = i;
		if (widest == listing->column_count)
			return;
		widths[widest]--;
	}
}

/* Breaks the texts of long columns so that a row fits the terminal. */
static void break_cells(struct listing *listing, size_t terminal_width)
{
	size_t columns = listing->column_count;
	size_t tree = tree_column(listing);
	size_t *widths = memory_allocate_zeroed(columns, sizeof *widths);

	/* libsmartcols gives a column one cell even where there is nothing in it. */
	for (size_t i = 0; i < columns; i++)
		widths[i] = listing->has_no_headings || !listing->columns[i].title
				? 1
				: strlen(listing->columns[i].title);
	for (size_t i = 0; i < listing->cell_count; i++) {
		/* Where there are cells there are columns. */
		/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
		bool is_branch = i % columns == tree && listing->seconds[i / columns];
		size_t width = text_width(listing->cells[i]) + (is_branch ? BRANCH_WIDTH : 0);
		if (width > widths[i % columns])
			widths[i % columns] = width;
	}
	fit_columns(listing, widths, terminal_width);
	for (size_t i = 0; i < listing->cell_count; i++)
		if (listing->columns[i % columns].is_long)
			listing->cells[i] =
			    text_in_lines(&listing->memory, listing->cells[i], widths[i % columns]);
	free(widths);
}

static struct libscols_line *add_row(struct libscols_table *table, const struct listing *listing,
				     size_t row, struct libscols_line *parent)
{
	struct libscols_line *line = memory_checked(scols_table_new_line(table, parent));

	for (size_t i = 0; i < listing->column_count; i++)
		memory_check_result(
		    scols_line_set_data(line, i, listing->cells[row * listing->column_count + i]));
	if (listing->seconds[row])
		memory_check_result(scols_line_set_color(line, FAINT));
	else
		memory_check_result(scols_cell_set_color(scols_line_get_cell(line, 0), BOLD));
	return line;
}

/* A cell for which it has no memory libsmartcols leaves empty, and says nothing but by errno. */
static void print(struct libscols_table *table)
{
	errno = 0;
	memory_check_result(scols_print_table(table));
	memory_check_result(errno == ENOMEM ? -1 : 0);
}

void listing_print_table(struct listing *listing, const struct terminal *terminal)
{
	struct libscols_table *table = memory_checked(scols_new_table());
	struct libscols_line *first = NULL;
	bool is_tree;

	drop_empty_columns(listing);
	clean_cells(listing, terminal->is_ascii);
	if (terminal->is_terminal)
		break_cells(listing, scols_table_get_termwidth(table));
	/*
	 * All is as narrow as it can be. libsmartcols would cut what is still too wide, and print
	 * for ever where it leaves one cell to a character that takes two.
	 */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_colors(table, terminal->has_color);
	scols_table_enable_ascii(table, terminal->is_ascii);
	add_columns(table, listing);
	is_tree = tree_column(listing) < listing->column_count;
	for (size_t i = 0; i < listing->row_count; i++) {
		struct libscols_line *parent = is_tree && listing->seconds[i] ? first : NULL;
		struct libscols_line *line = add_row(table, listing, i, parent);
		if (!parent)
			first = line;
	}
	print(table);
	scols_unref_table(table);
}
