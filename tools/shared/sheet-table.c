/* Sheets as tables for people. */
#include <langinfo.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "memory.h"
#include "text.h"

#define FAINT "\033[2m"
#define BOLD  "\033[1m"

/* What stands before a second row, to tie it to the first. */
#define BRANCH_WIDTH 2

struct manner manner_of_output(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return (struct manner){
	    .is_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
	    .is_terminal = isatty(STDOUT_FILENO),
	    .has_color = isatty(STDOUT_FILENO) && !(no_color && *no_color) && terminal &&
			 strcmp(terminal, "dumb") != 0,
	};
}

static bool has_seconds(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->row_count; i++)
		if (sheet->seconds[i])
			return true;
	return false;
}

static void add_columns(struct libscols_table *table, const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->column_count; i++) {
		const struct sheet_column *column = &sheet->columns[i];
		int flags = column->is_number ? SCOLS_FL_RIGHT : 0;
		if (column->is_long)
			flags |= SCOLS_FL_WRAP;
		if (i == 0 && has_seconds(sheet))
			flags |= SCOLS_FL_TREE;
		struct libscols_column *added = scols_table_new_column(
		    table, column->title ? column->title : "", column->is_long ? 0.1 : 0, flags);
		if (column->is_long) {
			scols_column_set_safechars(added, "\n");
			scols_column_set_wrapfunc(added, scols_wrapnl_chunksize,
						  scols_wrapnl_nextchunk, NULL);
		}
	}
	if (!sheet->columns->title)
		scols_table_enable_noheadings(table, 1);
}

/* Makes all cells fit to be printed. */
static void clean_cells(struct sheet *sheet, bool is_ascii)
{
	for (size_t i = 0; i < sheet->cell_count; i++)
		sheet->cells[i] = text_for_people(&sheet->memory,
						  sheet->cells[i] ? sheet->cells[i] : "", is_ascii);
}

/* Breaks the texts of long columns so that a row fits the terminal. */
static void break_cells(struct sheet *sheet, size_t terminal_width)
{
	size_t columns = sheet->column_count;
	size_t *widths = memory_allocate_zeroed(columns, sizeof *widths);

	for (size_t i = 0; i < columns; i++)
		widths[i] = sheet->columns[i].title ? strlen(sheet->columns[i].title) : 0;
	for (size_t i = 0; i < sheet->cell_count; i++) {
		/* Where there are cells there are columns. */
		/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
		bool is_branch = i % columns == 0 && sheet->seconds[i / columns];
		size_t width = text_width(sheet->cells[i]) + (is_branch ? BRANCH_WIDTH : 0);
		if (width > widths[i % columns])
			widths[i % columns] = width;
	}
	fit_columns(sheet, widths, terminal_width);
	for (size_t i = 0; i < sheet->cell_count; i++)
		if (sheet->columns[i % columns].is_long)
			sheet->cells[i] =
			    text_in_lines(&sheet->memory, sheet->cells[i], widths[i % columns]);
	free(widths);
}

static struct libscols_line *add_row(struct libscols_table *table, const struct sheet *sheet,
				     size_t row, struct libscols_line *parent)
{
	struct libscols_line *line = scols_table_new_line(table, parent);

	for (size_t i = 0; i < sheet->column_count; i++)
		scols_line_set_data(line, i, sheet->cells[row * sheet->column_count + i]);
	if (sheet->seconds[row])
		scols_line_set_color(line, FAINT);
	else
		scols_cell_set_color(scols_line_get_cell(line, 0), BOLD);
	return line;
}

void sheet_print_table(struct sheet *sheet, const struct manner *manner)
{
	struct libscols_table *table = scols_new_table();
	struct libscols_line *first = NULL;

	clean_cells(sheet, manner->is_ascii);
	if (manner->is_terminal)
		break_cells(sheet, scols_table_get_termwidth(table));
	scols_table_enable_colors(table, manner->has_color);
	scols_table_enable_ascii(table, manner->is_ascii);
	add_columns(table, sheet);
	for (size_t i = 0; i < sheet->row_count; i++) {
		struct libscols_line *parent = sheet->seconds[i] ? first : NULL;
		struct libscols_line *line = add_row(table, sheet, i, parent);
		if (!parent)
			first = line;
	}
	scols_print_table(table);
	scols_unref_table(table);
}
