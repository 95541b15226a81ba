/* SPDX-License-Identifier: MIT */
#include "distinguished-name.h"

#include <stdlib.h>
#include <string.h>

#include "ldif.h"
#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"

static bool is_common_name(const char *type, size_t length)
{
	static const char *const names[] = {"cn", "commonName", "2.5.4.3"};

	for (size_t i = 0; i < LENGTH(names); i++)
		if (ascii_is_word(names[i], type, length))
			return true;
	return false;
}

/* Reads what follows a backslash and moves *next behind it. '\0' if that is no escape. */
static char read_escape(const char **next)
{
	const char *text = *next;
	int high = ascii_digit_value(text[0]);
	int low = high < 16 ? ascii_digit_value(text[1]) : 16;

	if (low < 16) {
		*next += 2;
		return (char)(high << 4 | low);
	}
	if (*text == '\0' || !strchr(" \"#+,;<=>\\", *text))
		return '\0';
	*next += 1;
	return *text;
}

/*
 * Reads an attribute's value in a dn up to the character that ends it, unescaped into value, which
 * has room for it. False if it is none of RFC 4514, or one that is spelt in hexadecimal BER.
 */
static bool read_rdn_value(const char **next, char *value)
{
	size_t length = 0;
	size_t kept = 0; /* the blanks at the end do not count, unless they are escaped */

	while (**next == ' ')
		(*next)++;
	if (**next == '#')
		return false;
	while (**next != '\0' && !strchr(",;+", **next)) {
		char character = *(*next)++;
		bool is_escaped = character == '\\';
		if (!is_escaped && strchr("\"<>", character))
			return false;
		if (is_escaped)
			character = read_escape(next);
		if (character == '\0')
			return false;
		value[length++] = character;
		if (is_escaped || character != ' ')
			kept = length;
	}
	value[kept] = '\0';
	return true;
}

/* Finds the first cn in the first RDN, which is "" if there is none; false if it cannot be read. */
static bool read_rdn(const char *dn, char *name, char *scratch)
{
	const char *next = dn;

	*name = '\0';
	do {
		while (*next == ' ')
			next++;
		const char *type = next;
		while (ldif_is_name_character(*next))
			next++;
		size_t length = (size_t)(next - type);
		while (*next == ' ')
			next++;
		if (length == 0 || *next++ != '=' || !read_rdn_value(&next, scratch))
			return false;
		if (is_common_name(type, length) && *name == '\0')
			strcpy(name, scratch);
	} while (*next++ == '+');
	return true;
}

bool distinguished_name_read(const char *dn, char *name)
{
	/* No part of it is longer than the whole. */
	char *scratch = memory_allocate(strlen(dn) + 1);
	bool is_read = read_rdn(dn, name, scratch);

	free(scratch);
	return is_read;
}
