/* SPDX-License-Identifier: MIT */
/*
 * JSON on standard output, written as it is told: nothing of it is kept but what is to be written
 * next. Objects and arrays have a line for each member, two blanks further in.
 */
#ifndef PORTDB_WRITER_H
#define PORTDB_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/* All zeros is a document that has not begun. */
struct writer {
	struct buffer text; /* not written yet */
	unsigned depth;
	bool has_members;     /* the innermost object or array */
	size_t changed_texts; /* how many had bytes that are not UTF-8 */
};

/* Begins an object ('{') or an array ('['). A key is plain ASCII; NULL in an array, and for the
 * document itself. */
void writer_open(struct writer *writer, const char *key, char bracket);

/* Ends the innermost one: '}' or ']'. The document ends with its own. */
void writer_close(struct writer *writer, char bracket);

/*
 * A string, or null for NULL. A byte that is not UTF-8 becomes U+FFFD. What could give orders to a
 * terminal is escaped.
 */
void writer_string(struct writer *writer, const char *key, const char *text);

void writer_number(struct writer *writer, const char *key, int64_t number);

#endif
