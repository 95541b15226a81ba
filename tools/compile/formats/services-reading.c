/* SPDX-License-Identifier: MIT */
#include "services-reading.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Whether the parser makes of the line a service at this port with this protocol. */
static bool parses(services_reading_parser *parser, const char *line, uint16_t port,
		   const char *protocol)
{
	_Alignas(char *) char room[256];
	struct servent entry;
	int error;

	strcpy(room, line);
	return parser(room, &entry, room, sizeof room, &error) == 1 &&
	       (uint16_t)entry.s_port == htons(port) && strcmp(entry.s_proto, protocol) == 0;
}

static enum services_reading reading_of_version(const char *version)
{
	unsigned major;
	unsigned minor;

	if (sscanf(version, "%u.%u", &major, &minor) != 2)
		return READS_BASE_0;
	return major > 2 || (major == 2 && minor >= 44) ? READS_DECIMAL : READS_BASE_0;
}

enum services_reading services_reading_of(services_reading_parser *parser, const char *version)
{
	if (parser && parses(parser, "a 010/tcp\n", 8, "tcp") &&
	    parses(parser, "a 81//tcp\n", 81, "tcp"))
		return READS_BASE_0;
	if (parser && parses(parser, "a 010/tcp\n", 10, "tcp") &&
	    parses(parser, "a 81//tcp\n", 81, "/tcp"))
		return READS_DECIMAL;
	return reading_of_version(version);
}

enum services_reading services_reading_here(void)
{
	services_reading_parser *parser;

	/* It is there for nss_db to use, and since 2.34 in the C library itself. */
	*(void **)&parser = dlsym(RTLD_DEFAULT, "_nss_files_parse_servent");
	return services_reading_of(parser, gnu_get_libc_version());
}
