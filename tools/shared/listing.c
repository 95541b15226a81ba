/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "document.h"
#include "memory.h"
#include "text.h"

void listing_open(struct listing *listing, const char *name, const struct listing_column *columns,
		  size_t column_count)
{
	*listing = (struct listing){.name = name, .columns = columns, .column_count = column_count};
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
		listing->cells[listing->cell_count++] = cells[i];
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
	for (size_t i = 0; i < listing->column_count; i++)
		printf("%s%s", i > 0 ? "," : "", listing->columns[i].key);
	putchar('\n');
	for (size_t i = 0; i < listing->cell_count; i++) {
		print_csv_cell(listing, listing->cells[i], terminal);
		putchar((i + 1) % listing->column_count == 0 ? '\n' : ',');
	}
}

static json_t *cell_value(struct listing *listing, size_t number)
{
	const char *cell = listing->cells[number];

	if (!cell)
		return json_null();
	if (listing->columns[number % listing->column_count].is_number)
		return json_integer(strtoll(cell, NULL, 10));
	return json_string(text_as_utf8(&listing->memory, cell));
}

void listing_print_json(struct listing *listing)
{
	json_t *document = json_object();
	json_t *rows = json_array();

	for (size_t row = 0; row < listing->row_count; row++) {
		json_t *object = json_object();
		for (size_t i = 0; i < listing->column_count; i++)
			json_object_set_new(object, listing->columns[i].key,
					    cell_value(listing, row * listing->column_count + i));
		json_array_append_new(rows, object);
	}
	json_object_set_new(document, listing->name, rows);
	document_print(document);
	json_decref(document);
}

void listing_print(struct listing *listing, enum listing_format format,
		   const struct terminal *terminal)
{
	if (format == LISTING_JSON)
		listing_print_json(listing);
	else if (format == LISTING_CSV)
		listing_print_csv(listing, terminal);
	else
		listing_print_table(listing, terminal);
}
