/* SPDX-License-Identifier: MIT */
/*
 * A database as portdb-query reads it: everything that it knows, as answers in the reader's
 * language.
 */
#ifndef PORTDB_CATALOG_H
#define PORTDB_CATALOG_H

#include "answer.h"
#include "hiding.h"
#include "language.h"
#include "nss/reader/claims.h"
#include "nss/reader/file.h"
#include "tools/shared/arena.h"

/* In which scripts a description may be; where there is none, it is none. */
enum scripts {
	ANY_SCRIPT,
	LATIN_AND_OWN, /* and whatever the reader's own language is written in */
	LATIN_ONLY,
};

struct catalog {
	const struct portdb *db;
	struct portdb_claims claims;
	struct language language; /* the reader's */
	enum scripts scripts;     /* that the reader can read; any, unless somebody sets it */
	struct arena memory;
	const char **short_names; /* of sources, see source-names.h; NULL until it is used */
	uint32_t first_row;       /* of those without a service, or one before it */
	struct hiding hiding;     /* once a row was asked for */
	bool is_hiding_known;     /* whether that is so */
	struct answers aliases;   /* that are hidden, once they were asked for */
	bool are_aliases_known;   /* whether that is so */
	bool is_registry_known;   /* whether has_registry says so already */
	bool has_registry;
	bool is_damaged; /* found in passing; what was gathered is not to be trusted */
};

/* Prepares to read an open database, which must outlive the catalog. PORTDB_OK or
 * PORTDB_DAMAGED; in either case catalog_close is due. */
enum portdb_result catalog_open(struct catalog *catalog, const struct portdb *db,
				struct language language);
void catalog_close(struct catalog *catalog);

/*
 * Services, each in strings that end in a NUL, so that they can be used where they are. Both are
 * false where there is none, and where the database is damaged, which they note. They look at no
 * more of the catalog than its database.
 *
 * The first moves *cursor on to the next service in the order of enumeration; start from 0. The
 * second is what NSS answers for a name or, if that is NULL, a port; with a protocol or NULL.
 */
bool catalog_next_service(struct catalog *catalog, uint32_t *cursor,
			  struct portdb_service *service);
bool catalog_ask(struct catalog *catalog, const char *name, uint16_t port, const char *protocol,
		 struct portdb_service *service);

/* The claim of that number; false behind the last one, and where the database is damaged, which is
 * noted. */
bool catalog_get_claim(struct catalog *catalog, uint32_t number, struct portdb_claim_row *row);

/* The answer that one of these services is. */
struct answer catalog_answer(struct catalog *catalog, const struct portdb_service *service);

/* Moves *number on to the next row that stands for no service, and gives it. False when there are
 * no more. Start from 0. */
bool catalog_next_row(struct catalog *catalog, uint32_t *number, struct portdb_claim_row *row);

/* The answer that such a row is. */
struct answer catalog_answer_of_row(struct catalog *catalog, const struct portdb_claim_row *row);

/*
 * Aliases that are hidden while the service answers to other names, an answer each: it has the
 * alias for its name, and one claim, which is that of the row that has the alias. The catalog's.
 */
const struct answers *catalog_hidden_aliases(struct catalog *catalog);

/* Adds every service in the order of enumeration. */
void catalog_add_all(struct answers *answers, struct catalog *catalog);

#endif
