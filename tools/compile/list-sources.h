/* SPDX-License-Identifier: MIT */
/* Tells what a compilation reads, in order. */
#ifndef PORTDB_LIST_SOURCES_H
#define PORTDB_LIST_SOURCES_H

#include "tools/compile/sources/source-list.h"
#include "tools/shared/listing.h"

/*
 * Prints a listing of the sources that were read from the list: rows that are claims, size, and
 * whether each has changed since the database at path was compiled from it. Where path is NULL,
 * or there is no such database, there is nothing to say to that.
 */
void list_sources(const struct source_list *list, const struct source *sources, const char *path,
		  enum listing_format format);

#endif
