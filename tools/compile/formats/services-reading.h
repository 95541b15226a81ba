/* SPDX-License-Identifier: MIT */
/*
 * How a C library's "files" reads the port of a services(5) file. glibc 2.44 changed it, and
 * distributions take such changes into older versions.
 */
#ifndef PORTDB_SERVICES_READING_H
#define PORTDB_SERVICES_READING_H

#include <netdb.h>
#include <stddef.h>

enum services_reading {
	READS_BASE_0,  /* up to 2.43: octal and hexadecimal ports too, then any number of slashes */
	READS_DECIMAL, /* from 2.44 on: decimal ports, then one slash */
};

/*
 * The C library's parser of one line, which it cuts up, with size bytes of room that the line may
 * be the first of. 1 for a service, 0 for none, -1 and *error for too little room.
 */
typedef int services_reading_parser(char *line, struct servent *result, void *room, size_t size,
				    int *error);

/*
 * How the parser reads, by two lines that show it. By the C library's version, as
 * gnu_get_libc_version(3) has it, where there is no parser (NULL) or it answers as none of both.
 */
enum services_reading services_reading_of(services_reading_parser *parser, const char *version);

/* How this process's C library reads. */
enum services_reading services_reading_here(void);

#endif
