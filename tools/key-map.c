#include "key-map.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../nss/hash.h"
#include "memory.h"

static uint64_t hash_of(const struct key *key)
{
	uint64_t hash = portdb_hash_number(0, (uint64_t)(int64_t)key->port);

	if (key->name)
		hash = portdb_hash_bytes(hash, key->name, strlen(key->name));
	return portdb_hash_number(hash, portdb_protocol_of(key->protocol).number);
}

static bool same_text(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool same_key(const struct key *one, const struct key *other)
{
	return one->port == other->port && same_text(one->name, other->name) &&
	       same_text(one->protocol, other->protocol);
}

/* The slot of the key, or the empty one where it belongs. */
static size_t slot_of(const struct key_map *map, const struct key *key, uint64_t hash)
{
	size_t slot = hash % map->slot_count;

	while (map->slots[slot] != 0) {
		const struct key_entry *entry = &map->entries[map->slots[slot] - 1];
		if (entry->hash == hash && same_key(&entry->key, key))
			break;
		slot = (slot + 1) % map->slot_count;
	}
	return slot;
}

static void make_room(struct key_map *map)
{
	if (2 * (map->count + 1) <= map->slot_count)
		return;
	free(map->slots);
	map->slot_count = map->slot_count ? 2 * map->slot_count : 1024;
	map->slots = memory_allocate_zeroed(map->slot_count, sizeof *map->slots);
	for (size_t i = 0; i < map->count; i++)
		map->slots[slot_of(map, &map->entries[i].key, map->entries[i].hash)] =
		    (uint32_t)i + 1;
}

struct key_entry *key_map_find(const struct key_map *map, const struct key *key)
{
	if (map->slot_count == 0)
		return NULL;
	uint32_t number = map->slots[slot_of(map, key, hash_of(key))];
	return number ? &map->entries[number - 1] : NULL;
}

struct key_entry *key_map_add(struct key_map *map, const struct key *key)
{
	uint64_t hash = hash_of(key);

	make_room(map);
	map->entries = memory_grow(map->entries, map->count, &map->capacity, sizeof *map->entries);
	struct key_entry *entry = &map->entries[map->count++];
	*entry = (struct key_entry){.key = *key, .hash = hash};
	map->slots[slot_of(map, key, hash)] = (uint32_t)map->count;
	return entry;
}

void key_map_free(struct key_map *map)
{
	free(map->entries);
	free(map->slots);
}
