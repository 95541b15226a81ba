/* SPDX-License-Identifier: MIT */
#include "source-list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"
#include "layers.h"
#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"

/* Where the C library has its own, whatever our directories are; and a distribution its defaults.
 */
#define SERVICES_FILE         "/etc/services"
#define DISTRIBUTION_SERVICES "/usr/etc/services"

static char *joined(const char *directory, const char *separator, const char *name)
{
	size_t length = strlen(directory) + strlen(separator) + strlen(name);
	char *path = memory_allocate(length + 1);

	sprintf(path, "%s%s%s", directory, separator, name);
	return path;
}

static struct source_name *add(struct source_list *list, char *path, char *file)
{
	list->names = memory_grow(list->names, list->count, &list->capacity, sizeof *list->names);
	struct source_name *name = &list->names[list->count++];
	*name = (struct source_name){.path = path, .file = file};
	return name;
}

void source_list_add(struct source_list *list, const char *path, bool is_tracked)
{
	char directory[PATH_MAX];
	bool is_relative = path[0] != '/' && getcwd(directory, sizeof directory);
	char *known =
	    is_tracked && is_relative ? joined(directory, "/", path) : memory_copy_string(path);

	add(list, known, memory_copy_string(path))->is_tracked = is_tracked;
}

void source_list_add_reference(struct source_list *list, const char *path)
{
	add(list, memory_copy_string(path), memory_copy_string(path))->is_reference = true;
}

void source_list_add_standard_input(struct source_list *list, const char *name)
{
	add(list, memory_copy_string(name), memory_copy_string(name))->is_standard_input = true;
}

/* In upper or lower case: X.CSV is what some programs call what they save. */
static bool ends_in(const char *text, const char *ending)
{
	size_t length = strlen(text);
	size_t ending_length = strlen(ending);

	return length > ending_length && ascii_is_same(text + length - ending_length, ending);
}

enum shape_format source_list_format_of(const char *path)
{
	if (ends_in(path, ".csv"))
		return SHAPE_TABLE;
	return ends_in(path, ".ldif") ? SHAPE_LDIF : SHAPE_SERVICES;
}

bool source_list_is_dropin(const char *path)
{
	return ends_in(path, ".services");
}

static bool is_source(const char *name)
{
	return name[0] != '.' &&
	       (source_list_format_of(name) != SHAPE_SERVICES || source_list_is_dropin(name));
}

/* Adds one file or directory of the system's. */
static struct source_name *add_tracked(struct source_list *list, const char *path,
				       enum source_layer layer)
{
	struct source_name *name =
	    add(list, memory_copy_string(path), joined(list->root.path, "", path));

	name->is_tracked = true;
	name->layer = layer;
	return name;
}

static int in_byte_order(const struct dirent **one, const struct dirent **other)
{
	return strcmp((*one)->d_name, (*other)->d_name);
}

static void mention(const char *directory, const char *name)
{
	message_print("%s/%s: note: left alone: %s", directory, name,
		      name[0] == '.' ? "hidden"
				     : "its name ends in none of .services, .csv and .ldif");
}

/* Finds the sources among the entries of a directory that is open. */
static void find_entries(struct layers *layers, int descriptor, const char *path, const char *place,
			 bool is_verbose, struct diagnostics *diagnostics)
{
	struct dirent **entries = NULL;
	int count = scandirat(descriptor, ".", &entries, NULL, in_byte_order);

	if (count < 0)
		diagnostics_error(diagnostics, place, "%s", strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		if (is_source(name))
			layers_add(layers, path, name);
		else if (is_verbose && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			mention(place, name);
		free(entries[i]);
	}
	free(entries);
}

/* Adds a directory, which may be missing, and finds the sources in it. */
static void add_directory(struct source_list *list, struct layers *layers, const char *path,
			  enum source_layer layer, bool is_verbose, struct diagnostics *diagnostics)
{
	struct source_name *directory = add_tracked(list, path, layer);
	const char *place = directory->file;

	directory->is_directory = true;
	directory->may_be_absent = true;
	directory->is_optional = strcmp(path, PORTDB_TABLES_DIRECTORY) != 0;
	/* In this order: what appears between the two is noticed later, by the time of the
	 * directory. */
	int descriptor = -1;
	if (input_look(&list->root, path, &directory->status))
		descriptor = root_open_file(&list->root, path, O_RDONLY | O_DIRECTORY);
	if (descriptor < 0) {
		directory->status.st_mode = 0;
		if (errno != ENOENT)
			diagnostics_error(diagnostics, place, "%s", strerror(errno));
		return;
	}
	find_entries(layers, descriptor, path, place, is_verbose, diagnostics);
	close(descriptor);
}

static void add_masked(struct source_list *list, const char *path, enum source_layer layer,
		       size_t mask, bool is_verbose)
{
	list->masked = memory_grow(list->masked, list->masked_count, &list->masked_capacity,
				   sizeof *list->masked);
	struct masked_name *masked = &list->masked[list->masked_count++];
	*masked = (struct masked_name){memory_copy_string(path), joined(list->root.path, "", path),
				       layer, mask};
	if (is_verbose)
		message_print("%s: note: left alone: %s stands in its place", masked->file,
			      list->names[mask].file);
}

/* Adds the files of layers, but for those that one of the same name masks: of them, or above them.
 */
static void add_files(struct source_list *list, struct layers *layers, const struct layers *above,
		      enum source_layer layer, bool is_verbose)
{
	layers_sort(layers);
	for (size_t i = 0; i < layers->count; i++) {
		struct layered_file *file = &layers->files[i];
		const struct layered_file *mask = layers_find(above, file->name);
		if (!mask && i > 0 && strcmp(file[-1].name, file->name) == 0)
			mask = &file[-1];
		file->number = mask ? mask->number : list->count;
		if (mask)
			add_masked(list, file->path, layer, file->number, is_verbose);
		else
			add_tracked(list, file->path, layer);
	}
}

/* The C library's file, and what some distributions have in its place. */
static void add_services(struct source_list *list)
{
	struct stat status;
	bool is_there = root_look(&list->root, DISTRIBUTION_SERVICES, &status);
	struct source_name *services = add_tracked(list, SERVICES_FILE, LAYER_HOST);

	services->may_be_absent = true;
	services->is_optional = is_there;
	/* Where there is none, lookups need not look for it. */
	if (is_there || root_is_link(&list->root, DISTRIBUTION_SERVICES))
		add_tracked(list, DISTRIBUTION_SERVICES, LAYER_DISTRIBUTION);
}

void source_list_add_system(struct source_list *list, bool is_verbose,
			    struct diagnostics *diagnostics)
{
	const struct layers none = {0};
	struct layers site = {0};
	struct layers vendors = {0};
	struct layers tables = {0};

	list->is_system = true;
	add_directory(list, &site, PORTDB_DROPINS_DIRECTORY, LAYER_SITE, is_verbose, diagnostics);
	add_files(list, &site, &none, LAYER_SITE, is_verbose);
	add_services(list);
	/* A vendor cannot know the host's own file, nor another distribution's: it is below both.
	 */
	add_directory(list, &vendors, PORTDB_RUN_DROPINS_DIRECTORY, LAYER_VENDOR, is_verbose,
		      diagnostics);
	add_directory(list, &vendors, PORTDB_VENDOR_DROPINS_DIRECTORY, LAYER_VENDOR, is_verbose,
		      diagnostics);
	add_files(list, &vendors, &site, LAYER_VENDOR, is_verbose);
	add_directory(list, &tables, PORTDB_SITE_TABLES_DIRECTORY, LAYER_TABLES, is_verbose,
		      diagnostics);
	add_directory(list, &tables, PORTDB_TABLES_DIRECTORY, LAYER_TABLES, is_verbose,
		      diagnostics);
	add_files(list, &tables, &none, LAYER_TABLES, is_verbose);
	layers_free(&site);
	layers_free(&vendors);
	layers_free(&tables);
}

size_t source_list_count_own(const struct source_list *list)
{
	size_t count = 0;

	while (count < list->count && (list->is_system ? list->names[count].layer == LAYER_SITE
						       : !list->names[count].is_reference))
		count++;
	return list->is_system || count < list->count ? count : 0;
}

void source_list_free(struct source_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->names[i].path);
		free(list->names[i].file);
		free(list->names[i].kept.bytes);
	}
	for (size_t i = 0; i < list->masked_count; i++) {
		free(list->masked[i].path);
		free(list->masked[i].file);
	}
	free(list->names);
	free(list->masked);
}
