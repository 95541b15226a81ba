#include "sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "memory.h"
#include "text.h"

#define obstack_chunk_alloc memory_allocate
#define obstack_chunk_free  free

void sheet_open(struct sheet *sheet, const char *name, const struct sheet_column *columns,
		size_t column_count)
{
	*sheet = (struct sheet){.name = name, .columns = columns, .column_count = column_count};
	obstack_init(&sheet->memory);
}

void sheet_close(struct sheet *sheet)
{
	free(sheet->cells);
	free(sheet->seconds);
	obstack_free(&sheet->memory, NULL);
}

void sheet_add(struct sheet *sheet, const char *const *cells, bool is_second)
{
	for (size_t i = 0; i < sheet->column_count; i++) {
		sheet->cells = memory_grow(sheet->cells, sheet->cell_count, &sheet->cell_capacity,
					   sizeof *sheet->cells);
		sheet->cells[sheet->cell_count++] = cells[i];
	}
	sheet->seconds = memory_grow(sheet->seconds, sheet->row_count, &sheet->second_capacity,
				     sizeof *sheet->seconds);
	sheet->seconds[sheet->row_count++] = is_second;
}

const char *sheet_text(struct sheet *sheet, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	obstack_vprintf(&sheet->memory, format, arguments);
	va_end(arguments);
	obstack_1grow(&sheet->memory, '\0');
	return obstack_finish(&sheet->memory);
}

static void print_csv_cell(struct sheet *sheet, const char *cell)
{
	const char *text = text_for_people(&sheet->memory, cell ? cell : "", false);

	if (!strpbrk(text, ",\"")) {
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

void sheet_print_csv(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->column_count; i++)
		printf("%s%s", i > 0 ? "," : "", sheet->columns[i].key);
	putchar('\n');
	for (size_t i = 0; i < sheet->cell_count; i++) {
		print_csv_cell(sheet, sheet->cells[i]);
		putchar((i + 1) % sheet->column_count == 0 ? '\n' : ',');
	}
}

static json_t *cell_value(struct sheet *sheet, size_t number)
{
	const char *cell = sheet->cells[number];

	if (!cell)
		return json_null();
	if (sheet->columns[number % sheet->column_count].is_number)
		return json_integer(strtoll(cell, NULL, 10));
	return json_string(text_as_utf8(&sheet->memory, cell));
}

void sheet_print_json(struct sheet *sheet)
{
	json_t *document = json_object();
	json_t *rows = json_array();

	for (size_t row = 0; row < sheet->row_count; row++) {
		json_t *object = json_object();
		for (size_t i = 0; i < sheet->column_count; i++)
			json_object_set_new(object, sheet->columns[i].key,
					    cell_value(sheet, row * sheet->column_count + i));
		json_array_append_new(rows, object);
	}
	json_object_set_new(document, sheet->name, rows);
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}
