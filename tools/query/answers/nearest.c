/* SPDX-License-Identifier: MIT */
#include "nearest.h"

#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "tools/shared/memory.h"

/* No name of a service that is in use is longer; a longer one has no neighbours. */
#define LENGTH_MAX 63

struct nearest {
	const char *wanted; /* folded */
	size_t length;
	unsigned farthest; /* the distance that is still near */
	const char **names;
	unsigned distances[16];
	size_t count;
	size_t limit;
	struct arena memory; /* of what is folded; emptied after each name */
};

static unsigned least(unsigned one, unsigned other)
{
	return one < other ? one : other;
}

/*
 * How many bytes were put in, left out, changed, or swapped with the next: the optimal string
 * alignment distance. Three rows of its matrix are kept.
 */
static unsigned distance(const char *one, size_t one_length, const char *other, size_t length)
{
	unsigned rows[3][LENGTH_MAX + 1];
	unsigned *before = rows[0];
	unsigned *last = rows[1];
	unsigned *row = rows[2];

	for (size_t j = 0; j <= length; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= one_length; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= length; j++) {
			unsigned change = one[i - 1] != other[j - 1];
			row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + change);
			if (i > 1 && j > 1 && one[i - 1] == other[j - 2] &&
			    one[i - 2] == other[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		unsigned *free_row = before;
		before = last;
		last = row;
		row = free_row;
	}
	return last[length];
}

static bool is_there(const struct nearest *nearest, const char *name)
{
	for (size_t i = 0; i < nearest->count; i++)
		if (strcmp(nearest->names[i], name) == 0)
			return true;
	return false;
}

/* Puts the name behind those that are as near, and drops the last one where there are too many. */
static void insert(struct nearest *nearest, const char *name, unsigned how_far)
{
	size_t place = nearest->count;

	if (nearest->count == nearest->limit) {
		if (nearest->distances[nearest->count - 1] <= how_far)
			return;
		place--;
	} else {
		nearest->count++;
	}
	for (; place > 0 && nearest->distances[place - 1] > how_far; place--) {
		nearest->names[place] = nearest->names[place - 1];
		nearest->distances[place] = nearest->distances[place - 1];
	}
	nearest->names[place] = name;
	nearest->distances[place] = how_far;
}

static void consider(struct nearest *nearest, const char *name)
{
	size_t length = strlen(name);

	/* It differs by as much at least as the lengths do. */
	if (length > LENGTH_MAX || length + nearest->farthest < nearest->length ||
	    length > nearest->length + nearest->farthest)
		return;
	const char *folded = fold_text(&nearest->memory, name);
	length = strlen(folded);
	unsigned how_far = length > LENGTH_MAX
			       ? LENGTH_MAX
			       : distance(nearest->wanted, nearest->length, folded, length);
	arena_empty(&nearest->memory);
	if (how_far <= nearest->farthest && !is_there(nearest, name))
		insert(nearest, name, how_far);
}

static void consider_all(struct catalog *catalog, struct nearest *nearest)
{
	struct portdb_service service;

	for (uint32_t cursor = 0; catalog_next_service(catalog, &cursor, &service);) {
		consider(nearest, service.strings);
		for (uint32_t alias = service.protocol; portdb_next_string(&service, &alias);)
			consider(nearest, service.strings + alias);
	}
}

size_t nearest_names(struct catalog *catalog, const char *name, const char **names, size_t limit)
{
	struct nearest nearest = {.names = names};
	struct arena memory = {0};

	nearest.limit =
	    least((unsigned)limit, sizeof nearest.distances / sizeof *nearest.distances);
	nearest.wanted = fold_text(&memory, name);
	nearest.length = strlen(nearest.wanted);
	nearest.farthest = least(1 + (unsigned)nearest.length / 4, 3);
	if (nearest.length > 0 && nearest.length <= LENGTH_MAX)
		consider_all(catalog, &nearest);
	arena_free(&nearest.memory);
	arena_free(&memory);
	return nearest.count;
}
