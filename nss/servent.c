/* SPDX-License-Identifier: MIT */
#include "servent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

bool portdb_point_at_aliases(char **aliases, uint32_t count, char *strings, uint32_t position,
			     uint32_t size)
{
	for (uint32_t i = 0; i < count; i++) {
		position += (uint32_t)strlen(strings + position) + 1;
		if (position >= size)
			return false;
		aliases[i] = strings + position;
	}
	aliases[count] = NULL;
	/* The last one ends with the strings, at the latest: its length would take time to find
	 * out. */
	return true;
}

int portdb_servent_fill(struct servent *entry, const struct portdb_service *service, char *buffer,
			size_t size)
{
	size_t padding = -(uintptr_t)buffer % _Alignof(char *);
	/* 64 bits, lest a damaged count overflow where a size_t has 32. */
	uint64_t pointers = ((uint64_t)service->alias_count + 1) * sizeof(char *);

	if (service->alias_count > service->strings_size)
		return EBADMSG;
	if (padding + pointers + service->strings_size > size)
		return ERANGE;

	char **aliases = (char **)(void *)(buffer + padding);
	char *strings = buffer + padding + (size_t)pointers;
	memcpy(strings, service->strings, service->strings_size);
	/* With both of these NULs every string ends within the buffer. */
	if (strings[service->strings_size - 1] != '\0' || strings[service->protocol - 1] != '\0' ||
	    !portdb_point_at_aliases(aliases, service->alias_count, strings, service->protocol,
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
