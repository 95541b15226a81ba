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

/* The ports that this system gives to outgoing connections; Linux's own default if it does not say.
 */
struct port_range free_ports_ephemeral(void);

#endif
