/* SPDX-License-Identifier: MIT */
#include "sock-diag.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's answers come in pieces of no more than that. */
#define PIECE_SIZE 32768

/* Bytes from first to last. */
struct stretch {
	const char *first;
	size_t size;
};

/*
 * Takes the next part of a stretch: length bytes, and those up to a multiple of 4. False if it has
 * no such part; minimum is what a part has at least.
 */
static bool take_part(struct stretch *stretch, size_t length, size_t minimum, struct stretch *part)
{
	size_t step = (length + 3) & ~(size_t)3;

	if (length < minimum || length > stretch->size)
		return false;
	*part = (struct stretch){stretch->first + minimum, length - minimum};
	if (step > stretch->size)
		step = stretch->size;
	stretch->first += step;
	stretch->size -= step;
	return true;
}

/* Each address of a socket that has several, as those of SCTP have. */
static void add_addresses(struct listeners *listeners, struct listener *listener,
			  struct stretch addresses)
{
	struct sockaddr_storage storage;

	for (; addresses.size >= sizeof storage;
	     addresses.first += sizeof storage, addresses.size -= sizeof storage) {
		memcpy(&storage, addresses.first, sizeof storage);
		const void *bytes = storage.ss_family == AF_INET
					? (const void *)&((struct sockaddr_in *)&storage)->sin_addr
					: &((struct sockaddr_in6 *)&storage)->sin6_addr;
		if (inet_ntop(storage.ss_family, bytes, listener->address,
			      sizeof listener->address))
			listeners_add(listeners, listener);
	}
}

static void add_socket(struct listeners *listeners, struct listener *listener,
		       struct stretch attributes)
{
	struct stretch addresses = {NULL, 0};
	struct stretch value;
	struct nlattr attribute;

	while (attributes.size >= sizeof attribute) {
		memcpy(&attribute, attributes.first, sizeof attribute);
		if (!take_part(&attributes, attribute.nla_len, sizeof attribute, &value))
			break;
		if (attribute.nla_type == INET_DIAG_CGROUP_ID &&
		    value.size == sizeof listener->group)
			memcpy(&listener->group, value.first, sizeof listener->group);
		else if (attribute.nla_type == INET_DIAG_LOCALS)
			addresses = value;
	}
	if (addresses.size > 0)
		add_addresses(listeners, listener, addresses);
	else
		listeners_add(listeners, listener);
}

static bool read_socket(struct listeners *listeners, const struct transport *transport,
			unsigned states, struct stretch body)
{
	struct inet_diag_msg socket;
	struct listener listener = {.protocol = transport->name};

	if (body.size < sizeof socket)
		return false;
	memcpy(&socket, body.first, sizeof socket);
	listener.port = ntohs(socket.id.idiag_sport);
	listener.user = socket.idiag_uid;
	listener.inode = socket.idiag_inode;
	if (socket.idiag_state < 32 && states >> socket.idiag_state & 1 && listener.port != 0 &&
	    inet_ntop(socket.idiag_family, socket.id.idiag_src, listener.address,
		      sizeof listener.address))
		add_socket(listeners, &listener,
			   (struct stretch){body.first + sizeof socket, body.size - sizeof socket});
	return true;
}

/* The end may say that there was none: a kernel without the protocol ends with ENOENT. */
static bool has_ended_well(struct stretch body)
{
	int error = 0;

	if (body.size >= sizeof error)
		memcpy(&error, body.first, sizeof error);
	return error >= 0;
}

enum sock_diag_progress sock_diag_read(struct listeners *listeners,
				       const struct transport *transport, unsigned states,
				       const void *bytes, size_t size)
{
	struct stretch messages = {bytes, size};
	struct stretch body;
	struct nlmsghdr header;

	while (messages.size >= sizeof header) {
		memcpy(&header, messages.first, sizeof header);
		if (!take_part(&messages, header.nlmsg_len, sizeof header, &body))
			return SOCK_DIAG_FAILED;
		if (header.nlmsg_type == NLMSG_DONE)
			return has_ended_well(body) ? SOCK_DIAG_DONE : SOCK_DIAG_FAILED;
		if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		    !read_socket(listeners, transport, states, body))
			return SOCK_DIAG_FAILED;
	}
	return messages.size == 0 ? SOCK_DIAG_MORE : SOCK_DIAG_FAILED;
}

static bool ask(int connection, const struct transport *transport, int family, unsigned states)
{
	const struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} question = {
	    .header = {.nlmsg_len = sizeof question,
		       .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	    .request = {.sdiag_family = (unsigned char)family,
			.sdiag_protocol = (unsigned char)transport->number,
			.idiag_states = states},
	};

	return send(connection, &question, sizeof question, 0) == sizeof question;
}

static bool hear(int connection, struct listeners *listeners, const struct transport *transport,
		 unsigned states)
{
	char bytes[PIECE_SIZE];
	enum sock_diag_progress progress = SOCK_DIAG_MORE;

	while (progress == SOCK_DIAG_MORE) {
		ssize_t length = recv(connection, bytes, sizeof bytes, MSG_TRUNC);
		if (length <= 0 || (size_t)length > sizeof bytes)
			return false;
		progress = sock_diag_read(listeners, transport, states, bytes, (size_t)length);
	}
	return progress == SOCK_DIAG_DONE;
}

bool sock_diag_add(struct listeners *listeners, const struct transport *transport, int family,
		   unsigned states)
{
	size_t before = listeners->count;
	int connection = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (connection < 0)
		return false;
	bool is_whole = ask(connection, transport, family, states) &&
			hear(connection, listeners, transport, states);
	close(connection);
	if (!is_whole)
		listeners->count = before;
	return is_whole;
}
