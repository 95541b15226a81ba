/* SPDX-License-Identifier: MIT */
/*
 * A claim: what one row of a source says.
 */
#ifndef PORTDB_CLAIM_H
#define PORTDB_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a row says beside its service: the column that says it, and its words. Never empty. */
struct fact {
	const char *column;
	const char *value;
};

/* No string is NULL; all are the source's. */
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
	bool hides;         /* names of lower sources at its ports; see tools/shared/hidden.h */
};

/* The value of a column, or NULL if the claim says nothing there. */
const char *claim_fact(const struct claim *claim, const char *column);

/* Whether it is the claim's name or one of its aliases. */
bool claim_has_name(const struct claim *claim, const char *name);

#endif
