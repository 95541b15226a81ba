/* SPDX-License-Identifier: MIT */
#include "free-ports.h"

#include <stdio.h>

#include "hiding.h"

void free_ports_take(struct taken_ports *taken, struct port_range range)
{
	for (unsigned port = range.first; port <= range.last; port++)
		taken->bits[port / 8] |= (unsigned char)(1 << port % 8);
}

bool free_ports_is_taken(const struct taken_ports *taken, uint16_t port)
{
	return taken->bits[port / 8] >> port % 8 & 1;
}

enum portdb_result free_ports_take_claimed(struct taken_ports *taken,
					   const struct portdb_claims *claims)
{
	struct portdb_claim_row row;
	enum portdb_result result;

	free_ports_take(taken, (struct port_range){0, 0});
	for (uint32_t i = 0; (result = portdb_claim_get(claims, i, &row)) == PORTDB_OK; i++)
		/* Who hides names claims no port. */
		if (!hiding_is_by(claims, &row))
			free_ports_take(taken, (struct port_range){row.port, row.last_port});
	return result == PORTDB_NOT_FOUND ? PORTDB_OK : result;
}

struct port_range free_ports_ephemeral(void)
{
	struct port_range range = {32768, 60999};
	struct port_range read;
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");

	if (!file)
		return range;
	if (fscanf(file, "%hu %hu", &read.first, &read.last) == 2)
		range = read;
	fclose(file);
	return range;
}
