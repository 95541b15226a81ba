/* The script that makes the registry anew, on a small registry beside a copy of it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"

#define HEADER   "Service Name,Port Number,Transport Protocol\n"
#define OFFICIAL "Service Name,Port Number,Transport Protocol,Description,Assignment Notes\r\n"

static const char edition[] = OFFICIAL ",0,tcp,Reserved,\r\n"
				       "ssh,22,tcp,The Secure Shell,\r\n"
				       "new-name,23,tcp,\"two\nlines, and a \"\"quote\"\"\",\r\n"
				       "x11,6000-6063,udp,X,\r\n"
				       "x11,6000-6063,tcp,X,\r\n"
				       "portless,,tcp,,\r\n"
				       "added,24,tcp,,\r\n"
				       "also,24,tcp,,\r\n";

/* The script looks for the registry beside itself. */
static void set_up(void)
{
	struct run run;

	if (access("/usr/bin/env", X_OK) != 0 || system("python3 -c '' >/dev/null 2>&1") != 0)
		cr_skip_test("there is no python3 to run data/refresh-registry");
	cr_assert_eq(chdir(scratch_directory()), 0);
	RUN(&run, "cp", DATA_DIR "/refresh-registry", ".");
	run_free(&run);
	write_text("registry.csv", HEADER "ssh,22,tcp\nold-name,23,tcp\nremoved,25,udp\n");
	write_text("edition.csv", edition);
}

TestSuite(registry, .init = set_up);

static void expect_registry(const char *expected)
{
	char *text = read_file("registry.csv", NULL);

	cr_expect_str_eq(text, expected);
	free(text);
}

Test(registry, is_made_anew_from_an_official_edition)
{
	struct run run;

	RUN(&run, "./refresh-registry", "edition.csv");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect_not_null(strstr(run.output, "renamed 23/tcp old-name -> new-name\n"), "%s",
			   run.output);
	cr_expect_not_null(strstr(run.output, "added 24/tcp added\nadded 24/tcp also\n"), "%s",
			   run.output);
	cr_expect_not_null(strstr(run.output, "removed 25/udp removed\n"), "%s", run.output);
	run_free(&run);
	expect_registry(HEADER "ssh,22,tcp\nnew-name,23,tcp\nadded,24,tcp\nalso,24,tcp\n"
			       "x11,6000-6063,tcp\nx11,6000-6063,udp\n");

	RUN(&run, "./refresh-registry", "--check", "edition.csv");
	cr_expect_eq(run.status, 0, "it is the same now: %s", run.output);
	run_free(&run);
}

Test(registry, is_left_alone_by_a_check_and_by_bad_input)
{
	struct run run;
	char *before = read_file("registry.csv", NULL);

	RUN(&run, "./refresh-registry", "--check", "edition.csv");
	cr_expect_eq(run.status, 1, "there are differences");
	run_free(&run);
	write_text("bad.csv", "no,header\n");
	RUN(&run, "./refresh-registry", "bad.csv");
	cr_expect_eq(run.status, 1);
	cr_expect_not_null(strstr(run.errors, "bad.csv:1: error: "), "%s", run.errors);
	run_free(&run);
	expect_registry(before);
	free(before);
}
