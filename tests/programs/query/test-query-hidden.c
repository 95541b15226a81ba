/* SPDX-License-Identifier: MIT */
/* What portdb-query shows of names that a higher source hides, and of the rows that hide them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "query-support.h"

#define HEADER    "Service Name,Port Number,Transport Protocol,Aliases,Status,Description\n"
#define NO_ERRORS ""

static void enter(void)
{
	struct run run;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("hide.csv", HEADER ",3000,tcp,,hidden,Ours to name\n,40000-40009,\"tcp,udp\",,"
				      "hidden,\nold,3001,tcp,,hidden,\nmine,3002,tcp,,official,\n"
				      ",3002,tcp,,hidden,\n");
	write_text("low.csv", HEADER "hbci,3000,tcp,bank,unofficial,Banking\n"
				     "hbci,3000,udp,,,\n"
				     "old,3001,tcp,,,\nnew,3001,tcp,,,\n"
				     "safetynetp,40000,tcp,,official,\n");
	RUN(&run, COMPILER, "-o", "test.db", "hide.csv", "low.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

TestSuite(query_hidden, .init = enter, .timeout = 60);

Test(query_hidden, tells_what_is_hidden_and_by_whom)
{
	static const char rows[] = "NAME PORT     ALIASES STATUS DESCRIPTION\n"
				   "-    3000/tcp         hidden Ours to name\n"
				   "hbci 3000/tcp         hidden Banking (hidden by hide.csv:2)\n";

	EXPECT_QUERY(UTF8, 0, rows, NO_ERRORS, "3000/tcp");
	EXPECT_QUERY(UTF8, 0,
		     "NAME PORT     ALIASES STATUS DESCRIPTION\n"
		     "hbci 3000/tcp         hidden Banking (hidden by hide.csv:2)\n",
		     NO_ERRORS, "hbci/tcp");
	EXPECT_QUERY(UTF8, 0,
		     "NAME       PORT            ALIASES STATUS DESCRIPTION\n"
		     "-          40000-40009/tcp         hidden \n"
		     "safetynetp 40000/tcp               hidden (hidden by hide.csv:3)\n",
		     NO_ERRORS, "40000/tcp");
}

Test(query_hidden, finds_a_hidden_alias)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME PORT     ALIASES STATUS DESCRIPTION\n"
		     "hbci 3000/tcp         hidden Banking (hidden by hide.csv:2)\n",
		     NO_ERRORS, "bank");
}

Test(query_hidden, answers_with_the_names_that_are_left)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME  PORT     ALIASES STATUS DESCRIPTION\n"
		     "new   3001/tcp                \n"
		     "├─old 3001/tcp         hidden \n"
		     "└─old 3001/tcp         hidden (hidden by hide.csv:4)\n",
		     NO_ERRORS, "3001");
}

Test(query_hidden, shows_the_claims)
{
	EXPECT_QUERY(UTF8, 0,
		     "PORT     ANSWER CLAIM STATUS     SOURCE     WORDS\n"
		     "3000/tcp -      -     hidden     hide.csv:2 Ours to name\n"
		     "3000/tcp -      hbci  unofficial low.csv:2  Banking (hidden by hide.csv:2)\n",
		     NO_ERRORS, "--claims", "3000/tcp");
}

Test(query_hidden, writes_json)
{
	EXPECT_QUERY(UTF8, 0,
		     "{\n"
		     "  \"services\": [\n"
		     "    {\n"
		     "      \"name\": \"safetynetp\",\n"
		     "      \"port\": 40000,\n"
		     "      \"protocol\": \"tcp\",\n"
		     "      \"aliases\": [],\n"
		     "      \"status\": \"hidden\",\n"
		     "      \"description\": null,\n"
		     "      \"language\": null,\n"
		     "      \"source\": \"low.csv\",\n"
		     "      \"hidden_by\": {\n"
		     "        \"source\": \"hide.csv\",\n"
		     "        \"line\": 3\n"
		     "      }\n"
		     "    }\n"
		     "  ]\n"
		     "}\n",
		     NO_ERRORS, "--format=json", "safetynetp");
}

Test(query_hidden, writes_csv_with_a_column_more)
{
	EXPECT_QUERY(UTF8, 0,
		     "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,"
		     "Language,Source,Hidden By\n"
		     "hbci,3000,udp,,,,,low.csv,\n"
		     "hbci,3000,tcp,,hidden,Banking,en,low.csv,hide.csv:2\n",
		     NO_ERRORS, "--format=csv", "hbci");
	EXPECT_QUERY(UTF8, 0,
		     "Service Name,Port Number,Transport Protocol,Answer,Status,Description,"
		     "Language,Source,Line,Hidden By\n"
		     "hbci,3000,udp,hbci,,,,low.csv,3,\n"
		     "hbci,3000,tcp,,unofficial,Banking,en,low.csv,2,hide.csv:2\n",
		     NO_ERRORS, "--format=csv", "--claims", "hbci");
	EXPECT_QUERY(UTF8, 0,
		     "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,"
		     "Language,Source\n"
		     "mine,3002,tcp,,official,,,hide.csv\n",
		     NO_ERRORS, "--format=csv", "mine");
}

/* What comes back from a CSV is hidden as well. */
Test(query_hidden, is_kept_by_a_csv_that_is_read_again)
{
	struct run run;

	RUN(&run, "sh", "-c",
	    "\"$1\" -d test.db --format csv 3001 >again.csv && \"$2\" -o test.db again.csv low.csv",
	    "sh", QUERY, COMPILER);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	EXPECT_QUERY(UTF8, 0, "new\t3001/tcp\n",
		     "portdb-query: 3 names left out, which a services file cannot hold\n",
		     "--format=services", "3001");
}

Test(query_hidden, is_no_service_elsewhere)
{
	static const char all[] = "mine\t3002/tcp\nhbci\t3000/udp\nnew\t3001/tcp\n";

	EXPECT_QUERY(UTF8, 0, all, NO_ERRORS, "--all", "--format=services");
	EXPECT_QUERY(UTF8, 0, "",
		     "portdb-query: 1 name left out, which a services file cannot hold\n",
		     "--format=services", "safetynetp");
	EXPECT_QUERY(UTF8, 0, "version: 1\n",
		     "portdb-query: 1 name left out, which a directory cannot hold\n",
		     "--format=ldif", "safetynetp");
}

Test(query_hidden, is_listed_by_its_status)
{
	EXPECT_QUERY(UTF8, 0,
		     "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,"
		     "Language,Source,Hidden By\n"
		     ",3000,tcp,,hidden,Ours to name,en,hide.csv,\n"
		     ",40000-40009,tcp,,hidden,,,hide.csv,\n"
		     ",40000-40009,udp,,hidden,,,hide.csv,\n"
		     "old,3001,tcp,,hidden,,,hide.csv,\n"
		     ",3002,tcp,,hidden,,,hide.csv,\n"
		     "hbci,3000,tcp,,hidden,Banking,en,low.csv,hide.csv:2\n"
		     "old,3001,tcp,,hidden,,,low.csv,hide.csv:4\n"
		     "safetynetp,40000,tcp,,hidden,,,low.csv,hide.csv:3\n",
		     NO_ERRORS, "--status=hidden", "--format=csv");
}

/* A row that hides claims no port and contradicts nobody; what it hides is claimed still. */
Test(query_hidden, leaves_ports_free_that_nobody_claims)
{
	EXPECT_QUERY(UTF8, 0, "40001\n40002\n", NO_ERRORS, "--free=40000-40002", "--ephemeral");
	EXPECT_QUERY(UTF8, 0, "", NO_ERRORS, "--conflicts", "--format=services");
}

/* The service answers to its name; an alias of it is hidden, alone or with the whole port. */
static void enter_with_aliases(void)
{
	struct run run;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("high.csv", HEADER "kept,5000,tcp,own,,\nnamed,5001,tcp,,,\n");
	write_text("hide.csv", HEADER "webcache,8080,tcp,,hidden,\n,5000,,,hidden,\n"
				      "other,8080,udp,,hidden,\nnamed,5001,,,hidden,\n");
	write_text("low.csv",
		   "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,"
		   "Reference\n"
		   "http-alt,8080,tcp,webcache proxy,official,Web proxy,RFC1\n"
		   "kept,5000,tcp,own late,,,\nhttp-alt,8080,udp,webcache,,,\n"
		   "http-alt,8081,tcp,webcache,,,\nnamed,5001,tcp,extra,,,\n");
	RUN(&run, COMPILER, "-o", "test.db", "high.csv", "hide.csv", "low.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

Test(query_hidden, tells_of_an_alias_that_is_hidden_alone, .init = enter_with_aliases)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME       PORT     ALIASES STATUS   DESCRIPTION\n"
		     "http-alt   8080/tcp proxy   official Web proxy\n"
		     "├─webcache 8080/tcp         hidden   \n"
		     "└─webcache 8080/tcp         hidden   Web proxy (hidden by hide.csv:2)\n",
		     NO_ERRORS, "8080/tcp");
	EXPECT_QUERY(UTF8, 0,
		     "NAME       PORT     ALIASES  STATUS DESCRIPTION\n"
		     "http-alt   8081/tcp webcache        \n"
		     "├─webcache 8080/tcp          hidden \n"
		     "└─webcache 8080/tcp          hidden Web proxy (hidden by hide.csv:2)\n",
		     NO_ERRORS, "webcache/tcp");
	/* What the service itself still has is not hidden. */
	EXPECT_QUERY(UTF8, 0,
		     "NAME PORT     ALIASES STATUS DESCRIPTION\n"
		     "kept 5000/tcp own            \n",
		     NO_ERRORS, "own");
}

Test(query_hidden, tells_of_hidden_aliases_wherever_hidden_names_are, .init = enter_with_aliases)
{
	static const char header[] = "Service Name,Port Number,Transport Protocol,Aliases,Status,"
				     "Description,Language,Source,Hidden By\n";
	char expected[1024];

	snprintf(expected, sizeof expected,
		 "%swebcache,8080,tcp,,hidden,,,hide.csv,\n"
		 ",5000,,,hidden,,,hide.csv,\nother,8080,udp,,hidden,,,hide.csv,\n"
		 "named,5001,,,hidden,,,hide.csv,\n"
		 "late,5000,tcp,,hidden,,,low.csv,hide.csv:3\n"
		 "extra,5001,tcp,,hidden,,,low.csv,hide.csv:5\n"
		 "webcache,8080,tcp,,hidden,Web proxy,en,low.csv,hide.csv:2\n",
		 header);
	EXPECT_QUERY(UTF8, 0, expected, NO_ERRORS, "--status=hidden", "--format=csv");
	snprintf(expected, sizeof expected, "%slate,5000,tcp,,hidden,,,low.csv,hide.csv:3\n",
		 header);
	EXPECT_QUERY(UTF8, 0, expected, NO_ERRORS, "--format=csv", "late");
	snprintf(expected, sizeof expected,
		 "%slate,5000,tcp,,hidden,,,low.csv,hide.csv:3\n"
		 "kept,5000,tcp,own,,,,high.csv,\n",
		 header);
	EXPECT_QUERY(UTF8, 0, expected, NO_ERRORS, "--format=csv", "--search=late");
	EXPECT_QUERY(UTF8, 0,
		     "PORT     ANSWER CLAIM STATUS SOURCE    WORDS\n"
		     "5000/tcp -      late         low.csv:3 (hidden by hide.csv:3)\n",
		     NO_ERRORS, "--claims", "late");
	/* It is http-alt that is official. */
	EXPECT_QUERY(UTF8, 0,
		     "PORT     ANSWER   CLAIM    STATUS SOURCE     WORDS\n"
		     "8081/tcp http-alt http-alt        low.csv:5  \n"
		     "8080/tcp webcache webcache hidden hide.csv:2 \n"
		     "8080/tcp -        webcache        low.csv:2  Web proxy (hidden by "
		     "hide.csv:2)\n",
		     NO_ERRORS, "--claims", "webcache/tcp");
	/* Where it is not hidden it answers; and no format takes it for a service. */
	EXPECT_QUERY(UTF8, 0, "http-alt\t8080/udp webcache\nhttp-alt\t8081/tcp webcache\n",
		     "portdb-query: 2 names left out, which a services file cannot hold\n",
		     "--format=services", "webcache");
}
