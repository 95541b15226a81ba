/* SPDX-License-Identifier: MIT */
/*
 * Ports that the kernel gives to outgoing connections, as ip_local_port_range and
 * ip_local_reserved_ports in /proc/sys/net/ipv4 say: a service there may find its port in use.
 */
#ifndef PORTDB_EPHEMERAL_H
#define PORTDB_EPHEMERAL_H

#include "port-set.h"

#define EPHEMERAL_DIRECTORY "/proc/sys/net/ipv4"

struct ephemeral {
	struct port_range range;
	struct port_set reserved; /* not for them, though in the range */
};

/* What stands in the directory; the kernel's defaults where nothing can be read. */
void ephemeral_read(struct ephemeral *ephemeral, const char *directory);

/* Whether an outgoing connection may have the port. */
bool ephemeral_has(const struct ephemeral *ephemeral, uint16_t port);

#endif
