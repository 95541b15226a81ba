/* SPDX-License-Identifier: MIT */
/* Questions as people type and copy them: each is answered as the one in portdb-query's own form.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "query-support.h"

#define QUIET      ""
#define SAYS(text) "portdb-query: " text "\n"

TestSuite(query_typed, .init = enter_with_database, .timeout = 60);

/* What is typed, the questions that it stands for, and what is said about that. */
struct example {
	const char *typed;
	const char *questions[4];
	const char *errors;
};

static const struct example examples[] = {
    {"22/TCP", {"22/tcp"}, SAYS("22/TCP: case ignored: 22/tcp")},
    {"SSH", {"ssh"}, SAYS("SSH: case ignored: ssh")},
    {"Ssh/Tcp", {"ssh/tcp"}, SAYS("Ssh/Tcp: case ignored: ssh/tcp")},
    {"aLT", {"Alt", "ALT"}, SAYS("aLT: case ignored: Alt, ALT")},
    {"tcp/22", {"22/tcp"}, QUIET},
    {"tcp:22", {"22/tcp"}, QUIET},
    {"UDP/domain", {"domain/udp"}, SAYS("UDP/domain: case ignored: domain/udp")},
    {":22", {"22"}, QUIET},
    {"127.0.0.1:22", {"22"}, QUIET},
    {"[::1]:22/tcp", {"22/tcp"}, QUIET},
    {":::22", {"22"}, QUIET},
    {"fe80::1:22", {"22"}, QUIET},
    {"http://[::1]:22", {"22"}, QUIET},
    {"*:ssh", {"ssh"}, QUIET},
    {"22,106", {"22", "106"}, QUIET},
    {"22,106/tcp", {"22/tcp", "106/tcp"}, QUIET},
    {"22/tcp,53/udp", {"22/tcp", "53/udp"}, QUIET},
    {"ssh, 106;", {"ssh", "106"}, QUIET},
    {"22,22", {"22"}, QUIET},
    {"ssh (22)", {"ssh"}, QUIET},
    {"465/tcp (submissions)", {"465/tcp"}, QUIET},
    {"(22)", {"22"}, QUIET},
    {"ssh\t\t22/tcp", {"ssh"}, QUIET},
    {"big name", {"big name"}, QUIET},
    {"cl/1", {"cl/1"}, QUIET},
    {"CL/1", {"cl/1"}, SAYS("CL/1: case ignored: cl/1")},
    {"65/TCP", {"65/tcp"}, SAYS("65/TCP: case ignored: 65/tcp")},
};

/* portdb-query with words, in a format. */
static void ask(struct run *run, const char *format, const char *const *words)
{
	const char *arguments[10] = {QUERY, "-d", "test.db", "--format", format};

	for (size_t i = 0; words[i]; i++)
		arguments[5 + i] = words[i];
	setenv("LC_ALL", UTF8, 1);
	run_program(run, arguments);
}

static void expect_same(const struct example *example, const char *format)
{
	const char *const typed[] = {example->typed, NULL};
	struct run expected;
	struct run run;

	ask(&expected, format, example->questions);
	cr_assert_eq(expected.status, 0, "%s: %s", example->typed, expected.errors);
	ask(&run, format, typed);
	cr_expect_eq(run.status, 0, "%s: %d", example->typed, run.status);
	cr_expect_str_eq(run.output, expected.output, "%s: %s", example->typed, run.output);
	cr_expect_str_eq(run.errors, example->errors, "%s: %s", example->typed, run.errors);
	run_free(&run);
	run_free(&expected);
}

Test(query_typed, answers_what_is_meant)
{
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		expect_same(&examples[i], "table");
		expect_same(&examples[i], "json");
	}
}

Test(query_typed, takes_a_range_for_what_range_shows)
{
	struct run expected;
	struct run run;

	RUN(&expected, QUERY, "-d", "test.db", "--range=50-60", "--format=json");
	RUN(&run, QUERY, "-d", "test.db", "50-60", "--format=json");
	cr_expect_str_eq(run.output, expected.output, "%s", run.output);
	cr_expect_str_eq(run.errors, "");
	run_free(&expected);
	run_free(&run);
	EXPECT_QUERY(UTF8, 0,
		     "NAME    PORT   ALIASES STATUS   DESCRIPTION\n"
		     "domain  53/udp dns     official Names to addresses\n"
		     "└─nomes 53/udp                  \n",
		     QUIET, "50-60/udp");
	EXPECT_QUERY(UTF8, 1, "", SAYS("1-9: not found"), "1-9");
	EXPECT_QUERY(UTF8, 1, "",
		     SAYS("25-22: not found: ports go from 0 to 65535, and a range upwards"),
		     "25-22");
	EXPECT_QUERY(UTF8, 1, "",
		     SAYS("1-65536: not found: ports go from 0 to 65535, and a range upwards"),
		     "1-65536");
}

/* Behind an address there is a port only where it is whole without that. */
Test(query_typed, takes_no_part_of_an_address_for_a_port)
{
	EXPECT_QUERY(UTF8, 1, "", SAYS("fe80::22: not found"), "fe80::22");
	EXPECT_QUERY(UTF8, 1, "", SAYS("::22: not found"), "::22");
	EXPECT_QUERY(UTF8, 1, "", SAYS("1:2:3:4:5:6:7:22: not found"), "1:2:3:4:5:6:7:22");
}

/* On standard input blanks separate questions; what stands in brackets is no further one. */
Test(query_typed, reads_copied_lines_from_standard_input)
{
	struct run run;

	setenv("Q", QUERY " -d test.db --format services", 1);
	RUN(&run, "sh", "-c", "printf 'ssh (22)\\n106,SSH\\n22\\n' | $Q -");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.output,
			 "ssh\t22/tcp secsh\n3com-tsmux\t106/tcp\n"
			 "ssh\t22/tcp secsh\nssh\t22/tcp secsh\n",
			 "%s", run.output);
	cr_expect_str_eq(run.errors, SAYS("SSH: case ignored: ssh"), "%s", run.errors);
	run_free(&run);
	RUN(&run, "sh", "-c", "printf '106\\0\\000022/tcp\\0\nssh' | $Q -");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.output, "3com-tsmux\t106/tcp\nssh\t22/tcp secsh\nssh\t22/tcp secsh\n",
			 "%s", run.output);
	run_free(&run);
}

/* A name is what it is, whatever it looks like. */
Test(query_typed, takes_no_name_for_something_else)
{
	struct run run;

	write_text("odd.csv", "Service Name,Port Number,Transport Protocol\n"
			      "1-9,1,tcp\n\"ssh,22\",2,tcp\n:22,3,tcp\n(ssh),4,tcp\nSSH,5,tcp\n"
			      "tcp/22,6,tcp\nssh,22,tcp\n");
	write_text("upper", "ssh 7/TCP\nslash 8/tcp/udp\n");
	RUN(&run, COMPILER, "-o", "odd.db", "odd.csv", "upper");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	EXPECT_QUERY(UTF8, 0,
		     "1-9\t1/tcp\nssh,22\t2/tcp\n:22\t3/tcp\n(ssh)\t4/tcp\nSSH\t5/tcp\n"
		     "tcp/22\t6/tcp\nssh\t7/TCP\nslash\t8/tcp/udp\nslash\t8/tcp/udp\n",
		     QUIET, "-d", "odd.db", "--format=services", "1-9", "ssh,22", ":22", "(ssh)",
		     "SSH", "tcp/22", "7/TCP", "8/tcp/udp", "slash/tcp/udp");
}

/* Be the protocol a part of the name or not. */
Test(query_typed, says_that_case_was_ignored_in_the_protocol)
{
	struct run run;

	write_text("mux", "tcpmux 1/tcp\n");
	RUN(&run, COMPILER, "-o", "mux.db", "mux");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	EXPECT_QUERY(UTF8, 0, "tcpmux\t1/tcp\n", SAYS("tcpmux/TCP: case ignored: tcpmux/tcp"), "-d",
		     "mux.db", "--format=services", "tcpmux/TCP");
	EXPECT_QUERY(UTF8, 0, "tcpmux\t1/tcp\n", QUIET, "-d", "mux.db", "--format=services",
		     "tcp/tcpmux");
}

Test(query_typed, says_which_part_is_not_found)
{
	EXPECT_QUERY(UTF8, 1,
		     "NAME PORT   ALIASES STATUS   DESCRIPTION\n"
		     "ssh  22/tcp secsh   official Encrypted logins\n",
		     SAYS("23: not found"), "22,23");
	EXPECT_QUERY(UTF8, 1, "", SAYS("23/TCP: not found"), "23/TCP");
	EXPECT_QUERY(UTF8, 1, "", SAYS(":70000: not found: ports go from 0 to 65535"), ":70000");
	EXPECT_QUERY(UTF8, 1, "", SAYS("domian/TCP: not found; near it: domain"), "domian/TCP");
	EXPECT_QUERY(UTF8, 1, "", SAYS(": not found") SAYS("(): not found") SAYS(",: not found"),
		     "", "()", ",");
}
