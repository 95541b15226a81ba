/* SPDX-License-Identifier: MIT */
/*
 * Databases made of text, in memory.
 */
#ifndef PORTDB_TESTS_TEXT_DATABASE_H
#define PORTDB_TESTS_TEXT_DATABASE_H

#include <stddef.h>

#include "nss/reader/db.h"
#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/formats/services-reading.h"
#include "tools/compile/image/image.h"
#include "tools/compile/merge/merge.h"

/* A database with everything that went into it. Free it with database_free. */
struct database {
	struct source *sources;
	size_t source_count;
	struct merged merged;
	struct image image;
	struct portdb db;
	struct diagnostics diagnostics;
};

/* Any bytes. */
struct text {
	const char *bytes;
	size_t size;
	enum services_reading reading; /* if it is a services(5) file */
};

#define DATABASE_SOURCES_MAX 8

/*
 * Compiles texts, highest first, DATABASE_SOURCES_MAX of them at most: a table where one starts
 * with "Service Name,", LDIF where with "dn:" or "version:", else a services(5) file. The sources'
 * paths are "source 0", "source 1", …. NULL, or what is wrong with the image that came of it.
 */
const char *database_compile(struct database *database, const struct text *texts, size_t count);
void database_free(struct database *database);

/* A services(5) file of "many 1/tcp" with so many aliases: "alias-00000" and so on. To free(3). */
char *text_of_many_aliases(unsigned count);

#endif
