/*
 * Which files a compilation reads, and reading them.
 */
#ifndef PORTDB_SOURCES_H
#define PORTDB_SOURCES_H

#include "claim.h"
#include "diagnostics.h"

/* One file to read. Both strings are the list's. */
struct source_name {
	char *path; /* as the database will know it */
	char *file; /* where it is now: the same, or below another root */
};

/* Sources from the highest to the lowest. All zeros is an empty list. */
struct source_list {
	struct source_name *names;
	size_t count;
	size_t capacity;
};

/* Adds one that somebody named. */
void source_list_add(struct source_list *list, const char *path);

/*
 * Adds those of the system whose root directory is root ("" for this one's): /etc/services, then
 * the installed tables in the byte order of their names. One that is not there is left out, with a
 * warning.
 */
void source_list_add_system(struct source_list *list, const char *root,
			    struct diagnostics *diagnostics);

/*
 * Reads all of the list: the sources, list->count of them, in its order, which are the caller's to
 * close and free; what was wrong with them is reported.
 */
struct source *source_list_read(const struct source_list *list, struct diagnostics *diagnostics);

void source_list_free(struct source_list *list);

#endif
