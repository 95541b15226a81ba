/*
 * Claims as they were read, and the sources that hold them.
 *
 * A source owns its claims and all their strings, until source_close.
 */
#ifndef PORTDB_CLAIM_H
#define PORTDB_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <obstack.h>
#include <time.h>

#include "nss/reader/format.h"

/* What a row says beside its service: the column that says it, and its words. Never empty. */
struct fact {
	const char *column;
	const char *value;
};

/* One row of a source. No string is NULL. */
struct claim {
	const char *name; /* "" if the row names none: then it is no service */
	const char *protocol;
	const char *const *aliases;
	size_t alias_count;
	const struct fact *facts;
	size_t fact_count;
	unsigned long line; /* from 1 */
	uint16_t port;
	uint16_t last_port; /* more than port for a range, which is no service; less for no port */
	bool is_service;    /* whether NSS may answer with it */
};

/* What is kept of a source to tell later whether it changed: as enum portdb_source_kind has it. */
struct tracking {
	enum portdb_source_kind kind;
	struct timespec modified;
	uint64_t size;
};

struct source {
	const char *path; /* as it was given */
	struct tracking tracking;
	struct claim *claims;
	size_t claim_count;
	size_t claim_capacity;
	struct obstack memory; /* of the claims' strings, aliases and facts */
};

/* An empty source; path must outlive it. */
void source_open(struct source *source, const char *path);
void source_close(struct source *source);

/* Adds a copy of the claim, whose strings must be the source's own or outlive it. */
void source_add(struct source *source, const struct claim *claim);

/* A copy of length bytes, with a NUL, in the source's memory. */
const char *source_string(struct source *source, const char *bytes, size_t length);

/* A copy of size bytes in the source's memory. */
void *source_copy(struct source *source, const void *bytes, size_t size);

/*
 * The blank-separated words of text (ASCII blanks), as the source's own: *count of them. Blanks are
 * what isspace(3) calls so in the C locale.
 */
const char *const *source_words(struct source *source, const char *text, size_t *count);

/* The value of a column, or NULL if the claim says nothing there. */
const char *claim_fact(const struct claim *claim, const char *column);

/* isspace(3) of the C locale, whatever the process's. */
bool is_blank(char character);

/*
 * Whether the text may be part of an answer: it has no control character. Blanks may be: a
 * services(5) file could not hold such a name, but editions of the registry do.
 */
bool is_printable_text(const char *text);

/*
 * Reads one port in decimal digits, from 0 to 65535, and moves *text behind it. False if there is
 * none, with *text where it was.
 */
bool read_port(const char **text, uint16_t *port);

#endif
