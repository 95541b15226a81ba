/* SPDX-License-Identifier: MIT */
#include "listening.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "sock-diag.h"
#include "socket-owners.h"
#include "socket-tables.h"
#include "tools/shared/memory.h"

#define ANY_STATE (2 * STATE_BOUND - 1)

static const struct transport transports[] = {
    {"tcp", IPPROTO_TCP, STATE_LISTENING, ANY_STATE & ~STATE_TIME_WAIT},
    {"udp", IPPROTO_UDP, STATE_CLOSED, ANY_STATE},
    {"udplite", IPPROTO_UDPLITE, STATE_CLOSED, ANY_STATE},
    {"sctp", IPPROTO_SCTP, STATE_LISTENING, ANY_STATE},
    {"dccp", IPPROTO_DCCP, STATE_LISTENING, ANY_STATE & ~STATE_TIME_WAIT},
};

/* What one family's half of an answer says is in /proc/net once more. */
static bool add_sockets(struct listeners *listeners, const struct transport *transport,
			unsigned states)
{
	size_t before = listeners->count;

	if (sock_diag_add(listeners, transport, AF_INET, states) &&
	    sock_diag_add(listeners, transport, AF_INET6, states))
		return true;
	listeners->count = before;
	return socket_tables_add(listeners, transport, states);
}

static bool find(struct listeners *listeners, bool is_of_all)
{
	bool is_any = false;

	*listeners = (struct listeners){0};
	for (size_t i = 0; i < LENGTH(transports); i++)
		is_any |= add_sockets(listeners, &transports[i],
				      is_of_all ? transports[i].holding : transports[i].listening);
	if (!is_any) {
		free(listeners->items);
		listeners->items = NULL;
	}
	errno = listeners->failure_count > 0 ? listeners->failures[0].error : ENOENT;
	return is_any;
}

bool listening_find(struct listeners *listeners)
{
	if (!find(listeners, false))
		return false;
	socket_owners_find(listeners);
	listeners_sort(listeners);
	return true;
}

bool listening_find_bound(struct listeners *listeners)
{
	return find(listeners, true);
}
