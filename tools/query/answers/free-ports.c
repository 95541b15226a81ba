/* SPDX-License-Identifier: MIT */
#include "free-ports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void leave(struct taken_ports *taken, struct port_range range)
{
	for (unsigned port = range.first; port <= range.last; port++)
		taken->bits[port / 8] &= (unsigned char)~(1 << port % 8);
}

static struct port_range ephemeral_range(void)
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

/* The kernel writes "8080,9000-9010". */
static void leave_reserved(struct taken_ports *taken)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_reserved_ports", "re");
	char *line = NULL;
	size_t size = 0;
	char *rest;
	struct port_range range;

	if (!file)
		return;
	if (getline(&line, &size, file) > 0)
		for (char *item = strtok_r(line, ", \n", &rest); item;
		     item = strtok_r(NULL, ", \n", &rest))
			if (port_range_read(&range, item))
				leave(taken, range);
	free(line);
	fclose(file);
}

void free_ports_take_ephemeral(struct taken_ports *taken)
{
	struct taken_ports ephemeral = {{0}};

	free_ports_take(&ephemeral, ephemeral_range());
	leave_reserved(&ephemeral);
	for (size_t i = 0; i < sizeof taken->bits; i++)
		taken->bits[i] |= ephemeral.bits[i];
}

uint16_t free_ports_start(struct port_range range, const char *name)
{
	/* FNV-1a, which is short and spreads names well enough. */
	uint32_t hash = 0x811c9dc5;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x01000193;
	return (uint16_t)(range.first + hash % (range.last - range.first + 1u));
}
