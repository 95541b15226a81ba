/* SPDX-License-Identifier: MIT */
/* Which rows of a database hide others, as portdb-compile merged them; see tools/shared/hidden.h.
 */
#ifndef PORTDB_HIDING_H
#define PORTDB_HIDING_H

#include "nss/reader/claims.h"

struct hiding_row {
	struct portdb_claim_row row;
	uint16_t reach; /* the highest port of it and of those before it */
};

/* The rows that hide, by their first ports. Start from zeros. */
struct hiding {
	struct hiding_row *rows;
	size_t count;
	size_t capacity;
};

/* Whether the row itself hides names. */
bool hiding_is_by(const struct portdb_claims *claims, const struct portdb_claim_row *row);

/* Gathers them all; none stands before row number `first`. PORTDB_OK, or PORTDB_DAMAGED. */
enum portdb_result hiding_gather(struct hiding *hiding, const struct portdb_claims *claims,
				 uint32_t first);
void hiding_free(struct hiding *hiding);

/* The highest row that hides this one; NULL if none does, or if it hides others itself. */
const struct portdb_claim_row *hiding_find(const struct hiding *hiding,
					   const struct portdb_claims *claims,
					   const struct portdb_claim_row *row);

/*
 * The highest row that takes an alias of this one, which is a service's, out of the answers, or its
 * name, without which it adds none; NULL if none does.
 */
const struct portdb_claim_row *hiding_find_alias(const struct hiding *hiding,
						 const struct portdb_claim_row *row,
						 const char *alias);

#endif
