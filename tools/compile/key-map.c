#include "key-map.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/hash.h"
#include "tools/shared/memory.h"

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

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

static size_t first_slot(const struct key_map *map, uint64_t hash)
{
	return (size_t)((hash & UINT32_MAX) * map->slot_count >> 32);
}

static size_t next_slot(const struct key_map *map, size_t slot)
{
	return slot + 1 < map->slot_count ? slot + 1 : 0;
}

/* The slot of the key, or the empty one where it belongs. */
static struct key_slot *slot_of(const struct key_map *map, const struct key *key, uint64_t hash)
{
	size_t slot = first_slot(map, hash);

	for (; map->slots[slot].number != 0; slot = next_slot(map, slot))
		if (map->slots[slot].tag == tag_of(hash) &&
		    same_key(&map->entries[map->slots[slot].number - 1].key, key))
			break;
	return &map->slots[slot];
}

/* Enters a key that is not in the slots. */
static void enter(struct key_map *map, uint64_t hash, size_t number)
{
	size_t slot = first_slot(map, hash);

	while (map->slots[slot].number != 0)
		slot = next_slot(map, slot);
	map->slots[slot] = (struct key_slot){(uint32_t)number, tag_of(hash)};
}

static void make_room(struct key_map *map)
{
	if (2 * (map->count + 1) <= map->slot_count)
		return;
	free(map->slots);
	map->slot_count = map->slot_count ? 4 * map->slot_count : 4096;
	map->slots = memory_allocate_zeroed(map->slot_count, sizeof *map->slots);
	for (size_t i = 0; i < map->count; i++)
		enter(map, map->entries[i].hash, i + 1);
}

struct key_entry *key_map_find(const struct key_map *map, const struct key *key)
{
	if (map->slot_count == 0)
		return NULL;
	uint32_t number = slot_of(map, key, hash_of(key))->number;
	return number ? &map->entries[number - 1] : NULL;
}

struct key_entry *key_map_add(struct key_map *map, const struct key *key, bool *is_new)
{
	uint64_t hash = hash_of(key);

	make_room(map);
	struct key_slot *slot = slot_of(map, key, hash);
	*is_new = slot->number == 0;
	if (!*is_new)
		return &map->entries[slot->number - 1];
	map->entries = memory_grow(map->entries, map->count, &map->capacity, sizeof *map->entries);
	struct key_entry *entry = &map->entries[map->count++];
	*entry = (struct key_entry){.key = *key, .hash = hash};
	*slot = (struct key_slot){(uint32_t)map->count, tag_of(hash)};
	return entry;
}

void key_map_free(struct key_map *map)
{
	free(map->entries);
	free(map->slots);
}
