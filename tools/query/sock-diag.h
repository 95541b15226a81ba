/* SPDX-License-Identifier: MIT */
/*
 * Sockets by the kernel's own word, sock_diag(7): any program may ask for those of its network
 * namespace. It tells more than /proc/net does: sockets of TCP that are bound and no more, DCCP,
 * and the control group of everybody's.
 */
#ifndef PORTDB_SOCK_DIAG_H
#define PORTDB_SOCK_DIAG_H

#include "listeners.h"

/*
 * Adds the sockets of a protocol and family, AF_INET or AF_INET6, that are in one of the states.
 * False if the kernel does not tell, or who started this process does not let it; none is added
 * then.
 */
bool sock_diag_add(struct listeners *listeners, const struct transport *transport, int family,
		   unsigned states);

enum sock_diag_progress {
	SOCK_DIAG_MORE, /* what was asked for is not complete yet */
	SOCK_DIAG_DONE,
	SOCK_DIAG_FAILED, /* the kernel refuses, or these are no messages */
};

/* Adds what is in bytes that the kernel sent, one netlink message after another. */
enum sock_diag_progress sock_diag_read(struct listeners *listeners,
				       const struct transport *transport, unsigned states,
				       const void *bytes, size_t size);

#endif
