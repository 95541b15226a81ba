/* SPDX-License-Identifier: MIT */
/*
 * What the two programs print is lost in part or as a whole, or was never to be had: whichever of
 * the writes fails, the exit status tells.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/processes/faults.h"
#include "tests/support/support.h"
#include "tools/shared/memory.h"

/* More than the C library keeps back, in each form in which it is shown. */
#define ROWS    400
#define SOURCES 200

/* A command, which prints by `writes` or more of write(2). */
struct command {
	const char *line; /* for a shell, where $C and $Q are the programs */
	int status;       /* if all is printed, */
	int lost;         /* and if it is not */
	unsigned writes;
};

static const struct command commands[] = {
    {"$C -o new.db services", 0, 1, 1},
    {"$C --check services", 0, 1, 1},
    {"$C --check --format=json twice", 0, 1, 2},
    {"$C --list-sources $SOURCES", 0, 1, 2},
    {"$C --list-sources --format=json $SOURCES", 0, 1, 2},
    {"$C --list-sources --format=csv $SOURCES", 0, 1, 2},
    {"$C --verify $DATABASES", 0, 1, 2},
    {"$C --help", 0, 1, 1},
    {"$C --usage", 0, 1, 1},
    {"$C --version", 0, 1, 1},
    {"$Q --all", 0, 1, 2},
    {"$Q --all --format=json", 0, 1, 2},
    {"$Q --all --format=csv", 0, 1, 2},
    {"$Q --all --format=services", 0, 1, 2},
    {"$Q --all --format=ldif", 0, 1, 2},
    {"$Q --all --claims", 0, 1, 2},
    {"$Q --free=1-2000 -n 1000", 0, 1, 2},
    {"$Q --sources", 0, 1, 1},
    {"$Q --diff empty.db test.db", 1, 2, 2},
    {"$Q --diff empty.db test.db --format=json", 1, 2, 2},
    {"$Q --help", 0, 1, 1},
    {"$Q --usage", 0, 1, 1},
    {"$Q --version", 0, 1, 1},
};

static void write_rows(const char *path, unsigned times)
{
	FILE *file = fopen(path, "we");

	cr_assert_not_null(file);
	for (unsigned i = 0; i < times * ROWS; i++)
		fprintf(file, "service-%u %u/tcp\n", i % ROWS, 2 * (i % ROWS) + 1);
	fclose(file);
}

/* The word, so many times, in the environment. */
static void set_words(const char *variable, const char *word)
{
	static char words[SOURCES * 16];

	*words = '\0';
	for (unsigned i = 0; i < SOURCES; i++)
		strcat(strcat(words, " "), word);
	setenv(variable, words, 1);
}

static void compile(const char *output, const char *source)
{
	struct run run;

	RUN(&run, COMPILER, "-o", output, source);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static void enter_with_much_to_say(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
	write_rows("services", 1);
	write_rows("twice", 2);
	write_text("none", "# none\n");
	compile("test.db", "services");
	compile("empty.db", "none");
	setenv("C", COMPILER, 1);
	setenv("Q", QUERY " -d test.db", 1);
	set_words("SOURCES", "./services");
	set_words("DATABASES", "test.db");
}

TestSuite(standard_streams, .init = enter_with_much_to_say, .timeout = 120);

/* The shell says nothing itself, and becomes the program. */
static int become_program(const void *argument)
{
	char line[128];
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	snprintf(line, sizeof line, "exec %s", (const char *)argument);
	dup2(nowhere, 1);
	dup2(nowhere, 2);
	faults_begin();
	execl("/bin/sh", "sh", "-c", line, NULL);
	return 126;
}

static void lose_each_write(const struct command *command)
{
	struct fault fault = {1, EIO, .is_between = true, .only = SYS_write};

	for (;; fault.number++) {
		struct faulty_run run;
		if (!run_with_fault(&run, &fault, become_program, command->line))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		cr_expect_eq(run.status, run.has_failed ? command->lost : command->status,
			     "%s: write %u: status %d", command->line, fault.number, run.status);
		if (!run.has_failed)
			break;
	}
	cr_expect_gt(fault.number, command->writes, "%s: %u writes", command->line,
		     fault.number - 1);
}

Test(standard_streams, no_write_to_them_is_lost_without_a_word)
{
	for (size_t i = 0; i < LENGTH(commands); i++)
		lose_each_write(&commands[i]);
}

/* The same whether the C library still knows why, or only that there was something. */
static void expect_line(const char *line, int status, const char *errors)
{
	static const char unknown[] = "standard output: not all of it could be written\n";
	struct run run;

	RUN(&run, "sh", "-c", line);
	cr_expect_eq(run.status, status, "%s: %d", line, run.status);
	cr_expect_str_empty(run.output, "%s: %s", line, run.output);
	cr_expect(strcmp(run.errors, errors) == 0 ||
		      (strstr(errors, "standard output: ") && strstr(run.errors, unknown)),
		  "%s: %s", line, run.errors);
	run_free(&run);
}

/* Behind a command come its redirections; errors are told by the program's own name. */
static void expect_all_lost(const char *redirection, const char *why)
{
	for (size_t i = 0; i < LENGTH(commands); i++) {
		char line[128];
		char errors[128];
		snprintf(line, sizeof line, "exec %s %s", commands[i].line, redirection);
		snprintf(errors, sizeof errors, "portdb-%s: standard output: %s\n",
			 commands[i].line[1] == 'C' ? "compile" : "query", why);
		expect_line(line, commands[i].lost, *why ? errors : "");
	}
}

Test(standard_streams, say_that_a_disk_is_full)
{
	if (access("/dev/full", W_OK) != 0)
		cr_skip_test("there is no /dev/full");
	expect_all_lost(">/dev/full", "No space left on device");
}

/* A pipe that nobody waits for: its reader comes to it later. */
Test(standard_streams, say_that_a_pipe_is_full)
{
	struct run run;
	int ends[2];

	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	cr_assert_geq(fcntl(ends[1], F_SETPIPE_SZ, 4096), 4096);
	/* A number that a shell has for it, which may be the reader's. */
	cr_assert_geq(fcntl(ends[0], F_DUPFD, 10), 10);
	cr_assert_eq(dup2(ends[1], 9), 9);
	RUN(&run, "sh", "-c", "exec $C --check --format=json twice >&9");
	cr_expect_eq(run.status, 1, "%d %s", run.status, run.errors);
	cr_expect_neq(strstr(run.errors, "portdb-compile: standard output: "), NULL, "%s",
		      run.errors);
	run_free(&run);
}

/* What was closed is nobody's, and no other file is taken for it. */
Test(standard_streams, may_be_closed)
{
	expect_all_lost(">&-", "Bad file descriptor");
	expect_all_lost("<&- >&-", "Bad file descriptor");
	expect_all_lost("<&- >&- 2>&-", "");
	expect_line("exec $C -o new.db - <&-", 1, "portdb-compile: <stdin>: Bad file descriptor\n");
	expect_line("exec $Q - <&-", 1, "portdb-query: standard input: Bad file descriptor\n");
	/* Who prints nothing has lost nothing. */
	expect_line("exec $Q -d missing ssh >&- 2>&-", 1, "");
	expect_line("exec $Q --diff test.db test.db --format=services >&- 2>&-", 2, "");
	expect_line("exec $Q --diff test.db test.db >&-", 0, "");
}
