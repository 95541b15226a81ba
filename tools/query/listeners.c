/* SPDX-License-Identifier: MIT */
#include "listeners.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

void listeners_add(struct listeners *listeners, const struct listener *listener)
{
	listeners->items =
	    memory_grow(listeners->items, listeners->count, &listeners->capacity, sizeof *listener);
	listeners->items[listeners->count++] = *listener;
}

static int compare(const void *one, const void *other)
{
	const struct listener *first = one;
	const struct listener *second = other;

	if (first->port != second->port)
		return first->port < second->port ? -1 : 1;
	int protocols = strcmp(first->protocol, second->protocol);
	if (protocols != 0)
		return protocols;
	int texts = strcmp(first->address, second->address);
	if (texts == 0)
		texts = strcmp(first->process, second->process);
	if (texts == 0)
		texts = strcmp(first->unit, second->unit);
	if (texts == 0 && first->user != second->user)
		texts = first->user < second->user ? -1 : 1;
	return texts;
}

void listeners_sort(struct listeners *listeners)
{
	size_t kept = 0;

	if (listeners->count > 0)
		qsort(listeners->items, listeners->count, sizeof *listeners->items, compare);
	for (size_t i = 0; i < listeners->count; i++)
		if (kept == 0 || compare(&listeners->items[kept - 1], &listeners->items[i]) != 0)
			listeners->items[kept++] = listeners->items[i];
	listeners->count = kept;
}
