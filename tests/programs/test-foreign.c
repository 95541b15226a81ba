/* SPDX-License-Identifier: MIT */
/*
 * portdb built for other machines, one of 32 bits and one of the other byte order: what they write
 * is what this one writes, and what this one wrote answers there as it does here.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/machine.h"
#include "tests/support/processes/host.h"
#include "tests/support/support.h"

/* It is built here, and then run in an emulator. */
TestSuite(foreign, .timeout = 900);

/* Every kind of source: the registry, the tables, random and plain services, a directory's entries.
 */
static const char **sources_of_every_kind(void)
{
	static const char *arguments[64];
	size_t count = 4;
	struct random random = {.state = 11};
	char *random_rows = random_services(&random, 500);
	char *path = scratch_path("random.services");
	glob_t tables;

	write_text(path, random_rows);
	arguments[count++] = path;
	path = scratch_path("plain.services");
	write_text(path, "mine 7001/tcp my # Mine, and long enough to be hashed in several steps\n"
			 "mine 7001/udp\n"
			 "\xc3\xa9t\xc3\xa9 7002/tcp \xff\xfe\n");
	arguments[count++] = path;
	path = scratch_path("directory.ldif");
	write_text(path, "dn: cn=theirs+ipServiceProtocol=tcp,dc=example\n"
			 "objectClass: ipService\n"
			 "cn: theirs\n"
			 "cn:: w6l0w6k=\n"
			 "ipServicePort: 7003\n"
			 "ipServiceProtocol: tcp\n"
			 "description: From a directory\n");
	arguments[count++] = path;
	cr_assert_eq(glob(DATA_DIR "/tables/*.csv", 0, NULL, &tables), 0);
	for (size_t i = 0; i < tables.gl_pathc; i++)
		arguments[count++] = tables.gl_pathv[i];
	arguments[count] = NULL;
	free(random_rows);
	return arguments;
}

/* Runs a compiler, through `runner` if there is one, over the arguments from number 4 on. */
static void compile_by(const char *runner, const char *compiler, const char *output,
		       const char **arguments)
{
	struct run run;

	arguments[0] = runner;
	arguments[1] = compiler;
	arguments[2] = "-o";
	arguments[3] = output;
	run_program(&run, runner ? arguments : arguments + 1);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static void expect_same_bytes(const char *one, const char *other)
{
	size_t size;
	size_t other_size;
	char *bytes = read_file(one, &size);
	char *other_bytes = read_file(other, &other_size);

	cr_assert_gt(size, 100000);
	cr_expect_eq(size, other_size);
	cr_expect(size == other_size && memcmp(bytes, other_bytes, size) == 0,
		  "the two databases differ");
	free(bytes);
	free(other_bytes);
}

/* Everything that a services(5) file of the database asks for: each name, alias and port. */
static void write_questions(const char *path)
{
	struct run run;

	RUN(&run, "sh", "-c",
	    "echo '*' >\"$1\" && echo '*' >all && \"$2\" all | awk '"
	    "{ split($2, port, \"/\"); print $2; print port[1]; print $1; print $1 \"/\" port[2];"
	    "  for (i = 3; i <= NF; i++) { print $i; print $i \"/\" port[2] }"
	    "  print $1 \"x\"; print port[1] \"/dccp\" }' >>\"$1\"",
	    "sh", path, ASK);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static void expect_same_answers(const struct machine *foreign, const char *questions)
{
	struct run here;
	struct run there;

	RUN(&here, ASK, questions);
	cr_assert_eq(here.status, 0, "%s", here.errors);
	cr_assert_gt(strlen(here.output), 1000000);
	RUN(&there, foreign->run, foreign->ask, questions);
	cr_expect_eq(there.status, 0, "%s", there.errors);
	cr_expect(strcmp(here.output, there.output) == 0, "the answers differ");
	run_free(&here);
	run_free(&there);
}

static void expect_sound(const struct machine *foreign, const char *database)
{
	struct run run;

	RUN(&run, foreign->run, foreign->compiler, "--verify", database);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static void expect_same_on(const char *architecture)
{
	struct machine foreign = foreign_machine(architecture);
	const char **arguments = sources_of_every_kind();
	char *ours = scratch_path("ours.db");
	char *theirs = scratch_path("theirs.db");
	char *questions = scratch_path("questions");

	compile_by(NULL, COMPILER, ours, arguments);
	compile_by(foreign.run, foreign.compiler, theirs, arguments);
	expect_same_bytes(ours, theirs);
	expect_sound(&foreign, ours);
	/* One file for both: the module of either machine, asked by its own C library. */
	setenv("PORTDB_DATABASE", ours, 1);
	cr_assert_eq(chdir(scratch_directory()), 0);
	write_questions(questions);
	expect_same_answers(&foreign, questions);
}

Test(foreign, machine_of_32_bits_reads_and_writes_the_same_bytes)
{
	expect_same_on("i386");
}

Test(foreign, big_endian_machine_reads_and_writes_the_same_bytes)
{
	expect_same_on("s390x");
}

/* Nor a function that the compiler has for what the machine does not. */
static void expect_libc_alone(const char *architecture)
{
	struct machine foreign = foreign_machine(architecture);
	struct run run;

	require_program("readelf", "binutils");
	RUN(&run, "sh", "-c", "readelf -dW \"$1\" | sed -n 's/.*NEEDED.*\\[//p'", "sh",
	    foreign.module);
	cr_expect_str_eq(run.output, "libc.so.6]\n");
	run_free(&run);
	RUN(&run, "readelf", "-W", "--dyn-syms", foreign.module);
	cr_expect_not_null(strstr(run.output, " UND "), "%s", run.errors);
	cr_expect_null(strstr(run.output, "__atomic_"), "%s", run.output);
	run_free(&run);
}

Test(foreign, module_of_32_bits_needs_libc_alone)
{
	expect_libc_alone("i386");
}

Test(foreign, module_of_a_big_endian_machine_needs_libc_alone)
{
	expect_libc_alone("s390x");
}

/* The output of a program that must succeed. */
static char *output_of(const char *const *arguments)
{
	struct run run;

	run_program(&run, arguments);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	free(run.errors);
	return run.output;
}

static void expect_sources_told(const struct machine *foreign, const char *database,
				const char *state)
{
	const char *const arguments[] = {foreign->run, foreign->query, "-d", database,
					 "--sources",  "--format=csv", NULL};
	char *there = output_of(arguments);
	char *here = output_of(
	    (const char *const[]){QUERY, "-d", database, "--sources", "--format=csv", NULL});

	cr_expect_str_eq(there, here);
	cr_expect_not_null(strstr(there, "2040-01-01T00:00:00Z,"), "%s", there);
	cr_expect_not_null(strstr(there, state), "%s", there);
	free(there);
	free(here);
}

static void expect_answer(const struct machine *foreign, const char *answer)
{
	const char *const arguments[] = {foreign->run, foreign->ask, scratch_path("questions"),
					 NULL};
	char *output;

	write_text(scratch_path("questions"), "late\n");
	output = output_of(arguments);
	cr_expect_str_eq(output, answer);
	free(output);
}

/* A source that was modified in 2040; the program that asks has a time_t of 32 bits all the same.
 */
Test(foreign, machine_of_32_bits_knows_times_after_2038)
{
	static const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 2208988800}};
	struct machine foreign = foreign_machine("i386");
	char *source = scratch_path("late.services");
	char *ours = scratch_path("ours.db");
	char *theirs = scratch_path("theirs.db");
	const char *arguments[] = {NULL, NULL, NULL, NULL, "--track", source, NULL};
	struct stat status;

	write_text(source, "late 2040/tcp\n");
	cr_assert_eq(utimensat(AT_FDCWD, source, times, 0), 0);
	cr_assert_eq(stat(source, &status), 0);
	if (status.st_mtim.tv_sec != times[1].tv_sec)
		cr_skip_test("this file system has no times after 2038");
	compile_by(NULL, COMPILER, ours, arguments);
	compile_by(foreign.run, foreign.compiler, theirs, arguments);
	expect_sources_told(&foreign, ours, ",unchanged");
	expect_sources_told(&foreign, theirs, ",unchanged");
	setenv("PORTDB_DATABASE", ours, 1);
	expect_answer(&foreign, "late 2040/tcp\n");
	write_text(source, "late 2041/tcp\n");
	cr_assert_eq(utimensat(AT_FDCWD, source, times, 0), 0);
	expect_sources_told(&foreign, ours, ",changed");
	expect_answer(&foreign, "-\n");
}
