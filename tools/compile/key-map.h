/*
 * A hash map from keys to whole numbers: what answers a name, a port, a name at a port.
 */
#ifndef PORTDB_KEY_MAP_H
#define PORTDB_KEY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key {
	const char *name;     /* NULL in a key of a port alone */
	const char *protocol; /* NULL for whatever protocol */
	int port;             /* -1 in a key of a name alone */
};

struct key_entry {
	struct key key; /* its strings are the caller's */
	uint64_t hash;
	uint32_t value;
	uint32_t note; /* the caller's to use */
};

/* Has a part of the hash, so that hardly any other entry than the right one need be looked at. */
struct key_slot {
	uint32_t number; /* of an entry + 1, or 0 */
	uint32_t tag;
};

/* All zeros is an empty map. */
struct key_map {
	struct key_entry *entries; /* in the order in which they were added */
	size_t count;
	size_t capacity;
	struct key_slot *slots;
	size_t slot_count;
};

/* The entry of a key, or NULL. It is valid until the next key is added. */
struct key_entry *key_map_find(const struct key_map *map, const struct key *key);

/*
 * The entry of a key, which is added if it is not there yet; *is_new says so, and then its value
 * and note are 0. It is valid until the next key is added.
 */
struct key_entry *key_map_add(struct key_map *map, const struct key *key, bool *is_new);

void key_map_free(struct key_map *map);

#endif
