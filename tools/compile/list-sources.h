/* SPDX-License-Identifier: MIT */
/* Tells what a compilation reads, in order. */
#ifndef PORTDB_LIST_SOURCES_H
#define PORTDB_LIST_SOURCES_H

#include "tools/compile/sources/source-list.h"
#include "tools/shared/listing.h"

/*
 * Prints a listing of the sources that were read from the list: rows that are claims, size, and
 * whether each has changed since the database at path was compiled from it. Where path is NULL,
 * or there is no such database, there is nothing to say to that. Below a source stand those that it
 * masks; and how many of a source's rows others hide is told as well. In JSON and CSV there are
 * columns for that, and for the layers, if the sources are the system's or if rows are hidden.
 */
void list_sources(const struct source_list *list, const struct source *sources, const char *path,
		  enum listing_format format);

#endif
