/* SPDX-License-Identifier: MIT */
/* The arena: whatever is asked for in whatever order, each thing is whole, and nobody else's. */
#include <criterion/criterion.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tools/shared/arena.h"

#define THINGS 3000

struct thing {
	unsigned char *bytes;
	size_t size;
};

static unsigned char mark_of(size_t number)
{
	return (unsigned char)(number * 37 + 1);
}

/* From nothing over what fills a chunk to what gets one of its own. */
static size_t random_size(struct random *random)
{
	static const unsigned limits[] = {2, 20, 200, 16384, 16386, 70000};

	return random_below(random, limits[random_below(random, sizeof limits / sizeof *limits)]);
}

static struct thing take(struct arena *arena, struct random *random, size_t number)
{
	struct thing thing = {.size = random_size(random)};

	/* Strings have no alignment, and so put the next thing out of step. */
	if (random_below(random, 2)) {
		char *text = malloc(thing.size + 1);
		memset(text, mark_of(number), thing.size);
		thing.bytes = (unsigned char *)arena_string(arena, text, thing.size);
		cr_assert_eq(thing.bytes[thing.size], '\0');
		free(text);
	} else {
		thing.bytes = arena_allocate(arena, thing.size);
		cr_assert_eq((uintptr_t)thing.bytes % alignof(max_align_t), 0);
		memset(thing.bytes, mark_of(number), thing.size);
	}
	return thing;
}

static bool is_whole(const struct thing *thing, unsigned char mark)
{
	for (size_t i = 0; i < thing->size; i++)
		if (thing->bytes[i] != mark)
			return false;
	return true;
}

Test(arena, keeps_each_thing_apart_and_aligned)
{
	static struct thing things[THINGS];
	struct random random = {0};
	struct arena arena = {0};

	for (unsigned round = 0; round < 3; round++) {
		for (size_t i = 0; i < THINGS; i++)
			things[i] = take(&arena, &random, i);
		for (size_t i = 0; i < THINGS; i++)
			cr_assert(is_whole(&things[i], mark_of(i)), "thing %zu", i);
		arena_empty(&arena);
	}
	arena_free(&arena);
	cr_expect_null(arena.chunks);
}

Test(arena, goes_on_in_the_same_chunk_behind_a_large_thing)
{
	struct arena arena = {0};
	const char *first = arena_string(&arena, "a", 1);
	const char *half = arena_allocate(&arena, 50000);

	/* There is no room for it behind the other. */
	arena_allocate(&arena, 20000);
	cr_expect_eq(arena_string(&arena, "b", 1), half + 50000);
	/* And in that one again, not in one that holds no more than the large thing. */
	arena_empty(&arena);
	cr_expect_eq(arena_string(&arena, "a", 1), first);
	arena_free(&arena);
}

Test(arena, gives_the_same_memory_again_once_emptied)
{
	struct arena arena = {0};

	for (unsigned i = 0; i < 1000; i++)
		arena_allocate(&arena, 1000);
	arena_empty(&arena);
	size_t left = arena.left;
	/* What is left is the chunk that was current, all of it free. */
	cr_expect_null(*(void **)arena.chunks, "there is more than one chunk left");
	cr_expect_gt(left, 65000);
	char *chunk = arena.next;
	cr_expect_eq(arena_string(&arena, "a", 1), chunk);
	cr_expect_eq(arena.left, left - 2);
	arena_free(&arena);
}

Test(arena, keeps_nothing_of_one_large_thing_once_emptied)
{
	struct arena arena = {0};

	arena_allocate(&arena, 100000);
	arena_empty(&arena);
	cr_expect_null(arena.chunks);
	cr_expect_str_eq(arena_string(&arena, "again", 5), "again");
	arena_free(&arena);
}

Test(arena, copies_bytes_and_prints)
{
	static const char bytes[] = {'a', '\0', 'b'};
	struct arena arena = {0};

	const char *copy = arena_copy(&arena, bytes, sizeof bytes);
	cr_expect_arr_eq(copy, bytes, sizeof bytes);
	cr_expect_not_null(arena_copy(&arena, NULL, 0));
	cr_expect_str_eq(arena_string(&arena, NULL, 0), "");
	cr_expect_str_eq(arena_print(&arena, "%s-%05d", "port", 22), "port-00022");
	cr_expect_str_eq(arena_print(&arena, "%s", ""), "");
	arena_free(&arena);
}
