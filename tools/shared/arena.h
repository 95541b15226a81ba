/* SPDX-License-Identifier: MIT */
/*
 * Memory for many things that live equally long: given out piece by piece, freed all at once. Sizes
 * are size_t, as what a source or a database holds may be larger than an int.
 */
#ifndef PORTDB_ARENA_H
#define PORTDB_ARENA_H

#include <stddef.h>

/* All zeros is an empty arena. */
struct arena {
	struct arena_chunk *chunks; /* the current one first */
	char *next;                 /* what is free of it: left bytes */
	size_t left;
};

/* size bytes, not set to anything, aligned for whatever is to be put there. */
void *arena_allocate(struct arena *arena, size_t size)
    __attribute__((returns_nonnull, alloc_size(2)));

/* A copy of size bytes, aligned in the same way. */
void *arena_copy(struct arena *arena, const void *bytes, size_t size)
    __attribute__((returns_nonnull));

/* A copy of length bytes with a NUL behind. */
char *arena_string(struct arena *arena, const char *bytes, size_t length)
    __attribute__((returns_nonnull));

/* What printf(3) makes of the arguments. */
char *arena_print(struct arena *arena, const char *format, ...)
    __attribute__((returns_nonnull, format(printf, 2, 3)));

/* Takes back all that was given out, for the arena to be used again. */
void arena_empty(struct arena *arena);

/* The same, and frees the memory. */
void arena_free(struct arena *arena);

#endif
