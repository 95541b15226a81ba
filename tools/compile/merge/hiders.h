/* SPDX-License-Identifier: MIT */
/* What sources hide, as they are read from the highest to the lowest: see tools/shared/hidden.h. */
#ifndef PORTDB_HIDERS_H
#define PORTDB_HIDERS_H

#include "key-map.h"
#include "tools/compile/claims/source.h"

/* All zeros hide nothing. */
struct hiders {
	struct key_map keys; /* what is hidden: a name or any, at a port, of a protocol or any */
	uint32_t *sources;   /* of each of these, the highest that hides it */
	size_t capacity;
};

/* Takes note of a claim of a source that hides, by its source's number, from 0: the highest. */
void hiders_add(struct hiders *hiders, const struct claim *claim, uint32_t source);
void hiders_free(struct hiders *hiders);

/* The highest source above this one that hides the name of its claim, or an alias; NO_SOURCE if
 * none does. */
uint32_t hiders_find(struct hiders *hiders, const struct claim *claim, const char *name,
		     uint32_t source);

#endif
