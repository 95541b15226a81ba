/* SPDX-License-Identifier: MIT */
/* The names of entries in a directory, as strings (RFC 4514). */
#ifndef PORTDB_DISTINGUISHED_NAME_H
#define PORTDB_DISTINGUISHED_NAME_H

#include <stdbool.h>

/*
 * Finds the first cn among the attributes that a dn starts with (cn=NAME+ipServiceProtocol=tcp,...)
 * and writes it, unescaped, to name, which has room for strlen(dn) + 1 bytes; "" if there is none.
 * False if the dn does not start as one.
 */
bool distinguished_name_read(const char *dn, char *name);

#endif
