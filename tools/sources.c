#include "sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "memory.h"
#include "services-file.h"
#include "table.h"

static char *joined(const char *directory, const char *separator, const char *name)
{
	size_t length = strlen(directory) + strlen(separator) + strlen(name);
	char *path = memory_allocate(length + 1);

	sprintf(path, "%s%s%s", directory, separator, name);
	return path;
}

static void add(struct source_list *list, char *path, char *file)
{
	list->names = memory_grow(list->names, list->count, &list->capacity, sizeof *list->names);
	list->names[list->count++] = (struct source_name){path, file};
}

void source_list_add(struct source_list *list, const char *path)
{
	add(list, memory_copy_string(path), memory_copy_string(path));
}

static bool ends_in(const char *text, const char *ending)
{
	size_t length = strlen(text);
	size_t ending_length = strlen(ending);

	return length > ending_length && strcmp(text + length - ending_length, ending) == 0;
}

static bool is_table(const char *path)
{
	return ends_in(path, ".csv");
}

static int select_table(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && is_table(entry->d_name);
}

static int in_byte_order(const struct dirent **one, const struct dirent **other)
{
	return strcmp((*one)->d_name, (*other)->d_name);
}

/* Adds the tables of a directory. */
static void add_tables(struct source_list *list, const char *root, const char *directory,
		       struct diagnostics *diagnostics)
{
	char *place = joined(root, "", directory);
	struct dirent **entries = NULL;
	int count = scandir(place, &entries, select_table, in_byte_order);

	if (count < 0)
		report_warning(diagnostics, place, 0, "left out: %s", strerror(errno));
	for (int i = 0; i < count; i++) {
		add(list, joined(directory, "/", entries[i]->d_name),
		    joined(place, "/", entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	free(place);
}

/* Adds one file, unless it is not there. */
static void add_if_there(struct source_list *list, const char *root, const char *path,
			 struct diagnostics *diagnostics)
{
	char *file = joined(root, "", path);
	FILE *stream = fopen(file, "re");

	if (!stream && errno == ENOENT) {
		report_warning(diagnostics, file, 0, "left out: %s", strerror(errno));
		free(file);
		return;
	}
	if (stream)
		fclose(stream);
	add(list, memory_copy_string(path), file);
}

void source_list_add_system(struct source_list *list, const char *root,
			    struct diagnostics *diagnostics)
{
	add_if_there(list, root, "/etc/services", diagnostics);
	add_tables(list, root, PORTDB_TABLES_DIRECTORY, diagnostics);
}

static void read_source(struct source *source, const struct source_name *name,
			struct diagnostics *diagnostics)
{
	struct input input;

	source_open(source, name->path);
	if (!input_read(&input, name->file)) {
		report_error(diagnostics, name->file, "%s", strerror(errno));
		return;
	}
	/* Messages name the file as it is found now. */
	source->path = name->file;
	if (is_table(name->path))
		table_read(source, input.bytes, input.size, diagnostics);
	else
		services_file_read(source, input.bytes, input.size, diagnostics);
	source->path = name->path;
	free(input.bytes);
}

struct source *source_list_read(const struct source_list *list, struct diagnostics *diagnostics)
{
	struct source *sources = memory_allocate_zeroed(list->count + 1, sizeof *sources);

	for (size_t i = 0; i < list->count; i++)
		read_source(&sources[i], &list->names[i], diagnostics);
	return sources;
}

void source_list_free(struct source_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->names[i].path);
		free(list->names[i].file);
	}
	free(list->names);
}
