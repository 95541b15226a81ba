/* SPDX-License-Identifier: MIT */
/* Finding services by words that people remember, with case and accents folded. */
#ifndef PORTDB_SEARCH_H
#define PORTDB_SEARCH_H

#include "catalog.h"

/*
 * Adds every service, and every row that is none, that has each of the words (count of them, each
 * of which may hold several) somewhere in its names, aliases or descriptions of any language. Best
 * match first: the exact name, an alias, the start of a name, a part of one, a word of
 * a description, a part of a word; those alike in the order of enumeration.
 */
void search_services(struct catalog *catalog, char *const *words, size_t count,
		     struct answers *answers);

#endif
