/*
 * Texts from a database, made fit to be printed. They may be any bytes: a control character could
 * give orders to a terminal, and what is not UTF-8 no document.
 */
#ifndef PORTDB_TEXT_H
#define PORTDB_TEXT_H

#include <obstack.h>
#include <stdbool.h>

/* The text itself if it is UTF-8, or a copy in memory with U+FFFD for what is not. */
const char *text_as_utf8(struct obstack *memory, const char *text);

/*
 * The text, or a copy that has no control characters and none that change the direction of
 * writing: blanks stand for line breaks and tabs, U+FFFD for others. If is_ascii, letters
 * come without their accents, and what is still not ASCII as '?'.
 */
const char *text_for_people(struct obstack *memory, const char *text, bool is_ascii);

#endif
