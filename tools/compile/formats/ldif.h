/* SPDX-License-Identifier: MIT */
/*
 * LDIF (RFC 2849), entry by entry: lines joined and cut into attribute and value, and no more.
 */
#ifndef PORTDB_LDIF_H
#define PORTDB_LDIF_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/shared/buffer.h"

enum ldif_form {
	LDIF_PLAIN,
	LDIF_BASE64,
	LDIF_URL,
	LDIF_MALFORMED, /* no attribute and value at all */
};

/* A line with those that continue it; its strings are valid until the next entry is read. */
struct ldif_line {
	unsigned long number; /* of the first one, from 1 */
	enum ldif_form form;
	const char *name; /* of the attribute */
	size_t name_length;
	const char *options; /* between the name and the ':', such as ";lang-pt" */
	size_t options_length;
	char *value;   /* as it is written; ended by a NUL */
	size_t start;  /* in the text of struct ldif */
	size_t length; /* of the whole line */
};

/* An entry that has more lines is cut behind that many. */
#define LDIF_LINES_MAX (1 << 19)

/* A file that is read. */
struct ldif {
	struct ldif_line *lines; /* of the current entry */
	size_t line_count;
	size_t line_capacity;

	const char *next; /* what is still to be read */
	const char *end;
	struct buffer text;   /* the entry's lines, each with a NUL behind */
	unsigned long number; /* of the line that was read last */
	bool is_in_comment;
	bool is_cut; /* the current entry */
};

/* Starts to read the size bytes at text, which must stay until ldif_close. */
void ldif_open(struct ldif *ldif, const char *text, size_t size);

/* Reads the next entry's lines, comments left out; false when there are no more. */
bool ldif_next_entry(struct ldif *ldif);

void ldif_close(struct ldif *ldif);

/* Whether an attribute's name may have it. ASCII, whose case is the same in every locale. */
bool ldif_is_name_character(char character);

#endif
