/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <strings.h>

#include "tools/shared/memory.h"

void answers_add(struct answers *answers, const struct answer *answer)
{
	answers->items =
	    memory_grow(answers->items, answers->count, &answers->capacity, sizeof *answers->items);
	answers->items[answers->count++] = *answer;
}

void answers_keep_status(struct answers *answers, const char *status)
{
	size_t kept = 0;

	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		if (answer->status && strcasecmp(answer->status, status) == 0)
			answers->items[kept++] = *answer;
	}
	answers->count = kept;
}
