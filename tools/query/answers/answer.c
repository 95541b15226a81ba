/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"

void answers_add(struct answers *answers, const struct answer *answer)
{
	answers->items =
	    memory_grow(answers->items, answers->count, &answers->capacity, sizeof *answers->items);
	answers->items[answers->count++] = *answer;
}

void answers_drop(struct answers *answers, size_t first, size_t count)
{
	if (count == 0)
		return;
	memmove(answers->items + first, answers->items + first + count,
		(answers->count - first - count) * sizeof *answers->items);
	answers->count -= count;
}

static bool have_one_text(const char *one, const char *other)
{
	return one == other || (one && other && strcmp(one, other) == 0);
}

static bool is_same(const struct answer *one, const struct answer *other)
{
	return one->has_port == other->has_port && one->port == other->port &&
	       one->last_port == other->last_port && have_one_text(one->name, other->name) &&
	       have_one_text(one->protocol, other->protocol);
}

static bool is_among(const struct answers *answers, size_t first, size_t end,
		     const struct answer *answer)
{
	for (size_t i = first; i < end; i++)
		if (is_same(&answers->items[i], answer))
			return true;
	return false;
}

void answers_drop_repeated(struct answers *answers, size_t first, size_t later)
{
	size_t kept = later;

	for (size_t i = later; i < answers->count; i++)
		if (!is_among(answers, first, later, &answers->items[i]))
			answers->items[kept++] = answers->items[i];
	answers->count = kept;
}

void answers_keep_status(struct answers *answers, const char *status)
{
	size_t kept = 0;

	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		if (answer->status && ascii_is_same(answer->status, status))
			answers->items[kept++] = *answer;
	}
	answers->count = kept;
}
