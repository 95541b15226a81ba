/* SPDX-License-Identifier: MIT */
/* Listening sockets by the kernel's word: real ones, in a network of the test's own. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/guarded.h"
#include "tests/support/processes/children.h"
#include "tests/support/processes/counting.h"
#include "tests/support/processes/faults.h"
#include "tests/support/processes/host.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"
#include "tools/query/listening.h"
#include "tools/query/sock-diag.h"

/* A host without /proc/net, so that what is found is netlink's. */
static void enter_silent_host(void)
{
	enter_host("unused 1/tcp\n");
	enter_network();
	host_hide("/proc");
}

union address {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

static union address loopback(int family, uint16_t port)
{
	union address address = {.any.sa_family = (sa_family_t)family};

	if (family == AF_INET) {
		address.ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		address.ipv4.sin_port = htons(port);
	} else {
		address.ipv6.sin6_addr = in6addr_loopback;
		address.ipv6.sin6_port = htons(port);
	}
	return address;
}

/* A socket that is bound to that port of loopback; -1 if this kernel has no such protocol. */
static int bind_socket(int family, int type, int protocol, uint16_t port)
{
	union address address = loopback(family, port);
	socklen_t size = family == AF_INET ? sizeof address.ipv4 : sizeof address.ipv6;
	int number = socket(family, type | SOCK_CLOEXEC, protocol);

	if (number >= 0)
		cr_assert_eq(bind(number, &address.any, size), 0, "%s", strerror(errno));
	return number;
}

static int listen_at(int family, uint16_t port)
{
	int number = bind_socket(family, SOCK_STREAM, 0, port);

	cr_assert_geq(number, 0, "%s", strerror(errno));
	cr_assert_eq(listen(number, 5), 0);
	return number;
}

static int connect_to(int type, uint16_t port, uint16_t own_port)
{
	union address address = loopback(AF_INET, port);
	int number = bind_socket(AF_INET, type, 0, own_port);

	cr_assert_geq(number, 0);
	cr_assert_eq(connect(number, &address.any, sizeof address.ipv4), 0, "%s", strerror(errno));
	return number;
}

/* "ADDRESS PORT/PROTOCOL", one a line. The caller frees it. */
static char *text_of(const struct listeners *listeners)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (size_t i = 0; i < listeners->count; i++)
		fprintf(stream, "%s %u/%s\n", listeners->items[i].address, listeners->items[i].port,
			listeners->items[i].protocol);
	fclose(stream);
	return text;
}

static void expect_listeners(const char *expected)
{
	struct listeners listeners;

	cr_assert(listening_find(&listeners), "%s", strerror(errno));
	char *text = text_of(&listeners);
	cr_expect_str_eq(text, expected, "%s", text);
	for (size_t i = 0; i < listeners.count; i++) {
		cr_expect_eq(listeners.items[i].user, 0);
		cr_expect_neq(listeners.items[i].inode, 0);
	}
	free(text);
	free(listeners.items);
}

Test(sock_diag, finds_sockets_that_listen_or_are_bound)
{
	enter_silent_host();
	listen_at(AF_INET, 22);
	listen_at(AF_INET6, 80);
	connect_to(SOCK_STREAM, 22, 50000);
	bind_socket(AF_INET, SOCK_STREAM, 0, 23);
	bind_socket(AF_INET, SOCK_DGRAM, 0, 53);
	bind_socket(AF_INET6, SOCK_DGRAM, 0, 123);
	connect_to(SOCK_DGRAM, 53, 50001);
	expect_listeners("127.0.0.1 22/tcp\n127.0.0.1 53/udp\n::1 80/tcp\n::1 123/udp\n");
}

Test(sock_diag, finds_nothing_where_nothing_listens)
{
	enter_silent_host();
	expect_listeners("");
}

/* More than the kernel sends in one piece. */
Test(sock_diag, finds_any_number_of_sockets)
{
	struct listeners listeners;

	enter_silent_host();
	for (uint16_t port = 1; port <= 600; port++)
		bind_socket(AF_INET, SOCK_DGRAM, 0, port);
	cr_assert(listening_find(&listeners));
	cr_assert_eq(listeners.count, 600);
	for (size_t i = 0; i < listeners.count; i++)
		cr_expect_eq(listeners.items[i].port, i + 1);
	free(listeners.items);
}

static void expect_of_protocol(int type, int protocol, const char *name)
{
	char expected[64];

	int number = bind_socket(AF_INET, type, protocol, 7);
	if (number < 0)
		cr_skip_test("this kernel has no %s", name);
	if (type != SOCK_DGRAM)
		cr_assert_eq(listen(number, 1), 0);
	snprintf(expected, sizeof expected, "127.0.0.1 7/%s\n", name);
	expect_listeners(expected);
}

Test(sock_diag, finds_sockets_of_udp_lite)
{
	enter_silent_host();
	expect_of_protocol(SOCK_DGRAM, IPPROTO_UDPLITE, "udplite");
}

Test(sock_diag, finds_sockets_of_sctp)
{
	enter_silent_host();
	expect_of_protocol(SOCK_STREAM, IPPROTO_SCTP, "sctp");
}

Test(sock_diag, finds_sockets_of_dccp)
{
	enter_silent_host();
	expect_of_protocol(SOCK_DCCP, IPPROTO_DCCP, "dccp");
}

/* Those of connections as well, but for one that is over; "PORT/PROTOCOL" in order, blanks between.
 */
static void expect_bound(const char *expected)
{
	struct listeners listeners;
	char text[256] = "";

	cr_assert(listening_find_bound(&listeners));
	listeners_sort(&listeners);
	for (size_t i = 0; i < listeners.count; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), " %u/%s",
			 listeners.items[i].port, listeners.items[i].protocol);
	cr_expect_str_eq(text, expected, "%s", text);
	free(listeners.items);
}

Test(sock_diag, finds_what_is_bound)
{
	enter_silent_host();
	int listening = listen_at(AF_INET, 22);
	int client = connect_to(SOCK_STREAM, 22, 50000);
	bind_socket(AF_INET, SOCK_DGRAM, 0, 53);
	connect_to(SOCK_DGRAM, 53, 50001);
	/* The kernel's half of a connection that waits to be accepted has the port of the other. */
	expect_bound(" 22/tcp 53/udp 50000/tcp 50001/udp");
	close(client);
	close(accept4(listening, NULL, NULL, SOCK_CLOEXEC));
	close(listening);
	/* Here it is in TIME_WAIT. */
	expect_bound(" 53/udp 50001/udp");
}

Test(sock_diag, finds_sockets_of_tcp_that_are_bound_and_no_more)
{
	require_linux(6, 8, "sockets that are only bound");
	enter_silent_host();
	bind_socket(AF_INET, SOCK_STREAM, 0, 23);
	bind_socket(AF_INET6, SOCK_STREAM, 0, 24);
	expect_bound(" 23/tcp 24/tcp");
	expect_listeners("");
}

/* The same sockets in the same words, whoever tells of them. */
Test(sock_diag, says_what_proc_net_says)
{
	struct listeners listeners;

	enter_host("unused 1/tcp\n");
	enter_network();
	listen_at(AF_INET, 22);
	listen_at(AF_INET6, 80);
	bind_socket(AF_INET, SOCK_DGRAM, 0, 53);
	bind_socket(AF_INET6, SOCK_DGRAM, 0, 123);
	bind_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, 7);
	cr_assert(listening_find(&listeners));
	forbid_netlink();
	struct listeners others;
	cr_assert(listening_find(&others));
	cr_assert_eq(listeners.count, others.count);
	cr_assert_geq(listeners.count, 4);
	for (size_t i = 0; i < listeners.count; i++) {
		cr_expect_str_eq(listeners.items[i].address, others.items[i].address);
		cr_expect_eq(listeners.items[i].port, others.items[i].port);
		cr_expect_str_eq(listeners.items[i].protocol, others.items[i].protocol);
		cr_expect_eq(listeners.items[i].user, others.items[i].user);
		cr_expect_eq(listeners.items[i].inode, others.items[i].inode);
		cr_expect_str_eq(listeners.items[i].process, others.items[i].process);
	}
	free(listeners.items);
	free(others.items);
}

/* Where the control groups of version 2 are; NULL if there are none that can be changed. */
static const char *group_hierarchy(void)
{
	static const char *const hierarchies[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct statfs status;

	for (size_t i = 0; i < sizeof hierarchies / sizeof *hierarchies; i++)
		if (statfs(hierarchies[i], &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC &&
		    access(hierarchies[i], W_OK) == 0)
			return hierarchies[i];
	return NULL;
}

/* What a child does: to go into the group, make a socket there, and keep it until it is killed. */
static _Noreturn void listen_in_group(const char *group, int told)
{
	char path[512];

	child_settle();
	snprintf(path, sizeof path, "%s/cgroup.procs", group);
	int procs = open(path, O_WRONLY | O_CLOEXEC);
	bool is_in = procs >= 0 && write(procs, "0", 1) == 1;
	if (is_in)
		listen_at(AF_INET, 22);
	if (write(told, is_in ? "y" : "n", 1) == 1)
		for (;;)
			pause();
	_exit(1);
}

static pid_t start_in_group(const char *group, char *answer)
{
	int channel[2];

	cr_assert_eq(pipe2(channel, O_CLOEXEC), 0);
	pid_t child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		listen_in_group(group, channel[1]);
	close(channel[1]);
	if (read(channel[0], answer, 1) != 1)
		*answer = 'n';
	close(channel[0]);
	return child;
}

/* As a user who may see nobody's processes, and with a /proc that has none. It goes on whatever it
 * finds: the group is to be taken away. */
static void expect_unit(const char *unit)
{
	struct listeners listeners;

	cr_expect_eq(seteuid(65534), 0);
	bool is_found = listening_find(&listeners);
	cr_expect_eq(seteuid(0), 0);
	cr_expect(is_found && listeners.count == 1);
	for (size_t i = 0; is_found && i < listeners.count; i++) {
		cr_expect_str_eq(listeners.items[i].process, "");
		cr_expect_str_eq(listeners.items[i].unit, unit, "%s", listeners.items[i].unit);
	}
	free(listeners.items);
}

/* Below a group of the test's own, which goes with it. */
static void expect_unit_of(const char *top, const char *below, const char *unit)
{
	char group[256];
	char answer;

	if (mkdir(top, 0755) != 0)
		cr_skip_test("%s: %s", top, strerror(errno));
	snprintf(group, sizeof group, "%s%s", top, below);
	if (*below)
		cr_expect_eq(mkdir(group, 0755), 0, "%s: %s", group, strerror(errno));
	pid_t child = start_in_group(group, &answer);
	if (answer == 'y')
		expect_unit(unit);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	if (*below)
		cr_expect_eq(rmdir(group), 0);
	cr_expect_eq(rmdir(top), 0, "%s: %s", top, strerror(errno));
	if (answer != 'y')
		cr_skip_test("no process may go into a control group of its own here");
}

Test(sock_diag, names_the_unit_by_the_control_group)
{
	const char *hierarchy = group_hierarchy();
	char top[128];

	require_linux(5, 9, "control groups of sockets");
	if (!hierarchy)
		cr_skip_test("there are no control groups of version 2 that can be changed");
	enter_silent_host();
	snprintf(top, sizeof top, "%s/portdb-test-%d.slice", hierarchy, (int)getpid());
	expect_unit_of(top, "/web.service", "web.service");
	expect_unit_of(top, "/web.socket", "web.socket");
	expect_unit_of(top, "/docker-0123", "");
	snprintf(top, sizeof top, "%s/portdb-test-%d.scope", hierarchy, (int)getpid());
	expect_unit_of(top, "/worker", strrchr(top, '/') + 1);
}

/* The loopback address as this machine's kernel writes it. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOOPBACK "0100007F"
#else
#define LOOPBACK "7F000001"
#endif

/* 0 if what is found is true and nothing is left open. */
static int find_under_fault(const void *argument)
{
	struct listeners listeners;
	unsigned before = count_low_descriptors();

	(void)argument;
	faults_begin();
	bool is_found = listening_find(&listeners);
	faults_end();
	if (count_low_descriptors() != before)
		return 1;
	if (!is_found)
		return 2;
	if (listeners.count > 1)
		return 3;
	for (size_t i = 0; i < listeners.count; i++)
		if (listeners.items[i].port != 22 ||
		    strcmp(listeners.items[i].address, "127.0.0.1") != 0)
			return 4;
	/* One call is all that fails; so one of netlink and /proc/net has told of it. */
	return listeners.count == 1 ? 0 : 5;
}

/* Whichever call fails, and with whatever error. */
static void expect_same_under(int error)
{
	unsigned failed = 0;

	for (struct fault fault = {1, error, .is_between = true, .spares_close = true};;
	     fault.number++) {
		struct faulty_run run;
		if (!run_with_fault(&run, &fault, find_under_fault, NULL))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		/* The kernel's brk gives no errno; one from here is taken for an address. */
		cr_expect(run.status == 0 || run.call == SYS_brk, "call %u (%d): status %d",
			  fault.number, run.call, run.status);
		failed += run.has_failed;
		if (run.calls < fault.number)
			break;
	}
	/* For each protocol and family a socket, a question and an answer. */
	cr_expect_geq(failed, 20, "%u calls failed", failed);
}

Test(sock_diag, finds_the_same_whatever_call_fails)
{
	if (HAS_SANITIZED_MEMORY)
		cr_skip_test("the sanitizer's own calls would fail, too");
	enter_silent_host();
	make_directories("/proc/net/");
	write_text(
	    "/proc/net/tcp",
	    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
	    "   0: " LOOPBACK ":0016 00000000:0000 0A 00000000:00000000 00:00000000 "
	    "00000000 0 0 11 1\n");
	listen_at(AF_INET, 22);
	expect_same_under(EMFILE);
	expect_same_under(EPERM);
}

/* What the kernel of another machine might send. */
struct message {
	struct nlmsghdr header;
	struct inet_diag_msg socket;
	struct nlattr group_attribute;
	uint64_t group;
	struct nlattr locals_attribute;
	struct sockaddr_storage locals[2];
} __attribute__((packed));

static struct message make_message(void)
{
	struct message message = {
	    .header = {.nlmsg_len = sizeof message, .nlmsg_type = SOCK_DIAG_BY_FAMILY},
	    .socket = {.idiag_family = AF_INET6,
		       .idiag_state = 10,
		       .id.idiag_sport = htons(36412),
		       .idiag_uid = 200,
		       .idiag_inode = 77},
	    .group_attribute = {sizeof message.group_attribute + sizeof message.group,
				INET_DIAG_CGROUP_ID},
	    .group = 4711,
	    .locals_attribute = {sizeof message.locals_attribute + sizeof message.locals,
				 INET_DIAG_LOCALS},
	};
	union address ipv4 = loopback(AF_INET, 36412);
	union address ipv6 = loopback(AF_INET6, 36412);

	memcpy(&message.locals[0], &ipv4, sizeof ipv4.ipv4);
	memcpy(&message.locals[1], &ipv6, sizeof ipv6.ipv6);
	return message;
}

static const struct transport sctp = {"sctp", IPPROTO_SCTP, STATE_LISTENING, STATE_LISTENING};

Test(sock_diag, reads_each_address_of_a_socket_of_sctp)
{
	struct message message = make_message();
	struct listeners listeners = {0};

	cr_expect_eq(sock_diag_read(&listeners, &sctp, STATE_LISTENING, &message, sizeof message),
		     SOCK_DIAG_MORE);
	char *text = text_of(&listeners);
	cr_expect_str_eq(text, "127.0.0.1 36412/sctp\n::1 36412/sctp\n", "%s", text);
	cr_expect_eq(listeners.items[1].user, 200);
	cr_expect_eq(listeners.items[1].inode, 77);
	cr_expect_eq(listeners.items[1].group, 4711);
	free(text);
	/* Connected, if the kernel tells of more than it was asked for. */
	listeners.count = 0;
	message.socket.idiag_state = 1;
	sock_diag_read(&listeners, &sctp, STATE_LISTENING, &message, sizeof message);
	cr_expect_eq(listeners.count, 0);
	free(listeners.items);
}

Test(sock_diag, ends_where_the_kernel_says_so)
{
	struct {
		struct nlmsghdr header;
		int error;
	} end = {{.nlmsg_len = sizeof end, .nlmsg_type = NLMSG_DONE}, 0};
	struct listeners listeners = {0};

	cr_expect_eq(sock_diag_read(&listeners, &sctp, ~0u, &end, sizeof end), SOCK_DIAG_DONE);
	end.error = -ENOENT;
	cr_expect_eq(sock_diag_read(&listeners, &sctp, ~0u, &end, sizeof end), SOCK_DIAG_FAILED);
	end.header.nlmsg_type = NLMSG_ERROR;
	cr_expect_eq(sock_diag_read(&listeners, &sctp, ~0u, &end, sizeof end), SOCK_DIAG_FAILED);
	cr_expect_eq(listeners.count, 0);
}

/* Of every length, said or true, over memory that ends there. */
Test(sock_diag, reads_nothing_beyond_the_end)
{
	static struct guarded guarded;
	struct message message = make_message();
	struct listeners listeners = {0};
	unsigned wrong = 0;

	for (uint32_t said = 0; said <= sizeof message + 4; said++) {
		message.header.nlmsg_len = said;
		for (size_t size = 0; size <= sizeof message; size++) {
			unsigned char *bytes = guarded_bytes(&guarded, size);
			memcpy(bytes, &message, size);
			listeners.count = 0;
			enum sock_diag_progress progress =
			    sock_diag_read(&listeners, &sctp, STATE_LISTENING, bytes, size);
			bool is_whole = size == 0 || (said == size && size == sizeof message);
			wrong += is_whole && progress != SOCK_DIAG_MORE;
			wrong += said > size && size > 0 && progress != SOCK_DIAG_FAILED;
		}
	}
	/* Attributes that are longer or shorter than they can be. */
	message.header.nlmsg_len = sizeof message;
	for (unsigned length = 0; length <= UINT16_MAX; length++) {
		message.group_attribute.nla_len = (uint16_t)length;
		message.locals_attribute.nla_len = (uint16_t)(length * 7);
		unsigned char *bytes = guarded_bytes(&guarded, sizeof message);
		memcpy(bytes, &message, sizeof message);
		listeners.count = 0;
		wrong += sock_diag_read(&listeners, &sctp, STATE_LISTENING, bytes,
					sizeof message) != SOCK_DIAG_MORE;
		wrong += listeners.count > 2;
	}
	cr_expect_eq(wrong, 0, "%u answers", wrong);
	free(listeners.items);
}
