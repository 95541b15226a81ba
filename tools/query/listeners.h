/* SPDX-License-Identifier: MIT */
/* Sockets that were found, whoever tells of them: what listening.h gives, and its rooms add to. */
#ifndef PORTDB_LISTENERS_H
#define PORTDB_LISTENERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct listener {
	char address[INET6_ADDRSTRLEN];
	const char *protocol; /* "tcp", "udp", "udplite", "sctp" or "dccp" */
	uint16_t port;
	uid_t user;
	unsigned long inode;
	uint64_t group;   /* the number of the control group that it was made in; 0: not known */
	char process[64]; /* names of the processes that have it, a comma between two; or "" */
	char unit[128];   /* the systemd units that those are of, in the same way */
};

/* What of the kernel's could not be read, though it is there. */
struct listening_failure {
	const char *path;
	int error;
};

/* One for each file below /proc/net. */
#define LISTENING_TABLES 7

struct listeners {
	struct listener *items; /* to be freed */
	size_t count;
	size_t capacity;
	bool has_hidden_processes; /* there are some whose sockets this user may not see */
	struct listening_failure failures[LISTENING_TABLES];
	size_t failure_count;
};

/*
 * States of sockets are sets of bits, each 1 << the kernel's number, as in enum of its
 * include/net/tcp_states.h.
 */
#define STATE_TIME_WAIT (1u << 6)
#define STATE_CLOSED    (1u << 7) /* of UDP: not connected */
#define STATE_LISTENING (1u << 10)
/* A socket of TCP that has a port and does not use it; since Linux 6.8 it can be asked for. */
#define STATE_BOUND (1u << 13)

/* A transport protocol, and the states of its sockets. */
struct transport {
	const char *name;
	int number;         /* IPPROTO_TCP, … */
	unsigned listening; /* one that waits for whoever comes */
	unsigned holding;   /* one that has its port now */
};

/* Adds a copy. */
void listeners_add(struct listeners *listeners, const struct listener *listener);

/* Into the order of ports, each only once: several may listen on one address. */
void listeners_sort(struct listeners *listeners);

#endif
