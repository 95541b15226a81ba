/* SPDX-License-Identifier: MIT */
/* Whose the sockets are: processes, and systemd's units. */
#ifndef PORTDB_SOCKET_OWNERS_H
#define PORTDB_SOCKET_OWNERS_H

#include "listeners.h"

/*
 * Gives each socket the processes that have it and the units of those, as far as this user may see
 * them; a socket whose processes are not to be seen, the unit in whose control group it was made.
 */
void socket_owners_find(struct listeners *listeners);

#endif
