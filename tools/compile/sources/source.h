/*
 * A source that was read, with its claims. It owns them and all their strings, until source_close.
 */
#ifndef PORTDB_SOURCE_H
#define PORTDB_SOURCE_H

#include <time.h>

#include "claim.h"
#include "nss/reader/format.h"
#include "tools/shared/arena.h"

/* What is kept of a source to tell later whether it changed: as enum portdb_source_kind has it. */
struct tracking {
	enum portdb_source_kind kind;
	struct timespec time;    /* that of the kind: when it was modified, or touched */
	struct timespec touched; /* its ctime, which the database's must be later than */
	uint64_t size;
	bool is_linked;
	uint32_t inode;
	bool is_lost; /* it is there and could not be read */
};

struct source {
	const char *path; /* as it was given */
	struct tracking tracking;
	struct claim *claims;
	size_t claim_count;
	size_t claim_capacity;
	struct arena memory; /* of the claims' strings, aliases and facts */
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

/* The words of text, which are separated by blanks, as the source's own: *count of them. */
const char *const *source_words(struct source *source, const char *text, size_t *count);

#endif
