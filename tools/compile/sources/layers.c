/* SPDX-License-Identifier: MIT */
#include "layers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

void layers_add(struct layers *layers, const char *directory, const char *name)
{
	size_t size = strlen(directory) + 1 + strlen(name) + 1;
	char *path = memory_allocate(size);

	snprintf(path, size, "%s/%s", directory, name);
	layers->files =
	    memory_grow(layers->files, layers->count, &layers->capacity, sizeof *layers->files);
	layers->files[layers->count] = (struct layered_file){
	    .path = path, .name = strrchr(path, '/') + 1, .order = layers->count};
	layers->count++;
}

static int compare_files(const void *one, const void *other)
{
	const struct layered_file *first = one;
	const struct layered_file *second = other;
	int order = strcmp(first->name, second->name);

	if (order != 0)
		return order;
	return first->order < second->order ? -1 : first->order > second->order;
}

void layers_sort(struct layers *layers)
{
	if (layers->count > 0)
		qsort(layers->files, layers->count, sizeof *layers->files, compare_files);
}

const struct layered_file *layers_find(const struct layers *layers, const char *name)
{
	size_t first = 0;
	size_t end = layers->count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (strcmp(layers->files[middle].name, name) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	if (first == layers->count || strcmp(layers->files[first].name, name) != 0)
		return NULL;
	return &layers->files[first];
}

void layers_free(struct layers *layers)
{
	for (size_t i = 0; i < layers->count; i++)
		free(layers->files[i].path);
	free(layers->files);
}
