/* SPDX-License-Identifier: MIT */
/* The sockets on which this host is listening. */
#ifndef PORTDB_LISTENING_H
#define PORTDB_LISTENING_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct listener {
	char address[INET6_ADDRSTRLEN];
	const char *protocol; /* "tcp", "udp", "udplite" or "sctp" */
	uint16_t port;
	uid_t user;
	unsigned long inode;
	char process[64]; /* names of the processes that have it, a comma between two; or "" */
	char unit[128];   /* the systemd units that those are of, in the same way */
};

/* What of the kernel's could not be read, though it is there. */
struct listening_failure {
	const char *path;
	int error;
};

#define LISTENING_TABLES 7

struct listeners {
	struct listener *items; /* to be freed; in the order of ports */
	size_t count;
	size_t capacity;
	bool has_hidden_processes; /* there are some whose sockets this user may not see */
	struct listening_failure failures[LISTENING_TABLES];
	size_t failure_count;
};

/*
 * Reads /proc: sockets of TCP and SCTP that listen, of UDP and UDP-Lite that are bound and not
 * connected, of IPv4 and IPv6. A protocol that the kernel does not have is no failure. False with
 * errno set if nothing can be read at all.
 */
bool listening_find(struct listeners *listeners);

/* The same for every socket that has a port of its own, connected or not, without its processes. */
bool listening_find_bound(struct listeners *listeners);

#endif
