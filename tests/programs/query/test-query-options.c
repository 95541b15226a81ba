/* SPDX-License-Identifier: MIT */
/* portdb-query's options as util-linux has them, the columns, and what must stay for scripts. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "query-support.h"

#define NO_ERRORS ""

TestSuite(query_options, .init = enter_with_database, .timeout = 60);

/* What portdb-query prints for these arguments, which is freed by the caller. */
static char *output_of(const char *one, const char *two, const char *three, const char *four)
{
	struct run run;

	setenv("LC_ALL", UTF8, 1);
	RUN(&run, QUERY, "-d", "test.db", one, two, three, four);
	cr_expect_eq(run.status, 0, "%s: %s", one, run.errors);
	cr_expect_str_eq(run.errors, "");
	free(run.errors);
	return run.output;
}

static void expect_same(char *one, char *other)
{
	cr_expect_str_eq(one, other);
	free(one);
	free(other);
}

Test(query_options, without_an_argument_give_three_examples_that_work)
{
	struct run run;
	unsigned examples = 0;

	setenv("PORTDB_DATABASE", scratch_path("test.db"), 1);
	RUN(&run, QUERY);
	cr_expect_eq(run.status, 2);
	cr_expect_str_eq(run.output, "");
	for (char *line = strtok(run.errors, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "  portdb-query ", 15) != 0)
			continue;
		char *end = strstr(line + 2, "  ");
		cr_assert_not_null(end, "%s", line);
		*end = '\0';
		struct run example;
		setenv("REST", line + 14, 1);
		setenv("QUERY_PROGRAM", QUERY, 1);
		RUN(&example, "sh", "-c", "eval \"'$QUERY_PROGRAM' $REST\"");
		cr_expect_neq(example.status, 2, "%s: %s", line, example.errors);
		run_free(&example);
		examples++;
	}
	cr_expect_eq(examples, 3);
	run_free(&run);
}

Test(query_options, are_those_of_util_linux_as_well)
{
	expect_same(output_of("-h", NULL, NULL, NULL), output_of("--help", NULL, NULL, NULL));
	expect_same(output_of("-?", NULL, NULL, NULL), output_of("--help", NULL, NULL, NULL));
	expect_same(output_of("-V", NULL, NULL, NULL), output_of("--version", NULL, NULL, NULL));
	expect_same(output_of("-J", "53", NULL, NULL),
		    output_of("--format=json", "53", NULL, NULL));
	expect_same(output_of("--json", "53", NULL, NULL),
		    output_of("--format=json", "53", NULL, NULL));
	expect_same(output_of("-o", "NAME", "53", NULL),
		    output_of("--output=name", "53", NULL, NULL));
	expect_same(output_of("--noheadings", "53", NULL, NULL),
		    output_of("--no-headings", "53", NULL, NULL));
	char *usage = output_of("--usage", NULL, NULL, NULL);
	cr_expect_not_null(strstr(usage, "[--no-headings]"), "%s", usage);
	free(usage);
}

/* Each option that --usage has, --help explains. */
Test(query_options, are_all_in_the_help)
{
	char *help = output_of("--help", NULL, NULL, NULL);
	char *usage = output_of("--usage", NULL, NULL, NULL);
	unsigned count = 0;

	for (char *at = usage; (at = strstr(at, "[--")); at++) {
		char *option = strndup(at + 1, strcspn(at + 1, "=]|"));
		cr_expect_not_null(strstr(help, option), "%s", option);
		free(option);
		count++;
	}
	cr_expect_geq(count, 20, "%s", usage);
	free(help);
	free(usage);
}

Test(query_options, choose_columns_of_tables_and_documents)
{
	EXPECT_QUERY(UTF8, 0,
		     "STATUS   NAME    PROTOCOL SOURCE\n"
		     "         domain  tcp      services\n"
		     "official domain  udp      services\n"
		     "         └─nomes udp      other.csv\n",
		     NO_ERRORS, "-o", "status,Name,PROTOCOL,source", "53");
	EXPECT_QUERY(UTF8, 0, "STATUS\n\nofficial\n\n", NO_ERRORS, "-o", "STATUS", "53");
	EXPECT_QUERY(UTF8, 0, "ssh 22/tcp\n", NO_ERRORS, "-o", "NAME,PORT", "--no-headings", "22");
	EXPECT_QUERY(UTF8, 0, "22,ssh\n", NO_ERRORS, "-o", "PORT,NAME", "--no-headings",
		     "--format=csv", "22");
	EXPECT_QUERY(UTF8, 0, "Port Number,Service Name\n22,ssh\n", NO_ERRORS, "-o", "PORT,NAME",
		     "--format=csv", "22");
	EXPECT_QUERY(UTF8, 0,
		     "{\n  \"services\": [\n    {\n      \"name\": \"ssh\",\n"
		     "      \"port\": 22\n    }\n  ]\n}\n",
		     NO_ERRORS, "-J", "-o", "PORT,NAME", "22");
	EXPECT_QUERY(UTF8, 0,
		     "CLAIM SOURCE\nssh   services:1\nssh   table.csv:2\n"
		     "secsh other.csv:2\n",
		     NO_ERRORS, "--claims", "-o", "CLAIM,SOURCE", "22");
	EXPECT_QUERY(UTF8, 0, "services\ntable.csv\nother.csv\n", NO_ERRORS, "--sources",
		     "--no-headings", "-o", "source");
}

Test(query_options, refuse_columns_that_there_are_not)
{
	static const char *const formats[] = {"table", "csv", "json"};

	for (size_t i = 0; i < 3; i++) {
		struct run run;
		RUN(&run, QUERY, "-d", "test.db", "-o", "NAME,COLOUR", "--format", formats[i],
		    "22");
		cr_expect_eq(run.status, 2);
		cr_expect_str_eq(run.output, "");
		cr_expect_eq(strncmp(run.errors,
				     "portdb-query: there is no column 'COLOUR' here, but NAME, ",
				     58),
			     0, "%s", run.errors);
		run_free(&run);
	}
	EXPECT_QUERY(UTF8, 2, "",
		     "portdb-query: there is no column '' here, but SOURCE, ROWS, MODIFIED, SINCE "
		     "COMPILED\n",
		     "--sources", "-o", "");
	EXPECT_QUERY(UTF8, 2, "",
		     "portdb-query: only table, json and csv have columns\n"
		     "Try `portdb-query --help' or `portdb-query --usage' for more information.\n",
		     "-o", "NAME", "--format=ldif", "22");
}

/* What scripts were given before, they are given: with members that may have come. */
Test(query_options, are_refused_where_they_would_change_nothing)
{
	static const char *const modes[] = {"--sources", "--listening", "--free=1-99", "--diff"};
	static const char no_claims[] =
	    "portdb-query: --claims goes with services, not with what else there is to see\n"
	    "Try `portdb-query --help' or `portdb-query --usage' for more information.\n";
	struct run run;

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		const char *database = strcmp(modes[i], "--diff") == 0 ? "test.db" : NULL;
		RUN(&run, QUERY, "--claims", modes[i], database, database);
		cr_expect_eq(run.status, 2, "%s: %d", modes[i], run.status);
		cr_expect_str_eq(run.errors, no_claims, "%s: %s", modes[i], run.errors);
		run_free(&run);
	}
}

Test(query_options, leave_json_and_csv_as_they_were)
{
	static const char *const members[] = {"name",   "port",        "protocol", "aliases",
					      "status", "description", "language", "source"};
	static const char *const claim_members[] = {"source", "line",        "name",
						    "status", "description", "language"};
	char *text = output_of("--format=json", "--all", "--claims", NULL);
	json_t *document = json_loads(text, 0, NULL);
	json_t *service;
	json_t *claim;
	size_t i;
	size_t j;

	cr_assert_not_null(document);
	cr_expect_eq(json_array_size(json_object_get(document, "services")), 12);
	json_array_foreach(json_object_get(document, "services"), i, service)
	{
		const char *next = "";
		size_t known = 0;
		json_object_foreach(service, next, claim) known +=
		    known < 8 && strcmp(next, members[known]) == 0;
		cr_expect_eq(known, 8, "in their order");
		json_array_foreach(json_object_get(service, "claims"), j, claim) for (size_t k = 0;
										      k < 6; k++)
		    cr_expect_not_null(json_object_get(claim, claim_members[k]));
	}
	json_decref(document);
	free(text);
	text = output_of("--format=csv", "22", NULL, NULL);
	cr_expect_str_eq(text, "Service Name,Port Number,Transport Protocol,Aliases,Status,"
			       "Description,Language,Source\n"
			       "ssh,22,tcp,secsh,official,Encrypted logins,en,services\n");
	free(text);
	text = output_of("--format=csv", "--claims", "22", NULL);
	cr_expect_str_eq(text,
			 "Service Name,Port Number,Transport Protocol,Answer,Status,Description,"
			 "Language,Source,Line\n"
			 "ssh,22,tcp,ssh,,The Secure Shell,en,services,1\n"
			 "ssh,22,tcp,ssh,official,Encrypted logins,en,table.csv,2\n"
			 "secsh,22,tcp,ssh,unofficial,Another view,en,other.csv,2\n");
	free(text);
}

/* Two directories for three files of one name. */
Test(query_options, show_sources_by_their_short_names)
{
	char *here = getcwd(NULL, 0);
	char *expected;
	struct run run;

	make_directories("a/b/etc");
	make_directories("etc");
	write_text("etc/services", "ssh 22/tcp\n");
	write_text("a/b/etc/services", "ssh 22/tcp\n");
	write_text("a/b/site", "ssh 22/tcp\n");
	RUN(&run, COMPILER, "-o", "names.db", "etc/services", "a/b/etc/services", "a/b/site");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	EXPECT_QUERY(UTF8, 0,
		     "PORT   SOURCE           WORDS\n"
		     "22/tcp etc/services:1   \n"
		     "22/tcp b/etc/services:1 \n"
		     "22/tcp site:1           \n",
		     NO_ERRORS, "-d", "names.db", "--claims", "-o", "PORT,SOURCE,WORDS", "22");
	/* Scripts have the path. */
	RUN(&run, COMPILER, "--track", "-o", "names.db", "etc/services", "a/b/etc/services");
	run_free(&run);
	cr_assert_gt(asprintf(&expected, "%s/a/b/etc/services", here), 0);
	RUN(&run, QUERY, "-d", "names.db", "-J", "--claims", "22");
	cr_expect_not_null(strstr(run.output, expected), "%s", run.output);
	run_free(&run);
	free(expected);
	free(here);
}

#define DATED                                                                                   \
	"Service Name,Port Number,Transport Protocol,Registration Date,Reference,Description\n" \
	"ssh,22,tcp,2006-01,RFC4251 and [RFC4252] https://example.org/RFC,Logins\n"             \
	"old,23,tcp,,,Nothing\n"

/* Facts of the registry's rows. */
Test(query_options, show_dates_of_registration_and_references)
{
	struct run run;

	write_text("dated.csv", DATED);
	RUN(&run, COMPILER, "-o", "dated.db", "dated.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	EXPECT_QUERY(UTF8, 0,
		     "PORT   ANSWER CLAIM STATUS SOURCE      REGISTERED RFC       WORDS\n"
		     "22/tcp ssh    ssh          dated.csv:2 2006-01    4251 4252 Logins\n",
		     NO_ERRORS, "-d", "dated.db", "--claims", "22");
	/* Where nobody says so there is no column for it. */
	EXPECT_QUERY(UTF8, 0,
		     "PORT   ANSWER CLAIM STATUS SOURCE      WORDS\n"
		     "23/tcp old    old          dated.csv:3 Nothing\n",
		     NO_ERRORS, "-d", "dated.db", "--claims", "23");
	EXPECT_QUERY(UTF8, 0,
		     "NAME REGISTERED REFERENCE\n"
		     "ssh  2006-01    RFC4251 and [RFC4252] https://example.org/RFC\n",
		     NO_ERRORS, "-d", "dated.db", "-o", "NAME,REGISTERED,REFERENCE", "22");
	RUN(&run, QUERY, "-d", "dated.db", "-J", "--claims", "22");
	cr_expect_not_null(strstr(run.output, "\"registered\": \"2006-01\",\n"), "%s", run.output);
	cr_expect_not_null(strstr(run.output, "\"reference\": \"RFC4251 and "), "%s", run.output);
	run_free(&run);
}

/* A language that is missing gives way to English, and that to Latin letters or nothing. */
Test(query_options, show_no_script_that_the_reader_cannot_read)
{
	struct run run;

	write_text("words.csv",
		   "Service Name,Port Number,Transport Protocol,Description[pt],Description[zh],"
		   "Description\n"
		   "all,1,tcp,Três,三,Three\nforeign,2,tcp,Só,只,\nchinese,3,tcp,,只,\n"
		   "english,4,tcp,,只,Only\n");
	RUN(&run, COMPILER, "-o", "words.db", "words.csv");
	run_free(&run);
#define IN_LANGUAGE(locale, language, all, foreign, chinese, english)                              \
	EXPECT_QUERY(locale, 0,                                                                    \
		     "all     " all "\nforeign " foreign "\nchinese " chinese "\nenglish " english \
		     "\n",                                                                         \
		     NO_ERRORS, "-d", "words.db", "--all", "--no-headings", "-o",                  \
		     "NAME,DESCRIPTION", "--lang", language)
	IN_LANGUAGE(UTF8, "pt", "Três", "Só", "", "Only");
	IN_LANGUAGE(UTF8, "en", "Three", "Só", "", "Only");
	IN_LANGUAGE(UTF8, "zh", "三", "只", "只", "只");
	IN_LANGUAGE("C", "zh", "Three", "So", "", "Only");
	IN_LANGUAGE("C", "pt", "Tres", "So", "", "Only");
	/* A program is not asked what it can read. */
	RUN(&run, QUERY, "-d", "words.db", "--lang=pt", "-J", "chinese");
	cr_expect_not_null(strstr(run.output, "\"description\": \"只\""), "%s", run.output);
	run_free(&run);
}

Test(query_options, say_which_rows_are_too_long_for_musl)
{
	char text[300] = "";
	struct run run;

	/* "short" has 127 bytes, and "long" one more. */
	snprintf(text, sizeof text, "short\t1/tcp %0115d\nlong\t2/tcp %0117d\n", 1, 2);
	write_text("long", text);
	RUN(&run, COMPILER, "-o", "long.db", "long");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	EXPECT_QUERY(UTF8, 0, text,
		     "portdb-query: 1 row is longer than the 127 bytes that musl's C library reads "
		     "of one\n",
		     "-d", "long.db", "--all", "--format=services");
}
