/* SPDX-License-Identifier: MIT */
/* The sockets on which this host is listening. */
#ifndef PORTDB_LISTENING_H
#define PORTDB_LISTENING_H

#include "listeners.h"

/*
 * Finds sockets of TCP, SCTP and DCCP that listen, of UDP and UDP-Lite that are bound and not
 * connected, of IPv4 and IPv6, in the order of ports, with their owners. The kernel is asked by
 * sock_diag(7); where that is not to be had, /proc/net is read. A protocol that the kernel does
 * not have is no failure. False with errno set if nothing can be read at all.
 */
bool listening_find(struct listeners *listeners);

/*
 * The same for every socket that has a port of its own, connected or not, without its owners and in
 * no order. /proc/net does not have those of TCP that are bound and neither listen nor connect.
 */
bool listening_find_bound(struct listeners *listeners);

#endif
