/* SPDX-License-Identifier: MIT */
/* Which questions two databases answer otherwise, as portdb-query --diff tells. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/file.h"
#include "query-support.h"

static void compile(const char *text, const char *source, const char *database)
{
	struct run run;

	write_text(source, text);
	RUN(&run, COMPILER, "-o", database, source);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static void set_up(void)
{
	enter_with_database();
	compile("ssh 22/tcp secsh\nold 1/tcp\nmoved 2/tcp\nsame 3/tcp x\n", "old", "old.db");
	compile("ssh 22/tcp\nmoved 5/tcp\nsame 3/tcp x\nnew 4/udp y\n", "new", "new.db");
}

TestSuite(query_diff, .init = set_up, .timeout = 120);

Test(query_diff, lists_each_question_with_another_answer)
{
	EXPECT_QUERY_IN_BOTH(1,
			     "QUESTION  OLD              NEW\n"
			     "moved     moved 2/tcp      moved 5/tcp\n"
			     "moved/tcp moved 2/tcp      moved 5/tcp\n"
			     "new       -                new 4/udp y\n"
			     "new/udp   -                new 4/udp y\n"
			     "old       old 1/tcp        -\n"
			     "old/tcp   old 1/tcp        -\n"
			     "secsh     ssh 22/tcp secsh -\n"
			     "secsh/tcp ssh 22/tcp secsh -\n"
			     "ssh       ssh 22/tcp secsh ssh 22/tcp\n"
			     "ssh/tcp   ssh 22/tcp secsh ssh 22/tcp\n"
			     "y         -                new 4/udp y\n"
			     "y/udp     -                new 4/udp y\n"
			     "1         old 1/tcp        -\n"
			     "1/tcp     old 1/tcp        -\n"
			     "2         moved 2/tcp      -\n"
			     "2/tcp     moved 2/tcp      -\n"
			     "4         -                new 4/udp y\n"
			     "4/udp     -                new 4/udp y\n"
			     "5         -                moved 5/tcp\n"
			     "5/tcp     -                moved 5/tcp\n"
			     "22        ssh 22/tcp secsh ssh 22/tcp\n"
			     "22/tcp    ssh 22/tcp secsh ssh 22/tcp\n",
			     "", "--diff", "old.db", "new.db");
}

Test(query_diff, writes_documents)
{
	compile("ssh 22/tcp secsh\n", "one", "one.db");
	compile("ssh 22/tcp\n", "two", "two.db");
	EXPECT_QUERY(UTF8, 1,
		     "question,old_name,old_port,old_protocol,old_aliases,new_name,new_port,"
		     "new_protocol,new_aliases\n"
		     "secsh,ssh,22,tcp,secsh,,,,\n"
		     "secsh/tcp,ssh,22,tcp,secsh,,,,\n"
		     "ssh,ssh,22,tcp,secsh,ssh,22,tcp,\n"
		     "ssh/tcp,ssh,22,tcp,secsh,ssh,22,tcp,\n"
		     "22,ssh,22,tcp,secsh,ssh,22,tcp,\n"
		     "22/tcp,ssh,22,tcp,secsh,ssh,22,tcp,\n",
		     "", "--diff", "one.db", "two.db", "--format=csv");
	EXPECT_QUERY(UTF8, 1,
		     "{\n  \"diff\": [\n    {\n      \"question\": \"secsh\",\n"
		     "      \"new_name\": null,\n      \"old_port\": 22\n    },\n"
		     "    {\n      \"question\": \"secsh/tcp\",\n      \"new_name\": null,\n"
		     "      \"old_port\": 22\n    },\n"
		     "    {\n      \"question\": \"ssh\",\n      \"new_name\": \"ssh\",\n"
		     "      \"old_port\": 22\n    },\n"
		     "    {\n      \"question\": \"ssh/tcp\",\n      \"new_name\": \"ssh\",\n"
		     "      \"old_port\": 22\n    },\n"
		     "    {\n      \"question\": \"22\",\n      \"new_name\": \"ssh\",\n"
		     "      \"old_port\": 22\n    },\n"
		     "    {\n      \"question\": \"22/tcp\",\n      \"new_name\": \"ssh\",\n"
		     "      \"old_port\": 22\n    }\n  ]\n}\n",
		     "", "-J", "-o", "question,new-name,old-port", "--diff", "one.db", "two.db");
}

Test(query_diff, ends_as_diff_does)
{
	EXPECT_QUERY_IN_BOTH(0, "", "", "--diff", "old.db", "old.db");
	EXPECT_QUERY_IN_BOTH(0, "{\n  \"diff\": []\n}\n", "", "--diff", "old.db", "old.db", "-J");
	EXPECT_QUERY_IN_BOTH(2, "", "portdb-query: none.db: No such file or directory\n", "--diff",
			     "old.db", "none.db");
	EXPECT_QUERY_IN_BOTH(2, "", "portdb-query: old: not a portdb database\n", "--diff", "old",
			     "old.db");
	EXPECT_QUERY_IN_BOTH(
	    2, "",
	    "portdb-query: --diff goes with two databases, the old one first\n"
	    "Try `portdb-query --help' or `portdb-query --usage' for more information.\n",
	    "--diff", "old.db");
}

/* Whether the module, asked from both databases, gives the question another answer. */
static bool is_other(const char *name, const char *protocol)
{
	struct portdb_file files[2];
	struct portdb_service services[2];
	enum portdb_result results[2];
	enum portdb_result result;

	for (int i = 0; i < 2; i++) {
		cr_assert(portdb_file_map(&files[i], i == 0 ? "one.db" : "two.db", &result));
		results[i] = portdb_by_name(&files[i].db, name, protocol, &services[i]);
	}
	bool is_same =
	    results[0] == results[1] &&
	    (results[0] != PORTDB_OK ||
	     (services[0].port == services[1].port &&
	      services[0].strings_size == services[1].strings_size &&
	      memcmp(services[0].strings, services[1].strings, services[0].strings_size) == 0));
	for (int i = 0; i < 2; i++)
		portdb_file_unmap(&files[i]);
	return !is_same;
}

/* Whether there is a line that asks this. */
static bool lists(const char *lines, const char *name, const char *protocol)
{
	char line[32];
	size_t length = (size_t)snprintf(line, sizeof line, "%s%s%s\n", name, protocol ? "/" : "",
					 protocol ? protocol : "");

	for (; lines; lines = strchr(lines, '\n') ? strchr(lines, '\n') + 1 : NULL)
		if (strncmp(lines, line, length) == 0)
			return true;
	return false;
}

/* For random files, a question is listed if and only if its answers differ. */
Test(query_diff, lists_no_other_question)
{
	static const char *const names[] = {"ssh", "imap", "imap2", "http", "www",
					    "x11", "a",    "x",     "yz",   "none"};
	static const char *const protocols[] = {NULL, "tcp", "udp", "sctp", "TCP"};
	unsigned differ = 0;
	struct random random = {.state = 11, .has_ports_in_range = true};

	for (unsigned round = 0; round < 10; round += stride()) {
		char *one = random_services(&random, 20);
		char *two = random_services(&random, 20);
		struct run run;
		compile(one, "one", "one.db");
		compile(two, "two", "two.db");
		RUN(&run, QUERY, "--diff", "one.db", "two.db", "--format=csv", "-o", "QUESTION",
		    "--no-headings");
		for (size_t i = 0; i < sizeof names / sizeof *names * 5; i++) {
			bool is_listed = lists(run.output, names[i / 5], protocols[i % 5]);
			cr_expect_eq(is_listed, is_other(names[i / 5], protocols[i % 5]),
				     "%s %s: %s", names[i / 5], protocols[i % 5], run.output);
			differ += is_listed;
		}
		run_free(&run);
		free(one);
		free(two);
	}
	cr_expect_geq(differ, 10);
}
