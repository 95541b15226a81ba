/* SPDX-License-Identifier: MIT */
/*
 * The fuzz targets on the inputs that come with the sources: a corpus that reaches what fuzzing has
 * found to reach, and whatever made a target fail once.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/processes/counting.h"
#include "tests/support/support.h"

/* The caller frees it. */
static char *path_of(const char *start, const char *target)
{
	char *path;

	cr_assert_gt(asprintf(&path, "%s%s", start, target), 0);
	return path;
}

static void replay(const char *target)
{
	char *program = path_of(FUZZ_TARGETS "/fuzz_", target);
	char *corpus = path_of(FUZZ_CORPORA "/", target);
	unsigned expected = count_entries(corpus);
	char expected_output[64];
	struct run run;

	cr_assert_gt(expected, 0, "there are no inputs in %s", corpus);
	snprintf(expected_output, sizeof expected_output, "%u inputs\n", expected);
	RUN(&run, program, corpus);
	/* Of the inputs, only the one that ended it is of interest. */
	size_t length = strlen(run.errors);
	cr_expect_eq(run.status, 0, "status %d, at …%s", run.status,
		     run.errors + (length > 600 ? length - 600 : 0));
	cr_expect_str_eq(run.output, expected_output);
	run_free(&run);
	free(program);
	free(corpus);
}

Test(fuzz_targets, holds_for_blow_up)
{
	if (runs_under_valgrind())
		cr_skip_test("it asserts how much time and memory is taken, which are valgrind's");
	replay("blow_up");
}

Test(fuzz_targets, holds_for_database)
{
	replay("database");
}

Test(fuzz_targets, holds_for_diff)
{
	replay("diff");
}

Test(fuzz_targets, holds_for_fidelity)
{
	replay("fidelity");
}

Test(fuzz_targets, holds_for_ldif)
{
	replay("ldif");
}

Test(fuzz_targets, holds_for_merge)
{
	replay("merge");
}

Test(fuzz_targets, holds_for_module)
{
	replay("module");
}

Test(fuzz_targets, holds_for_output)
{
	replay("output");
}

Test(fuzz_targets, holds_for_services_file)
{
	replay("services_file");
}

Test(fuzz_targets, holds_for_table)
{
	replay("table");
}
