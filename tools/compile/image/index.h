/* SPDX-License-Identifier: MIT */
/*
 * The index of a database: who answers each question, by a slot for each.
 */
#ifndef PORTDB_INDEX_H
#define PORTDB_INDEX_H

#include "nss/reader/format.h"
#include "tools/compile/merge/merge.h"

/* Every question that somebody answers. */
struct index_keys {
	size_t count;
	size_t slot_count; /* that it takes; not 0 */
	/* Which questions about its port each service answers, as merge.h has it for names. */
	unsigned char *port_answers;
};

/* Finds out which these are. index_free frees what this makes. */
void index_count(struct index_keys *keys, const struct merged *merged);
void index_free(struct index_keys *keys);

/*
 * Writes the slots, which are all zeros, by the first seed that keeps every lookup short; records
 * has where each service's record stands. Nearly always that is 0, unless names were made to
 * collide; whoever makes them cannot do it for many. The probe limit; 0 if no seed does.
 */
uint16_t index_write(struct portdb_slot *slots, const struct index_keys *keys,
		     const struct merged *merged, const size_t *records, uint16_t *seed);

#endif
