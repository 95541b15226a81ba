/* SPDX-License-Identifier: MIT */
/* The command line of portdb-compile. */
#ifndef PORTDB_OPTIONS_H
#define PORTDB_OPTIONS_H

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/sources/root.h"
#include "tools/shared/listing.h"

/* What to do. */
enum mode {
	COMPILE,
	CHECK,
	LIST_SOURCES,
	VERIFY,
};

struct options {
	enum mode mode;
	const char *output;    /* NULL for the system's database */
	const char *root_path; /* "" for this system */
	struct root root;
	enum listing_format format;
	bool has_format;
	bool is_verbose;
	bool tracks;            /* sources that are named, too */
	const char *input_name; /* of standard input */
	char **arguments;       /* what is named: sources, or databases to verify */
	size_t argument_count;
	const char **references; /* below what is named, to compare with */
	size_t reference_count;
	size_t reference_capacity;
	struct diagnostics diagnostics;
};

/*
 * Reads it into options, which have what is taken where nothing is said. What is wrong with it ends
 * the program, with a message and the status for wrong usage. The strings are argv's.
 */
void options_parse(struct options *options, int argc, char **argv);

void options_free(struct options *options);

/* Whether a source's name means standard input. */
bool options_is_standard_input(const char *argument);

#endif
