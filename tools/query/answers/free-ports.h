/* SPDX-License-Identifier: MIT */
/* Ports that nobody claims, for whoever must choose one: from a set of those that are taken. */
#ifndef PORTDB_FREE_PORTS_H
#define PORTDB_FREE_PORTS_H

#include "nss/reader/claims.h"
#include "tools/shared/port-set.h"

/* Takes port 0 and every port that any source claims, for whatever protocol. PORTDB_OK, or
 * PORTDB_DAMAGED. */
enum portdb_result free_ports_take_claimed(struct port_set *taken,
					   const struct portdb_claims *claims);

/*
 * Takes the ports that this system gives to outgoing connections, by Linux's own default if it does
 * not say; but not those that it keeps from them (ip_local_reserved_ports).
 */
void free_ports_take_ephemeral(struct port_set *taken);

/* Which port of a range comes first for who has this name. It is the same everywhere and for good.
 */
uint16_t free_ports_start(struct port_range range, const char *name);

#endif
