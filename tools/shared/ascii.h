/* SPDX-License-Identifier: MIT */
/* Characters as the C locale has them, whatever the process's. */
#ifndef PORTDB_ASCII_H
#define PORTDB_ASCII_H

#include <stdbool.h>
#include <stddef.h>

/* isspace(3) */
bool ascii_is_blank(char character);

/* isalpha(3) */
bool ascii_is_letter(char character);

/* isdigit(3) */
bool ascii_is_digit(char character);

/* tolower(3) */
char ascii_lower(char character);

/* As strcasecmp(3) == 0 in the C locale; what is not ASCII is the same only as itself. */
bool ascii_is_same(const char *one, const char *other);

/* Whether length bytes are the word, in the same way. They need no NUL behind. */
bool ascii_is_word(const char *word, const char *bytes, size_t length);

/* Whether the text starts with that, in the same way. */
bool ascii_starts_with(const char *text, const char *start);

/* Whether the text has the part anywhere, in the same way. */
bool ascii_has(const char *text, const char *part);

/* What a digit counts in a number of any base up to 16; 16 for what is none. */
int ascii_digit_value(char digit);

/*
 * Whether the text may be part of an answer: it has no control character. Blanks may be: a
 * services(5) file could not hold such a name, but editions of the registry do.
 */
bool ascii_is_printable(const char *text);

/* The text behind its leading blanks. */
const char *ascii_skip_blanks(const char *text);

/* How many characters stand before the first blank, or the end. */
size_t ascii_word_length(const char *text);

#endif
