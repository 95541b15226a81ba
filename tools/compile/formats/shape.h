/* SPDX-License-Identifier: MIT */
/*
 * What a whole file looks like, before anybody reads rows in it: encodings and line ends that turn
 * it into nothing, and nothing where there should be something.
 */
#ifndef PORTDB_SHAPE_H
#define PORTDB_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"

enum shape_format {
	SHAPE_SERVICES,
	SHAPE_TABLE,
	SHAPE_LDIF,
};

/*
 * Reports what is odd about the size bytes at text, and what was probably meant. False if no row of
 * it is worth a word then: they are read all the same, as the C library would.
 */
bool shape_check(const char *path, const char *text, size_t size, enum shape_format format,
		 struct diagnostics *diagnostics);

/* Reports that a source has no claims, though its text has more than comments and blank lines. */
void shape_check_emptiness(const struct source *source, const char *text, size_t size,
			   enum shape_format format, struct diagnostics *diagnostics);

#endif
