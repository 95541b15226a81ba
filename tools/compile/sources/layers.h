/* SPDX-License-Identifier: MIT */
/*
 * Files of several directories in one order, that of the bytes of their names. Of those that share
 * a name, the one of the highest directory stands in the place of the others: it masks them, as
 * hwdb(7) and tmpfiles.d(5) have it.
 */
#ifndef PORTDB_LAYERS_H
#define PORTDB_LAYERS_H

#include <stddef.h>

struct layered_file {
	char *path;
	const char *name; /* in path */
	size_t order;     /* in which it was added */
	size_t number;    /* for the caller's own use */
};

/* All zeros is none. */
struct layers {
	struct layered_file *files;
	size_t count;
	size_t capacity;
};

/* Adds a file. Those of the highest directory come first. */
void layers_add(struct layers *layers, const char *directory, const char *name);

/* Sorts them: by name, and those of one name from the highest directory to the lowest. */
void layers_sort(struct layers *layers);

/* The highest file of that name among sorted ones, or NULL. */
const struct layered_file *layers_find(const struct layers *layers, const char *name);

void layers_free(struct layers *layers);

#endif
