#include "columns.h"

#include <stdlib.h>
#include <string.h>

#include <unilbrk.h>
#include <uniwidth.h>

#include "memory.h"

/* Narrower than that a long column is not made. */
#define LEAST_WIDTH 12

size_t text_width(const char *text)
{
	int width = u8_strwidth((const uint8_t *)text, "UTF-8");

	return width > 0 ? (size_t)width : 0;
}

const char *text_in_lines(struct obstack *memory, const char *text, size_t width)
{
	size_t length = strlen(text);

	if (text_width(text) <= width)
		return text;
	char *breaks = memory_allocate(length);
	u8_width_linebreaks((const uint8_t *)text, length, (int)width, 0, 0, NULL, "UTF-8", breaks);
	for (size_t i = 0; i < length; i++) {
		bool is_blank_before_break =
		    text[i] == ' ' && i + 1 < length && breaks[i + 1] == UC_BREAK_POSSIBLE;
		if (breaks[i] == UC_BREAK_POSSIBLE && (i == 0 || text[i - 1] != ' '))
			obstack_1grow(memory, '\n');
		obstack_1grow(memory, is_blank_before_break ? '\n' : text[i]);
	}
	obstack_1grow(memory, '\0');
	free(breaks);
	return obstack_finish(memory);
}

static size_t sum_of(const struct sheet *sheet, const size_t *widths)
{
	size_t sum = sheet->column_count - 1;

	for (size_t i = 0; i < sheet->column_count; i++)
		sum += widths[i];
	return sum;
}

void fit_columns(const struct sheet *sheet, size_t *widths, size_t available)
{
	for (size_t sum = sum_of(sheet, widths); sum > available; sum--) {
		size_t widest = sheet->column_count;
		for (size_t i = 0; i < sheet->column_count; i++)
			if (sheet->columns[i].is_long && widths[i] > LEAST_WIDTH &&
			    (widest == sheet->column_count || widths[i] > widths[widest]))
				widest = i;
		if (widest == sheet->column_count)
			return;
		widths[widest]--;
	}
}
