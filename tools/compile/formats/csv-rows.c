/* SPDX-License-Identifier: MIT */
#include "csv-rows.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

#define OPTIONS (CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)

static void start_parser(struct csv_rows *rows)
{
	csv_init(&rows->parser, OPTIONS);
	csv_set_realloc_func(&rows->parser, memory_resize);
}

void csv_rows_open(struct csv_rows *rows, const char *text, size_t size)
{
	*rows = (struct csv_rows){.next = text, .end = text + size};
	start_parser(rows);
}

void csv_rows_close(struct csv_rows *rows)
{
	csv_free(&rows->parser);
	free(rows->fields);
	buffer_free(&rows->text);
}

/* A field starts on the line that is being read. */
static void start_field(struct csv_rows *rows)
{
	rows->resume = rows->next;
	rows->resume_number = rows->number;
}

static void field_ended(void *bytes, size_t length, void *context)
{
	struct csv_rows *rows = context;

	rows->fields = memory_grow(rows->fields, rows->field_count, &rows->field_capacity,
				   sizeof *rows->fields);
	if (bytes && memchr(bytes, '\0', length))
		rows->has_nul = true;
	rows->fields[rows->field_count++] = (struct csv_field){rows->text.length, length};
	buffer_add(&rows->text, bytes, length);
	buffer_add_character(&rows->text, '\0');
	start_field(rows);
}

static void row_ended(int terminator, void *context)
{
	struct csv_rows *rows = context;

	(void)terminator;
	rows->is_ended = true;
}

/* Behind the end of the line that starts at text: a line feed, a carriage return, or both. */
static const char *line_end(const char *text, const char *end)
{
	while (text < end && *text != '\n' && *text != '\r')
		text++;
	if (text == end)
		return end;
	return text[0] == '\r' && text + 1 < end && text[1] == '\n' ? text + 2 : text + 1;
}

/* As the parser has it. */
static bool is_blank(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\n')
			return false;
	return true;
}

/* False if a quoted field goes on behind its second quote. */
static bool parse(struct csv_rows *rows, const char *bytes, size_t length)
{
	struct csv_parser *parser = &rows->parser;
	size_t done = 0;

	while ((done += csv_parse(parser, bytes + done, length - done, field_ended, row_ended,
				  rows)) < length) {
		if (parser->quoted)
			return false;
		/* A quote in a field without: there is but one way to take it. */
		csv_set_opts(parser, CSV_APPEND_NULL);
		done += csv_parse(parser, bytes + done, 1, field_ended, row_ended, rows);
		csv_set_opts(parser, OPTIONS);
		rows->has_odd_quote = true;
	}
	return true;
}

/* A line at a time, so that a row can say on which one it starts; no line ends two rows. */
static void read_line(struct csv_rows *rows)
{
	const char *line = rows->next;
	size_t length = (size_t)(line_end(line, rows->end) - line);

	rows->next += length;
	rows->number++;
	if (!rows->is_in_row && !is_blank(line, length)) {
		rows->line = rows->number;
		rows->is_in_row = true;
		start_field(rows);
	}
	if (!parse(rows, line, length))
		rows->odd_quote = rows->number;
}

/* Forgets what the field that cannot be read has swallowed. */
static void resume(struct csv_rows *rows)
{
	rows->next = rows->resume;
	rows->number = rows->resume_number;
	csv_free(&rows->parser);
	start_parser(rows);
}

bool csv_rows_next(struct csv_rows *rows)
{
	rows->field_count = rows->text.length = 0;
	rows->has_nul = rows->has_odd_quote = rows->is_unended = false;
	rows->is_in_row = rows->is_ended = false;
	rows->odd_quote = 0;
	while (rows->next < rows->end && !rows->is_ended && rows->odd_quote == 0)
		read_line(rows);
	if (!rows->is_ended && rows->odd_quote == 0)
		rows->is_unended = csv_fini(&rows->parser, field_ended, row_ended, rows) != 0;
	if (rows->odd_quote != 0 || rows->is_unended)
		resume(rows);
	return rows->is_ended || rows->odd_quote != 0 || rows->is_unended;
}
