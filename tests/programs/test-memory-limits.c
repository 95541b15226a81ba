/* SPDX-License-Identifier: MIT */
/*
 * Programs with less and less memory: whichever allocation is the first to fail, be it a library's,
 * nothing is left out in silence. What ends with exit status 0 is complete.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/processes/counting.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

/* Memory of that size is the kernel's to give at each allocation, so that each can be refused. */
#define LARGE (300 << 10)

/* A description with letters that must be decomposed, folded and measured. */
static void write_table(void)
{
	FILE *table = fopen("table.csv", "w");

	cr_assert_not_null(table);
	fputs("Service Name,Port Number,Transport Protocol,Description\nfirst,1,tcp,\"", table);
	for (unsigned i = 0; i < LARGE / 6; i++)
		fputs("Serviç ", table);
	fputs("\"\nsecond,2,tcp,short\nSerVi\xc3\xa7o,3,tcp,\n", table);
	for (unsigned i = 0; i < 2000; i++)
		fprintf(table, "name%u,%u,tcp,\n", i, 1000 + i);
	fclose(table);
}

static void enter_with_table(void)
{
	if (HAS_SANITIZED_MEMORY || runs_under_valgrind())
		cr_skip_test("who watches over the memory takes as much as it can get");
	cr_assert_eq(chdir(scratch_directory()), 0);
	write_table();
}

TestSuite(memory_limits, .init = enter_with_table, .timeout = 300);

/* Runs a command line of the shell with so many KB of address space. */
static void run_within(struct run *run, unsigned kilobytes, const char *line)
{
	char *limited;

	cr_assert_gt(asprintf(&limited, "ulimit -v %u && exec %s", kilobytes, line), 0);
	RUN(run, "sh", "-c", limited);
	free(limited);
}

#define STEP 96

/*
 * From too little memory to start with up to enough: what succeeds prints what it does without a
 * limit, and leaves the file `made` as it is then (NULL for none).
 */
static void expect_all_or_failure(const char *line, const char *made)
{
	struct run whole;
	char *whole_file = NULL;
	size_t whole_size = 0;
	unsigned failures = 0;
	unsigned successes = 0;

	run_within(&whole, 1 << 30, line);
	cr_assert_eq(whole.status, 0, "%s: %s", line, whole.errors);
	if (made)
		whole_file = read_file(made, &whole_size);
	for (unsigned limit = 4096; successes < 4 && limit < 1 << 20; limit += STEP * stride()) {
		struct run run;
		if (made)
			unlink(made);
		run_within(&run, limit, line);
		failures += run.status == 1;
		successes = run.status == 0 ? successes + 1 : 0;
		if (run.status == 0 && !made)
			cr_expect(strcmp(run.output, whole.output) == 0,
				  "%s: %zu bytes of %zu within %u KB: %s", line, strlen(run.output),
				  strlen(whole.output), limit, run.errors);
		if (run.status == 0 && made) {
			size_t size;
			char *file = read_file(made, &size);
			cr_expect(size == whole_size && memcmp(file, whole_file, size) == 0,
				  "%s: a file of %zu bytes, not %zu, within %u KB: %s", line, size,
				  whole_size, limit, run.errors);
			free(file);
		}
		cr_expect(run.status == 0 || *run.errors, "%s: says nothing within %u KB", line,
			  limit);
		run_free(&run);
	}
	cr_expect_eq(successes, 4, "%s: always failed", line);
	/* In large steps it may go from too little to start with to enough at once. */
	if (stride() == 1)
		cr_expect_geq(failures, 3, "%s: failed %u times only", line, failures);
	free(whole_file);
	run_free(&whole);
}

/* What a table has behind a field too large for the memory is not lost. */
Test(memory_limits, cut_no_table_short)
{
	expect_all_or_failure(COMPILER " -o test.db table.csv", "test.db");
}

static void compile_table(void)
{
	struct run run;

	RUN(&run, COMPILER, "-o", "test.db", "table.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

Test(memory_limits, cut_no_answer_short)
{
	compile_table();
	setenv("LC_ALL", "C.UTF-8", 1);
	expect_all_or_failure(QUERY " -d test.db 1 2", NULL);
	expect_all_or_failure(QUERY " -d test.db --all --format=json", NULL);
	expect_all_or_failure(QUERY " -d test.db --all --format=csv", NULL);
	expect_all_or_failure(QUERY " -d test.db --all --format=ldif", NULL);
	expect_all_or_failure(QUERY " -d test.db --search servic", NULL);
	setenv("LC_ALL", "C", 1);
	expect_all_or_failure(QUERY " -d test.db 1 2", NULL);
}

/* Questions on standard input, of which one is longer than the memory. */
Test(memory_limits, drop_no_question)
{
	char *question = malloc(LARGE + 1);

	compile_table();
	cr_assert_not_null(question);
	memset(question, ' ', LARGE);
	question[LARGE] = '\0';
	FILE *questions = fopen("questions", "w");
	cr_assert_not_null(questions);
	fprintf(questions, "first\n%s second\n", question);
	fclose(questions);
	free(question);
	expect_all_or_failure(QUERY " -d test.db -o name,port - <questions", NULL);
}
