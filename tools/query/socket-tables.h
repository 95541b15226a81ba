/* SPDX-License-Identifier: MIT */
/* Sockets as the files below /proc/net list them, which every kernel and most sandboxes have. */
#ifndef PORTDB_SOCKET_TABLES_H
#define PORTDB_SOCKET_TABLES_H

#include "listeners.h"

/*
 * Adds a protocol's sockets of both families that are in one of the states. A file that is there
 * and cannot be read is among the failures. False if none is there.
 */
bool socket_tables_add(struct listeners *listeners, const struct transport *transport,
		       unsigned states);

#endif
