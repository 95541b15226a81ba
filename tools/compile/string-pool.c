#include "string-pool.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "tools/shared/memory.h"

struct pooled {
	uint64_t hash;
	size_t offset;
	size_t length; /* 0 in an unused slot */
};

static struct pooled *slot_of(const struct string_pool *pool, const char *bytes, size_t length,
			      uint64_t hash)
{
	size_t slot = hash % pool->slot_count;

	for (;; slot = (slot + 1) % pool->slot_count) {
		struct pooled *pooled = &pool->strings[slot];
		/* make_room replaced the whole struct, and so the strings that it freed. */
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		if (pooled->length == 0 ||
		    (pooled->hash == hash && pooled->length == length &&
		     memcmp(pool->bytes + pooled->offset, bytes, length) == 0))
			return pooled;
	}
}

static void make_room(struct string_pool *pool)
{
	if (2 * (pool->string_count + 1) <= pool->slot_count)
		return;
	struct string_pool larger = *pool;
	larger.slot_count = pool->slot_count ? 2 * pool->slot_count : 1024;
	larger.strings = memory_allocate_zeroed(larger.slot_count, sizeof *larger.strings);
	for (size_t i = 0; i < pool->slot_count; i++) {
		const struct pooled *pooled = &pool->strings[i];
		if (pooled->length > 0)
			*slot_of(&larger, pool->bytes + pooled->offset, pooled->length,
				 pooled->hash) = *pooled;
	}
	free(pool->strings);
	*pool = larger;
}

size_t string_pool_add(struct string_pool *pool, const char *bytes, size_t length)
{
	uint64_t hash = XXH3_64bits(bytes, length);

	make_room(pool);
	struct pooled *pooled = slot_of(pool, bytes, length, hash);
	if (pooled->length > 0)
		return pooled->offset;
	while (pool->capacity - pool->size < length)
		pool->bytes = memory_grow(pool->bytes, pool->capacity, &pool->capacity, 1);
	memcpy(pool->bytes + pool->size, bytes, length);
	*pooled = (struct pooled){hash, pool->size, length};
	pool->size += length;
	pool->string_count++;
	return pooled->offset;
}

void string_pool_free(struct string_pool *pool)
{
	free(pool->bytes);
	free(pool->strings);
}
