/* SPDX-License-Identifier: MIT */
/*
 * A service of the database as the struct servent that NSS wants.
 */
#ifndef PORTDB_SERVENT_H
#define PORTDB_SERVENT_H

#include <netdb.h>
#include <stddef.h>

#include "nss/reader/db.h"

/*
 * Points aliases at the first count strings behind the one at position; the size bytes at strings
 * end with a NUL. False unless there are that many.
 */
bool portdb_point_at_aliases(char **aliases, uint32_t count, char *strings, uint32_t position,
			     uint32_t size) __attribute__((visibility("hidden")));

/*
 * Fills *entry from service. The aliases' pointers, aligned, and all strings go into the size bytes
 * at buffer; nothing is written beyond them, and *entry points nowhere else. The port is in network
 * byte order. 0, ERANGE if the buffer is too small, EBADMSG if the service is damaged; then
 * *entry is as it was.
 */
int portdb_servent_fill(struct servent *entry, const struct portdb_service *service, char *buffer,
			size_t size) __attribute__((visibility("hidden")));

#endif
