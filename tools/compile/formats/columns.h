/* SPDX-License-Identifier: MIT */
/* The columns of tables, by their names: those of IANA's registry, and a few more. */
#ifndef PORTDB_COLUMNS_H
#define PORTDB_COLUMNS_H

#include <stdbool.h>

/* The columns that make a service; the others are facts. */
enum column {
	SERVICE_NAME,
	PORT_NUMBER,
	TRANSPORT_PROTOCOL,
	ALIASES,
	FACT,    /* kept under its own name */
	IGNORED, /* unknown */
};

/* A table must have these: the first ones. */
#define COLUMNS_NEEDED ALIASES

/* How many are known, besides descriptions in any number of languages. */
#define COLUMNS_KNOWN 11

enum column columns_find(const char *name);

/* The name of one that makes a service. */
const char *columns_name(enum column column);

/* Whether only IANA's registry has such a column. Who has one is the registry. */
bool columns_is_registry(const char *name);

/* What was meant by the name of an ignored column, if but case, blanks or an ending make the
 * difference; NULL if that cannot be told. */
const char *columns_meant(const char *name);

#endif
