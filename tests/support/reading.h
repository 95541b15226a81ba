/* SPDX-License-Identifier: MIT */
/* What the tests of the source readers share: what comes of reading a text, as text. */
#ifndef PORTDB_TESTS_READING_H
#define PORTDB_TESTS_READING_H

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"

/* What came of it. Free it with reading_free. */
struct reading {
	struct source source; /* its path is "file" */
	struct diagnostics diagnostics;
	char *messages; /* what was reported */
	bool is_taken;  /* what the reader returned */
};

typedef bool source_reader(struct source *source, const char *text, size_t size,
			   struct diagnostics *diagnostics);

/* Reads size bytes, as portdb-compile does. */
void reading_make(struct reading *reading, source_reader *read, const char *text, size_t size);
void reading_free(struct reading *reading);

/* "line: [not] name port/protocol alias… {column=value}…", one a line; the caller frees it. */
char *rows_of(const struct source *source);

#endif
