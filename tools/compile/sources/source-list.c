/* SPDX-License-Identifier: MIT */
#include "source-list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"
#include "layers.h"
#include "ldif-file.h"
#include "service-access.h"
#include "services-file.h"
#include "shape.h"
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

	return length > ending_length && strcasecmp(text + length - ending_length, ending) == 0;
}

static enum shape_format format_of(const char *path)
{
	if (ends_in(path, ".csv"))
		return SHAPE_TABLE;
	return ends_in(path, ".ldif") ? SHAPE_LDIF : SHAPE_SERVICES;
}

/* Written as services(5) has it, but for portdb alone. */
static bool is_dropin(const char *path)
{
	return ends_in(path, ".services");
}

static bool is_source(const char *name)
{
	return name[0] != '.' && (format_of(name) != SHAPE_SERVICES || is_dropin(name));
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

static void note_absence(struct source *source, const struct source_name *name,
			 struct diagnostics *diagnostics)
{
	source->tracking.kind = PORTDB_ABSENT;
	if (!name->is_optional)
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
	unsigned long refused = diagnostics->refused;
	enum shape_format format = format_of(name->path);
	bool is_quiet = diagnostics->is_quiet;

	/* Messages name the file as it is found now. */
	source->path = name->file;
	diagnostics->is_quiet = is_quiet || name->is_reference;
	bool is_of_rows = shape_check(source->path, input->bytes, input->size, format, diagnostics);
	diagnostics->is_quiet = diagnostics->is_quiet || !is_of_rows;
	if (format == SHAPE_TABLE)
		table_read(source, input->bytes, input->size, diagnostics);
	else if (format == SHAPE_LDIF)
		ldif_file_read(source, input->bytes, input->size, diagnostics);
	else
		(is_dropin(name->path) ? services_file_read_ranges : services_file_read)(
		    source, input->bytes, input->size, reading, diagnostics);
	/* What was refused was told of. */
	if (diagnostics->errors == errors && diagnostics->refused == refused)
		shape_check_emptiness(source, input->bytes, input->size, format, diagnostics);
	diagnostics->is_quiet = is_quiet;
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
	const struct stat seen = source->seen;

	source_close(source);
	source_open(source, name->path);
	source->seen = seen;
	source->tracking.is_lost = true;
	if (strcmp(name->path, SERVICES_FILE) == 0)
		source->tracking.kind = PORTDB_ABSENT;
	diagnostics->errors--;
	diagnostics->lost++;
}

/* The bytes of a source. What is no file has them once, so they are kept. */
static bool get_bytes(const struct source_list *list, struct source_name *name, struct input *input)
{
	enum input_kind kind = list->is_system           ? INPUT_REGULAR
			       : name->is_standard_input ? INPUT_STANDARD
							 : INPUT_ANY;

	if (name->kept.bytes) {
		*input = name->kept;
		return true;
	}
	if (!input_read(input, &list->root, list->is_system ? name->path : name->file, kind))
		return false;
	if (!list->is_system && (name->is_standard_input || !S_ISREG(input->status.st_mode)))
		name->kept = *input;
	return true;
}

static void read_file(struct source *source, const struct source_list *list,
		      struct source_name *name, enum services_reading reading,
		      struct diagnostics *diagnostics)
{
	struct input input;

	/* The directory tells when another takes the link's place. */
	if (list->is_system && root_is_link_to(&list->root, name->path, "/dev/null"))
		return;
	bool is_read = get_bytes(list, name, &input);

	if (!is_read && is_absence(list, name)) {
		note_absence(source, name, diagnostics);
		return;
	}
	if (is_read && S_ISREG(input.status.st_mode) && !name->is_standard_input) {
		source->seen = input.status;
		is_read = track(source, list, name, &input.status);
	}
	bool is_lost = list->is_system && (is_read || is_lasting(errno));
	if (!is_read)
		diagnostics_error(diagnostics, name->file, "%s", read_error(list, name));
	else
		warn_of_refusal(list, name, &input.status, diagnostics);
	if (is_read && !input_is_nothing(&input) && !(list->is_system && input.size == 0))
		is_read = parse(source, name, &input, reading, diagnostics);
	if (!name->kept.bytes)
		free(input.bytes);
	if (!is_read && is_lost)
		lose(source, name, diagnostics);
	source->is_unread = !is_read;
}

struct source *source_list_read(struct source_list *list, struct diagnostics *diagnostics)
{
	struct source *sources = memory_allocate_zeroed(list->count + 1, sizeof *sources);
	enum services_reading reading = services_reading_here();
	struct demand demand = {0};

	for (size_t i = 0; i < list->count; i++) {
		source_open(&sources[i], list->names[i].path);
		sources[i].demand = demand;
		struct source_name *name = &list->names[i];
		sources[i].seen = name->status;
		if (!name->is_directory)
			read_file(&sources[i], list, name, reading, diagnostics);
		else if (name->status.st_mode == 0)
			note_absence(&sources[i], name, diagnostics);
		else if (!track(&sources[i], list, name, &name->status))
			diagnostics_error(diagnostics, name->file, "%s", strerror(errno));
		/* What is lost leaves its room to those below. */
		if (!sources[i].tracking.is_lost)
			demand = sources[i].demand;
	}
	return sources;
}

static bool has_changed(const struct source_list *list, const struct source_name *name,
			const struct source *source)
{
	const struct stat *seen = &source->seen;
	struct stat status;

	if (!root_look(&list->root, list->is_system ? name->path : name->file, &status))
		return seen->st_mode != 0;
	if (seen->st_mode == 0)
		return source->tracking.kind == PORTDB_ABSENT && !source->tracking.is_lost;
	return status.st_ctim.tv_sec != seen->st_ctim.tv_sec ||
	       status.st_ctim.tv_nsec != seen->st_ctim.tv_nsec || status.st_size != seen->st_size ||
	       status.st_ino != seen->st_ino;
}

bool source_list_has_changed(const struct source_list *list, const struct source *sources)
{
	for (size_t i = 0; i < list->count; i++)
		if (has_changed(list, &list->names[i], &sources[i]))
			return true;
	return false;
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
