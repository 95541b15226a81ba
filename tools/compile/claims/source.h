/* SPDX-License-Identifier: MIT */
/*
 * A source that was read, with its claims. It owns them and all their strings, until source_close.
 */
#ifndef PORTDB_SOURCE_H
#define PORTDB_SOURCE_H

#include <sys/stat.h>
#include <time.h>

#include "claim.h"
#include "diagnostics.h"
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

/*
 * How much rows ask for. A few bytes can ask for any number of names: a row has them at each of its
 * ports, with each of its protocols.
 */
struct demand {
	uint64_t names; /* and aliases; each counts once for each claim */
	uint64_t bytes; /* of them, each with its protocol, as keys have them */
};

/* For one row: every port of four protocols. */
#define ROW_NAMES_MAX (UINT64_C(1) << 18)
#define ROW_BYTES_MAX (UINT64_C(16) << 20)

/* For all that is compiled at once; a hundred times what IANA's registry asks for. */
#define NAMES_MAX (UINT64_C(1) << 20)
#define BYTES_MAX (UINT64_C(64) << 20)

/* In place of a number of a source, which counts from 0: the highest. */
#define NO_SOURCE UINT32_MAX

struct source {
	const char *path;         /* as it was given */
	bool is_unread;           /* it is there and could not be read, which was reported */
	struct tracking tracking; /* for the database */
	/* As it was when it was read, for the compiler; no st_mode of what is read but once. */
	struct stat seen;
	struct claim *claims;
	size_t claim_count;
	size_t claim_capacity;
	struct demand demand; /* of the claims, and of the sources before this one */
	struct arena memory;  /* of the claims' strings, aliases and facts */
};

/* An empty source; path must outlive it. */
void source_open(struct source *source, const char *path);
void source_close(struct source *source);

/*
 * To be asked before a row's claims are added: one for each of its ports, ports_each of them, with
 * each of the protocols. False, and reported, if that is too much: for a row, which is refused
 * then; or for all sources together, and then *is_full, as there is no use in reading on.
 */
bool source_takes(struct source *source, const struct claim *row, size_t ports_each,
		  const char *const *protocols, size_t protocol_count, bool *is_full,
		  struct diagnostics *diagnostics);

/* Adds a copy of the claim, whose strings must be the source's own or outlive it. */
void source_add(struct source *source, const struct claim *claim);

/* A copy of length bytes, with a NUL, in the source's memory. */
const char *source_string(struct source *source, const char *bytes, size_t length);

/* A copy of size bytes in the source's memory. */
void *source_copy(struct source *source, const void *bytes, size_t size);

/* The words of text, which are separated by blanks, as the source's own: *count of them. */
const char *const *source_words(struct source *source, const char *text, size_t *count);

#endif
