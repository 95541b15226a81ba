/* SPDX-License-Identifier: MIT */
/* The script that makes the registry anew, on a small registry in its place beside a copy of it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"

#define HEADER                                                                  \
	"Service Name,Port Number,Transport Protocol,Status,Registration Date," \
	"Reference,Edition\n"
#define REGISTRY "tables/00-registry.csv"
#define OFFICIAL                                                            \
	"Service Name,Port Number,Transport Protocol,Description,Assignee," \
	"Registration Date,Modification Date,Reference,Assignment Notes\r\n"

static const char edition[] =
    OFFICIAL ",0,tcp,Reserved,,,2024-12-20,[RFC6335],\r\n"
	     "ssh,22,tcp,The Secure Shell,,,,[RFC4251][RFC-ietf-x-1],\r\n"
	     "new-name,23,tcp,\"two\nlines, and a \"\"quote\"\"\",,,,,\r\n"
	     "x11,6000-6063,udp,X,,,,,\r\n"
	     "x11,6000-6063,tcp,X,,,,,\r\n"
	     "portless,,tcp,,,,,,\r\n"
	     "flex-lm,27000-27009,,,,,,,\r\n"
	     "added,24,tcp,,,2008-02,,,\r\n"
	     "also,24,tcp,,,2025-01-17,,[http://a.example/],\r\n"
	     ",26-27,,Reserved,,,,,\r\n"
	     ",28,,Unassigned,,,,,\r\n"
	     ",29,,(unassigned),,,,,\r\n";

/* The same in IANA's other form, which tells the date of the edition. */
static const char xml_edition[] =
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    "<registry xmlns=\"http://www.iana.org/assignments\" id=\"service-names-port-numbers\">\n"
    "<updated>2025-03-28</updated><note><xref type=\"rfc\" data=\"rfc8126\"/></note>\n"
    "<record updated=\"2024-12-20\"><protocol>tcp</protocol><description>Reserved</description>"
    "<number>0</number><xref type=\"rfc\" data=\"rfc6335\"/></record>\n"
    "<record><name>ssh</name><protocol>tcp</protocol><xref type=\"person\" data=\"RFC_Man\"/>"
    "<xref type=\"rfc\" data=\"rfc4251\"/><number>22</number></record>\n"
    "<record><name>new-name</name><protocol>tcp</protocol><description/><number>23</number>"
    "</record>\n"
    "<record><name>x11</name><protocol>udp</protocol><number>6000-6063</number></record>\n"
    "<record><name>x11</name><protocol>tcp</protocol><number>6000-6063</number></record>\n"
    "<record><name>portless</name><protocol>tcp</protocol></record>\n"
    "<record><name>flex-lm</name><number>27000-27009</number></record>\n"
    "<record date=\"2008-02\"><name>added</name><protocol>tcp</protocol><number>24</number>"
    "</record>\n"
    "<record date=\"2025-01-17\"><name>also</name><protocol>tcp</protocol><number>24</number>"
    "<xref type=\"uri\" data=\"http://a.example/\"/></record>\n"
    "<record><description>Reserved</description><number>26-27</number></record>\n"
    "<record><description>Unassigned</description><number>28</number></record>\n"
    "<people><person id=\"RFC_Man\"><name>A Person</name></person></people></registry>\n";

#define ROWS(edition)                                                           \
	HEADER ",0,tcp,reserved,,RFC6335," edition "\n"                         \
	       "ssh,22,tcp,official,,RFC4251,\n"                                \
	       "new-name,23,tcp,official,,,\n"                                  \
	       "added,24,tcp,official,2008-02,,\n"                              \
	       "also,24,tcp,official,2025-01-17,http://a.example/,\n"           \
	       ",26-27,,reserved,,,\n"                                          \
	       "x11,6000-6063,tcp,official,,,\nx11,6000-6063,udp,official,,,\n" \
	       "flex-lm,27000-27009,,official,,,\n"

/* The script looks for the registry among the tables beside itself. */
static void set_up(void)
{
	struct run run;

	if (access("/usr/bin/env", X_OK) != 0 || system("python3 -c '' >/dev/null 2>&1") != 0)
		cr_skip_test("there is no python3 to run data/refresh-registry");
	cr_assert_eq(chdir(scratch_directory()), 0);
	RUN(&run, "cp", DATA_DIR "/refresh-registry", ".");
	run_free(&run);
	make_directories("tables");
	write_text(REGISTRY, HEADER "ssh,22,tcp,official,,,2025-01-01\n"
				    "old-name,23,tcp,official,,,\nremoved,25,udp,official,,,\n");
	write_text("edition.csv", edition);
	write_text("edition.xml", xml_edition);
}

TestSuite(registry, .init = set_up);

static void expect_registry(const char *expected)
{
	char *text = read_file(REGISTRY, NULL);

	cr_expect_str_eq(text, expected);
	free(text);
}

static void expect_made_anew(const char *file, const char *expected)
{
	struct run run;

	RUN(&run, "./refresh-registry", file);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect_not_null(strstr(run.output, "renamed 23/tcp old-name -> new-name\n"), "%s",
			   run.output);
	cr_expect_not_null(strstr(run.output, "added 24/tcp added\nadded 24/tcp also\n"), "%s",
			   run.output);
	cr_expect_not_null(strstr(run.output, "removed 25/udp removed\n"), "%s", run.output);
	run_free(&run);
	expect_registry(expected);

	RUN(&run, "./refresh-registry", "--check", file);
	cr_expect_eq(run.status, 0, "it is the same now: %s", run.output);
	run_free(&run);
}

/* A CSV is at least as new as the newest of its entries. */
Test(registry, is_made_anew_from_an_official_edition)
{
	expect_made_anew("edition.csv", ROWS("2025-01-17"));
}

Test(registry, is_made_anew_from_an_edition_in_xml)
{
	expect_made_anew("edition.xml", ROWS("2025-03-28"));
}

static void expect_refused(const char *message, const char *const *arguments)
{
	char *before = read_file(REGISTRY, NULL);
	struct run run;

	run_program(&run, arguments);
	cr_expect_eq(run.status, 1);
	cr_expect_not_null(strstr(run.errors, message), "%s", run.errors);
	run_free(&run);
	expect_registry(before);
	free(before);
}

Test(registry, does_not_go_back_to_an_older_edition_unless_told)
{
	struct run run;

	RUN(&run, "./refresh-registry", "edition.xml");
	run_free(&run);
	expect_refused("edition.csv: error: an edition of 2025-01-17 is older than",
		       (const char *[]){"./refresh-registry", "edition.csv", NULL});
	expect_refused(
	    "error: '17 August' is not a date",
	    (const char *[]){"./refresh-registry", "--edition=17 August", "edition.csv", NULL});
	RUN(&run, "./refresh-registry", "--edition=2025-04-01", "edition.csv");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	expect_registry(ROWS("2025-04-01"));
	RUN(&run, "./refresh-registry", "--older", "edition.xml");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	expect_registry(ROWS("2025-03-28"));
}

Test(registry, is_left_alone_by_a_check_and_by_bad_input)
{
	struct run run;
	char *before = read_file(REGISTRY, NULL);

	RUN(&run, "./refresh-registry", "--check", "edition.csv");
	cr_expect_eq(run.status, 1, "there are differences");
	run_free(&run);
	expect_registry(before);
	free(before);
	write_text("bad.csv", "no,header\n");
	expect_refused("bad.csv:1: error: ",
		       (const char *[]){"./refresh-registry", "bad.csv", NULL});
	write_text("bad.xml", "<registry>\n<record>\n");
	expect_refused("bad.xml:3: error: not XML",
		       (const char *[]){"./refresh-registry", "bad.xml", NULL});
	write_text("other.xml", "<registry/>\n");
	expect_refused("other.xml: error: not the registry",
		       (const char *[]){"./refresh-registry", "other.xml", NULL});
}
