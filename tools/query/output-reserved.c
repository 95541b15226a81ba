/* SPDX-License-Identifier: MIT */
/* Ports of drop-ins, as the kernel takes those that it is to keep from outgoing connections. */
#include "output.h"

#include <stdio.h>
#include <string.h>

#include "tools/shared/hidden.h"
#include "tools/shared/port-set.h"

/* Whether a path is that of a file in a directory services.d, be it the site's or a package's. */
static bool is_drop_in(const char *path)
{
	static const char directory[] = "services.d";
	const char *slash = strrchr(path, '/');
	size_t length = sizeof directory - 1;

	if (!slash || (size_t)(slash - path) < length)
		return false;
	const char *name = slash - length;
	return strncmp(name, directory, length) == 0 && (name == path || name[-1] == '/');
}

/* A row that hides names says of ports that they are not for a service. */
static bool is_claimed(const struct answer *answer)
{
	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (is_drop_in(claim->source) && !hidden_is_status(claim->status))
			return true;
	}
	return false;
}

static unsigned last_of_run(const struct port_set *ports, unsigned port)
{
	while (port < UINT16_MAX && port_set_has(ports, (uint16_t)(port + 1)))
		port++;
	return port;
}

bool output_reserved_ports(const struct answers *answers)
{
	struct port_set ports = {{0}};
	bool is_any = false;

	for (size_t i = 0; i < answers->count; i++)
		if (answers->items[i].has_port && is_claimed(&answers->items[i]))
			port_set_add(&ports, (struct port_range){answers->items[i].port,
								 answers->items[i].last_port});
	/* The kernel has no port 0. */
	for (unsigned port = 1; port <= UINT16_MAX; port++) {
		if (!port_set_has(&ports, (uint16_t)port))
			continue;
		unsigned last = last_of_run(&ports, port);
		printf("%s%u", is_any ? "," : "", port);
		if (last > port)
			printf("-%u", last);
		is_any = true;
		port = last;
	}
	putchar('\n');
	return is_any;
}
