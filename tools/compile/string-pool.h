/* Strings put one behind the other, each only once. */
#ifndef PORTDB_STRING_POOL_H
#define PORTDB_STRING_POOL_H

#include <stddef.h>
#include <stdint.h>

/* All zeros is an empty pool. */
struct string_pool {
	char *bytes;
	size_t size;
	size_t capacity;
	struct pooled *strings; /* what is there already: a hash table */
	size_t string_count;
	size_t slot_count;
};

/* Where the length bytes stand in the pool, put there unless they already are. */
size_t string_pool_add(struct string_pool *pool, const char *bytes, size_t length);
void string_pool_free(struct string_pool *pool);

#endif
