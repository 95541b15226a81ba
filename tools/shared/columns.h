/* How wide the columns of a table may be, and where their texts go on in a next line. */
#ifndef PORTDB_COLUMNS_H
#define PORTDB_COLUMNS_H

#include <stddef.h>

#include "sheet.h"

/* Cells that a text takes on a terminal: two for a Chinese character. */
size_t text_width(const char *text);

/* The text with line feeds where it is wider than `width`: at blanks, or between characters that
 * are written without any. In memory, or the text itself. */
const char *text_in_lines(struct obstack *memory, const char *text, size_t width);

/*
 * Cuts the widths of columns, which are those of their longest texts, so that all of them and a
 * blank between two fit into `available`: the widest long column first. The others stay.
 */
void fit_columns(const struct sheet *sheet, size_t *widths, size_t available);

#endif
