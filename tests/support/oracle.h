/*
 * What the C library's own "files" reads in a services(5) file, for ours to be held against: each
 * line is given to glibc's parser.
 */
#ifndef PORTDB_TESTS_ORACLE_H
#define PORTDB_TESTS_ORACLE_H

#include <stddef.h>

#include "tools/compile/sources/source.h"

/* Free it with oracle_free. */
struct oracle {
	struct source source; /* the services, in order; claims without facts */
	size_t lines;         /* that are neither empty nor a comment */
	size_t wrapped; /* services that it would give a port they do not name; not in source */
};

/* Reads size bytes. Ends the process if this C library has no such parser to call. */
void oracle_read(struct oracle *oracle, const char *text, size_t size);
void oracle_free(struct oracle *oracle);

#endif
