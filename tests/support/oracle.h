/* SPDX-License-Identifier: MIT */
/*
 * What the C library's own "files" reads in a services(5) file, for ours to be held against. Each
 * line is given to glibc's parser, or if it is to be read as this machine's glibc does not, to one
 * that is written here.
 */
#ifndef PORTDB_TESTS_ORACLE_H
#define PORTDB_TESTS_ORACLE_H

#include <stddef.h>

#include "tools/compile/claims/source.h"
#include "tools/compile/formats/services-reading.h"

/* Free it with oracle_free. */
struct oracle {
	struct source source; /* the services, in order; claims without facts */
	size_t lines;         /* that are neither empty nor a comment */
	size_t wrapped; /* services that it would give a port they do not name; not in source */
};

/* How the parser of this machine's glibc reads. Ends the process if there is no such parser. */
enum services_reading oracle_reading_here(void);

/* Reads size bytes. */
void oracle_read(struct oracle *oracle, const char *text, size_t size,
		 enum services_reading reading);

/* The same by the parser that is written here, whatever this machine's glibc does. */
void oracle_read_by_hand(struct oracle *oracle, const char *text, size_t size,
			 enum services_reading reading);
services_reading_parser *oracle_parser_by_hand(enum services_reading reading);

void oracle_free(struct oracle *oracle);

#endif
