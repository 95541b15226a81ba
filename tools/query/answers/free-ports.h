/* SPDX-License-Identifier: MIT */
/* Ports that nobody claims, for whoever must choose one. */
#ifndef PORTDB_FREE_PORTS_H
#define PORTDB_FREE_PORTS_H

#include "nss/reader/claims.h"
#include "tools/shared/port.h"

/* Which ports are taken: a bit for each. */
struct taken_ports {
	unsigned char bits[(UINT16_MAX + 1) / 8];
};

/* Takes port 0 and every port that any source claims, for whatever protocol. PORTDB_OK, or
 * PORTDB_DAMAGED. */
enum portdb_result free_ports_take_claimed(struct taken_ports *taken,
					   const struct portdb_claims *claims);

void free_ports_take(struct taken_ports *taken, struct port_range range);

bool free_ports_is_taken(const struct taken_ports *taken, uint16_t port);

/*
 * Takes the ports that this system gives to outgoing connections, by Linux's own default if it does
 * not say; but not those that it keeps from them (ip_local_reserved_ports).
 */
void free_ports_take_ephemeral(struct taken_ports *taken);

/* Which port of a range comes first for who has this name. It is the same everywhere and for good.
 */
uint16_t free_ports_start(struct port_range range, const char *name);

#endif
