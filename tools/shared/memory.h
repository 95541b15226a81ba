/* SPDX-License-Identifier: MIT */
/* Memory for the tools, which end with one clear line when there is none. */
#ifndef PORTDB_MEMORY_H
#define PORTDB_MEMORY_H

#include <stddef.h>

/* How many elements an array has. */
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* As malloc(3), but never NULL. */
void *memory_allocate(size_t size) __attribute__((returns_nonnull));

/*
 * An array with room for one element more: the given one, or where it has no more room, a larger
 * one in its place. *capacity is in elements. It doubles, so that growing costs linear time.
 */
void *memory_grow(void *array, size_t count, size_t *capacity, size_t element_size)
    __attribute__((returns_nonnull));

/* As realloc(3), but never NULL. */
void *memory_resize(void *memory, size_t size) __attribute__((returns_nonnull));

/* The sum of two sizes; there is no memory for one that a size_t cannot hold. */
size_t memory_sum(size_t one, size_t other);

/* As calloc(3), but never NULL. */
void *memory_allocate_zeroed(size_t count, size_t element_size) __attribute__((returns_nonnull));

/* As strdup(3), but never NULL. */
char *memory_copy_string(const char *string) __attribute__((returns_nonnull));

/*
 * What a library gave, where NULL means that there was no memory for it: then the program ends as
 * above. A library's result where a negative number means the same.
 */
void *memory_checked(void *memory) __attribute__((returns_nonnull));
void memory_check_result(int result);

#endif
