/* SPDX-License-Identifier: MIT */
/*
 * What a source reader is to make of texts, by example.
 */
#ifndef PORTDB_TESTS_EXAMPLES_H
#define PORTDB_TESTS_EXAMPLES_H

#include "reading.h"

/* A text, NULs and all, with the rows and the messages that it gives. */
struct example {
	const char *text;
	size_t size;
	const char *rows; /* as rows_of writes them */
	const char *messages;
};

#define EXAMPLE(text, rows, messages)                  \
	{                                              \
		text, sizeof(text) - 1, rows, messages \
	}

/* Reads it, from memory that ends where the text does, so that reading on shows under a sanitizer.
 */
void check_example(source_reader *read, const struct example *example, bool is_taken);
void check_examples(source_reader *read, const struct example *examples, size_t count,
		    bool are_taken);

#endif
