/* SPDX-License-Identifier: MIT */
/*
 * getaddrinfo(3) asks by itself for one protocol after the other. What it gives for the names of a
 * stock /etc/services is compared, "files" against portdb with all the tables, for each type of
 * socket: with a type nothing changes that was answered; without one, tcp can come ahead of udp.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"

extern int __nss_configure_lookup(const char *database, const char *services);

TestSuite(getaddrinfo, .timeout = 120);

/* ---- what is asked ------------------------------------------------------------------------- */

static const int types[] = {0, SOCK_STREAM, SOCK_DGRAM};

static const char *protocol_name(int protocol)
{
	static char number[16];

	if (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP)
		return protocol == IPPROTO_TCP ? "tcp" : "udp";
	snprintf(number, sizeof number, "%d", protocol);
	return number;
}

/* "PORT/PROTOCOL " of each address in turn, or nothing. The caller frees it. */
static char *addresses_of(const char *name, int type)
{
	struct addrinfo hints = {
	    .ai_family = AF_INET, .ai_socktype = type, .ai_flags = AI_NUMERICHOST};
	struct buffer text = {0};
	struct addrinfo *list;

	if (getaddrinfo("127.0.0.1", name, &hints, &list) == 0) {
		for (const struct addrinfo *each = list; each; each = each->ai_next) {
			const struct sockaddr_in *address = (const void *)each->ai_addr;
			buffer_print(&text, "%u/%s ", ntohs(address->sin_port),
				     protocol_name(each->ai_protocol));
		}
		freeaddrinfo(list);
	}
	return buffer_string(&text);
}

/* What a name is answered, for each type. */
struct answers {
	char *of_type[LENGTH(types)];
};

static struct answers ask(const char *service, const char *name)
{
	struct answers answers = {0};

	__nss_configure_lookup("services", service);
	for (size_t i = 0; i < LENGTH(types); i++)
		answers.of_type[i] = addresses_of(name, types[i]);
	return answers;
}

/* ---- what is compared ---------------------------------------------------------------------- */

struct comparison {
	unsigned names;
	unsigned longer;      /* names whose list without a type is another one */
	struct buffer firsts; /* a line for each whose first address is another one */
	struct buffer faults; /* a line for each answer that was taken away */
};

/* Whether the words of a stand in b in that order. */
static bool is_part_of(const char *a, const char *b)
{
	while (*a) {
		size_t length = strcspn(a, " ") + 1;
		while (*b && strncmp(a, b, length) != 0)
			b += strcspn(b, " ") + 1;
		if (!*b)
			return false;
		a += length;
		b += length;
	}
	return true;
}

static void compare_name(struct comparison *comparison, const char *name)
{
	struct answers before = ask("files", name);
	struct answers after = ask("portdb", name);
	const char *old = before.of_type[0];
	const char *new = after.of_type[0];

	comparison->names++;
	comparison->longer += strcmp(old, new) != 0;
	if (strncmp(old, new, strcspn(old, " ")) != 0)
		buffer_print(&comparison->firsts, "%s %.*s, not %.*s\n", name,
			     (int)strcspn(new, " "), new, (int)strcspn(old, " "), old);
	if (!is_part_of(old, new))
		buffer_print(&comparison->faults, "%s: %s instead of %s\n", name, new, old);
	for (size_t i = 0; i < LENGTH(types); i++) {
		if (types[i] != 0 && *before.of_type[i] &&
		    strcmp(before.of_type[i], after.of_type[i]) != 0)
			buffer_print(&comparison->faults, "%s, type %d: %s instead of %s\n", name,
				     types[i], after.of_type[i], before.of_type[i]);
		free(before.of_type[i]);
		free(after.of_type[i]);
	}
}

/* The names and aliases of a services(5) text, each once, in their order. */
static void compare_names(struct comparison *comparison, const char *text)
{
	struct buffer seen = {0};
	char *copy = strdup(text);
	char *line_state;

	buffer_add_string(&seen, " ");
	for (char *line = strtok_r(copy, "\n", &line_state); line;
	     line = strtok_r(NULL, "\n", &line_state)) {
		char *state;
		line[strcspn(line, "#")] = '\0';
		for (char *word = strtok_r(line, " \t", &state); word;
		     word = strtok_r(NULL, " \t", &state)) {
			char padded[256];
			snprintf(padded, sizeof padded, " %s ", word);
			if (strchr(word, '/') || strstr(buffer_string(&seen), padded))
				continue;
			buffer_add_string(&seen, padded + 1);
			compare_name(comparison, word);
		}
	}
	buffer_free(&seen);
	free(copy);
}

/* The file, and all that is installed below it. */
static void compile_with_tables(const char *services)
{
	char *database = scratch_path("services.db");
	struct run run;

	RUN(&run, "sh", "-c", COMPILER " -o \"$1\" \"$2\" \"$3\"/tables/*.csv", "sh", database,
	    services, DATA_DIR);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	setenv("PORTDB_DATABASE", database, 1);
	free(database);
}

/* ---- the stock file ------------------------------------------------------------------------ */

/* Rows of Debian 12's file (netbase 6.4): those of the names below, and some that stay. */
static const char debian_rows[] = "echo 4/ddp\n"
				  "echo 7/tcp\n"
				  "echo 7/udp\n"
				  "ssh 22/tcp\n"
				  "domain 53/tcp\n"
				  "domain 53/udp\n"
				  "bootps 67/udp\n"
				  "bootpc 68/udp\n"
				  "tftp 69/udp\n"
				  "acr-nema 104/tcp dicom\n"
				  "ntp 123/udp\n"
				  "netbios-ns 137/udp\n"
				  "netbios-dgm 138/udp\n"
				  "xdmcp 177/udp\n"
				  "ipx 213/udp\n"
				  "ptp-event 319/udp\n"
				  "ptp-general 320/udp\n"
				  "clearcase 371/udp Clearcase\n"
				  "https 443/tcp\n"
				  "https 443/udp\n"
				  "isakmp 500/udp\n"
				  "talk 517/udp\n"
				  "ntalk 518/udp\n"
				  "dhcpv6-client 546/udp\n"
				  "dhcpv6-server 547/udp\n"
				  "ms-sql-m 1434/udp\n"
				  "l2f 1701/udp l2tp\n"
				  "icpv2 3130/udp icp\n"
				  "ipsec-nat-t 4500/udp\n"
				  "iax 4569/udp\n"
				  "mdns 5353/udp\n"
				  "afs3-fileserver 7000/udp\n"
				  "afs3-callback 7001/udp\n"
				  "afs3-prserver 7002/udp\n"
				  "afs3-vlserver 7003/udp\n"
				  "afs3-kaserver 7004/udp\n"
				  "afs3-volser 7005/udp\n"
				  "afs3-bos 7007/udp\n"
				  "afs3-update 7008/udp\n"
				  "afs3-rmtsys 7009/udp\n"
				  "http-alt 8080/tcp webcache\n"
				  "dicom 11112/tcp\n"
				  "kerberos-master 751/udp kerberos_master\n"
				  "kerberos-master 751/tcp\n"
				  "passwd-server 752/udp passwd_server\n"
				  "zephyr-srv 2102/udp\n"
				  "zephyr-clt 2103/udp\n"
				  "zephyr-hm 2104/udp\n";

/* What libnss_portdb(8) says of them: 38 names, and of one alone the port is another. */
static const char debian_firsts[] = "bootps 67/tcp, not 67/udp\n"
				    "bootpc 68/tcp, not 68/udp\n"
				    "tftp 69/tcp, not 69/udp\n"
				    "ntp 123/tcp, not 123/udp\n"
				    "netbios-ns 137/tcp, not 137/udp\n"
				    "netbios-dgm 138/tcp, not 138/udp\n"
				    "xdmcp 177/tcp, not 177/udp\n"
				    "ipx 213/tcp, not 213/udp\n"
				    "ptp-event 319/tcp, not 319/udp\n"
				    "ptp-general 320/tcp, not 320/udp\n"
				    "clearcase 371/tcp, not 371/udp\n"
				    "isakmp 500/tcp, not 500/udp\n"
				    "talk 517/tcp, not 517/udp\n"
				    "ntalk 518/tcp, not 518/udp\n"
				    "dhcpv6-client 546/tcp, not 546/udp\n"
				    "dhcpv6-server 547/tcp, not 547/udp\n"
				    "ms-sql-m 1434/tcp, not 1434/udp\n"
				    "l2f 1701/tcp, not 1701/udp\n"
				    "l2tp 1701/tcp, not 1701/udp\n"
				    "icpv2 3130/tcp, not 3130/udp\n"
				    "icp 1112/tcp, not 3130/udp\n"
				    "ipsec-nat-t 4500/tcp, not 4500/udp\n"
				    "iax 4569/tcp, not 4569/udp\n"
				    "mdns 5353/tcp, not 5353/udp\n"
				    "afs3-fileserver 7000/tcp, not 7000/udp\n"
				    "afs3-callback 7001/tcp, not 7001/udp\n"
				    "afs3-prserver 7002/tcp, not 7002/udp\n"
				    "afs3-vlserver 7003/tcp, not 7003/udp\n"
				    "afs3-kaserver 7004/tcp, not 7004/udp\n"
				    "afs3-volser 7005/tcp, not 7005/udp\n"
				    "afs3-bos 7007/tcp, not 7007/udp\n"
				    "afs3-update 7008/tcp, not 7008/udp\n"
				    "afs3-rmtsys 7009/tcp, not 7009/udp\n"
				    "kerberos_master 751/tcp, not 751/udp\n"
				    "passwd_server 752/tcp, not 752/udp\n"
				    "zephyr-srv 2102/tcp, not 2102/udp\n"
				    "zephyr-clt 2103/tcp, not 2103/udp\n"
				    "zephyr-hm 2104/tcp, not 2104/udp\n";

/* Where "files" reads these rows and no others: in a child with another /etc. */
static void compare_debian_rows(const char *firsts, const char *faults)
{
	struct comparison comparison = {0};
	int status;

	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		if (!enter_etc_with(debian_rows, strlen(debian_rows)))
			_exit(77);
		compare_names(&comparison, debian_rows);
		write_text(firsts, buffer_string(&comparison.firsts));
		write_text(faults, buffer_string(&comparison.faults));
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		cr_skip_test("no mount namespace is permitted here");
	cr_assert_eq(status, 0, "the child ended with status %#x", (unsigned)status);
}

Test(getaddrinfo, asks_for_tcp_first_where_the_tables_have_it)
{
	char *services = scratch_path("services");

	write_text(services, debian_rows);
	compile_with_tables(services);
	compare_debian_rows(scratch_path("firsts"), scratch_path("faults"));
	char *firsts = read_file(scratch_path("firsts"), NULL);
	char *faults = read_file(scratch_path("faults"), NULL);
	cr_expect_str_eq(faults, "");
	cr_expect_str_eq(firsts, debian_firsts, "%s", firsts);
	free(firsts);
	free(faults);
	free(services);
}

/* The names that "portdb-compile --list-sources -v" tells of, to be taken out by who minds. */
Test(getaddrinfo, has_other_ports_for_three_names)
{
	static const char *const notes[] = {"'http-alt' is 591/udp here, and 8080/tcp in",
					    "'icp' is 1112/tcp here, and 3130/udp in",
					    "'dicom' is 11112/udp here, and 104/tcp in"};
	char *services = scratch_path("services");
	unsigned lines = 0;
	struct run run;

	write_text(services, debian_rows);
	RUN(&run, "sh", "-c", COMPILER " --list-sources -v \"$1\" \"$2\"/tables/*.csv", "sh",
	    services, DATA_DIR);
	for (const char *next = run.errors; (next = strchr(next, '\n')); next++)
		lines++;
	cr_expect_eq(lines, LENGTH(notes), "%s", run.errors);
	for (size_t i = 0; i < LENGTH(notes); i++)
		cr_expect_not_null(strstr(run.errors, notes[i]), "%s: %s", notes[i], run.errors);
	run_free(&run);
	free(services);
}

#define STOCK "/etc/services"
/* Of Debian 12's, whose numbers the manual page has. */
#define DEBIAN_12 "f6183055fd949f9c53d49ee620f85d0150123ea691d25ed1bba0c641b4ee2f48"

static void compare_stock(struct comparison *comparison)
{
	if (access(STOCK, R_OK) != 0)
		cr_skip_test("there is no " STOCK " here");
	compile_with_tables(STOCK);
	char *text = read_file(STOCK, NULL);
	compare_names(comparison, text);
	free(text);
}

Test(getaddrinfo, keeps_all_answers_of_this_machine_s_file)
{
	struct comparison comparison = {0};

	compare_stock(&comparison);
	cr_expect_gt(comparison.names, 0);
	cr_expect_str_eq(buffer_string(&comparison.faults), "", "%s", comparison.faults.bytes);
}

Test(getaddrinfo, changes_as_much_of_debian_s_file_as_the_manual_says)
{
	struct comparison comparison = {0};
	struct run run;

	RUN(&run, "sha256sum", STOCK);
	bool is_debian_12 = strncmp(run.output, DEBIAN_12, strlen(DEBIAN_12)) == 0;
	run_free(&run);
	if (!is_debian_12)
		cr_skip_test(STOCK " is not that of Debian 12 here");
	compare_stock(&comparison);
	cr_expect_eq(comparison.names, 338, "%u", comparison.names);
	cr_expect_eq(comparison.longer, 171, "%u", comparison.longer);
	cr_expect_str_eq(buffer_string(&comparison.firsts), debian_firsts, "%s",
			 comparison.firsts.bytes);
}
