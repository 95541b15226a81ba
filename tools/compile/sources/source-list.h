/* SPDX-License-Identifier: MIT */
/*
 * Which files a compilation reads.
 */
#ifndef PORTDB_SOURCE_LIST_H
#define PORTDB_SOURCE_LIST_H

#include <sys/stat.h>

#include "input.h"
#include "root.h"
#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/formats/shape.h"

/* Where a source of the system comes from, from the highest to the lowest. */
enum source_layer {
	LAYER_NONE, /* somebody named it */
	LAYER_SITE,
	LAYER_HOST,
	LAYER_DISTRIBUTION,
	LAYER_VENDOR,
	LAYER_TABLES,
};

/* One file to read, or one directory to watch. Both strings are the list's. */
struct source_name {
	char *path; /* as the database will know it */
	char *file; /* where it is now: the same, or below another root */
	bool is_tracked;
	bool may_be_absent;
	bool is_optional; /* nobody misses it */
	enum source_layer layer;
	bool is_standard_input;
	bool is_reference;  /* to be compared with: what is wrong with its rows is of no interest */
	struct input kept;  /* of a named source that can be read only once, when it was read */
	bool is_directory;  /* has no claims: it is tracked for what may appear in it, */
	struct stat status; /* since before its entries were read; no st_mode if it is absent */
};

/* One that is not read, as a file of the same name stands in its place. The strings are the list's.
 */
struct masked_name {
	char *path;
	char *file;
	enum source_layer layer;
	size_t mask; /* the number of that other */
};

/* Sources from the highest to the lowest, of one system. */
struct source_list {
	struct root root; /* the caller's */
	bool is_system;   /* these are the system's own, and not named one by one */
	struct source_name *names;
	size_t count;
	size_t capacity;
	struct masked_name *masked;
	size_t masked_count;
	size_t masked_capacity;
};

/* Adds a file that somebody named. Tracked, it is known by its absolute path. */
void source_list_add(struct source_list *list, const char *path, bool is_tracked);

/* Adds one below all that were named, for these to be compared with. */
void source_list_add_reference(struct source_list *list, const char *path);

/* Adds standard input, known by this name, whose ending tells its format as a file's would. */
void source_list_add_standard_input(struct source_list *list, const char *name);

/*
 * Adds those of the system, all of them tracked: the site's drop-ins, /etc/services,
 * /usr/etc/services, the drop-ins of vendors, and the tables. The files of each of these come in
 * the byte order of their names. A site's drop-in masks one of a vendor's, one in /run another
 * vendor's, and a site's table another of the tables. What masks may be empty, or a link to
 * /dev/null: then it holds nothing, also below a root that has no /dev. With is_verbose, files
 * that are left alone are mentioned.
 */
void source_list_add_system(struct source_list *list, bool is_verbose,
			    struct diagnostics *diagnostics);

/* What the ending of a file's name, in upper or lower case, says that it is. */
enum shape_format source_list_format_of(const char *path);

/* Whether it is written as services(5) has it, but for portdb alone. */
bool source_list_is_dropin(const char *path);

/*
 * How many of the first are the site's own: the drop-ins, or what is named above references. 0
 * where sources are named and none of them is a reference: nobody can tell then.
 */
size_t source_list_count_own(const struct source_list *list);

void source_list_free(struct source_list *list);

#endif
