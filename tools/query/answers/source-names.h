/* SPDX-License-Identifier: MIT */
/* Sources as people know them. */
#ifndef PORTDB_SOURCE_NAMES_H
#define PORTDB_SOURCE_NAMES_H

#include "catalog.h"

/*
 * The end of a source's path, "services" or "site.csv"; as many directories before it as it takes
 * to tell it from all others that have claims: "/etc/services" and "usr/etc/services".
 */
const char *source_names_short(struct catalog *catalog, uint32_t number);

#endif
