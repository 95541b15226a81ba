/* SPDX-License-Identifier: MIT */
/*
 * Texts from a database, made fit to be printed. They may be any bytes: a control character could
 * give orders to a terminal, and what is not UTF-8 no document.
 */
#ifndef PORTDB_TEXT_H
#define PORTDB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* U+FFFD, which stands for what is not UTF-8. */
#define TEXT_REPLACEMENT "\xef\xbf\xbd"

bool text_is_utf8(const char *text);

/* Whether a character of Unicode gives orders to a terminal, or turns the direction of writing. */
bool text_is_harmful(uint32_t character);

/* The text itself if it is UTF-8, or a copy in memory with U+FFFD for what is not. */
const char *text_as_utf8(struct arena *memory, const char *text);

/*
 * The text, or a copy that has no control characters and none that change the direction of
 * writing: blanks stand for line breaks and tabs, U+FFFD for others. If is_ascii, letters
 * come without their accents, and what is still not ASCII as '?'.
 */
const char *text_for_people(struct arena *memory, const char *text, bool is_ascii);

/* Cells that a text takes on a terminal: two for a Chinese character. */
size_t text_width(const char *text);

/* The text with line feeds where it is wider than `width`: at blanks, or between characters that
 * are written without any. In memory, or the text itself. */
const char *text_in_lines(struct arena *memory, const char *text, size_t width);

#endif
