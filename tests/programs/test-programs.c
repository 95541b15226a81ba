/* SPDX-License-Identifier: MIT */
/*
 * Real programs that show names of ports, on a host that asks portdb alone: what they print only
 * the database knows.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/processes/host.h"
#include "tests/support/support.h"

TestSuite(programs, .init = require_module_for_all, .timeout = 60);

static void expect_in_output(const struct run *run, const char *text)
{
	cr_expect_not_null(strstr(run->output, text), "\"%s\" is not in:\n%s%s", text, run->output,
			   run->errors);
}

/*
 * The port of a socket that listens at the loopback address; below those of outgoing connections,
 * for which ss does not ask.
 */
static unsigned listen_somewhere(void)
{
	int number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	for (uint16_t port = 17001; port < 17400; port++) {
		address.sin_port = htons(port);
		if (bind(number, (const struct sockaddr *)&address, sizeof address) == 0 &&
		    listen(number, 1) == 0)
			return port;
	}
	cr_skip_test("no port can be listened at here");
	return 0;
}

static void enter_host_that_listens(void)
{
	char text[64];

	snprintf(text, sizeof text, "known-to-portdb %u/tcp\n", listen_somewhere());
	enter_host(text);
}

Test(programs, ss_names_listening_sockets)
{
	struct run run;

	require_program("ss", "iproute2");
	enter_host_that_listens();
	RUN(&run, "ss", "--listening", "--tcp");
	cr_expect_eq(run.status, 0);
	expect_in_output(&run, "127.0.0.1:known-to-portdb ");
	run_free(&run);
}

Test(programs, lsof_names_listening_sockets)
{
	char process[16];
	struct run run;

	require_program("lsof", "lsof");
	enter_host_that_listens();
	snprintf(process, sizeof process, "%d", getpid());
	RUN(&run, "lsof", "-w", "-a", "-p", process, "-iTCP");
	expect_in_output(&run, "127.0.0.1:known-to-portdb (LISTEN)");
	run_free(&run);
}

/* A capture of one datagram from port 17001 to 17002 of the loopback address. */
static void write_capture(const char *path)
{
	static const struct {
		uint32_t magic;
		uint16_t version[2];
		uint32_t zeros[2];
		uint32_t longest;
		uint32_t link_type; /* Ethernet */
		uint32_t seconds, microseconds, captured, length;
		uint8_t ethernet[14];
		uint8_t ip[20];
		uint8_t udp[8];
	} __attribute__((packed)) capture = {
	    .magic = 0xa1b2c3d4,
	    .version = {2, 4},
	    .longest = 65535,
	    .link_type = 1,
	    .captured = 42,
	    .length = 42,
	    .ethernet = {[12] = 0x08},
	    .ip = {0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1},
	    .udp = {17001 >> 8, 17001 & 255, 17002 >> 8, 17002 & 255, 0, 8, 0, 0},
	};

	write_file(path, &capture, sizeof capture);
}

Test(programs, tcpdump_names_ports_of_a_capture)
{
	char *capture = scratch_path("datagram.pcap");
	struct run run;

	if (geteuid() != 0)
		cr_skip_test("in a namespace of a user's, tcpdump cannot give up root's groups");
	require_program("tcpdump", "tcpdump");
	enter_host("known-to-portdb 17001/udp\nknown-too 17002/udp\n");
	write_capture(capture);
	RUN(&run, "tcpdump", "-Z", "root", "-r", capture);
	cr_expect_eq(run.status, 0);
	expect_in_output(&run, " 127.0.0.1.known-to-portdb > 127.0.0.1.known-too: ");
	run_free(&run);
	free(capture);
}

Test(programs, nft_takes_and_lists_names_of_ports)
{
	char *rules = scratch_path("rules");
	struct run run;

	require_program("nft", "nftables");
	enter_host("known-to-portdb 17001/tcp alias-of-it\nknown-to-portdb 17002/udp\n");
	/* A network of its own, too: these rules are no one else's. */
	if (unshare(CLONE_NEWNET) != 0)
		cr_skip_test("no network namespace is permitted here");
	RUN(&run, "nft", "add", "table", "inet", "test");
	if (run.status != 0)
		cr_skip_test("this kernel has no nftables: %s", run.errors);
	run_free(&run);

	write_text(rules, "table inet test {\n"
			  "chain test {\n"
			  "tcp dport alias-of-it accept\n"
			  "udp sport 17002 drop\n"
			  "}\n"
			  "}\n");
	RUN(&run, "nft", "-f", rules);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	RUN(&run, "nft", "--service", "list", "ruleset");
	expect_in_output(&run, "tcp dport \"known-to-portdb\" accept");
	expect_in_output(&run, "udp sport \"known-to-portdb\" drop");
	run_free(&run);
	RUN(&run, "nft", "list", "ruleset");
	expect_in_output(&run, "tcp dport 17001 accept");
	run_free(&run);
	free(rules);
}

/* For a program of another C library: what it is told of "service protocol" and of its port. */
static const char musl_source[] =
    "#include <arpa/inet.h>\n"
    "#include <netdb.h>\n"
    "#include <stdio.h>\n"
    "int main(int count, char **words)\n"
    "{\n"
    "	for (int i = 1; i + 1 < count; i += 2) {\n"
    "		struct servent *by_name = getservbyname(words[i], words[i + 1]);\n"
    "		if (!by_name)\n"
    "			return 1;\n"
    "		printf(\"%d\", ntohs(by_name->s_port));\n"
    "		struct servent *by_port = getservbyport(by_name->s_port, words[i + 1]);\n"
    "		printf(\" %s\\n\", by_port ? by_port->s_name : \"-\");\n"
    "	}\n"
    "	return 0;\n"
    "}\n";

/* It asks no module; what portdb-query exports is its services file. */
Test(programs, static_musl_programs_read_the_exported_services)
{
	char *source = scratch_path("musl.c");
	char *program = scratch_path("musl");
	struct run run;

	require_program("musl-gcc", "musl-tools");
	write_text(source, musl_source);
	RUN(&run, "musl-gcc", "-static", "-o", program, source);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	enter_host("known-to-portdb 17001/tcp alias-of-it # words\nknown-too 17002/udp\n");
	RUN(&run, program, "known-to-portdb", "tcp");
	cr_expect_eq(run.status, 1, "the C library's name service switch was asked");
	run_free(&run);
	RUN(&run, QUERY, "--all", "--format", "services");
	write_text("/etc/services", run.output);
	run_free(&run);
	RUN(&run, program, "known-to-portdb", "tcp", "alias-of-it", "tcp", "known-too", "udp");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.output,
			 "17001 known-to-portdb\n17001 known-to-portdb\n17002 known-too\n", "%s",
			 run.output);
	run_free(&run);
	free(source);
	free(program);
}
