/* SPDX-License-Identifier: MIT */
#include "byte-map.h"

#include <stdlib.h>
#include <string.h>

#include <sys/random.h>
#include <xxhash.h>

#include "tools/shared/memory.h"

/* Has a part of the hash, so that hardly any other bytes than the right ones need be looked at. */
struct byte_map_slot {
	uint32_t number; /* + 1, or 0 */
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

static size_t length_of(const struct byte_map *map, size_t number)
{
	size_t end = number + 1 < map->count ? map->starts[number + 1] : map->bytes.length;

	return end - map->starts[number];
}

/* There are none as long as all that was added is empty. */
static const char *bytes_of(const struct byte_map *map, size_t number)
{
	return map->bytes.bytes ? map->bytes.bytes + map->starts[number] : "";
}

static bool is_at(const struct byte_map *map, const struct byte_map_slot *slot, const void *bytes,
		  size_t length, uint64_t hash)
{
	size_t number = slot->number - 1;

	return slot->tag == tag_of(hash) && length_of(map, number) == length &&
	       (length == 0 || memcmp(bytes_of(map, number), bytes, length) == 0);
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

static void enter(struct byte_map *map, size_t number)
{
	uint64_t hash = hash_of(bytes_of(map, number), length_of(map, number));
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
		enter(map, i);
}

void byte_map_prefetch(const struct byte_map *map, const void *bytes, size_t length)
{
	if (map->slot_count > 0)
		__builtin_prefetch(&map->slots[first_slot(map, hash_of(bytes, length))], 1);
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
	map->starts = memory_grow(map->starts, map->count, &map->capacity, sizeof *map->starts);
	map->starts[map->count] = map->bytes.length;
	buffer_add(&map->bytes, bytes, length);
	*slot = (struct byte_map_slot){(uint32_t)++map->count, tag_of(hash)};
	return map->count - 1;
}

size_t byte_map_start(const struct byte_map *map, size_t number)
{
	return map->starts[number];
}

void byte_map_free(struct byte_map *map)
{
	free(map->starts);
	free(map->slots);
	buffer_free(&map->bytes);
}
