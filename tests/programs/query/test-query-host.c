/* SPDX-License-Identifier: MIT */
/* What portdb-query says of this host: free ports, listening sockets, and its terminal. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "query-support.h"
#include "tests/support/processes/host.h"
#include "tools/shared/memory.h"
#include "tools/shared/text.h"

#define NO_ERRORS ""

extern char **environ;

TestSuite(query_host, .init = enter_with_database, .timeout = 60);

Test(query_host, lists_ports_that_nobody_claims)
{
	/* 60 to 70 is a row for tcp alone; 53 has a name. */
	EXPECT_QUERY(UTF8, 0, "51\n52\n54\n", NO_ERRORS, "--free", "51-80", "-n", "3");
	EXPECT_QUERY("C", 0, "71\n72\n", NO_ERRORS, "--free", "60-72");
	EXPECT_QUERY("C", 0, "port\n71\n", NO_ERRORS, "--free", "60-71", "--format=csv");
	EXPECT_QUERY("C", 0, "{\n  \"free\": [\n    {\n      \"port\": 71\n    }\n  ]\n}\n",
		     NO_ERRORS, "--free", "60-71", "--format=json");
	EXPECT_QUERY(UTF8, 0, "1\n", NO_ERRORS, "--free", "0-1");
}

Test(query_host, keeps_away_from_ports_of_outgoing_connections)
{
	unsigned first;
	unsigned last;
	char range[32];
	char expected[32];
	char message[160];
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");

	if (!file || fscanf(file, "%u %u", &first, &last) != 2)
		cr_skip_test("this kernel does not tell its range of ports");
	fclose(file);
	snprintf(range, sizeof range, "%u-%u", first + 1, first + 2);
	snprintf(expected, sizeof expected, "%u\n%u\n", first + 1, first + 2);
	snprintf(message, sizeof message,
		 "portdb-query: no port is free from %u to %u, those of outgoing connections aside "
		 "(--ephemeral)\n",
		 first + 1, first + 2);
	EXPECT_QUERY(UTF8, 1, "", message, "--free", range);
	EXPECT_QUERY(UTF8, 0, expected, NO_ERRORS, "--free", range, "--ephemeral");
}

/* A socket of this process on a port of the kernel's choice, at the loopback address; 0 without
 * one. */
static uint16_t bind_socket(int family, int type)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
	} address = {.any.sa_family = (sa_family_t)family};
	socklen_t size = family == AF_INET ? sizeof address.ipv4 : sizeof address.ipv6;
	int number = socket(family, type | SOCK_CLOEXEC, 0);

	if (family == AF_INET)
		address.ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		address.ipv6.sin6_addr = in6addr_loopback;
	if (number < 0 || bind(number, &address.any, size) != 0)
		return 0;
	if (type == SOCK_STREAM)
		cr_assert_eq(listen(number, 1), 0);
	cr_assert_eq(getsockname(number, &address.any, &size), 0);
	return ntohs(family == AF_INET ? address.ipv4.sin_port : address.ipv6.sin6_port);
}

/* The database of a services(5) file that has a name for each of two ports. */
static void name_ports(uint16_t tcp, uint16_t udp)
{
	char text[128];
	struct run run;

	snprintf(text, sizeof text, "our-tcp %u/tcp # Ours\nour-udp %u/udp\n", tcp, udp);
	write_text("ours", text);
	RUN(&run, COMPILER, "-o", "ours.db", "ours");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static void read_own_name(char *name, int size)
{
	FILE *file = fopen("/proc/self/comm", "re");

	cr_assert_not_null(file);
	cr_assert_not_null(fgets(name, size, file));
	name[strcspn(name, "\n")] = '\0';
	fclose(file);
}

/* That the sockets at the address are listed, in this locale, with what the database says. */
static void expect_listed(const char *locale, const char *address, uint16_t tcp, uint16_t udp)
{
	char name[64];
	const struct passwd *user = getpwuid(geteuid());
	char expected[256];
	struct run run;

	cr_assert_not_null(user);
	setenv("LC_ALL", locale, 1);
	read_own_name(name, sizeof name);
	RUN(&run, QUERY, "-d", "ours.db", "--listening", "--format=csv");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect_eq(
	    strncmp(run.output, "address,port,protocol,process,name,status,description,", 54), 0);
	snprintf(expected, sizeof expected, "\n%s,%u,tcp,%s,our-tcp,,Ours,en,%s,", address, tcp,
		 name, user->pw_name);
	cr_expect_not_null(strstr(run.output, expected), "%s in %s", expected, run.output);
	snprintf(expected, sizeof expected, "\n%s,%u,udp,%s,our-udp,,,,%s,", address, udp, name,
		 user->pw_name);
	cr_expect_not_null(strstr(run.output, expected), "%s in %s", expected, run.output);
	run_free(&run);
	RUN(&run, QUERY, "-d", "ours.db", "--listening");
	cr_expect_eq(strncmp(run.output, "ADDRESS ", 8), 0);
	cr_expect_not_null(strstr(run.output, " our-tcp "), "%s", run.output);
	run_free(&run);
}

static void expect_sockets_listed(int family, const char *address)
{
	uint16_t tcp = bind_socket(family, SOCK_STREAM);
	uint16_t udp = bind_socket(family, SOCK_DGRAM);

	if (tcp == 0 || udp == 0)
		cr_skip_test("no socket can be bound to %s here", address);
	name_ports(tcp, udp);
	expect_listed("C", address, tcp, udp);
	expect_listed("C.UTF-8", address, tcp, udp);
}

Test(query_host, lists_listening_sockets_with_their_names)
{
	expect_sockets_listed(AF_INET, "127.0.0.1");
}

/* A connection has a port at either end, where nobody listens for another one. */
Test(query_host, lists_no_connections)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				      .sin_port = htons(bind_socket(AF_INET, SOCK_STREAM))};
	socklen_t size = sizeof address;
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char unexpected[32];
	struct run run;

	cr_assert_eq(connect(client, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(getsockname(client, (struct sockaddr *)&address, &size), 0);
	name_ports(1, 1);
	RUN(&run, QUERY, "-d", "ours.db", "--listening", "--format=csv");
	snprintf(unexpected, sizeof unexpected, ",%u,tcp,", ntohs(address.sin_port));
	cr_expect_null(strstr(run.output, unexpected), "%s in %s", unexpected, run.output);
	run_free(&run);
}

Test(query_host, lists_listening_sockets_of_ipv6)
{
	expect_sockets_listed(AF_INET6, "::1");
}

/* Only ports of outgoing connections can be had from the kernel; so they are looked at. */
static void expect_free(uint16_t port, bool is_free)
{
	char range[16];
	char expected[16];
	char message[64];

	snprintf(range, sizeof range, "%u", port);
	snprintf(expected, sizeof expected, "%u\n", port);
	snprintf(message, sizeof message, "portdb-query: no port is free from %u to %u\n", port,
		 port);
	EXPECT_QUERY("C", !is_free, is_free ? expected : "", is_free ? "" : message, "--free",
		     range, "--ephemeral");
}

Test(query_host, offers_no_port_that_is_in_use_here)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	uint16_t tcp = bind_socket(AF_INET, SOCK_STREAM);
	int datagrams = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	expect_free(tcp, false);
	/* A socket of UDP that is bound, then connected, then closed. */
	cr_assert_eq(bind(datagrams, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(getsockname(datagrams, (struct sockaddr *)&address, &size), 0);
	uint16_t udp = ntohs(address.sin_port);
	expect_free(udp, false);
	cr_assert_eq(connect(datagrams, (struct sockaddr *)&address, size), 0);
	expect_free(udp, false);
	close(datagrams);
	expect_free(udp, true);
}

/* A server that has its port and does not listen on it yet, or a client that does not connect yet.
 */
Test(query_host, offers_no_port_that_is_bound_and_no_more)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	require_linux(6, 8, "sockets that are only bound");
	cr_assert_eq(bind(number, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(getsockname(number, (struct sockaddr *)&address, &size), 0);
	expect_free(ntohs(address.sin_port), false);
	close(number);
	expect_free(ntohs(address.sin_port), true);
}

Test(query_host, starts_where_the_name_says)
{
	/* 60 to 70 is taken. These are for good: people may rely on them. */
	EXPECT_QUERY("C", 0, "84\n85\n86\n87\n88\n89\n", NO_ERRORS, "--free", "51-99", "--for",
		     "billing", "-n", "6");
	EXPECT_QUERY("C", 0, "88\n", NO_ERRORS, "--free", "51-99", "--for=stock", "-n1");
	/* Round the end of the range. */
	EXPECT_QUERY("C", 0, "99\n51\n", NO_ERRORS, "--free", "51-99", "--for=cm", "-n2");
	EXPECT_QUERY("C", 0, "51\n", NO_ERRORS, "--free", "51", "--for=stock");
	EXPECT_QUERY("C", 0, "71\n", NO_ERRORS, "--free", "60-71", "--for=x");
}

/* A host whose kernel says what the test wants. */
static void enter_host_with(const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "/proc/sys/net/ipv4/%s", file);
	write_text(file, text);
	if (mount(file, path, NULL, MS_BIND, NULL) != 0)
		cr_skip_test("%s cannot be replaced here: %s", path, strerror(errno));
}

Test(query_host, offers_ports_that_are_kept_from_outgoing_connections)
{
	enter_host("unused 1/tcp\n");
	enter_host_with("ip_local_port_range", "100\t200\n");
	enter_host_with("ip_local_reserved_ports", "107,150-152,900\n");
	EXPECT_QUERY("C", 0, "99\n107\n150\n151\n152\n201\n", NO_ERRORS, "--free", "99-201");
}

/* The kernel gives a list of them to one read, however long it is, and nothing to the next. */
Test(query_host, knows_however_many_ports_that_are_kept_from_outgoing_connections)
{
	static const char path[] = "/proc/sys/net/ipv4/ip_local_reserved_ports";

	enter_network();
	if (access(path, W_OK) != 0)
		cr_skip_test("%s: %s", path, strerror(errno));
	FILE *list = fopen(path, "w");
	cr_assert_not_null(list);
	setvbuf(list, NULL, _IOFBF, 1 << 18);
	for (unsigned port = 32769; port < 60000; port += 2)
		fprintf(list, "%u,", port);
	fputs("60500\n", list);
	if (fclose(list) != 0)
		cr_skip_test("%s: %s", path, strerror(errno));
	EXPECT_QUERY("C", 0, "59999\n60500\n", NO_ERRORS, "--free", "59998-60998");
}

static void make_drop_ins(void)
{
	struct run run;

	make_directories("etc/services.d");
	make_directories("usr/services.d");
	write_text("etc/services.d/site", "ssh 22/tcp\nours 8080/tcp\nours 8080/udp\n"
					  "more 8081/tcp\nlast 65535/tcp\nnone 0/tcp\n");
	write_text("usr/services.d/ranges.csv",
		   "Service Name,Port Number,Transport Protocol,Status\n"
		   ",9000-9010,tcp,reserved\n,9011,,reserved\n,30000-40000,\"tcp,udp\",hidden\n");
	write_text("services.d", "http 80/tcp\nhttp-alt 8082/tcp\nssh 22/tcp\n");
	RUN(&run, COMPILER, "-o", "drop-ins.db", "etc/services.d/site", "usr/services.d/ranges.csv",
	    "services.d");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

/* By the path as it was given. */
static void expect_reserved(const char *path, const char *ports)
{
	struct run run;

	write_text(path, "a 7000/tcp\n");
	RUN(&run, COMPILER, "-o", "relative.db", path);
	run_free(&run);
	RUN(&run, QUERY, "-d", "relative.db", "--format=reserved-ports");
	cr_expect_str_eq(run.output, ports, "%s: %s", path, run.output);
	run_free(&run);
}

Test(query_host, knows_drop_ins_by_relative_paths)
{
	make_directories("services.d");
	make_directories("my-services.d");
	expect_reserved("services.d/a.services", "7000\n");
	expect_reserved("./services.d/a.services", "7000\n");
	expect_reserved("my-services.d/a.services", "\n");
}

Test(query_host, writes_ports_of_drop_ins_as_the_kernel_reads_them)
{
	make_drop_ins();
	EXPECT_QUERY_IN_BOTH(0, "22,8080-8081,9000-9011,65535\n", NO_ERRORS, "-d", "drop-ins.db",
			     "--format=reserved-ports");
	EXPECT_QUERY_IN_BOTH(0, "8080\n", NO_ERRORS, "-d", "drop-ins.db", "--format=reserved-ports",
			     "8080");
	EXPECT_QUERY_IN_BOTH(1, "\n", "portdb-query: no drop-in claims a port\n",
			     "--format=reserved-ports");
	EXPECT_QUERY_IN_BOTH(
	    2, "",
	    "portdb-query: that comes as table, json or csv only\n"
	    "Try `portdb-query --help' or `portdb-query --usage' for more information.\n",
	    "--format=reserved-ports", "--sources");
}

/* The manual's recipe, up to where the kernel would read it. */
Test(query_host, reserves_ports_by_the_recipe_of_the_manual)
{
	struct run run;

	make_drop_ins();
	enter_host("unused 1/tcp\n");
	make_directories("/etc/sysctl.d");
	setenv("PORTDB_DATABASE", scratch_path("drop-ins.db"), 1);
	setenv("QUERY_PROGRAM", QUERY, 1);
	setenv("MANUAL_PAGE", SOURCE_TREE "/tools/portdb-query.1", 1);
	RUN(&run, "sh", "-ec",
	    "portdb_query() { \"$QUERY_PROGRAM\" \"$@\"; }\n"
	    "sed -n -e '/^# ports=/,/^    > /s/^# //p' -e '/^    > .*portdb.conf/p' "
	    "\"$MANUAL_PAGE\" |\n"
	    "	sed -e 's/portdb-query/portdb_query/' -e 's/\\\\e$/\\\\/' >recipe\n"
	    ". ./recipe\n");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	char *text = read_file("/etc/sysctl.d/60-portdb.conf", NULL);
	cr_expect_str_eq(text, "net.ipv4.ip_local_reserved_ports=22,8080-8081,9000-9011,65535\n",
			 "%s", text);
	free(text);
}

/* A pseudo-terminal of so many columns; *path is that of its other end. */
static int open_terminal(unsigned short columns, char *path, size_t size)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct winsize window = {.ws_row = 24, .ws_col = columns};

	if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0 ||
	    ptsname_r(terminal, path, size) != 0 || access(path, W_OK) != 0)
		cr_skip_test("no pseudo-terminal is to be had here: %s", strerror(errno));
	cr_assert_eq(ioctl(terminal, TIOCSWINSZ, &window), 0);
	return terminal;
}

/* What portdb-query writes to a terminal of so many columns. */
static char *query_on_terminal(unsigned short columns, const char *const *arguments)
{
	static char text[8192];
	char path[64];
	int terminal = open_terminal(columns, path, sizeof path);
	posix_spawn_file_actions_t actions;
	pid_t child;
	size_t length = 0;
	ssize_t got;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_NOCTTY, 0);
	cr_assert_eq(posix_spawn(&child, QUERY, &actions, NULL, (char **)arguments, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	/* EIO is how Linux says that the other end was closed. */
	while ((got = read(terminal, text + length, sizeof text - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	if (length == sizeof text - 1)
		kill(child, SIGKILL);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	cr_assert_lt(length, sizeof text - 1, "%d columns: too much: %s", columns, text);
	close(terminal);
	return text;
}

static void expect_no_color(const char *const *arguments)
{
	const char *text = query_on_terminal(100, arguments);

	cr_expect_not_null(strstr(text, "submissions"));
	cr_expect_null(strchr(text, '\033'), "%s", text);
}

static void expect_color(const char *locale)
{
	const char *const arguments[] = {QUERY, "-d", "test.db", "465", NULL};

	setenv("LC_ALL", locale, 1);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	const char *text = query_on_terminal(100, arguments);
	cr_expect_not_null(strstr(text, "\033[1msubmissions"), "%s", text);
	cr_expect_not_null(strstr(text, "\033[2m"), "%s", text);
	/* An empty one says nothing (no-color.org). */
	setenv("NO_COLOR", "", 1);
	text = query_on_terminal(100, arguments);
	cr_expect_not_null(strstr(text, "\033[1msubmissions"), "%s", text);
	setenv("NO_COLOR", "1", 1);
	expect_no_color(arguments);
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	expect_no_color(arguments);
	unsetenv("TERM");
	expect_no_color(arguments);
}

Test(query_host, has_color_on_a_terminal_and_never_with_no_color)
{
	expect_color(UTF8);
	expect_color("C");
}

Test(query_host, fits_the_terminal_and_aligns_wide_characters)
{
	const char *const arguments[] = {QUERY, "-d",     "test.db", "--lang=zh",
					 "700", "53/udp", NULL};

	setenv("LC_ALL", UTF8, 1);
	setenv("NO_COLOR", "1", 1);
	const char *text = query_on_terminal(45, arguments);
	cr_expect_str_eq(text,
			 "NAME    PORT    ALIASES STATUS   DESCRIPTION\r\n"
			 "zh-only 700/tcp                  只有中文\r\n"
			 "domain  53/udp  dns     official 域名解析\r\n"
			 "└─nomes 53/udp                   \r\n",
			 "%s", text);
	setenv("LC_ALL", "C", 1);
	text = query_on_terminal(45, arguments);
	cr_expect_str_eq(text,
			 "NAME    PORT    ALIASES STATUS   DESCRIPTION\r\n"
			 "zh-only 700/tcp                  \r\n"
			 "domain  53/udp  dns     official Names to\r\n"
			 "|                                addresses\r\n"
			 "`-nomes 53/udp                   \r\n",
			 "%s", text);
}

static const char wordy[] =
    "Service Name,Port Number,Transport Protocol,Description,Description[zh]\n"
    "a-name-of-fifteen,443,tcp,Delivers web pages encrypted with TLS to whoever asks for them,"
    "用传输层安全协议加密的网页传送用传输层安全协议加密的网页传送用传输层安全协议加密的网页传送\n"
    "another-name,443,tcp,Says the same in other words and is at odds with the first one,\n";

/* Lines are ended, and from where the least that is shown fits they are no wider than that. */
static void expect_to_fit(unsigned short columns, const char *const *arguments)
{
	char *line = query_on_terminal(columns, arguments);

	cr_expect_neq(*line, '\0');
	for (char *next; (next = strstr(line, "\r\n")); line = next + 2) {
		*next = '\0';
		if (columns >= 80)
			cr_expect_leq(text_width(line), columns, "%d columns: %s", columns, line);
	}
	cr_expect_eq(*line, '\0', "%d columns: a line has no end: %s", columns, line);
}

Test(query_host, ends_and_fits_on_terminals_of_any_width)
{
	static const char *const shapes[] = {"--lang=en", "--lang=zh", "--claims", "--conflicts"};

	struct run run;

	write_text("wordy.csv", wordy);
	RUN(&run, COMPILER, "-o", "wordy.db", "wordy.csv", "table.csv", "other.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	setenv("LC_ALL", UTF8, 1);
	setenv("NO_COLOR", "1", 1);
	for (size_t i = 0; i < LENGTH(shapes); i++)
		for (unsigned short columns = 1; columns < 110; columns++) {
			const char *port = strcmp(shapes[i], "--conflicts") == 0 ? NULL : "443";
			const char *const with[] = {QUERY, "-d", "wordy.db", shapes[i], port, NULL};
			const char *const without[] = {QUERY,     "-d", "wordy.db", "--no-headings",
						       shapes[i], port, NULL};
			expect_to_fit(columns, with);
			expect_to_fit(columns, without);
		}
}
