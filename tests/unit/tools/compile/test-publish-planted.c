/* SPDX-License-Identifier: MIT */
/*
 * Publishing where others may have put something in the way: links, files and locks in the output
 * directory; and as root without root's privileges.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nss/reader/file.h"
#include "nss/reader/lookup.h"
#include "tests/support/processes/children.h"
#include "tests/support/publishing.h"
#include "tests/support/support.h"

#define NOBODY 65534
#define DB     "services.db"
#define LOCK   ".services.db.lock"
#define NEW    ".services.db.new"

#define ONE "ssh 22/tcp\n"
#define TWO "telnet 23/tcp\nssh 22/tcp\n"

static struct database one;
static struct database two;

/* All happens in a directory where everybody may put files, as in /tmp. */
static void set_up(void)
{
	children_prepare();
	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("one", ONE);
	write_text("two", TWO);
	database_make(&one, (const char *const[]){ONE}, 1);
	database_make(&two, (const char *const[]){TWO}, 1);
	cr_assert_eq(mkdir("open", 0700), 0);
	cr_assert_eq(chmod("open", 01777), 0);
	cr_assert_eq(chmod(".", 0711), 0);
	cr_assert_eq(chdir("open"), 0);
}

TestSuite(publish_planted, .init = set_up, .timeout = 30);

static void need_root(void)
{
	if (geteuid() != 0)
		cr_skip_test("only root can become another user");
}

static void become_nobody(void)
{
	if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
		complain("cannot become nobody: %s", strerror(errno));
}

/* How compiling a source ends. */
static int compile(const char *source)
{
	struct run run;

	RUN(&run, COMPILER, "-o", DB, source);
	int status = run.status;
	run_free(&run);
	return status;
}

/* For children, who may not be able to run programs. */
static bool is_published(const struct database *database)
{
	struct diagnostics diagnostics = {0};

	return publish_image(&database->image, DB, &diagnostics) == PUBLISHED;
}

static unsigned services_now(void)
{
	struct run run;
	unsigned services = 0;

	RUN(&run, COMPILER, "--verify", DB);
	sscanf(run.output, DB ": %u service", &services);
	run_free(&run);
	return services;
}

static void expect_text(const char *path, const char *expected)
{
	char *text = read_file(path, NULL);

	cr_expect_str_eq(text, expected, "%s: %s", path, text);
	free(text);
}

static struct stat status_of(const char *path)
{
	struct stat status = {0};

	cr_assert_eq(lstat(path, &status), 0, "%s: %s", path, strerror(errno));
	return status;
}

Test(publish_planted, links_at_its_temporary_name_are_not_followed)
{
	write_text("../victim", "precious");
	cr_assert_eq(symlink("../victim", NEW), 0);
	cr_expect_eq(compile("../one"), 0);
	cr_expect_eq(services_now(), 1);
	expect_text("../victim", "precious");
	cr_assert_eq(link("../victim", NEW), 0);
	cr_expect_eq(compile("../two"), 0);
	cr_expect_eq(services_now(), 2);
	expect_text("../victim", "precious");
	cr_expect_eq(status_of("../victim").st_mode, S_IFREG | 0644);
	cr_assert_eq(symlink("../nothing", NEW), 0);
	cr_expect_eq(compile("../one"), 0);
	cr_expect_neq(access("../nothing", F_OK), 0);
	cr_expect_neq(access(NEW, F_OK), 0);
}

/* A link to a database is not replaced either, and what it leads to is left alone. */
Test(publish_planted, links_at_the_output_are_not_followed)
{
	cr_assert_eq(compile("../one"), 0);
	cr_assert_eq(rename(DB, "../elsewhere"), 0);
	cr_assert_eq(symlink("../elsewhere", DB), 0);
	cr_expect_eq(compile("../two"), 1);
	cr_expect(S_ISLNK(status_of(DB).st_mode));
	cr_expect_eq(services_now(), 1);
	cr_assert_eq(unlink(DB), 0);
	cr_assert_eq(symlink("../nothing", DB), 0);
	cr_expect_eq(compile("../two"), 1);
	cr_expect_neq(access("../nothing", F_OK), 0);
}

static void replace_private(const void *unused)
{
	(void)unused;
	if (geteuid() == 0)
		become_nobody();
	if (!is_published(&one) || chmod(DB, 0400) != 0 || link(DB, "copy") != 0)
		complain("no copy: %s", strerror(errno));
	if (!is_published(&two))
		complain("not replaced");
}

/* Another name of the old file keeps all but the one field, its mode too. */
Test(publish_planted, a_hard_link_to_the_old_database_keeps_it)
{
	struct run run;

	children_start("a copy", replace_private, NULL);
	children_expect_content();
	cr_expect_eq(services_now(), 2);
	cr_expect_eq(status_of("copy").st_mode, S_IFREG | 0400);
	RUN(&run, COMPILER, "--verify", "copy");
	cr_expect_str_eq(run.output, "copy: 1 service, nothing wrong\n");
	run_free(&run);
}

static void expect_no_lock(const char *why)
{
	struct run run;

	RUN(&run, COMPILER, "-o", DB, "../one");
	cr_expect_eq(run.status, 1);
	cr_expect(strstr(run.errors, "services.db: cannot lock it: ") && strstr(run.errors, why),
		  "%s", run.errors);
	cr_expect_neq(access(DB, F_OK), 0);
	run_free(&run);
	cr_assert_eq(unlink(LOCK), 0);
}

/* What is not a file that this user alone can open is no lock, and is left alone. */
Test(publish_planted, files_at_its_lock_are_not_used)
{
	write_text("../victim", "precious");
	cr_assert_eq(symlink("../victim", LOCK), 0);
	expect_no_lock(strerror(ELOOP));
	cr_assert_eq(symlink("../nothing", LOCK), 0);
	expect_no_lock(strerror(ELOOP));
	cr_expect_neq(access("../nothing", F_OK), 0);
	cr_assert_eq(link("../victim", LOCK), 0);
	expect_no_lock("is not a file of this user alone");
	expect_text("../victim", "precious");
	cr_assert_eq(mkfifo(LOCK, 0600), 0);
	expect_no_lock("is not a file of this user alone");
	if (geteuid() == 0) {
		write_text(LOCK, "");
		cr_assert_eq(chmod(LOCK, 0600), 0);
		cr_assert_eq(chown(LOCK, NOBODY, NOBODY), 0);
		/* Who says so depends on fs.protected_regular. */
		expect_no_lock("cannot lock it");
	}
	/* One's own is what a killed compiler left. */
	write_text(LOCK, "");
	cr_assert_eq(chmod(LOCK, 0600), 0);
	cr_expect_eq(compile("../one"), 0);
	cr_expect_neq(access(LOCK, F_OK), 0);
}

/* What another user may hold on to, without a right to write. */
static void hold_directory(int ready)
{
	int descriptor = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	child_settle();
	become_nobody();
	if (flock(descriptor, LOCK_EX | LOCK_NB) != 0)
		complain("cannot lock the directory: %s", strerror(errno));
	close(ready);
	pause();
	_exit(0);
}

static void compile_under_lock(const void *unused)
{
	int ready[2];
	int status;
	char byte;

	(void)unused;
	if (pipe(ready) != 0)
		complain("pipe: %s", strerror(errno));
	pid_t holder = fork();
	if (holder == 0)
		hold_directory(ready[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 0)
		complain("the lock's holder says something");
	pid_t compiler = fork();
	if (compiler == 0) {
		alarm(10);
		_exit(is_published(&one) ? 0 : 1);
	}
	waitpid(compiler, &status, 0);
	if (status != 0)
		complain("not published: status %#x", status);
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
}

/* Whoever may open a directory may lock it, and never let go. */
Test(publish_planted, locks_of_others_keep_nobody_waiting)
{
	need_root();
	children_start("a compiler", compile_under_lock, NULL);
	children_expect_content();
	cr_expect_eq(services_now(), 1);
}

static void drop_privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[2] = {{0}};

	for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
			complain("capability %d: %s", capability, strerror(errno));
	if (syscall(SYS_capset, &header, none) != 0)
		complain("capset: %s", strerror(errno));
}

/* Root by its number alone, which without capabilities is a user like others. */
static void compile_unprivileged(const void *unused)
{
	struct portdb_file old;
	enum portdb_result result;

	(void)unused;
	drop_privileges();
	if (open("../not-for-root", O_WRONLY | O_CLOEXEC) >= 0)
		complain("there are privileges left");
	if (!is_published(&one) || !portdb_file_map(&old, DB, &result))
		complain("not published");
	else if (!is_published(&two) || !portdb_superseded(&old.db))
		complain("not replaced, or its readers were not told");
}

Test(publish_planted, it_needs_no_privilege_in_a_directory_of_its_own)
{
	need_root();
	write_text("../not-for-root", "");
	cr_assert_eq(chmod("../not-for-root", 0), 0);
	if (prctl(PR_CAPBSET_DROP, CAP_MKNOD, 0, 0, 0) != 0)
		cr_skip_test("this process may not give up privileges");
	children_start("a compiler", compile_unprivileged, NULL);
	children_expect_content();
	cr_expect_eq(services_now(), 2);
}
