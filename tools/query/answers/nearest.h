/* SPDX-License-Identifier: MIT */
/* Names that somebody may have meant. */
#ifndef PORTDB_NEAREST_H
#define PORTDB_NEAREST_H

#include "catalog.h"

/*
 * The names and aliases most like `name`, nearest first, at most `limit` of them: how many there
 * are. They are the database's. A name counts as near that is no further than one letter, and one
 * more for each four letters, three at most.
 */
size_t nearest_names(struct catalog *catalog, const char *name, const char **names, size_t limit);

#endif
