/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"

/* A thing of more than a quarter of that gets a chunk of its own. */
#define CHUNK_SIZE 65536

struct arena_chunk {
	struct arena_chunk *next;
	_Alignas(max_align_t) char bytes[];
};

static struct arena_chunk *add_chunk(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = memory_allocate(memory_sum(sizeof *chunk, size));

	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

/* Behind the current chunk, which goes on being that. */
static void *add_chunk_for_one(struct arena *arena, size_t size)
{
	struct arena_chunk *current = arena->chunks;
	struct arena_chunk *chunk = add_chunk(arena, size);

	if (current) {
		arena->chunks = current;
		chunk->next = current->next;
		current->next = chunk;
	}
	return chunk->bytes;
}

/* size bytes at a multiple of alignment. */
static void *take(struct arena *arena, size_t size, size_t alignment)
{
	size_t padding = arena->next ? -(uintptr_t)arena->next % alignment : 0;

	if (!arena->next || arena->left < padding || arena->left - padding < size) {
		if (size > CHUNK_SIZE / 4)
			return add_chunk_for_one(arena, size);
		arena->next = add_chunk(arena, CHUNK_SIZE)->bytes;
		arena->left = CHUNK_SIZE;
		padding = 0;
	}
	char *taken = arena->next + padding;
	arena->next = taken + size;
	arena->left -= padding + size;
	return taken;
}

void *arena_allocate(struct arena *arena, size_t size)
{
	return take(arena, size, _Alignof(max_align_t));
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
	void *copy = arena_allocate(arena, size);

	if (size > 0)
		memcpy(copy, bytes, size);
	return copy;
}

char *arena_string(struct arena *arena, const char *bytes, size_t length)
{
	char *copy = take(arena, memory_sum(length, 1), 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
	struct buffer text = {0};
	va_list arguments;

	va_start(arguments, format);
	buffer_print_list(&text, format, arguments);
	va_end(arguments);
	char *copy = arena_string(arena, text.bytes, text.length);
	buffer_free(&text);
	return copy;
}

static void free_chunks(struct arena_chunk *chunk)
{
	while (chunk) {
		struct arena_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
}

void arena_empty(struct arena *arena)
{
	/* The current chunk stays, unless it was made for one large thing. */
	if (!arena->next) {
		arena_free(arena);
		return;
	}
	free_chunks(arena->chunks->next);
	arena->chunks->next = NULL;
	arena->next = arena->chunks->bytes;
	arena->left = CHUNK_SIZE;
}

void arena_free(struct arena *arena)
{
	free_chunks(arena->chunks);
	*arena = (struct arena){0};
}
