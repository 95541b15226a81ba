#include "source-list.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"
#include "ldif-file.h"
#include "services-file.h"
#include "table.h"
#include "tools/shared/memory.h"

/* Where the C library has its own, whatever our directories are. */
#define SERVICES_FILE "/etc/services"

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

static bool is_ldif(const char *path)
{
	return ends_in(path, ".ldif");
}

static bool is_source(const char *name)
{
	return name[0] != '.' && (is_table(name) || is_ldif(name) || ends_in(name, ".services"));
}

/* Adds one file or directory of the system's. */
static struct source_name *add_tracked(struct source_list *list, const char *root, char *path)
{
	struct source_name *name = add(list, path, joined(root, "", path));

	name->is_tracked = true;
	return name;
}

static int in_byte_order(const struct dirent **one, const struct dirent **other)
{
	return strcmp((*one)->d_name, (*other)->d_name);
}

static void mention(const char *directory, const char *name)
{
	fprintf(stderr, "%s/%s: note: left alone: %s\n", directory, name,
		name[0] == '.' ? "hidden" : "its name ends in none of .services, .csv and .ldif");
}

/* Adds a directory, which may be missing, and the sources in it. */
static void add_directory(struct source_list *list, const char *root, const char *path,
			  bool is_verbose, struct diagnostics *diagnostics)
{
	struct source_name *directory = add_tracked(list, root, memory_copy_string(path));
	struct dirent **entries = NULL;

	directory->is_directory = true;
	directory->may_be_absent = true;
	const char *place = directory->file;
	/* In this order: what appears between the two is noticed later, by the time of the
	 * directory. */
	if (!input_look(place, &directory->status)) {
		directory->status.st_mode = 0;
		if (errno != ENOENT)
			diagnostics_error(diagnostics, place, "%s", strerror(errno));
		return;
	}
	int count = scandir(place, &entries, NULL, in_byte_order);
	if (count < 0 && errno != ENOENT)
		diagnostics_error(diagnostics, place, "%s", strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		if (is_source(name))
			add_tracked(list, root, joined(path, "/", name));
		else if (is_verbose && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			mention(place, name);
		/* The list may have moved its names, not the strings they point to. */
		free(entries[i]);
	}
	free(entries);
}

void source_list_add_system(struct source_list *list, const char *root, bool is_verbose,
			    struct diagnostics *diagnostics)
{
	add_directory(list, root, PORTDB_DROPINS_DIRECTORY, is_verbose, diagnostics);
	add_tracked(list, root, memory_copy_string(SERVICES_FILE))->may_be_absent = true;
	add_tracked(list, root, memory_copy_string(PORTDB_REGISTRY))->may_be_absent = true;
	add_directory(list, root, PORTDB_TABLES_DIRECTORY, is_verbose, diagnostics);
}

static void track(struct source *source, const struct source_name *name, const struct stat *status)
{
	if (!name->is_tracked)
		return;
	source->tracking = (struct tracking){
	    .kind = name->is_directory ? PORTDB_DIRECTORY : PORTDB_FILE,
	    .modified = status->st_mtim,
	    .size = name->is_directory ? 0 : (uint64_t)status->st_size,
	};
}

/* Whether the failure in errno is that there is nothing, and that this is all right. */
static bool is_absence(const struct source_name *name)
{
	return name->may_be_absent && (errno == ENOENT || errno == ENOTDIR);
}

static void note_absence(struct source *source, const struct source_name *name,
			 struct diagnostics *diagnostics)
{
	source->tracking.kind = PORTDB_ABSENT;
	/* Drop-ins are optional, what was installed is not. */
	if (strcmp(name->path, PORTDB_DROPINS_DIRECTORY) != 0)
		diagnostics_warning(diagnostics, name->file, 0, "left out: %s", strerror(ENOENT));
}

static void read_file(struct source *source, const struct source_name *name,
		      enum services_reading reading, struct diagnostics *diagnostics)
{
	struct input input;

	if (!input_read(&input, name->file)) {
		if (is_absence(name))
			note_absence(source, name, diagnostics);
		else
			diagnostics_error(diagnostics, name->file, "%s", strerror(errno));
		return;
	}
	track(source, name, &input.status);
	/* Messages name the file as it is found now. */
	source->path = name->file;
	if (is_table(name->path))
		table_read(source, input.bytes, input.size, diagnostics);
	else if (is_ldif(name->path))
		ldif_file_read(source, input.bytes, input.size, diagnostics);
	else
		services_file_read(source, input.bytes, input.size, reading, diagnostics);
	source->path = name->path;
	free(input.bytes);
}

struct source *source_list_read(const struct source_list *list, struct diagnostics *diagnostics)
{
	struct source *sources = memory_allocate_zeroed(list->count + 1, sizeof *sources);
	enum services_reading reading = services_reading_here();

	for (size_t i = 0; i < list->count; i++) {
		source_open(&sources[i], list->names[i].path);
		const struct source_name *name = &list->names[i];
		if (!name->is_directory)
			read_file(&sources[i], name, reading, diagnostics);
		else if (name->status.st_mode == 0)
			note_absence(&sources[i], name, diagnostics);
		else
			track(&sources[i], name, &name->status);
	}
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
