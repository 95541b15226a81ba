/* SPDX-License-Identifier: MIT */
/*
 * Listening sockets, by a /proc of the test's own making; what the kernel says without it is in
 * test-sock-diag.c.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/processes/counting.h"
#include "tests/support/processes/faults.h"
#include "tests/support/processes/host.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"
#include "tools/query/listening.h"

#define HEADER                                                                                \
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  " \
	"timeout inode\n"

/* The loopback addresses as this machine's kernel writes them. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOOPBACK  "0100007F"
#define LOOPBACK6 "00000000000000000000000001000000"
#else
#define LOOPBACK  "7F000001"
#define LOOPBACK6 "00000000000000000000000000000001"
#endif

static void set_up(void)
{
	enter_host("unused 1/tcp\n");
	forbid_netlink();
	host_hide("/proc");
}

TestSuite(listening, .init = set_up);

/* A row of one of the tables below /proc/net. */
static void add_row(const char *table, const char *address, unsigned port, const char *state,
		    unsigned long inode)
{
	char path[64];

	mkdir("/proc/net", 0755);
	snprintf(path, sizeof path, "/proc/net/%s", table);
	FILE *file = fopen(path, "ae");
	cr_assert_not_null(file);
	if (ftell(file) == 0)
		fputs(HEADER, file);
	fprintf(
	    file,
	    "   0: %s:%04X 00000000:0000 %s 00000000:00000000 00:00000000 00000000  1000        "
	    "0 %lu 1 0000000000000000 100 0 0 10 0\n",
	    address, port, state, inode);
	fclose(file);
}

/* A process with a descriptor for each of the sockets; without descriptors to be seen if 0 is
 * first. */
static void add_process(unsigned process, const char *name, const unsigned long *sockets)
{
	char path[64];
	char target[64];

	snprintf(path, sizeof path, "/proc/%u", process);
	cr_assert_eq(mkdir(path, 0755), 0);
	if (name) {
		snprintf(path, sizeof path, "/proc/%u/comm", process);
		write_text(path, name);
	}
	snprintf(path, sizeof path, "/proc/%u/fd", process);
	cr_assert_eq(mkdir(path, 0500), 0);
	for (unsigned i = 0; sockets[i] != 0; i++) {
		snprintf(path, sizeof path, "/proc/%u/fd/%u", process, i);
		snprintf(target, sizeof target, "socket:[%lu]", sockets[i]);
		cr_assert_eq(symlink(target, path), 0);
	}
}

#define PROCESS(process, name, ...) \
	add_process((process), (name), (const unsigned long[]){__VA_ARGS__, 0})

/* "ADDRESS PORT/PROTOCOL PROCESS", one a line. */
static void expect_listeners(const char *expected)
{
	struct listeners listeners;
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	cr_assert(listening_find(&listeners));
	for (size_t i = 0; i < listeners.count; i++)
		fprintf(stream, "%s %u/%s %s\n", listeners.items[i].address,
			listeners.items[i].port, listeners.items[i].protocol,
			listeners.items[i].process);
	fclose(stream);
	cr_expect_str_eq(text, expected, "%s", text);
	free(text);
	free(listeners.items);
}

Test(listening, finds_sockets_that_listen_or_are_bound)
{
	add_row("tcp", LOOPBACK, 22, "0A", 1);
	add_row("tcp", LOOPBACK, 50000, "01", 2);
	add_row("tcp6", LOOPBACK6, 80, "0A", 3);
	add_row("udp", "00000000", 53, "07", 4);
	add_row("udp", LOOPBACK, 50001, "01", 5);
	add_row("udp6", "00000000000000000000000000000000", 123, "07", 6);
	expect_listeners("127.0.0.1 22/tcp \n0.0.0.0 53/udp \n::1 80/tcp \n:: 123/udp \n");
}

Test(listening, does_without_the_tables_of_a_protocol_that_the_kernel_lacks)
{
	add_row("tcp", LOOPBACK, 22, "0A", 1);
	expect_listeners("127.0.0.1 22/tcp \n");
}

Test(listening, finds_nothing_where_nothing_listens)
{
	add_row("tcp", LOOPBACK, 22, "01", 1);
	expect_listeners("");
}

Test(listening, leaves_out_rows_of_another_form)
{
	add_row("tcp", LOOPBACK, 22, "0A", 1);
	/* An address of the other family, one too short, and one that is none. */
	add_row("tcp", LOOPBACK6, 23, "0A", 2);
	add_row("tcp", "0100", 24, "0A", 3);
	add_row("tcp", "localhost", 25, "0A", 4);
	add_row("tcp6", LOOPBACK, 26, "0A", 5);
	expect_listeners("127.0.0.1 22/tcp \n");
}

Test(listening, names_the_processes_that_have_a_socket)
{
	add_row("tcp", LOOPBACK, 22, "0A", 11);
	add_row("tcp", LOOPBACK, 80, "0A", 12);
	add_row("tcp", LOOPBACK, 81, "0A", 13);
	PROCESS(100, "sshd\n", 11);
	/* Two workers of a server have one socket, with another program, and others of no interest.
	 */
	PROCESS(200, "web\n", 4711, 12);
	PROCESS(201, "web\n", 12);
	PROCESS(202, "webs\n", 12, 4712);
	/* It ended meanwhile, but for its descriptors. */
	PROCESS(300, NULL, 13);
	/* No process. */
	cr_assert_eq(mkdir("/proc/sys", 0755), 0);
	write_text("/proc/uptime", "1 2\n");
	struct listeners listeners;
	cr_assert(listening_find(&listeners));
	cr_assert_eq(listeners.count, 3);
	cr_expect_str_eq(listeners.items[0].process, "sshd");
	/* In the order in which the directory has them. */
	const char *names = listeners.items[1].process;
	cr_expect(strcmp(names, "web,webs") == 0 || strcmp(names, "webs,web") == 0, "%s", names);
	cr_expect_str_eq(listeners.items[2].process, "");
	cr_expect_not(listeners.has_hidden_processes);
	free(listeners.items);
}

Test(listening, says_each_socket_once)
{
	/* Two sockets at one address and port (SO_REUSEPORT), of one program and of two. */
	add_row("tcp", LOOPBACK, 80, "0A", 1);
	add_row("tcp", LOOPBACK, 80, "0A", 2);
	add_row("udp", LOOPBACK, 53, "07", 3);
	add_row("udp", LOOPBACK, 53, "07", 4);
	add_row("udp", "00000000", 53, "07", 5);
	PROCESS(100, "web\n", 1, 2);
	PROCESS(101, "b\n", 3);
	PROCESS(102, "a\n", 4);
	expect_listeners("0.0.0.0 53/udp \n127.0.0.1 53/udp a\n127.0.0.1 53/udp b\n"
			 "127.0.0.1 80/tcp web\n");
}

/* As they stand in a control group's file, and the unit that they mean. */
static const struct {
	const char *cgroup;
	const char *unit;
} groups[] = {
    {"0::/system.slice/ssh.service\n", "ssh.service"},
    {"12:pids:/system.slice/wrong.service\n1:name=systemd:/system.slice/old.service\n",
     "old.service"},
    {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/worker\n",
     "web.service"},
    {"0::/user.slice/user-1000.slice/session-2.scope\n", "session-2.scope"},
    {"0::/init.scope\n", "init.scope"},
    {"0::/docker/0123456789abcdef\n", ""},
    {"0::/\n", ""},
    {"", ""},
};

Test(listening, names_the_unit_and_the_user)
{
	struct listeners listeners;

	for (unsigned i = 0; i < sizeof groups / sizeof *groups; i++) {
		char path[64];
		const unsigned long sockets[] = {i + 1, 0};
		add_row("tcp", LOOPBACK, i + 1, "0A", i + 1);
		add_process(100 + i, "name\n", sockets);
		snprintf(path, sizeof path, "/proc/%u/cgroup", 100 + i);
		write_text(path, groups[i].cgroup);
	}
	cr_assert(listening_find(&listeners));
	cr_assert_eq(listeners.count, sizeof groups / sizeof *groups);
	for (unsigned i = 0; i < listeners.count; i++) {
		cr_expect_str_eq(listeners.items[i].unit, groups[i].unit, "%s: %s",
				 groups[i].cgroup, listeners.items[i].unit);
		cr_expect_eq(listeners.items[i].user, 1000);
	}
	free(listeners.items);
}

#define SCTP_HEADER " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS\n"

Test(listening, finds_sockets_of_sctp_and_udp_lite)
{
	struct listeners listeners;

	add_row("udplite", LOOPBACK, 7, "07", 1);
	add_row("udplite6", LOOPBACK6, 8, "07", 2);
	make_directories("/proc/net/sctp");
	write_text("/proc/net/sctp/eps",
		   SCTP_HEADER "       0        0 2   10  29   36412   200 77 127.0.0.1 "
			       "0000:0000:0000:0000:0000:0000:0000:0001 \n"
			       "       0        0 2   7   30   36413   200 78 127.0.0.1 \n"
			       "a line of another form\n");
	PROCESS(100, "mme\n", 77);
	expect_listeners("127.0.0.1 7/udplite \n::1 8/udplite \n127.0.0.1 36412/sctp mme\n"
			 "::1 36412/sctp mme\n");
	cr_assert(listening_find(&listeners));
	cr_expect_eq(listeners.items[2].user, 200);
	free(listeners.items);
}

/* The ports that are not free: those of connections as well, but for one that is over. */
Test(listening, finds_what_is_bound)
{
	struct listeners listeners;

	add_row("tcp", LOOPBACK, 22, "0A", 1);
	add_row("tcp", LOOPBACK, 50000, "01", 2);
	add_row("tcp", LOOPBACK, 50001, "06", 0);
	add_row("udp", LOOPBACK, 50002, "01", 5);
	cr_assert(listening_find_bound(&listeners));
	cr_assert_eq(listeners.count, 3);
	cr_expect_eq(listeners.items[0].port, 22);
	cr_expect_eq(listeners.items[1].port, 50000);
	cr_expect_eq(listeners.items[2].port, 50002);
	free(listeners.items);
}

/* A file that is there and cannot be opened is not as if there were none. */
Test(listening, tells_of_a_table_that_cannot_be_read)
{
	struct run run;

	if (HAS_SANITIZED_MEMORY || runs_under_valgrind())
		cr_skip_test("a program that is watched over does not start without /proc");
	add_row("tcp", LOOPBACK, 22, "0A", 1);
	cr_assert_eq(symlink("udp", "/proc/net/udp"), 0);
	RUN(&run, QUERY, "--listening", "--format=csv", "-o", "PORT", "--no-headings");
	cr_expect_eq(run.status, 1);
	cr_expect_str_eq(run.output, "22\n");
	cr_expect_str_eq(run.errors, "portdb-query: /proc/net/udp: Too many levels of symbolic "
				     "links\n");
	run_free(&run);
	RUN(&run, QUERY, "--free=21-23");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.output, "21\n23\n");
	cr_expect_str_eq(run.errors, "portdb-query: /proc/net/udp: Too many levels of symbolic "
				     "links\n");
	run_free(&run);
}

static bool finds_hidden_processes(void)
{
	struct listeners listeners;

	cr_assert_eq(seteuid(65534), 0);
	bool is_found = listening_find(&listeners);
	cr_assert_eq(seteuid(0), 0);
	cr_assert(is_found);
	cr_expect_eq(listeners.count, 1);
	free(listeners.items);
	return listeners.has_hidden_processes;
}

Test(listening, knows_that_processes_of_others_are_hidden)
{
	add_row("tcp", LOOPBACK, 22, "0A", 1);
	cr_expect_not(finds_hidden_processes());
	PROCESS(100, "sshd\n", 1);
	cr_expect(finds_hidden_processes());
	cr_assert_eq(chmod("/proc/100/fd", 0555), 0);
	cr_expect_not(finds_hidden_processes());
	/* A /proc in which others are not even listed. */
	cr_assert_eq(chmod("/proc", 0711), 0);
	cr_expect(finds_hidden_processes());
}

Test(listening, cannot_be_told_without_any_table)
{
	struct listeners listeners;

	cr_expect_not(listening_find(&listeners));
	cr_expect_eq(errno, ENOENT);
}

Test(listening, that_cannot_be_told_is_said_in_one_line)
{
	struct run run;

	if (HAS_SANITIZED_MEMORY || runs_under_valgrind())
		cr_skip_test("a program that is watched over does not start without /proc");
	RUN(&run, QUERY, "--listening");
	cr_expect_eq(run.status, 1);
	cr_expect_str_eq(run.output, "");
	cr_expect_str_eq(run.errors, "portdb-query: /proc/net: No such file or directory\n");
	run_free(&run);
}

/* 0 if what is found is true and nothing is left open. */
static int find_under_fault(const void *argument)
{
	struct listeners listeners;
	unsigned before = count_low_descriptors();

	(void)argument;
	faults_begin();
	bool is_found = listening_find(&listeners);
	int error = errno;
	faults_end();
	if (count_low_descriptors() != before)
		return 1;
	if (!is_found)
		return error == EMFILE ? 0 : 2;
	for (size_t i = 0; i < listeners.count; i++) {
		const struct listener *listener = &listeners.items[i];
		if (listener->port != 22 || strcmp(listener->address, "127.0.0.1") != 0 ||
		    (*listener->process && strcmp(listener->process, "sshd") != 0))
			return 3;
	}
	return 0;
}

Test(listening, finds_nothing_untrue_and_leaves_nothing_open_whatever_call_fails)
{
	unsigned failed = 0;

	if (HAS_SANITIZED_MEMORY)
		cr_skip_test("the sanitizer's own calls would fail, too");
	add_row("tcp", LOOPBACK, 22, "0A", 1);
	add_row("tcp6", LOOPBACK6, 22, "01", 2);
	add_row("udp", LOOPBACK, 22, "01", 3);
	PROCESS(100, "sshd\n", 1);
	for (struct fault fault = {1, EMFILE, .is_between = true, .spares_close = true};;
	     fault.number++) {
		struct faulty_run run;
		if (!run_with_fault(&run, &fault, find_under_fault, NULL))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		cr_expect_eq(run.status, 0, "call %u (%d): status %d", fault.number, run.call,
			     run.status);
		failed += run.has_failed;
		if (run.calls < fault.number)
			break;
	}
	cr_expect_geq(failed, 12, "%u calls failed", failed);
}
