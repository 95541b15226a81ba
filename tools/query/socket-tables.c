/* SPDX-License-Identifier: MIT */
#include "socket-tables.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

struct table {
	const char *path;
	const char *protocol;
	int family; /* of the addresses; AF_UNSPEC in SCTP's, which has another form */
};

static const struct table tables[] = {
    {"/proc/net/tcp", "tcp", AF_INET},         {"/proc/net/tcp6", "tcp", AF_INET6},
    {"/proc/net/udp", "udp", AF_INET},         {"/proc/net/udp6", "udp", AF_INET6},
    {"/proc/net/udplite", "udplite", AF_INET}, {"/proc/net/udplite6", "udplite", AF_INET6},
    {"/proc/net/sctp/eps", "sctp", AF_UNSPEC},
};

_Static_assert(LENGTH(tables) == LISTENING_TABLES, "each table may fail");

struct reading {
	struct listeners *listeners;
	const struct table *table;
	unsigned states;
};

static bool is_wanted(const struct reading *reading, unsigned state)
{
	return state < 32 && reading->states >> state & 1;
}

/* An address is written as words of 32 bits, each as this machine reads it from memory. */
static bool read_address(const char *digits, int family, char *address)
{
	uint32_t words[4] = {0};
	size_t count = family == AF_INET ? 1 : 4;

	for (size_t i = 0; i < count; i++)
		if (sscanf(digits + 8 * i, "%8x", &words[i]) != 1)
			return false;
	return inet_ntop(family, words, address, INET6_ADDRSTRLEN) != NULL;
}

static void read_row(const char *row, const struct reading *reading)
{
	const struct table *table = reading->table;
	struct listener listener = {.protocol = table->protocol};
	char digits[33];
	unsigned port;
	unsigned state;

	if (sscanf(row,
		   " %*u: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %u %*u %lu",
		   digits, &port, &state, &listener.user, &listener.inode) != 5 ||
	    !is_wanted(reading, state) || strlen(digits) != (table->family == AF_INET ? 8 : 32))
		return;
	listener.port = (uint16_t)port;
	if (read_address(digits, table->family, listener.address))
		listeners_add(reading->listeners, &listener);
}

/* In the form in which other protocols' addresses are. */
static bool take_address(struct listener *listener, const char *text)
{
	unsigned char address[sizeof(struct in6_addr)];
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;

	return inet_pton(family, text, address) == 1 &&
	       inet_ntop(family, address, listener->address, INET6_ADDRSTRLEN);
}

/* SCTP's endpoints have any number of addresses. */
static void read_endpoint(const char *row, const struct reading *reading)
{
	static const char blanks[] = " \t\n";
	struct listener listener = {.protocol = reading->table->protocol};
	char text[INET6_ADDRSTRLEN];
	unsigned port;
	unsigned state;
	int end;

	if (sscanf(row, " %*s %*s %*u %u %*u %u %u %lu%n", &state, &port, &listener.user,
		   &listener.inode, &end) != 4 ||
	    !is_wanted(reading, state))
		return;
	listener.port = (uint16_t)port;
	for (row += end; *(row += strspn(row, blanks)); row += strcspn(row, blanks))
		if (sscanf(row, "%45s", text) == 1 && take_address(&listener, text))
			listeners_add(reading->listeners, &listener);
}

static bool read_table(const struct reading *reading)
{
	struct listeners *listeners = reading->listeners;
	FILE *file = fopen(reading->table->path, "re");
	char *row = NULL;
	size_t size = 0;

	if (!file) {
		if (errno != ENOENT)
			listeners->failures[listeners->failure_count++] =
			    (struct listening_failure){reading->table->path, errno};
		return false;
	}
	while (getline(&row, &size, file) > 0)
		(reading->table->family == AF_UNSPEC ? read_endpoint : read_row)(row, reading);
	if (!feof(file))
		listeners->failures[listeners->failure_count++] =
		    (struct listening_failure){reading->table->path, errno};
	free(row);
	fclose(file);
	return true;
}

bool socket_tables_add(struct listeners *listeners, const struct transport *transport,
		       unsigned states)
{
	bool is_any = false;

	for (size_t i = 0; i < LENGTH(tables); i++) {
		struct reading reading = {listeners, &tables[i], states};
		if (strcmp(tables[i].protocol, transport->name) == 0)
			is_any |= read_table(&reading);
	}
	return is_any;
}
