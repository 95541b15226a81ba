/* SPDX-License-Identifier: MIT */
/*
 * The locale says what characters look like on the terminal, and nothing else: what is read, stored
 * and found is the same in each. Turkish has an 'i' and an 'I' that are no two cases of one letter.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/locales.h"
#include "tests/support/support.h"

static const char *const locales[] = {"C.UTF-8", "tr_TR.UTF-8", "tr_TR.ISO-8859-9"};

/* Everything that is read in upper or lower case, in both. */
static const char table[] =
    "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,Description[zh]\n"
    "first,1000,DIVERT,ALIAS,UNOFFICIAL,Words,\n"
    "second,1001,TCP,,OFFICIAL,,\n"
    ",389,TCP,,HIDDEN,,\n"
    ",1002,TCP,,,UNASSIGNED,\n"
    ",1003,TCP,,,(Unassigned),\n"
    "third,1004,TCP,,CONFLICT,A rather long text that a terminal breaks in two,"
    "域名解析是把名字变成地址的服务\n"
    "imap,143,tcp,,official,Reading mail,\n";

static const char directory[] = "DN: CN=directory+IPSERVICEPROTOCOL=TCP,ou=services\n"
				"OBJECTCLASS: IPSERVICE\n"
				"CN: directory\n"
				"IPSERVICEPORT: 1005\n"
				"IPSERVICEPROTOCOL: DIVERT\n"
				"DESCRIPTION;LANG-PT-BR: palavras\n"
				"\n"
				"DN: COMMONNAME=added,ou=services\n"
				"CHANGETYPE: ADD\n"
				"objectclass: ipservice\n"
				"ipserviceport: 1006\n"
				"ipserviceprotocol: tcp\n";

static const char site[] = "x11 6000-6001/TCP\nImap 1143/tcp\nodd 1007/DIVERT IN THE TITLE\n"
			   "slip 1008/DCCIP\n";

static const char services[] = "ldap 389/tcp\nHTTP-ALT 8080/tcp WEBCACHE\n";

static void enter_with_sources(void)
{
	require_locale("tr_TR", "UTF-8");
	require_locale("tr_TR", "ISO-8859-9");
	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("TABLE.CSV", table);
	write_text("DIRECTORY.LDIF", directory);
	write_text("SITE.SERVICES", site);
	write_text("services", services);
}

TestSuite(locales, .init = enter_with_sources, .timeout = 60);

/* A program's run in a locale. */
#define RUN_IN(run, locale, ...)             \
	do {                                 \
		setenv("LC_ALL", locale, 1); \
		RUN((run), __VA_ARGS__);     \
	} while (0)

#define SOURCES "TABLE.CSV", "DIRECTORY.LDIF", "SITE.SERVICES", "services"

Test(locales, have_no_part_in_what_is_compiled)
{
	char *first = NULL;
	size_t first_size = 0;

	for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
		struct run run;
		size_t size;
		RUN_IN(&run, locales[i], COMPILER, "-o", "test.db", SOURCES);
		cr_expect_eq(run.status, 0);
		cr_expect_str_eq(run.errors, "", "%s: %s", locales[i], run.errors);
		cr_expect_not_null(strstr(run.output, "12 services from 14 claims of 4 sources"),
				   "%s: %s", locales[i], run.output);
		run_free(&run);
		char *bytes = read_file("test.db", &size);
		cr_assert_eq(unlink("test.db"), 0);
		if (first) {
			cr_expect_eq(size, first_size, "%s", locales[i]);
			cr_expect(size == first_size && memcmp(bytes, first, size) == 0, "%s",
				  locales[i]);
			free(bytes);
			continue;
		}
		first = bytes;
		first_size = size;
	}
	free(first);
}

Test(locales, have_no_part_in_what_the_linter_finds)
{
	struct run first;

	RUN_IN(&first, locales[0], COMPILER, "--check", SOURCES);
	cr_expect_not_null(strstr(first.errors, "'DIVERT' is not 'divert'"), "%s", first.errors);
	cr_expect_not_null(strstr(first.errors, "look like words about it ('IN THE TITLE')"), "%s",
			   first.errors);
	for (size_t i = 1; i < sizeof locales / sizeof *locales; i++) {
		struct run run;
		RUN_IN(&run, locales[i], COMPILER, "--check", SOURCES);
		cr_expect_str_eq(run.errors, first.errors, "%s: %s", locales[i], run.errors);
		cr_expect_str_eq(run.output, first.output, "%s: %s", locales[i], run.output);
		run_free(&run);
	}
	run_free(&first);
}

/* What portdb-query prints in each locale is the same, and not nothing. In one of eight bits it is
 * what it is in C. */
static void expect_same_everywhere(const char *const *arguments)
{
	const char *all[16] = {QUERY, "--database=test.db"};
	struct run first[2];

	for (size_t i = 0; arguments[i]; i++)
		all[2 + i] = arguments[i];
	for (size_t i = 0; i < 2; i++) {
		setenv("LC_ALL", i == 0 ? "C.UTF-8" : "C", 1);
		run_program(&first[i], all);
		cr_expect_eq(first[i].status, 0, "%s: %s", all[3], first[i].errors);
	}
	for (size_t i = 1; i < sizeof locales / sizeof *locales; i++) {
		struct run run;
		const struct run *expected = &first[i - 1];
		setenv("LC_ALL", locales[i], 1);
		run_program(&run, all);
		cr_expect_eq(run.status, 0, "%s: %s: %s", locales[i], all[3], run.errors);
		cr_expect_str_eq(run.output, expected->output, "%s: %s: %s", locales[i], all[3],
				 run.output);
		cr_expect_str_eq(run.errors, expected->errors, "%s: %s: %s", locales[i], all[3],
				 run.errors);
		run_free(&run);
	}
	run_free(&first[0]);
	run_free(&first[1]);
}

#define EXPECT_SAME_EVERYWHERE(...) \
	expect_same_everywhere((const char *const[]){"--lang=en", __VA_ARGS__, NULL})

static void compile_sources(void)
{
	struct run run;

	RUN_IN(&run, "C.UTF-8", COMPILER, "-o", "test.db", SOURCES);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

Test(locales, have_no_part_in_what_is_found)
{
	compile_sources();
	EXPECT_SAME_EVERYWHERE("--status=UNOFFICIAL");
	EXPECT_SAME_EVERYWHERE("--status=official");
	EXPECT_SAME_EVERYWHERE("--status=Hidden");
	EXPECT_SAME_EVERYWHERE("--status=conflict");
	EXPECT_SAME_EVERYWHERE("--conflicts");
	EXPECT_SAME_EVERYWHERE("--all", "--output=name,alIases,descrIptIon");
	EXPECT_SAME_EVERYWHERE("1000/dIvert", "DIVERT/1005");
	EXPECT_SAME_EVERYWHERE("IMAP", "http-alt", "Directory/DIVERT");
	EXPECT_SAME_EVERYWHERE("--search", "READING MAIL");
	EXPECT_SAME_EVERYWHERE("--search", "wEbcachE");
	EXPECT_SAME_EVERYWHERE("--claims", "389");
}

/* In columns as wide as they are where everybody looks. */
Test(locales, have_the_width_of_their_characters)
{
	compile_sources();
	EXPECT_SAME_EVERYWHERE("--all", "--lang=zh");
	EXPECT_SAME_EVERYWHERE("--all", "--lang=zh", "--claims");
	EXPECT_SAME_EVERYWHERE("--all", "--lang=zh", "--format=json");
}
