/* SPDX-License-Identifier: MIT */
/*
 * A service of the database as the struct servent that NSS wants.
 */
#ifndef PORTDB_SERVENT_H
#define PORTDB_SERVENT_H

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>

#include "nss/reader/db.h"
#include "nss/reader/lookup.h"

/*
 * Points aliases at the first count strings behind the one at position; the size bytes at strings
 * end with a NUL. False unless there are that many.
 */
bool portdb_point_at_aliases(char **aliases, uint32_t count, char *strings, uint32_t position,
			     uint32_t size) __attribute__((visibility("hidden")));

/* Most services' strings are no longer. */
#define PORTDB_BLOCK 32

/*
 * Fills *entry from service. The aliases' pointers, aligned, and all strings go into the size bytes
 * at buffer; nothing is written beyond them, and *entry points nowhere else. The port is in network
 * byte order. 0, ERANGE if the buffer is too small, EBADMSG if the service is damaged; then
 * *entry is as it was.
 */
PORTDB_INLINE int portdb_servent_fill(struct servent *entry, const struct portdb_service *service,
				      char *buffer, size_t size)
{
	uint32_t count = service->alias_count;
	size_t padding = -(uintptr_t)buffer % _Alignof(char *);
	/* 64 bits, lest a damaged count overflow where a size_t has 32. */
	uint64_t pointers = ((uint64_t)count + 1) * sizeof(char *);

	if (count > service->strings_size)
		return EBADMSG;
	if (padding + pointers + service->strings_size > size)
		return ERANGE;

	char **aliases = (char **)(void *)(buffer + padding);
	char *strings = buffer + padding + (size_t)pointers;
	/* As one block, where that stays within both. */
	if (service->strings_size <= PORTDB_BLOCK && service->room >= PORTDB_BLOCK &&
	    padding + pointers + PORTDB_BLOCK <= size)
		memcpy(strings, service->strings, PORTDB_BLOCK);
	else
		memcpy(strings, service->strings, service->strings_size);
	/* With both of these NULs every string ends within the buffer. */
	if (strings[service->strings_size - 1] != '\0' || strings[service->protocol - 1] != '\0')
		return EBADMSG;
	aliases[0] = NULL;
	if (count == 1 && service->short_protocol != 0) {
		/* Its number tells the protocol's length. */
		unsigned bits = 31 - (unsigned)__builtin_clz(service->short_protocol);
		uint32_t alias = service->protocol + bits / 8 + 1;
		if (alias >= service->strings_size || strings[alias - 1] != '\0')
			return EBADMSG;
		aliases[0] = strings + alias;
		aliases[1] = NULL;
	} else if (count > 0 && !portdb_point_at_aliases(aliases, count, strings, service->protocol,
							 service->strings_size))
		return EBADMSG;

	*entry = (struct servent){
	    .s_name = strings,
	    .s_aliases = aliases,
	    .s_port = htons(service->port),
	    .s_proto = strings + service->protocol,
	};
	return 0;
}

#endif
