/* SPDX-License-Identifier: MIT */
#include "byte-map.h"

#include <stdlib.h>
#include <string.h>

#include <sys/random.h>
#include <xxhash.h>

#include "tools/shared/memory.h"

struct byte_map_entry {
	uint64_t hash;
	size_t start;
	size_t length;
};

/* Has a part of the hash, so that hardly any other entry than the right one need be looked at. */
struct byte_map_slot {
	uint32_t number; /* of an entry + 1, or 0 */
	uint32_t tag;
};

#define SECRET_SIZE 192
_Static_assert(SECRET_SIZE >= XXH3_SECRET_SIZE_MIN, "XXH3 takes that much of a secret at least");

static uint64_t hash_of(const void *bytes, size_t length)
{
	static unsigned char secret[SECRET_SIZE];
	static enum { NOT_DRAWN, DRAWN, NOT_TO_BE_HAD } state;

	if (state == NOT_DRAWN)
		state = getrandom(secret, sizeof secret, GRND_NONBLOCK) == sizeof secret
			    ? DRAWN
			    : NOT_TO_BE_HAD;
	return state == DRAWN ? XXH3_64bits_withSecret(bytes, length, secret, sizeof secret)
			      : XXH3_64bits(bytes, length);
}

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/* slot_count is a power of two. */
static size_t first_slot(const struct byte_map *map, uint64_t hash)
{
	return hash & (map->slot_count - 1);
}

static size_t next_slot(const struct byte_map *map, size_t slot)
{
	return (slot + 1) & (map->slot_count - 1);
}

static bool is_at(const struct byte_map *map, const struct byte_map_slot *slot, const void *bytes,
		  size_t length, uint64_t hash)
{
	const struct byte_map_entry *entry = &map->entries[slot->number - 1];

	return slot->tag == tag_of(hash) && entry->length == length &&
	       (length == 0 || memcmp(map->bytes.bytes + entry->start, bytes, length) == 0);
}

/* The slot of the bytes, or the empty one where they belong. */
static struct byte_map_slot *slot_of(const struct byte_map *map, const void *bytes, size_t length,
				     uint64_t hash)
{
	size_t slot = first_slot(map, hash);

	while (map->slots[slot].number != 0 && !is_at(map, &map->slots[slot], bytes, length, hash))
		slot = next_slot(map, slot);
	return &map->slots[slot];
}

static void enter(struct byte_map *map, uint64_t hash, size_t number)
{
	size_t slot = first_slot(map, hash);

	while (map->slots[slot].number != 0)
		slot = next_slot(map, slot);
	map->slots[slot] = (struct byte_map_slot){(uint32_t)(number + 1), tag_of(hash)};
}

void byte_map_expect(struct byte_map *map, size_t count)
{
	size_t slot_count = map->slot_count ? map->slot_count : 1024;

	while (slot_count < 2 * count)
		slot_count *= 2;
	if (slot_count == map->slot_count)
		return;
	free(map->slots);
	map->slot_count = slot_count;
	map->slots = memory_allocate_zeroed(map->slot_count, sizeof *map->slots);
	for (size_t i = 0; i < map->count; i++)
		enter(map, map->entries[i].hash, i);
}

bool byte_map_find(const struct byte_map *map, const void *bytes, size_t length, size_t *number)
{
	if (map->count == 0)
		return false;
	const struct byte_map_slot *slot = slot_of(map, bytes, length, hash_of(bytes, length));
	if (slot->number == 0)
		return false;
	*number = slot->number - 1;
	return true;
}

size_t byte_map_add(struct byte_map *map, const void *bytes, size_t length, bool *is_new)
{
	uint64_t hash = hash_of(bytes, length);

	byte_map_expect(map, map->count + 1);
	struct byte_map_slot *slot = slot_of(map, bytes, length, hash);
	*is_new = slot->number == 0;
	if (!*is_new)
		return slot->number - 1;
	map->entries = memory_grow(map->entries, map->count, &map->capacity, sizeof *map->entries);
	map->entries[map->count] = (struct byte_map_entry){hash, map->bytes.length, length};
	buffer_add(&map->bytes, bytes, length);
	*slot = (struct byte_map_slot){(uint32_t)++map->count, tag_of(hash)};
	return map->count - 1;
}

size_t byte_map_start(const struct byte_map *map, size_t number)
{
	return map->entries[number].start;
}

void byte_map_free(struct byte_map *map)
{
	free(map->entries);
	free(map->slots);
	buffer_free(&map->bytes);
}
