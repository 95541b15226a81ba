/* SPDX-License-Identifier: MIT */
/*
 * Tags of languages, "pt" or "zh_CN", as they stand in the name of a column: letters, digits, '-'
 * and '_'. A name with anything else in it could be more than a name where it is printed.
 */
#ifndef PORTDB_LANGUAGE_TAG_H
#define PORTDB_LANGUAGE_TAG_H

#include <stdbool.h>
#include <stddef.h>

#include "ascii.h"

/* Longer than any in use. */
#define LANGUAGE_TAG_MAX 35

/* The length of the tag with which the text begins; 0 if that is none. */
static inline size_t language_tag_length(const char *text)
{
	size_t length = 0;

	while (ascii_is_letter(text[length]) || ascii_is_digit(text[length]) ||
	       text[length] == '-' || text[length] == '_')
		length++;
	return length <= LANGUAGE_TAG_MAX ? length : 0;
}

static inline bool language_tag_is(const char *text)
{
	size_t length = language_tag_length(text);

	return length > 0 && text[length] == '\0';
}

#endif
