/* SPDX-License-Identifier: MIT */
/*
 * One run of portdb-query when things fail under it, each system call in turn: it answers all the
 * same, or says why not, and never half.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/programs/query/query-support.h"
#include "tests/support/processes/faults.h"
#include "tests/support/sanitizers.h"
#include "tools/query/request.h"

static void set_up(void)
{
	enter_with_database();
	if (HAS_SANITIZED_MEMORY)
		cr_skip_test("a sanitizer's own calls would fail as well, and end the program with "
			     "any status");
}

TestSuite(request, .init = set_up, .timeout = 120);

/* As main does it; what comes of it goes into files. */
static int run_under_fault(const void *argument)
{
	cr_assert_not_null(freopen("output", "w", stdout));
	cr_assert_not_null(freopen("errors", "w", stderr));
	faults_begin();
	int status = request_run(argument);
	if (fflush(stdout) != 0 || ferror(stdout))
		status = EXIT_FAILURE;
	faults_end();
	fflush(stderr);
	return status;
}

static void expect_answer_or_reason(const struct faulty_run *run, const char *expected,
				    const char *where)
{
	char *output = read_file("output", NULL);
	char *errors = read_file("errors", NULL);

	if (run->status == EXIT_SUCCESS)
		cr_expect_str_eq(output, expected, "%s: %s", where, output);
	else
		cr_expect_eq(run->status, EXIT_FAILURE, "%s: exit status %d", where, run->status);
	/* Of a write that fails it is main that tells. */
	if (run->status == EXIT_FAILURE && run->call != SYS_write)
		cr_expect_str_not_empty(errors, "%s: no reason", where);
	free(output);
	free(errors);
}

/* Each call fails, from the first to the last. How many did. */
static unsigned walk(struct request request, int error, bool is_always_whole)
{
	struct faulty_run run;
	char *expected = NULL;
	unsigned faults = 0;

	request.database = "test.db";
	request.language = language_of("en");
	request.limit = SIZE_MAX;
	for (struct fault fault = {0, error, .is_between = true, .spares_close = true};;
	     fault.number++) {
		char where[128];
		if (!run_with_fault(&run, &fault, run_under_fault, &request))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		if (!expected) {
			cr_assert_eq(run.status, EXIT_SUCCESS);
			expected = read_file("output", NULL);
		}
		snprintf(where, sizeof where, "mode %d: %s at call %u (system call %d)",
			 request.mode, error < 0 ? "half done" : strerror(error), fault.number,
			 run.call);
		/* The kernel's brk gives no errno; one from here is taken for an address. */
		if (run.call != SYS_brk)
			expect_answer_or_reason(&run, expected, where);
		if (is_always_whole)
			cr_expect_eq(run.status, EXIT_SUCCESS, "%s", where);
		faults += run.has_failed;
		if (run.calls < fault.number)
			break;
	}
	free(expected);
	return faults;
}

Test(request, that_loses_a_call_is_answered_whole_or_gives_a_reason)
{
	static char ssh[] = "ssh";
	static char search[] = "servico";
	char *words[] = {ssh};

	cr_expect_geq(
	    walk((struct request){.mode = LOOK_UP, .words = words, .word_count = 1}, EIO, false),
	    5);
	cr_expect_geq(walk((struct request){.mode = ALL, .format = FORMAT_JSON}, ENOMEM, false), 5);
	cr_expect_geq(walk((struct request){.mode = SOURCES}, ENOMEM, false), 5);
	cr_expect_geq(walk((struct request){.mode = CONFLICTS}, EIO, false), 5);
	cr_expect_geq(walk((struct request){.mode = SEARCH, .search = search}, EIO, false), 5);
}

/* The range of outgoing connections is the kernel's default where it does not tell. */
Test(request, for_free_ports_is_answered_though_the_kernel_does_not_tell_its_own)
{
	const struct request request = {.mode = FREE, .range = {51, 80}};

	cr_expect_geq(walk(request, EIO, false), 5);
}

Test(request, gets_over_what_is_done_half)
{
	walk((struct request){.mode = ALL, .format = FORMAT_SERVICES}, FAULT_SHORT, true);
}
