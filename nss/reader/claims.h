/* SPDX-License-Identifier: MIT */
/*
 * Reading what a database knows beyond its answers: every claim of every source. A lookup through
 * NSS comes here once a second, for the sources. As in db.h the bytes may be anything, and the
 * strings given are the database's.
 */
#ifndef PORTDB_CLAIMS_H
#define PORTDB_CLAIMS_H

#include "db.h"
#include "format.h"

struct portdb_claims {
	const struct portdb *db; /* the caller's */
	uint32_t offset;         /* of the claims */
	uint32_t count;
	uint32_t sources; /* offset of the sources */
	uint32_t source_count;
	uint32_t strings; /* offset of the strings, and of their end */
	uint32_t strings_end;
};

struct portdb_claim_row {
	uint32_t service; /* offset of the record that it stands for, or 0; see portdb_at */
	uint32_t source;  /* its number, from 0: the highest */
	uint32_t line;
	uint16_t port;
	uint16_t last_port; /* more than port for a range, which is no service; less for no port */
	const char *name;   /* "" for none */
	const char *protocol; /* "" for none */
	const char *aliases;  /* a space between two; "" for none */
	uint32_t facts;       /* for portdb_next_fact */
};

struct portdb_source_row {
	const char *path;
	uint32_t claim_count;
	enum portdb_source_kind kind;
	bool is_linked;       /* its path leads through a symbolic link */
	uint32_t nanoseconds; /* of the time of modification */
	int64_t seconds;
	uint32_t size;
	uint32_t inode; /* the lower bits of its number, if it is linked */
};

/* Finds the claims of an open database. PORTDB_OK or PORTDB_DAMAGED. */
enum portdb_result portdb_claims_open(struct portdb_claims *claims, const struct portdb *db);

/*
 * As portdb_claims_open, for who asks portdb_source_get alone: of the strings it reads nothing, as
 * every process comes here that looks a service up.
 */
enum portdb_result portdb_sources_open(struct portdb_claims *claims, const struct portdb *db);

/* Claim number `number`. PORTDB_OK, PORTDB_NOT_FOUND behind the last one, or PORTDB_DAMAGED. */
enum portdb_result portdb_claim_get(const struct portdb_claims *claims, uint32_t number,
				    struct portdb_claim_row *claim);

/* Source number `number`; the same results. */
enum portdb_result portdb_source_get(const struct portdb_claims *claims, uint32_t number,
				     struct portdb_source_row *source);

/*
 * Walks over what else a row says, as (column, value): *position starts as the claim's facts. False
 * when there are no more.
 */
bool portdb_next_fact(const struct portdb_claims *claims, uint32_t *position, const char **column,
		      const char **value);

#endif
