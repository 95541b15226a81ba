/* SPDX-License-Identifier: MIT */
/*
 * What the tools have to say about their input, as a compiler says it: "file:line: warning: …", one
 * line each, on standard error.
 */
#ifndef PORTDB_DIAGNOSTICS_H
#define PORTDB_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>

/* What was reported, to be told in another way than a line of text. */
struct finding {
	const char *kind; /* "error", "warning", "note" */
	char *path;
	unsigned long line; /* 0 for the whole file */
	char *message;
};

struct diagnostics_record {
	struct finding *findings;
	size_t count;
	size_t capacity;
};

/* How many of each were reported; for one run of a tool. */
struct diagnostics {
	struct diagnostics_record
	    *record;   /* takes them in, but for errors; NULL: they are printed */
	bool is_quiet; /* for a while: of rows nothing is reported nor counted, of errors all is */
	bool strict;   /* a row that cannot be taken is an error, and nothing is written */
	unsigned long refused;  /* rows that were not taken */
	unsigned long warnings; /* rows that were taken, with something odd about them */
	unsigned long notes;    /* what is unusual, and may well be all right */
	unsigned long lost;     /* sources that could not be read, where others go on */
	unsigned long errors;   /* work that could not be done */
};

/* A row was left out. Line 0 stands for the whole file. */
void diagnostics_refused(struct diagnostics *diagnostics, const char *path, unsigned long line,
			 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A row was taken, but something about it is likely not what its author meant. */
void diagnostics_warning(struct diagnostics *diagnostics, const char *path, unsigned long line,
			 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Something is unusual. */
void diagnostics_note(struct diagnostics *diagnostics, const char *path, unsigned long line,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Something could not be done: "portdb-compile: path: …". */
void diagnostics_error(struct diagnostics *diagnostics, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void diagnostics_record_free(struct diagnostics_record *record);

#endif
