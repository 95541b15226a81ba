/* SPDX-License-Identifier: MIT */
/*
 * Reading the sources of a list: what is wrong with them is reported, and what is done to them
 * later is noticed.
 */
#ifndef PORTDB_READ_SOURCES_H
#define PORTDB_READ_SOURCES_H

#include "source-list.h"
#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"

/*
 * Reads all of the list: the sources, list->count of them, in its order, which are the caller's to
 * close and free; what was wrong with them is reported. One of the system's that cannot be read is
 * lost, and has no claims; one that was named is an error. services(5) files are read as this C
 * library reads them, but those whose name ends in .services may have ranges. Reading once more
 * gives what is there then, and of standard input and of pipes what there was.
 */
struct source *read_sources(struct source_list *list, struct diagnostics *diagnostics);

/*
 * Whether a source, tracked or not, is another by now than when it was read; but for pipes and
 * standard input, which hold what they hold once.
 */
bool read_sources_have_changed(const struct source_list *list, const struct source *sources);

#endif
