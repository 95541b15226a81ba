/* SPDX-License-Identifier: MIT */
#include "ephemeral.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/compile/sources/input.h"
#include "tools/shared/ascii.h"

/* The bytes of a file of the directory, to be freed; NULL if it cannot be read. */
static char *read_setting(const char *directory, const char *name)
{
	char path[4096];
	struct input input;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return input_read(&input, &ROOT_HERE, path, INPUT_ANY) ? input.bytes : NULL;
}

static void read_range(struct ephemeral *ephemeral, const char *text)
{
	struct port_range range;
	const char *next = ascii_skip_blanks(text);

	if (!port_read(&next, &range.first))
		return;
	next = ascii_skip_blanks(next);
	if (port_read(&next, &range.last) && range.first <= range.last)
		ephemeral->range = range;
}

/* A list as the kernel prints it: 8080,9000-9010. */
static void read_reserved(struct ephemeral *ephemeral, char *text)
{
	struct port_range range;

	for (char *item; (item = strsep(&text, ",\n"));)
		if (port_range_read(&range, item))
			for (unsigned port = range.first; port <= range.last; port++)
				ephemeral->reserved[port / 8] |= (uint8_t)(1U << port % 8);
}

void ephemeral_read(struct ephemeral *ephemeral, const char *directory)
{
	char *range = read_setting(directory, "ip_local_port_range");
	char *reserved = read_setting(directory, "ip_local_reserved_ports");

	*ephemeral = (struct ephemeral){.range = {32768, 60999}};
	if (range)
		read_range(ephemeral, range);
	if (reserved)
		read_reserved(ephemeral, reserved);
	free(range);
	free(reserved);
}

bool ephemeral_has(const struct ephemeral *ephemeral, uint16_t port)
{
	return port >= ephemeral->range.first && port <= ephemeral->range.last &&
	       !(ephemeral->reserved[port / 8] & 1U << port % 8);
}
