/* SPDX-License-Identifier: MIT */
/*
 * From claims to services: what NSS answers, and in which order.
 *
 * The services are a list that answers as a services(5) file with those lines would: the first that
 * has the name or alias, or the port, and the protocol. The first source makes a service of each
 * of its claims. With each lower source,
 * - a claim whose name is already the name or an alias of a higher source's service at its port and
 *   protocol joins that service; it may give it further aliases, each unless that would change
 *   what a higher source answers to it;
 * - any other claim is a service of its own, behind all the others.
 * So a lower source adds answers and never changes one (Monotonicity). The price is that an alias
 * which joins nowhere may find no answer; a claim's name and port always do, unless they are
 * hidden.
 *
 * A claim that hides (tools/shared/hidden.h) does so to the sources below its own. A claim of these
 * whose name is hidden makes no service. It may join one from above that has the name, and gives
 * it no alias. A hidden alias of any claim of these is left out. All of them are evidence still.
 */
#ifndef PORTDB_MERGE_H
#define PORTDB_MERGE_H

#include "tools/compile/claims/source.h"

struct service {
	const char *name;
	const char *protocol;
	const char **aliases;
	size_t alias_count;
	size_t alias_capacity;
	uint32_t source; /* number of the one that made it */
	uint16_t port;
};

/* Which questions a service answers by one of its names, as the first that has it. */
enum { ANSWERS_WITH_PROTOCOL = 1, ANSWERS_WITHOUT = 2 };

/* A claim, and the service that answers in its name. */
struct evidence {
	const struct claim *claim;
	uint32_t source;  /* its number, from 0: the highest */
	uint32_t service; /* its number, or NO_SERVICE */
	uint32_t hider;   /* number of the highest source that hides it, or NO_SOURCE */
};

#define NO_SERVICE UINT32_MAX

struct merged {
	struct service *services;
	size_t service_count;
	size_t service_capacity;
	/* Of the first service's name, of its aliases, of the second's name, …: see above. */
	unsigned char *answers;
	struct evidence *evidence; /* of every claim: by service, then source, then line */
	size_t evidence_count;
};

/* Merges the sources, highest first. The strings stay theirs; merge_free frees what this makes. */
void merge_sources(struct merged *merged, const struct source *sources, size_t source_count);
void merge_free(struct merged *merged);

#endif
