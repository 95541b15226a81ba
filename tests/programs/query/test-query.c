/* SPDX-License-Identifier: MIT */
/* portdb-query's answers: what it finds, in which language, and what it says when it does not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "query-support.h"
#include "tests/support/processes/typing.h"

#define NO_ERRORS ""
#define TRY_HELP  "Try `portdb-query --help' or `portdb-query --usage' for more information.\n"

TestSuite(query, .init = enter_with_database, .timeout = 60);

Test(query, looks_up_ports_and_names)
{
	static const char ssh[] = "NAME PORT   ALIASES STATUS   DESCRIPTION\n"
				  "ssh  22/tcp secsh   official Encrypted logins\n";

	EXPECT_QUERY(UTF8, 0, ssh, NO_ERRORS, "22");
	EXPECT_QUERY(UTF8, 0, ssh, NO_ERRORS, "22/tcp");
	EXPECT_QUERY(UTF8, 0, ssh, NO_ERRORS, "ssh");
	EXPECT_QUERY(UTF8, 0, ssh, NO_ERRORS, "secsh/tcp");
	EXPECT_QUERY("C", 0, ssh, NO_ERRORS, "022/tcp");
}

Test(query, takes_a_token_for_a_port_only_if_all_is_digits)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME       PORT    ALIASES STATUS DESCRIPTION\n"
		     "3com-tsmux 106/tcp                \n"
		     "cl/1       172/tcp                \n",
		     NO_ERRORS, "3com-tsmux", "cl/1");
}

Test(query, puts_further_claimants_second)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME        PORT    ALIASES STATUS     DESCRIPTION\n"
		     "submissions 465/tcp ssmtp              Submission over TLS\n"
		     "└─urd       465/tcp         unofficial Rendezvous, \"old\"\n",
		     NO_ERRORS, "465");
	EXPECT_QUERY("C", 0,
		     "NAME          PORT    ALIASES STATUS     DESCRIPTION\n"
		     "urd           465/tcp         unofficial Rendezvous, \"old\"\n"
		     "`-submissions 465/tcp ssmtp              Submission over TLS\n",
		     NO_ERRORS, "urd");
}

Test(query, answers_for_each_protocol)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME    PORT   ALIASES STATUS   DESCRIPTION\n"
		     "domain  53/tcp                  \n"
		     "domain  53/udp dns     official Names to addresses\n"
		     "└─nomes 53/udp                  \n",
		     NO_ERRORS, "53");
}

Test(query, reads_questions_from_standard_input)
{
	struct run run;

	setenv("QUERY_PROGRAM", QUERY, 1);
	RUN(&run, "sh", "-c",
	    "printf 'ssh 3com-tsmux\\n\\n465/tcp' | \"$QUERY_PROGRAM\" -d test.db"
	    " --format services 53/tcp -");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect_str_eq(run.output, "domain\t53/tcp\n"
				     "ssh\t22/tcp secsh\n"
				     "3com-tsmux\t106/tcp\n"
				     "submissions\t465/tcp ssmtp\n"
				     "urd\t465/tcp\n");
	run_free(&run);
}

Test(query, shows_rows_that_are_no_services)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME PORT      ALIASES STATUS   DESCRIPTION\n"
		     "-    60-70/tcp         reserved Kept free\n",
		     NO_ERRORS, "65");
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: 65/udp: not found\n", "65/udp");
}

Test(query, says_what_is_not_found_and_offers_the_nearest)
{
	static const char ssh[] = "NAME PORT   ALIASES STATUS   DESCRIPTION\n"
				  "ssh  22/tcp secsh   official Encrypted logins\n";

	EXPECT_QUERY(UTF8, 1, "", "portdb-query: domian: not found; near it: domain\n", "domian");
	EXPECT_QUERY("C", 1, "", "portdb-query: sssh: not found; near it: ssh, secsh\n", "sssh");
	EXPECT_QUERY(UTF8, 1, ssh, "portdb-query: 23: not found\n", "23", "ssh");
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: nothing-at-all-like-it: not found\n",
		     "nothing-at-all-like-it");
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: 65536: not found: ports go from 0 to 65535\n",
		     "65536");
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: 65558/tcp: not found: ports go from 0 to 65535\n",
		     "65558/tcp");
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: harmless\xef\xbf\xbd[31m: not found\n",
		     "harmless\033[31m");
}

Test(query, says_in_one_line_that_there_is_no_database)
{
	EXPECT_QUERY_IN_BOTH(1, "", "portdb-query: none.db: No such file or directory\n", "-d",
			     "none.db", "ssh");
	EXPECT_QUERY_IN_BOTH(1, "", "portdb-query: table.csv: not a portdb database\n", "-d",
			     "table.csv", "ssh");
	EXPECT_QUERY_IN_BOTH(1, "", "portdb-query: .: not a regular file\n", "-d", ".", "ssh");
	EXPECT_QUERY_IN_BOTH(1, "", "portdb-query: /dev/null: not a regular file\n", "-d",
			     "/dev/null", "ssh");
	size_t size;
	char *bytes = read_file("test.db", &size);
	write_file("short.db", bytes, size - 8);
	free(bytes);
	EXPECT_QUERY_IN_BOTH(
	    1, "", "portdb-query: short.db: the database is not as long as its header says\n", "-d",
	    "short.db", "ssh");
}

Test(query, never_fails_on_a_damaged_database)
{
	static const char *const questions[] = {
	    "22", "--all", "--search=a", "--conflicts", "--free=1-99", "--sources", "nothing"};
	size_t size;
	char *bytes = read_file("test.db", &size);
	struct random random = {.state = 7};

	for (unsigned i = 0; i < 200; i += stride()) {
		char *damaged = malloc(size);
		memcpy(damaged, bytes, size);
		/* The header has a checksum of its own. */
		for (unsigned j = 0; j < 8; j++)
			damaged[104 + random_below(&random, (unsigned)size - 104)] ^=
			    (char)(1 + random_below(&random, 255));
		write_file("damaged.db", damaged, size);
		free(damaged);
		struct run run;
		RUN(&run, QUERY, "-d", "damaged.db", questions[i % 7]);
		cr_expect_leq(run.status, 1, "%s: %d", questions[i % 7], run.status);
		run_free(&run);
	}
	free(bytes);
}

Test(query, refuses_wrong_usage)
{
	EXPECT_QUERY(UTF8, 2, "",
		     "portdb-query: what about? Name a port, a service or an option\n" TRY_HELP,
		     "--claims");
	EXPECT_QUERY(UTF8, 2, "", "portdb-query: there is no format 'xml'\n" TRY_HELP, "ssh",
		     "--format=xml");
	EXPECT_QUERY(UTF8, 2, "",
		     "portdb-query: '9-8' is not a range of ports from 0 to 65535\n" TRY_HELP,
		     "--range", "9-8");
	EXPECT_QUERY(UTF8, 2, "", "portdb-query: 'ssh' is one too many\n" TRY_HELP, "--all", "ssh");
	EXPECT_QUERY(UTF8, 2, "", "portdb-query: '0' is not a number of ports\n" TRY_HELP, "--free",
		     "1-9", "-n", "0");
	EXPECT_QUERY(UTF8, 2, "", "portdb-query: that comes as table, json or csv only\n" TRY_HELP,
		     "--sources", "--format=ldif");
	EXPECT_QUERY(UTF8, 2, "",
		     "portdb-query: only one of --all, --search, --range, --conflicts, --sources, "
		     "--listening, --diff and --free\n" TRY_HELP,
		     "--all", "--sources");
	EXPECT_QUERY(UTF8, 2, "",
		     "portdb-query: --status goes with --all, --search or --range, or "
		     "alone\n" TRY_HELP,
		     "--status=official", "--free=1-9");
	EXPECT_QUERY(UTF8, 2, "",
		     "portdb-query: -n, --ephemeral and --for go with --free\n" TRY_HELP, "-n", "3",
		     "ssh");
	EXPECT_QUERY(UTF8, 2, "",
		     "portdb-query: -n, --ephemeral and --for go with --free\n" TRY_HELP,
		     "--ephemeral", "--all");
	EXPECT_QUERY(UTF8, 2, "", "portdb-query: claims come as table, json or csv only\n" TRY_HELP,
		     "--claims", "ssh", "--format=services");
	EXPECT_QUERY(UTF8, 2, "", "portdb-query: '3x' is not a number of ports\n" TRY_HELP,
		     "--free=1-9", "-n", "3x");
}

/* Runs a shell's line, in which $Q is portdb-query with its database. */
static void expect_line(const char *line, int status, const char *output, const char *errors)
{
	struct run run;

	setenv("Q", QUERY " -d test.db", 1);
	RUN(&run, "sh", "-c", line);
	cr_expect_eq(run.status, status, "%s: %d", line, run.status);
	cr_expect_str_eq(run.output, output, "%s: %s", line, run.output);
	cr_expect_str_eq(run.errors, errors, "%s: %s", line, run.errors);
	run_free(&run);
}

Test(query, fails_where_it_cannot_write_or_read)
{
	static const char *const formats[] = {"table", "json", "csv", "services", "ldif"};
	char line[64];

	setenv("LC_ALL", "C", 1);
	if (access("/dev/full", W_OK) != 0)
		cr_skip_test("there is no /dev/full");
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		snprintf(line, sizeof line, "$Q ssh --format=%s >/dev/full", formats[i]);
		expect_line(line, 1, "",
			    "portdb-query: standard output: No space left on device\n");
	}
	expect_line("$Q - --format=services </", 1, "",
		    "portdb-query: standard input: Is a directory\n");
}

/* The database is the argument's, then the environment's, then the system's. */
Test(query, takes_an_absolute_variable_as_the_module_does)
{
	static const char *const ignored[] = {"", "test.db", "./test.db"};
	char *path = realpath("test.db", NULL);
	struct run run;

	cr_assert_not_null(path);
	setenv("PORTDB_DATABASE", path, 1);
	free(path);
	RUN(&run, QUERY, "ssh", "--format=services");
	cr_expect_str_eq(run.output, "ssh\t22/tcp secsh\n", "%s%s", run.output, run.errors);
	run_free(&run);
	if (access(PORTDB_DATABASE_PATH, F_OK) == 0)
		cr_skip_test("this machine has a database of its own");
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
		setenv("PORTDB_DATABASE", ignored[i], 1);
		RUN(&run, QUERY, "--database=test.db", "ssh", "--format=services");
		cr_expect_str_eq(run.output, "ssh\t22/tcp secsh\n", "%s%s", run.output, run.errors);
		run_free(&run);
		RUN(&run, QUERY, "ssh", "--format=services");
		cr_expect_not_null(strstr(run.errors, "portdb-query: " PORTDB_DATABASE_PATH ": "),
				   "%s", run.errors);
		run_free(&run);
	}
}

/* A terminal that says UTF-8 by a locale that is not installed here still has it. */
Test(query, takes_the_word_of_a_locale_that_is_not_installed)
{
	static const char *const locales[] = {"xx_XX.UTF-8", "xx_XX.utf8"};
	char line[80];

	for (size_t i = 0; i < 2; i++) {
		snprintf(line, sizeof line,
			 "LC_ALL=%s $Q 53/udp --lang=pt --claims | grep -c Serviço", locales[i]);
		expect_line(line, 0, "1\n", "");
		snprintf(line, sizeof line, "LC_ALL= LANG=%s $Q 53/udp --lang=pt | grep -c Serviço",
			 locales[i]);
		expect_line(line, 0, "1\n", "");
	}
	expect_line("LC_ALL=xx_XX.ISO-8859-1 $Q 53/udp --lang=pt | grep -c Servico", 0, "1\n", "");
}

Test(query, has_help_that_fits_a_screen)
{
	struct run run;
	size_t lines = 0;

	RUN(&run, QUERY, "--help");
	cr_expect_eq(run.status, 0);
	for (const char *next = run.output; *next; next = strchr(next, '\n') + 1) {
		cr_expect_leq(strcspn(next, "\n"), 80, "%s", next);
		lines++;
	}
	cr_expect_geq(lines, 20);
	cr_expect_lt(lines, 24);
	run_free(&run);
}

#define DOMAIN_HEAD "NAME    PORT   ALIASES STATUS   DESCRIPTION\n"

Test(query, describes_in_the_language_of_the_locale)
{
	static const char chinese[] = DOMAIN_HEAD "domain  53/udp dns     official 域名解析\n"
						  "└─nomes 53/udp                  \n";
	static const char portuguese[] =
	    DOMAIN_HEAD "domain  53/udp dns     official Serviço de nomes\n"
			"└─nomes 53/udp                  \n";
	static const char english[] =
	    DOMAIN_HEAD "domain  53/udp dns     official Names to addresses\n"
			"└─nomes 53/udp                  \n";

	EXPECT_QUERY("zh_CN.UTF-8", 0, chinese, NO_ERRORS, "53/udp");
	EXPECT_QUERY("zh.UTF-8", 0, chinese, NO_ERRORS, "53/udp");
	EXPECT_QUERY("pt_BR.UTF-8", 0, portuguese, NO_ERRORS, "53/udp");
	EXPECT_QUERY("pt.UTF-8", 0, portuguese, NO_ERRORS, "53/udp");
	EXPECT_QUERY("de_DE.UTF-8", 0, english, NO_ERRORS, "53/udp");
	EXPECT_QUERY(UTF8, 0, portuguese, NO_ERRORS, "53/udp", "--lang=pt-BR");
	EXPECT_QUERY("zh_CN.UTF-8", 0, english, NO_ERRORS, "53/udp", "--lang=en");
	/* Without a variable above it, LC_MESSAGES is above LANG. */
	setenv("LANG", UTF8, 1);
	setenv("LC_MESSAGES", "pt_BR.UTF-8", 1);
	EXPECT_QUERY("", 0, portuguese, NO_ERRORS, "53/udp");
	setenv("LANG", "zh_CN.UTF-8", 1);
	unsetenv("LC_MESSAGES");
	EXPECT_QUERY("", 0, chinese, NO_ERRORS, "53/udp");
}

Test(query, falls_back_to_whatever_language_there_is)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME    PORT    ALIASES STATUS DESCRIPTION\n"
		     "zh-only 700/tcp                只有中文\n",
		     NO_ERRORS, "zh-only", "--lang=zh");
}

Test(query, writes_ascii_where_the_locale_has_no_more)
{
	EXPECT_QUERY("C", 0,
		     DOMAIN_HEAD "domain  53/udp dns     official Servico de nomes\n"
				 "`-nomes 53/udp                  \n",
		     NO_ERRORS, "53/udp", "--lang=pt");
	EXPECT_QUERY("C", 0,
		     "NAME    PORT    ALIASES STATUS DESCRIPTION\n"
		     "zh-only 700/tcp                \n",
		     NO_ERRORS, "zh-only", "--lang=zh");
}

Test(query, shows_every_claim)
{
	EXPECT_QUERY(UTF8, 0,
		     "PORT    ANSWER      CLAIM       STATUS     SOURCE      WORDS\n"
		     "465/tcp submissions submissions            services:2  Submission over TLS\n"
		     "465/tcp urd         urd         unofficial table.csv:3 Rendezvous, \"old\" "
		     "(not mail)\n",
		     NO_ERRORS, "--claims", "465/tcp");
	EXPECT_QUERY("C", 0,
		     "PORT   ANSWER CLAIM STATUS     SOURCE      WORDS\n"
		     "22/tcp ssh    ssh              services:1  The Secure Shell\n"
		     "22/tcp ssh    ssh   official   table.csv:2 Encrypted logins\n"
		     "22/tcp ssh    secsh unofficial other.csv:2 Another view\n",
		     NO_ERRORS, "--claims", "22");
}

Test(query, searches_all_languages_and_folds_case_and_accents)
{
	static const char domain[] = "NAME   PORT   ALIASES STATUS   DESCRIPTION\n"
				     "domain 53/udp dns     official Names to addresses\n";

	EXPECT_QUERY(UTF8, 0, domain, NO_ERRORS, "--search", "servico");
	EXPECT_QUERY(UTF8, 0, domain, NO_ERRORS, "--search", "SERVIÇO nomes");
	EXPECT_QUERY(UTF8, 0, domain, NO_ERRORS, "--search", "servic\xcc\xa7o", "addresses");
	EXPECT_QUERY("C", 0, domain, NO_ERRORS, "--search=域名");
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: nothing found\n", "--search", "servico ssh");
}

Test(query, searches_the_best_match_first)
{
	/* The name, then an alias's start, then words. */
	EXPECT_QUERY(UTF8, 0,
		     "NAME   PORT   ALIASES STATUS   DESCRIPTION\n"
		     "nomes  53/udp                  \n"
		     "domain 53/udp dns     official Names to addresses\n",
		     NO_ERRORS, "--search", "nomes");
}

Test(query, lists_a_range_and_a_status)
{
	EXPECT_QUERY(UTF8, 0,
		     "NAME    PORT      ALIASES STATUS   DESCRIPTION\n"
		     "domain  53/tcp                     \n"
		     "domain  53/udp    dns     official Names to addresses\n"
		     "└─nomes 53/udp                     \n"
		     "-       60-70/tcp         reserved Kept free\n",
		     NO_ERRORS, "--range", "50-60");
	EXPECT_QUERY("C", 0,
		     "NAME PORT    ALIASES STATUS     DESCRIPTION\n"
		     "urd  465/tcp         unofficial Rendezvous, \"old\"\n",
		     NO_ERRORS, "--status", "Unofficial");
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: nothing found\n", "--range", "1-21");
}

#define HEAD "Service Name,Port Number,Transport Protocol,Aliases,Status,Description\n"

static void compile_with_registry(const char *first, const char *second, const char *third)
{
	struct run run;

	write_text("services", "whois 43/tcp nicname # remark\n"
			       "whois 43/udp nicname # remark\n"
			       "submissions 465/tcp smtps urd\n"
			       "netstat 15/tcp # remark\n");
	write_text("iana.csv",
		   "Service Name,Port Number,Transport Protocol,Assignee,Description\n"
		   "nicname,43,tcp\nnicname,43,udp\nurd,465,tcp\nsubmissions,465,tcp\nhttp,80,tcp\n"
		   "conference,531,tcp,,Typed conference\nflex-lm,27000-27009,,\n"
		   ",1023,tcp,,Reserved\n");
	write_text("claims.csv", HEAD "smtps,465,tcp,,conflict,Mail inside SSL\n"
				      "http,80,tcp,,unofficial,Pages\n"
				      "http-alt,80,tcp,,official,Pages elsewhere\n"
				      "conference,531,tcp,,conflict,Chat (IRC)\n"
				      "flex-lm,27000,tcp,,official,Licences\n"
				      "flex-lm,27010,tcp,,official,Licences\n"
				      "whois,43,tcp,,internal,Owners of domains\n"
				      ",81,tcp,,official,Calls\n");
	RUN(&run, COMPILER, "-o", "test.db", first, second, third);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

/* Whether a use is registered is for the registry to say, wherever it stands among the sources. */
Test(query, takes_the_status_from_the_registry)
{
	static const char expected[] =
	    "NAME        PORT         ALIASES   STATUS   DESCRIPTION\n"
	    "submissions 465/tcp      smtps urd official Mail inside SSL\n"
	    "http        80/tcp                 official Pages\n"
	    "└─http-alt  80/tcp                          Pages elsewhere\n"
	    "conference  531/tcp                official Typed conference\n"
	    "flex-lm     27000/tcp              official Licences\n"
	    "└─flex-lm   27000-27009/           official \n"
	    "flex-lm     27010/tcp                       Licences\n"
	    "-           81/tcp                          Calls\n"
	    "-           1023/tcp               reserved Reserved\n"
	    "whois       43/tcp       nicname   internal Owners of domains\n"
	    "whois       43/udp       nicname   official remark\n";

	compile_with_registry("services", "iana.csv", "claims.csv");
	EXPECT_QUERY(UTF8, 0, expected, NO_ERRORS, "465", "80", "531", "27000/tcp", "27010", "81",
		     "1023", "43");
	compile_with_registry("services", "claims.csv", "iana.csv");
	EXPECT_QUERY(UTF8, 0, expected, NO_ERRORS, "465", "80", "531", "27000/tcp", "27010", "81",
		     "1023", "43");
}

/* Where there is no registry, the tables are believed. */
Test(query, takes_the_status_from_tables_of_one_name)
{
	compile_with_registry("services", "claims.csv", NULL);
	EXPECT_QUERY(UTF8, 0,
		     "NAME        PORT    ALIASES   STATUS     DESCRIPTION\n"
		     "submissions 465/tcp smtps urd            Mail inside SSL\n"
		     "http        80/tcp            unofficial Pages\n"
		     "└─http-alt  80/tcp            official   Pages elsewhere\n",
		     NO_ERRORS, "465", "80");
}

static unsigned count_lines(const char *text)
{
	unsigned count = 0;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

static unsigned count_services(const char *path)
{
	char *text = read_file(path, NULL);
	struct database database;

	database_make(&database, (const char *const *)&text, 1);
	unsigned count = (unsigned)database.merged.service_count;
	database_free(&database);
	free(text);
	return count;
}

/* With all tables that are installed, and what they say of what is registered. */
Test(query, calls_official_what_is_registered_and_no_more)
{
	struct run run;

	RUN(&run, COMPILER, "-o", "test.db", DATA_DIR "/tables/00-registry.csv",
	    DATA_DIR "/tables/10-unix-services.zh.csv",
	    DATA_DIR "/tables/20-well-known-ports.en.csv",
	    DATA_DIR "/tables/30-common-ports.en.csv", DATA_DIR "/tables/40-ports-in-brief.en.csv",
	    DATA_DIR "/tables/50-portas.pt.csv", DATA_DIR "/tables/60-services-in-use.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	RUN(&run, QUERY, "-d", "test.db", "--all", "--status=official", "--format=csv");
	/* A heading; and flex-lm, which is registered at ten ports without a protocol. */
	cr_expect_eq(count_lines(run.output),
		     1 + count_services(DATA_DIR "/tables/00-registry.csv") + 10);
	run_free(&run);
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: no port is free from 1011 to 1024\n", "--free",
		     "1011-1024", "--ephemeral");
	EXPECT_QUERY(UTF8, 1, "", "portdb-query: no port is free from 27000 to 27009\n", "--free",
		     "27000-27009", "--ephemeral");
}

Test(query, lists_what_sources_disagree_about)
{
	static const char conflicts[] =
	    "AT ODDS PORT    ANSWER      CLAIM       STATUS     SOURCE      WORDS\n"
	    "status  22/tcp  ssh         ssh                    services:1  The Secure Shell\n"
	    "status  22/tcp  ssh         ssh         official   table.csv:2 Encrypted logins\n"
	    "status  22/tcp  ssh         secsh       unofficial other.csv:2 Another view\n"
	    "names   53/udp  domain      domain                 services:4  \n"
	    "names   53/udp  domain      domain      official   table.csv:4 Names to addresses\n"
	    "names   53/udp  nomes       nomes                  other.csv:3 \n"
	    "names   465/tcp submissions submissions            services:2  Submission over TLS\n"
	    "names   465/tcp urd         urd         unofficial table.csv:3 Rendezvous, \"old\" "
	    "(not mail)\n";

	EXPECT_QUERY(UTF8, 0, conflicts, NO_ERRORS, "--conflicts");
	EXPECT_QUERY("C", 0, conflicts, NO_ERRORS, "--conflicts");
}

Test(query, says_which_sources_have_changed)
{
	struct run run;

	RUN(&run, "touch", "-d", "2024-05-06 07:08:09 UTC", "services", "other.csv");
	run_free(&run);
	RUN(&run, COMPILER, "--track", "-o", "tracked.db", "services", "other.csv");
	run_free(&run);
	write_text("other.csv", "Service Name,Port Number,Transport Protocol,Aliases\n");
	RUN(&run, QUERY, "-d", "tracked.db", "--sources", "--format=csv");
	cr_expect_eq(run.status, 0);
	cr_expect_not_null(strstr(run.output, "/services,6,2024-05-06T07:08:09Z,unchanged\n"), "%s",
			   run.output);
	cr_expect_not_null(strstr(run.output, "/other.csv,2,2024-05-06T07:08:09Z,changed\n"), "%s",
			   run.output);
	run_free(&run);
	RUN(&run, QUERY, "-d", "tracked.db", "ssh");
	cr_expect_str_eq(run.errors, "portdb-query: tracked.db: its sources have changed since "
				     "(see --sources): run portdb-compile\n");
	run_free(&run);
	EXPECT_QUERY_IN_BOTH(0,
			     "SOURCE    ROWS MODIFIED SINCE COMPILED\n"
			     "services     6          not tracked\n"
			     "table.csv    8          not tracked\n"
			     "other.csv    2          not tracked\n",
			     NO_ERRORS, "--sources");
}

Test(query, makes_texts_harmless)
{
	struct run run;

	write_text("bad", "bad 1/tcp # \033[31mred\033[0m \377 \xe2\x80\xaex\ty\n");
	RUN(&run, COMPILER, "-o", "bad.db", "bad");
	run_free(&run);
	EXPECT_QUERY(UTF8, 0,
		     "NAME PORT  ALIASES STATUS DESCRIPTION\n"
		     "bad  1/tcp                \xef\xbf\xbd[31mred\xef\xbf\xbd[0m \xef\xbf\xbd "
		     "\xef\xbf\xbdx y\n",
		     NO_ERRORS, "-d", "bad.db", "1");
	EXPECT_QUERY("C", 0,
		     "NAME PORT  ALIASES STATUS DESCRIPTION\n"
		     "bad  1/tcp                ?[31mred?[0m ? ?x y\n",
		     NO_ERRORS, "-d", "bad.db", "1");
	/* A file is to hold what there is; only a terminal obeys. */
	EXPECT_QUERY(UTF8, 0,
		     "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,"
		     "Language,Source\n"
		     "bad,1,tcp,,,\033[31mred\033[0m \xef\xbf\xbd \xe2\x80\xaex\ty,en,bad\n",
		     "portdb-query: 1 text changed: U+FFFD stands for what is not UTF-8\n", "-d",
		     "bad.db", "1", "--format=csv");
}

Test(query, makes_texts_harmless_to_a_terminal)
{
	struct run run;

	write_text("bad", "b\302\233d 1/tcp # \033[31mred\xe2\x80\xae\n");
	RUN(&run, COMPILER, "-o", "bad.db", "bad");
	run_free(&run);
	setenv("LC_ALL", UTF8, 1);
	char *screen = TYPE_AT("", QUERY, "-d", "bad.db", "1", "--format=csv");
	cr_expect_not_null(strstr(screen, "\nb\xef\xbf\xbd"
					  "d,1,tcp,,,\xef\xbf\xbd[31mred\xef\xbf\xbd,"),
			   "%s", screen);
	free(screen);
	screen = TYPE_AT("", QUERY, "-d", "bad.db", "1", "--format=services");
	cr_expect_str_eq(screen, "b\xef\xbf\xbd"
				 "d\t1/tcp\r\n");
	free(screen);
}
