/* SPDX-License-Identifier: MIT */
/*
 * A map from keys to numbers, in the order in which they were added: what answers a name, a port, a
 * name at a port.
 */
#ifndef PORTDB_KEY_MAP_H
#define PORTDB_KEY_MAP_H

#include "byte-map.h"

struct key {
	const char *name;     /* NULL in a key of a port alone */
	const char *protocol; /* NULL for whatever protocol */
	int port;             /* -1 in a key of a name alone */
};

/* All zeros is an empty map. */
struct key_map {
	struct byte_map keys; /* as bytes */
	struct buffer bytes;  /* of the key that is asked for */
};

/* As byte_map_expect. */
void key_map_expect(struct key_map *map, size_t count);

/* As byte_map_prefetch. */
void key_map_prefetch(struct key_map *map, const struct key *key);

/* The number of a key, which is added if it is not there yet; *is_new says so. */
size_t key_map_add(struct key_map *map, const struct key *key, bool *is_new);

/* False if the key is not there, else *number is its. */
bool key_map_find(struct key_map *map, const struct key *key, size_t *number);

size_t key_map_count(const struct key_map *map);

/* The key of a number; its strings are the map's, until the next one is added. */
struct key key_map_key(const struct key_map *map, size_t number);

void key_map_free(struct key_map *map);

#endif
