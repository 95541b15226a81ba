/* SPDX-License-Identifier: MIT */
#include "source-names.h"

#include <string.h>

/* Whether a path ends in these parts. */
static bool ends_in(const char *path, const char *end)
{
	size_t length = strlen(path);
	size_t end_length = strlen(end);

	return length >= end_length && strcmp(path + length - end_length, end) == 0 &&
	       (length == end_length || path[length - end_length - 1] == '/');
}

static bool is_anothers(struct catalog *catalog, uint32_t number, const char *end)
{
	struct portdb_source_row other;

	for (uint32_t i = 0; portdb_source_get(&catalog->claims, i, &other) == PORTDB_OK; i++)
		if (i != number && other.claim_count > 0 && ends_in(other.path, end))
			return true;
	return false;
}

static const char *shorten(struct catalog *catalog, uint32_t number, const char *path)
{
	const char *start = path + strlen(path);

	do {
		while (start > path && start[-1] != '/')
			start--;
		if (!is_anothers(catalog, number, start))
			return start;
		/* The next part, or the '/' that a whole path starts with. */
		if (start > path)
			start--;
	} while (start > path);
	return path;
}

const char *source_names_short(struct catalog *catalog, uint32_t number)
{
	struct portdb_source_row source;
	uint32_t count = catalog->claims.source_count;

	if (number >= count || portdb_source_get(&catalog->claims, number, &source) != PORTDB_OK)
		return "";
	if (!catalog->short_names) {
		catalog->short_names =
		    arena_allocate(&catalog->memory, count * sizeof *catalog->short_names);
		memset(catalog->short_names, 0, count * sizeof *catalog->short_names);
	}
	if (!catalog->short_names[number])
		catalog->short_names[number] = shorten(catalog, number, source.path);
	return catalog->short_names[number];
}
