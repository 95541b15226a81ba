/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "buffer.h"
#include "memory.h"
#include "message.h"
#include "text.h"
#include "writer.h"

static void show_column(struct listing *listing, const struct listing_column *columns,
			size_t number)
{
	listing->columns[listing->column_count] = columns[number];
	listing->numbers[listing->column_count] = number;
	listing->column_count++;
}

static void prepare(struct listing *listing, const char *name, size_t column_count)
{
	*listing = (struct listing){.name = name};
	listing->columns =
	    arena_allocate(&listing->memory, column_count * sizeof *listing->columns);
	listing->numbers =
	    arena_allocate(&listing->memory, column_count * sizeof *listing->numbers);
}

void listing_open(struct listing *listing, const char *name, const struct listing_column *columns,
		  size_t column_count)
{
	prepare(listing, name, column_count);
	for (size_t i = 0; i < column_count; i++)
		if (!columns[i].is_extra)
			show_column(listing, columns, i);
}

static void say_unknown(const struct listing_column *columns, size_t column_count,
			const char *title, size_t length)
{
	struct buffer known = {0};

	for (size_t i = 0; i < column_count; i++)
		buffer_print(&known, "%s%s", i > 0 ? ", " : "", columns[i].title);
	message_say("there is no column '%.*s' here, but %s", (int)length, title,
		    buffer_string(&known));
	buffer_free(&known);
}

/* The number of the column with the title; column_count if there is none. */
static size_t find_column(const struct listing_column *columns, size_t column_count,
			  const char *title, size_t length)
{
	size_t i = 0;

	while (i < column_count &&
	       (!columns[i].title || !ascii_is_word(columns[i].title, title, length)))
		i++;
	return i;
}

static size_t count_columns(const char *titles)
{
	size_t count = 1;

	for (; *titles; titles++)
		count += *titles == ',';
	return count;
}

bool listing_open_as(struct listing *listing, const char *name,
		     const struct listing_column *columns, size_t column_count,
		     const struct listing_wish *wish)
{
	if (!wish->columns) {
		listing_open(listing, name, columns, column_count);
		listing->has_no_headings = wish->has_no_headings;
		return true;
	}
	/* Some may be asked for more than once. */
	prepare(listing, name, count_columns(wish->columns));
	listing->has_no_headings = wish->has_no_headings;
	for (const char *title = wish->columns;; title++) {
		size_t length = strcspn(title, ",");
		size_t number = find_column(columns, column_count, title, length);
		if (number == column_count) {
			say_unknown(columns, column_count, title, length);
			return false;
		}
		show_column(listing, columns, number);
		listing->columns[listing->column_count - 1].is_optional = false;
		title += length;
		if (!*title)
			return true;
	}
}

bool listing_shows(const struct listing *listing, const char *title)
{
	for (size_t i = 0; i < listing->column_count; i++)
		if (strcmp(listing->columns[i].title, title) == 0)
			return true;
	return false;
}

void listing_close(struct listing *listing)
{
	free(listing->cells);
	free(listing->seconds);
	arena_free(&listing->memory);
}

void listing_add(struct listing *listing, const char *const *cells, bool is_second)
{
	for (size_t i = 0; i < listing->column_count; i++) {
		listing->cells = memory_grow(listing->cells, listing->cell_count,
					     &listing->cell_capacity, sizeof *listing->cells);
		listing->cells[listing->cell_count++] = cells[listing->numbers[i]];
	}
	listing->seconds = memory_grow(listing->seconds, listing->row_count,
				       &listing->second_capacity, sizeof *listing->seconds);
	listing->seconds[listing->row_count++] = is_second;
}

/* Readers take blanks off a field without quotes, and some of them line feeds for the row's end. */
static bool needs_quotes(const char *text)
{
	size_t length = strlen(text);

	return strpbrk(text, ",\"\r\n") ||
	       (length > 0 && (ascii_is_blank(text[0]) || ascii_is_blank(text[length - 1])));
}

/* As it is, but for a terminal. */
static void print_csv_cell(struct listing *listing, const char *cell,
			   const struct terminal *terminal)
{
	const char *text = text_as_utf8(&listing->memory, cell ? cell : "");

	listing->changed_texts += cell && text != cell;
	if (terminal->is_terminal)
		text = text_for_people(&listing->memory, text, terminal->is_ascii);
	if (!needs_quotes(text)) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

void listing_print_csv(struct listing *listing, const struct terminal *terminal)
{
	for (size_t i = 0; i < listing->column_count && !listing->has_no_headings; i++)
		printf("%s%s", i > 0 ? "," : "", listing->columns[i].key);
	if (!listing->has_no_headings)
		putchar('\n');
	for (size_t i = 0; i < listing->cell_count; i++) {
		print_csv_cell(listing, listing->cells[i], terminal);
		putchar((i + 1) % listing->column_count == 0 ? '\n' : ',');
	}
}

static void print_json(struct listing *listing)
{
	struct writer writer = {0};

	writer_open(&writer, NULL, '{');
	writer_open(&writer, listing->name, '[');
	for (size_t row = 0; row < listing->row_count; row++) {
		const char **cells = listing->cells + row * listing->column_count;
		writer_open(&writer, NULL, '{');
		for (size_t i = 0; i < listing->column_count; i++) {
			const struct listing_column *column = &listing->columns[i];
			if (column->is_number && cells[i])
				writer_number(&writer, column->key, strtoll(cells[i], NULL, 10));
			else
				writer_string(&writer, column->key, cells[i]);
		}
		writer_close(&writer, '}');
	}
	writer_close(&writer, ']');
	writer_close(&writer, '}');
	listing->changed_texts += writer.changed_texts;
}

void listing_print(struct listing *listing, enum listing_format format,
		   const struct terminal *terminal)
{
	if (format == LISTING_JSON)
		print_json(listing);
	else if (format == LISTING_CSV)
		listing_print_csv(listing, terminal);
	else
		listing_print_table(listing, terminal);
}
