/* SPDX-License-Identifier: MIT */
#include "ephemeral.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "ascii.h"
#include "memory.h"

/* More than every other port, each with a comma. */
#define SETTING_MAX (256 << 10)

/* The text that a file of the directory holds, to be freed; NULL if it cannot be read. */
static char *read_setting(const char *directory, const char *name)
{
	struct arena memory = {0};
	int descriptor = open(arena_print(&memory, "%s/%s", directory, name), O_RDONLY | O_CLOEXEC);

	arena_free(&memory);
	if (descriptor < 0)
		return NULL;
	/* In one read: of a list of ports the kernel gives nothing to a second. */
	char *text = memory_allocate(SETTING_MAX + 1);
	ssize_t length = read(descriptor, text, SETTING_MAX);
	text[length > 0 ? length : 0] = '\0';
	close(descriptor);
	return text;
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
			port_set_add(&ephemeral->reserved, range);
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
	       !port_set_has(&ephemeral->reserved, port);
}
