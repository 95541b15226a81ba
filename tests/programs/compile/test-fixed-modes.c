/* SPDX-License-Identifier: MIT */
/*
 * portdb-compile on file systems that give every file one mode or owner, whatever is asked for: the
 * database is put in place or it is said why not, and nothing is left behind. They are played by
 * answers to the compiler's system calls.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/compiling.h"
#include "tests/support/processes/faults.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

#define DATABASE "place/services.db"
#define LOCK     "place/.services.db.lock"
#define NOBODY   65534

static void enter_scratch(void)
{
	if (HAS_SANITIZED_MEMORY || HAS_THREAD_SANITIZER)
		cr_skip_test("the sanitizer's own calls would be answered as well");
	cr_assert_eq(chdir(scratch_directory()), 0);
	cr_assert_eq(mkdir("place", 0755), 0);
	write_text("old", "ssh 22/tcp\n");
	write_text("new", "telnet 23/tcp\nssh 22/tcp\n");
}

TestSuite(fixed_modes, .init = enter_scratch, .timeout = 60);

static int make_database(const char *path, const char *source)
{
	int messages = open("messages", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(nowhere, 1);
	dup2(messages, 2);
	faults_begin();
	execl(COMPILER, COMPILER, "-o", path, source, NULL);
	return 126;
}

static int become_compiler(const void *source)
{
	return make_database(DATABASE, source);
}

static int become_compiler_of(const void *path)
{
	return make_database(path, "old");
}

/* That compiling on such a file system ends so, and says this. */
static void expect(const struct fixed_modes *fixed, const char *source, int status,
		   const char *messages)
{
	struct fault fault = {.is_between = true, .fixed = fixed};
	struct faulty_run run;

	if (!run_with_fault(&run, &fault, become_compiler, source))
		cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
	char *said = read_file("messages", NULL);
	cr_expect_eq(run.status, status, "status %d: %s", run.status, said);
	cr_expect_str_eq(said, messages, "%s", said);
	free(said);
}

/* The first database, and one in its place; no other file in the directory. */
static void expect_published(const struct fixed_modes *fixed, const char *messages)
{
	expect(fixed, "old", 0, messages);
	cr_expect_eq(services_at(DATABASE), 1);
	expect(fixed, "new", 0, messages);
	cr_expect_eq(services_at(DATABASE), 2);
	cr_expect_eq(count_entries("place"), 1);
}

/* vfat as mount(8) has it. */
Test(fixed_modes, of_0755_are_fit_for_a_database)
{
	expect_published(
	    &(struct fixed_modes){.mode = 0755, .owner = geteuid(), .chmod_error = EPERM}, "");
}

/* vfat with the option "quiet" and a umask of 0; 9p for some. */
Test(fixed_modes, of_0777_are_warned_of)
{
	expect_published(&(struct fixed_modes){.mode = 0777, .owner = geteuid()},
			 DATABASE ": warning: its mode is 0777, whatever is asked for: others may "
				  "write it, so libnss_portdb does not use it\n");
}

Test(fixed_modes, of_0600_are_warned_of)
{
	expect_published(&(struct fixed_modes){.mode = 0600, .owner = geteuid()},
			 DATABASE ": warning: its mode is 0600, whatever is asked for: others "
				  "cannot read it\n");
}

/* As NFS where the server makes root nobody. */
Test(fixed_modes, of_another_owner_are_fit_for_a_database)
{
	expect_published(&(struct fixed_modes){.mode = 0444, .owner = NOBODY}, "");
}

/* The lock's name is as long as a name can be there. */
Test(fixed_modes, of_another_owner_take_long_names)
{
	const struct fixed_modes fixed = {.mode = 0755, .owner = NOBODY, .chmod_error = EPERM};
	struct fault fault = {.is_between = true, .fixed = &fixed};
	struct faulty_run run;
	char path[512];

	snprintf(path, sizeof path, "place/%0249d", 0);
	if (!run_with_fault(&run, &fault, become_compiler_of, path))
		cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
	cr_expect_eq(run.status, 0, "%s", read_file("messages", NULL));
	cr_expect_eq(services_at(path), 1);
	cr_expect_eq(count_entries("place"), 1);
}

Test(fixed_modes, without_locks_are_refused_and_left_clean)
{
	expect(&(struct fixed_modes){.mode = 0755, .owner = NOBODY, .lock_error = ENOLCK}, "old", 1,
	       "portdb-compile: " DATABASE ": cannot lock it: No locks available\n");
	expect(&(struct fixed_modes){.mode = 0600, .owner = geteuid(), .lock_error = EOPNOTSUPP},
	       "old", 1, "portdb-compile: " DATABASE ": cannot lock it: Operation not supported\n");
	cr_expect_eq(count_entries("place"), 0);
}

/* The lock is one: who comes second waits, and says so, until the first is done. */
Test(fixed_modes, have_one_compiler_at_a_time)
{
	const struct fixed_modes fixed = {.mode = 0755, .owner = NOBODY, .chmod_error = EPERM};
	int lock = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	cr_assert_eq(flock(lock, LOCK_EX), 0);
	/* In a process of its own, which lets go once the other one says that it waits. */
	pid_t child = fork();
	if (child == 0) {
		for (struct stat status; stat("messages", &status) != 0 || status.st_size == 0;)
			usleep(10000);
		flock(lock, LOCK_UN);
		_exit(0);
	}
	expect(&fixed, "old", 0,
	       DATABASE ": note: waits for another process, which has locked "
			".services.db.lock\n");
	cr_expect_eq(services_at(DATABASE), 1);
	cr_expect_eq(count_entries("place"), 1);
}
