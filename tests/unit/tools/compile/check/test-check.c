/* SPDX-License-Identifier: MIT */
/* The linter: what it finds, where it says it is, and what is no finding. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/support.h"

#define HEADER "Service Name,Port Number,Transport Protocol,Aliases\n"

static void enter_scratch(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
}

TestSuite(check, .init = enter_scratch);

static void expect(const char *output, const char *errors, int status, struct run *run)
{
	cr_expect_eq(run->status, status);
	cr_expect_str_eq(run->output, output);
	cr_expect_str_eq(run->errors, errors);
	run_free(run);
}

/* Checks the files "high.services" and "low.csv" with these texts. */
static void expect_findings(const char *high, const char *low, const char *output,
			    const char *errors)
{
	struct run run;

	write_text("high.services", high);
	write_text("low.csv", low);
	RUN(&run, COMPILER, "--check", "high.services", "low.csv");
	expect(output, errors, 0, &run);
}

Test(check, finds_nothing_where_sources_agree)
{
	expect_findings("ssh 22/tcp secsh\nssh 22/udp\n",
			HEADER "ssh,22,tcp,\nsecsh,22,tcp,\nx11,6000-6063,tcp,\n",
			"68 claims of 2 sources: 0 findings, 0 notes\n", "");
}

Test(check, finds_duplicate_rows)
{
	expect_findings("ssh 22/tcp\ntelnet 23/tcp\nssh 22/tcp again\n", HEADER,
			"3 claims of 2 sources: 1 finding, 0 notes\n",
			"high.services:3: warning: 'ssh 22/tcp' is there already, on line 1\n");
}

Test(check, finds_taken_names_and_tells_both_places)
{
	expect_findings("ssh 22/tcp\nssh 2222/tcp\nother 3/tcp ssh\n", HEADER "ssh,2022,tcp,\n",
			"4 claims of 2 sources: 3 findings, 0 notes\n",
			"high.services:2: warning: the name 'ssh/tcp' is taken by high.services:1, "
			"for port 22\n"
			"high.services:3: warning: the name 'ssh/tcp' is taken by high.services:1, "
			"for port 22\n"
			"low.csv:2: warning: the name 'ssh/tcp' is taken by high.services:1, for "
			"port 22\n");
}

Test(check, finds_taken_ports_and_tells_both_places)
{
	expect_findings("ssh 22/tcp\nother 22/tcp\nthird 22/udp\n", HEADER "\nlower,22,tcp,\n",
			"4 claims of 2 sources: 2 findings, 0 notes\n",
			"high.services:2: warning: port 22/tcp of 'other' is taken by "
			"high.services:1, for 'ssh'\n"
			"low.csv:3: warning: port 22/tcp of 'lower' is taken by high.services:1, "
			"for 'ssh'\n");
}

Test(check, notes_names_that_break_rfc_6335)
{
	expect_findings(
	    "a-name-of-16-abc 1/tcp\nun_der 2/tcp\n42 3/tcp\n-x 4/tcp\na--b 5/tcp\n"
	    "fifteen-chars-a 6/tcp\n",
	    HEADER, "6 claims of 2 sources: 0 findings, 5 notes\n",
	    "high.services:1: note: the name 'a-name-of-16-abc' is longer than 15 "
	    "characters (RFC 6335)\n"
	    "high.services:2: note: the name 'un_der' has characters other than letters, "
	    "digits and hyphens (RFC 6335)\n"
	    "high.services:3: note: the name '42' has no letter (RFC 6335)\n"
	    "high.services:4: note: the name '-x' begins or ends with a hyphen (RFC "
	    "6335)\n"
	    "high.services:5: note: the name 'a--b' has two hyphens in a row (RFC "
	    "6335)\n");
}

/* As icp, 3130/udp in a file and 1112/tcp in the registry: tcp is asked for first. */
Test(check, notes_names_that_a_lower_source_has_at_another_port)
{
	expect_findings("icpv2 3130/udp icp\nmine 1/tcp\nboth 2/tcp\nboth 2/udp\n",
			HEADER "other,9,tcp,\nicp,1112,tcp,\nicp,1112,sctp,\nmine,1,udp,\n"
			       "both,3,sctp,\n",
			"9 claims of 2 sources: 0 findings, 2 notes\n",
			"low.csv:3: note: the name 'icp' is 1112/tcp here, and 3130/udp in "
			"high.services:1\n"
			"low.csv:6: note: the name 'both' is 3/sctp here, and 2/tcp in "
			"high.services:3\n");
}

/* An alias of a lower source is one only where it joins; what no one answers is none. */
Test(check, notes_only_what_is_answered_at_another_port)
{
	expect_findings("a 1/udp\nb 2/tcp\nc 3/udp\n", HEADER "a,1,udp,b\nc,3,udp,b\nb,4,tcp,\n",
			"6 claims of 2 sources: 2 findings, 1 note\n",
			"low.csv:3: warning: the name 'b/udp' is taken by low.csv:2, for port 1\n"
			"low.csv:4: warning: the name 'b/tcp' is taken by high.services:2, for "
			"port 2\n"
			"low.csv:3: note: the name 'b' is 3/udp here, and 2/tcp in "
			"high.services:2\n");
}

Test(check, finds_rows_that_cannot_be_read)
{
	expect_findings("ssh 22\nwww x/tcp\nfar 65536/tcp\n", HEADER,
			"1 claim of 2 sources: 3 findings, 0 notes\n",
			"high.services:1: warning: 'ssh' has no protocol\n"
			"high.services:2: warning: 'www' has no port: expected NAME "
			"PORT/PROTOCOL\n"
			"high.services:3: warning: the port of 'far' is out of range: it must be 0 "
			"to 65535\n");
}

Test(check, fails_only_when_strict)
{
	struct run run;

	write_text("clean.services", "ssh 22/tcp\n");
	RUN(&run, COMPILER, "--check", "--strict", "clean.services");
	expect("1 claim of 1 source: 0 findings, 0 notes\n", "", 0, &run);

	write_text("noted.services", "un_der 22/tcp\n");
	RUN(&run, COMPILER, "--check", "--strict", "noted.services");
	cr_expect_eq(run.status, 0, "a note is no finding");
	run_free(&run);

	write_text("odd.services", "ssh 22/tcp\nssh 22/tcp\n");
	RUN(&run, COMPILER, "--check", "--strict", "odd.services");
	expect("2 claims of 1 source: 1 finding, 0 notes\n",
	       "odd.services:2: warning: 'ssh 22/tcp' is there already, on line 1\n", 1, &run);
}

Test(check, finds_rows_that_hide_nothing)
{
	expect_findings("ssh 22/tcp\n",
			"Service Name,Port Number,Transport Protocol,Status\n"
			",,tcp,hidden\n,3000,tcp,hidden\nno-port,,,\n",
			"4 claims of 2 sources: 1 finding, 0 notes\n",
			"low.csv:2: warning: it hides nothing, as it has no port\n");
}

/* What it does instead of claiming names, said where that is not what was probably meant. */
Test(check, finds_rows_that_do_not_hide_what_was_meant)
{
	expect_findings(
	    "ssh 22/tcp\n",
	    "Service Name,Port Number,Transport Protocol,Aliases,Status\n"
	    "ssh,22,tcp,,hidden\nssh,23,tcp,,hidden\nssh,22,tcp,,hidden\n"
	    "http,22-24,\"tcp,udp\",,hidden\n,22,,,hidden\n"
	    ",3000,tpc,,hidden\nweb,3001,\"tcp,udp\",Web Cache Server,hidden\n",
	    "10 claims of 2 sources: 2 findings, 0 notes\n",
	    "low.csv:7: warning: the protocol 'tpc' is none that is known: probably "
	    "'tcp' was meant\n"
	    "low.csv:8: warning: its aliases hide nothing: each name takes a row of its "
	    "own\n");
}

/* Nobody finds it, so it takes no name and no port; nor is it told that others do. */
Test(check, lets_hidden_rows_take_nothing)
{
	struct run run;

	write_text("hide.csv", "Service Name,Port Number,Transport Protocol,Status\n"
			       ",3000,tcp,hidden\nbank,3001,tcp,hidden\n");
	write_text("first.csv", "Service Name,Port Number,Transport Protocol,Aliases\n"
				"ppp,3000,tcp,\nhbci,3000,tcp,\nother,3001,tcp,bank\n");
	write_text("second.csv", "Service Name,Port Number,Transport Protocol,Aliases\n"
				 "remoteware,3000,tcp,\nhbci,3005,tcp,\nbank,3006,tcp,\n"
				 "another,3001,tcp,\n");
	RUN(&run, COMPILER, "--check", "hide.csv", "first.csv", "second.csv");
	expect("9 claims of 3 sources: 1 finding, 0 notes\n",
	       "second.csv:5: warning: port 3001/tcp of 'another' is taken by first.csv:4, for "
	       "'other'\n",
	       0, &run);
	/* Without that table they do take. */
	RUN(&run, COMPILER, "--check", "first.csv", "second.csv");
	expect("7 claims of 2 sources: 5 findings, 0 notes\n",
	       "first.csv:3: warning: port 3000/tcp of 'hbci' is taken by first.csv:2, for 'ppp'\n"
	       "second.csv:2: warning: port 3000/tcp of 'remoteware' is taken by first.csv:2, for "
	       "'ppp'\n"
	       "second.csv:3: warning: the name 'hbci/tcp' is taken by first.csv:3, for port 3000\n"
	       "second.csv:4: warning: the name 'bank/tcp' is taken by first.csv:4, for port 3001\n"
	       "second.csv:5: warning: port 3001/tcp of 'another' is taken by first.csv:4, for "
	       "'other'\n",
	       0, &run);
}
