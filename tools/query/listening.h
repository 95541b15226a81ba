/* SPDX-License-Identifier: MIT */
/* The sockets on which this host is listening. */
#ifndef PORTDB_LISTENING_H
#define PORTDB_LISTENING_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listener {
	char address[INET6_ADDRSTRLEN];
	const char *protocol; /* "tcp" or "udp" */
	uint16_t port;
	unsigned long inode;
	char process[64]; /* names of the processes that have it, a comma between two; or "" */
};

struct listeners {
	struct listener *items; /* to be freed; in the order of ports */
	size_t count;
	size_t capacity;
	bool has_hidden_processes; /* there are some whose sockets this user may not see */
};

/* Reads /proc: TCP sockets that listen, UDP sockets that are bound and not connected, of IPv4 and
 * IPv6. False with errno set if there is none to be read. */
bool listening_find(struct listeners *listeners);

#endif
