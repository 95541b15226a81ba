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
#include "ldif-file.h"
#include "service-access.h"
#include "services-file.h"
#include "table.h"
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
static struct source_name *add_tracked(struct source_list *list, char *path)
{
	struct source_name *name = add(list, path, joined(list->root.path, "", path));

	name->is_tracked = true;
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

/* Adds the sources among the entries of a directory that is open. */
static void add_entries(struct source_list *list, int descriptor, const char *path,
			const char *place, bool is_verbose, struct diagnostics *diagnostics)
{
	struct dirent **entries = NULL;
	int count = scandirat(descriptor, ".", &entries, NULL, in_byte_order);

	if (count < 0)
		diagnostics_error(diagnostics, place, "%s", strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		if (is_source(name))
			add_tracked(list, joined(path, "/", name));
		else if (is_verbose && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			mention(place, name);
		free(entries[i]);
	}
	free(entries);
}

/* Adds a directory, which may be missing, and the sources in it. */
static void add_directory(struct source_list *list, const char *path, bool is_verbose,
			  struct diagnostics *diagnostics)
{
	struct source_name *directory = add_tracked(list, memory_copy_string(path));
	const char *place = directory->file;

	directory->is_directory = true;
	directory->may_be_absent = true;
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
	/* The list may move its names, not the strings that they point to. */
	add_entries(list, descriptor, path, place, is_verbose, diagnostics);
	close(descriptor);
}

void source_list_add_system(struct source_list *list, bool is_verbose,
			    struct diagnostics *diagnostics)
{
	struct stat status;

	list->is_system = true;
	add_directory(list, PORTDB_DROPINS_DIRECTORY, is_verbose, diagnostics);
	add_tracked(list, memory_copy_string(SERVICES_FILE))->may_be_absent = true;
	/* Where there is none, lookups need not look for it. */
	if (root_look(&list->root, DISTRIBUTION_SERVICES, &status) ||
	    root_is_link(&list->root, DISTRIBUTION_SERVICES))
		add_tracked(list, memory_copy_string(DISTRIBUTION_SERVICES));
	add_tracked(list, memory_copy_string(PORTDB_REGISTRY))->may_be_absent = true;
	add_directory(list, PORTDB_TABLES_DIRECTORY, is_verbose, diagnostics);
}

/* False with errno set if that cannot be. */
static bool track(struct source *source, const struct source_list *list,
		  const struct source_name *name, const struct stat *status)
{
	bool is_ahead = input_is_ahead(status);
	bool is_linked;

	if (!name->is_tracked)
		return true;
	if (!root_is_linked(&list->root, name->path, &is_linked))
		return false;
	source->tracking = (struct tracking){
	    .kind = name->is_directory ? is_ahead ? PORTDB_DIRECTORY_AHEAD : PORTDB_DIRECTORY
		    : is_ahead         ? PORTDB_FILE_AHEAD
				       : PORTDB_FILE,
	    .time = is_ahead ? status->st_ctim : status->st_mtim,
	    .touched = status->st_ctim,
	    .size = name->is_directory ? 0 : (uint32_t)status->st_size,
	    .is_linked = is_linked,
	    .inode = is_linked ? (uint32_t)status->st_ino : 0,
	};
	return true;
}

/* Whether the failure in errno is that there is nothing, and that this is all right. */
static bool is_absence(const struct source_list *list, const struct source_name *name)
{
	return name->may_be_absent && (errno == ENOENT || errno == ENOTDIR) &&
	       !root_is_link(&list->root, name->path);
}

/* Whether nobody misses it: what is optional, and what only some distributions have. */
static bool is_optional(const struct source_list *list, const struct source_name *name)
{
	struct stat status;

	return strcmp(name->path, PORTDB_DROPINS_DIRECTORY) == 0 ||
	       (strcmp(name->path, SERVICES_FILE) == 0 &&
		root_look(&list->root, DISTRIBUTION_SERVICES, &status));
}

static void note_absence(struct source *source, const struct source_list *list,
			 const struct source_name *name, struct diagnostics *diagnostics)
{
	source->tracking.kind = PORTDB_ABSENT;
	if (!is_optional(list, name))
		diagnostics_warning(diagnostics, name->file, 0, "left out: %s", strerror(ENOENT));
}

/* Whether these are the sources of this system, which portdb.service compiles. */
static bool is_hosts_own(const struct source_list *list)
{
	return list->is_system && *list->root.path == '\0';
}

static const char *read_error(const struct source_list *list, const struct source_name *name)
{
	int error = errno;

	if (error == ENOENT && list->is_system && root_is_link(&list->root, name->path))
		return "a link that leads to nothing";
	if (error == EINVAL && list->is_system)
		return "not a regular file";
	/* Root itself is refused only without its capabilities. */
	if (error == EACCES && is_hosts_own(list) && geteuid() == 0)
		return service_access_explain(name->path);
	if (error == EFBIG)
		return list->is_system ? "larger than 64 MB, as no source of the system may be"
				       : "larger than 512 MB";
	if (error == ENOSYS && *list->root.path)
		return "below another root links can only be followed by Linux 5.6 or later";
	return strerror(error);
}

/* Whether all of the file was taken for what its name says it is. */
static bool parse(struct source *source, const struct source_name *name, const struct input *input,
		  enum services_reading reading, struct diagnostics *diagnostics)
{
	unsigned long errors = diagnostics->errors;

	/* Messages name the file as it is found now. */
	source->path = name->file;
	if (is_table(name->path))
		table_read(source, input->bytes, input->size, diagnostics);
	else if (is_ldif(name->path))
		ldif_file_read(source, input->bytes, input->size, diagnostics);
	else
		services_file_read(source, input->bytes, input->size, reading, diagnostics);
	source->path = name->path;
	return diagnostics->errors == errors;
}

/* What root compiles by hand and the service will lose. */
static void warn_of_refusal(const struct source_list *list, const struct source_name *name,
			    const struct stat *status, struct diagnostics *diagnostics)
{
	const char *refusal = NULL;

	if (is_hosts_own(list) && geteuid() == 0)
		refusal = service_access_refusal(name->path, status);
	if (refusal)
		diagnostics_warning(diagnostics, name->file, 0, "%s", refusal);
}

/*
 * Whether a source is lost that cannot be read for this reason, and the others do without. What has
 * to do with this moment alone, or with this machine, is no such reason: later it may be read.
 */
static bool is_lasting(int error)
{
	static const int lasting[] = {ENOENT, ENOTDIR, EISDIR,       EINVAL, EACCES,
				      EPERM,  ELOOP,   ENAMETOOLONG, EFBIG};

	for (size_t i = 0; i < LENGTH(lasting); i++)
		if (error == lasting[i])
			return true;
	return false;
}

/*
 * It has no claims. In the place of a services file anything counts as a change, so that "files" is
 * asked as well. Others are not tracked; the directory may be, in which they are.
 */
static void lose(struct source *source, const struct source_name *name,
		 struct diagnostics *diagnostics)
{
	source_close(source);
	source_open(source, name->path);
	source->tracking.is_lost = true;
	if (strcmp(name->path, SERVICES_FILE) == 0)
		source->tracking.kind = PORTDB_ABSENT;
	diagnostics->errors--;
	diagnostics->lost++;
}

static void read_file(struct source *source, const struct source_list *list,
		      const struct source_name *name, enum services_reading reading,
		      struct diagnostics *diagnostics)
{
	struct input input;
	bool is_read = input_read(&input, &list->root, list->is_system ? name->path : name->file,
				  list->is_system ? INPUT_REGULAR : INPUT_ANY);

	if (!is_read && is_absence(list, name)) {
		note_absence(source, list, name, diagnostics);
		return;
	}
	if (is_read && S_ISREG(input.status.st_mode))
		is_read = track(source, list, name, &input.status);
	bool is_lost = list->is_system && (is_read || is_lasting(errno));
	if (!is_read)
		diagnostics_error(diagnostics, name->file, "%s", read_error(list, name));
	else
		warn_of_refusal(list, name, &input.status, diagnostics);
	if (is_read && !input_is_nothing(&input))
		is_read = parse(source, name, &input, reading, diagnostics);
	free(input.bytes);
	if (!is_read && is_lost)
		lose(source, name, diagnostics);
}

struct source *source_list_read(const struct source_list *list, struct diagnostics *diagnostics)
{
	struct source *sources = memory_allocate_zeroed(list->count + 1, sizeof *sources);
	enum services_reading reading = services_reading_here();
	struct demand demand = {0};

	for (size_t i = 0; i < list->count; i++) {
		source_open(&sources[i], list->names[i].path);
		sources[i].demand = demand;
		const struct source_name *name = &list->names[i];
		if (!name->is_directory)
			read_file(&sources[i], list, name, reading, diagnostics);
		else if (name->status.st_mode == 0)
			note_absence(&sources[i], list, name, diagnostics);
		else if (!track(&sources[i], list, name, &name->status))
			diagnostics_error(diagnostics, name->file, "%s", strerror(errno));
		/* What is lost leaves its room to those below. */
		if (!sources[i].tracking.is_lost)
			demand = sources[i].demand;
	}
	return sources;
}

static bool has_changed(const struct source_list *list, const struct source_name *name,
			const struct tracking *tracking)
{
	struct stat status;

	if (tracking->kind == PORTDB_UNTRACKED || tracking->is_lost)
		return false;
	if (!root_look(&list->root, list->is_system ? name->path : name->file, &status))
		return tracking->kind != PORTDB_ABSENT;
	return tracking->kind == PORTDB_ABSENT ||
	       status.st_ctim.tv_sec != tracking->touched.tv_sec ||
	       status.st_ctim.tv_nsec != tracking->touched.tv_nsec ||
	       (tracking->is_linked && (uint32_t)status.st_ino != tracking->inode) ||
	       (!name->is_directory && (uint64_t)status.st_size != tracking->size);
}

bool source_list_has_changed(const struct source_list *list, const struct source *sources)
{
	for (size_t i = 0; i < list->count; i++)
		if (has_changed(list, &list->names[i], &sources[i].tracking))
			return true;
	return false;
}

void source_list_free(struct source_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->names[i].path);
		free(list->names[i].file);
	}
	free(list->names);
}
