/* SPDX-License-Identifier: MIT */
/*
 * A map from bytes to numbers: the first bytes that are added are 0, the next ones that are not
 * there yet 1, and so on. What is known of each stands in an array of the caller's own.
 *
 * Where bytes are kept depends on a secret that each run draws for itself, so that nobody can write
 * a source whose names all want one place. The numbers do not depend on it.
 */
#ifndef PORTDB_BYTE_MAP_H
#define PORTDB_BYTE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/shared/buffer.h"

/* All zeros is an empty map. */
struct byte_map {
	struct buffer bytes; /* all that were added, one behind the other */
	size_t *starts;      /* where in these each number's own start */
	size_t count;        /* the numbers go from 0 to that, which is none any more */
	size_t capacity;
	struct byte_map_slot *slots;
	size_t slot_count;
};

/* Makes room for as many bytes in all, which saves making it little by little. */
void byte_map_expect(struct byte_map *map, size_t count);

/* Has the memory fetched that these bytes will be looked for in, some lookups ahead of theirs. */
void byte_map_prefetch(const struct byte_map *map, const void *bytes, size_t length);

/* The number of these bytes, which are copied if they are not there yet; *is_new says so. */
size_t byte_map_add(struct byte_map *map, const void *bytes, size_t length, bool *is_new);

/* False if these bytes are not there, else *number is theirs. */
bool byte_map_find(const struct byte_map *map, const void *bytes, size_t length, size_t *number);

/* Where in map->bytes those of a number start. */
size_t byte_map_start(const struct byte_map *map, size_t number);

void byte_map_free(struct byte_map *map);

#endif
