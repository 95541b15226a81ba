/* SPDX-License-Identifier: MIT */
#include "free-ports.h"

#include "hiding.h"
#include "tools/shared/ephemeral.h"

enum portdb_result free_ports_take_claimed(struct port_set *taken,
					   const struct portdb_claims *claims)
{
	struct portdb_claim_row row;
	enum portdb_result result;

	port_set_add(taken, (struct port_range){0, 0});
	for (uint32_t i = 0; (result = portdb_claim_get(claims, i, &row)) == PORTDB_OK; i++)
		/* Who hides names claims no port. */
		if (!hiding_is_by(claims, &row))
			port_set_add(taken, (struct port_range){row.port, row.last_port});
	return result == PORTDB_NOT_FOUND ? PORTDB_OK : result;
}

void free_ports_take_ephemeral(struct port_set *taken)
{
	struct ephemeral ephemeral;

	ephemeral_read(&ephemeral, EPHEMERAL_DIRECTORY);
	for (unsigned port = ephemeral.range.first; port <= ephemeral.range.last; port++)
		if (ephemeral_has(&ephemeral, (uint16_t)port))
			port_set_add(taken, (struct port_range){(uint16_t)port, (uint16_t)port});
}

uint16_t free_ports_start(struct port_range range, const char *name)
{
	/* FNV-1a, which is short and spreads names well enough. */
	uint32_t hash = 0x811c9dc5;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x01000193;
	return (uint16_t)(range.first + hash % (range.last - range.first + 1u));
}
