/* SPDX-License-Identifier: MIT */
/*
 * The name service cache daemon in front of portdb: a real one, on a host of the test's own, where
 * programs find no module, so that what they are told is nscd's answer. And one that only listens.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nss/reader/file.h"
#include "tests/support/processes/counting.h"
#include "tests/support/processes/faults.h"
#include "tests/support/processes/host.h"
#include "tests/support/support.h"

#define NSCD "/usr/sbin/nscd"

static pid_t nscd;

/* Where nscd is: unpacked beside the build, as installing it would start it, or installed. */
static char *find_nscd(void)
{
	const char *unpacked = getenv("UNPACKED");
	char *path;

	cr_assert_gt(asprintf(&path, "%s/nscd" NSCD, unpacked ? unpacked : ""), 0);
	if (access(path, X_OK) == 0)
		return path;
	if (access(NSCD, X_OK) != 0)
		cr_skip_test("there is no nscd (Debian: nscd)");
	strcpy(path, NSCD);
	return path;
}

/* Puts the program where portdb-compile calls it. */
static void put_in_place(const char *program)
{
	size_t size;
	char *bytes = read_file(program, &size);

	host_hide("/usr/sbin");
	write_file(NSCD, bytes, size);
	cr_assert_eq(chmod(NSCD, 0755), 0);
	free(bytes);
}

/* Only services, and no answer is ever forgotten by itself. */
static void configure_nscd(void)
{
	write_text("/etc/nscd.conf", "paranoia no\n"
				     "enable-cache passwd no\n"
				     "enable-cache group no\n"
				     "enable-cache hosts no\n"
				     "enable-cache netgroup no\n"
				     "enable-cache services yes\n"
				     "positive-time-to-live services 86400\n"
				     "negative-time-to-live services 86400\n"
				     "check-files services no\n"
				     "persistent services no\n"
				     "shared services no\n");
	host_hide("/run");
	cr_assert_eq(mkdir("/run/nscd", 0755), 0);
}

static bool is_listening(void)
{
	static const struct sockaddr_un address = {.sun_family = AF_UNIX,
						   .sun_path = "/var/run/nscd/socket"};
	int number = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_there = connect(number, (const void *)&address, sizeof address) == 0;

	close(number);
	return is_there;
}

/* In a child of this process, which ends with it whatever happens. */
static void start_nscd(void)
{
	pid_t test = getpid();

	nscd = fork();
	cr_assert_geq(nscd, 0);
	if (nscd == 0) {
		int nothing = open("/dev/null", O_RDWR);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != test)
			_exit(127);
		dup2(nothing, 1);
		dup2(nothing, 2);
		/* The system's database is what is asked, and portdb-compile writes. */
		unsetenv("PORTDB_DATABASE");
		setenv("LD_LIBRARY_PATH", MODULES, 1);
		execl(NSCD, NSCD, "--foreground", NULL);
		_exit(127);
	}
	for (unsigned i = 0; i < 1000 && !is_listening(); i++) {
		cr_assert_eq(waitpid(nscd, NULL, WNOHANG), 0, "nscd ended at once");
		usleep(10000);
	}
	cr_assert(is_listening(), "nscd does not answer");
}

static void stop_nscd(void)
{
	kill(nscd, SIGTERM);
	waitpid(nscd, NULL, 0);
}

static void expect_answer(const char *question, const char *expected)
{
	struct run run;

	RUN(&run, "getent", "services", question);
	char *end = strpbrk(run.output, " \n");
	if (end)
		*end = '\0';
	cr_expect_str_eq(run.output, expected, "%s: \"%s\" %s", question, run.output, run.errors);
	run_free(&run);
}

static void enter_host_with_nscd(void)
{
	char *program = find_nscd();

	require_module_for_all();
	require_program("getent", "libc-bin");
	enter_host("unused 1/tcp\n");
	if (!host_has_system_database())
		cr_skip_test("the system's database would be where portdb is built");
	configure_nscd();
	put_in_place(program);
	unsetenv("LD_LIBRARY_PATH");
	free(program);
}

Test(nscd, caches_answers_until_the_database_is_compiled_anew, .timeout = 60)
{
	enter_host_with_nscd();
	host_compile("first 7001/tcp\n");
	expect_answer("first", "");
	start_nscd();
	expect_answer("first", "first");
	expect_answer("7001/tcp", "first");
	expect_answer("second", "");
	expect_answer("7002/tcp", "");

	host_compile("renamed 7001/tcp first\nsecond 7002/tcp\n");
	expect_answer("first", "renamed");
	expect_answer("7001/tcp", "renamed");
	expect_answer("second", "second");
	expect_answer("7002/tcp", "second");
	stop_nscd();
	expect_answer("second", "");
}

/* A socket that is left from one that has ended, or a program that is gone, is no failure. */
Test(nscd, is_not_missed_where_none_runs, .timeout = 60)
{
	enter_host_with_nscd();
	start_nscd();
	kill(nscd, SIGKILL);
	waitpid(nscd, NULL, 0);
	cr_assert_eq(access("/run/nscd/socket", F_OK), 0);
	host_compile("first 7001/tcp\n");
	cr_assert_eq(unlink(NSCD), 0);
	host_compile("second 7002/tcp\n");
}

/* Somebody who listens at nscd's socket, and answers nothing. */
static void enter_host_with_listener(int backlog)
{
	static const struct sockaddr_un address = {.sun_family = AF_UNIX,
						   .sun_path = "/run/nscd/socket"};

	enter_host("unused 1/tcp\n");
	if (!host_has_system_database())
		cr_skip_test("the system's database would be where portdb is built");
	host_hide("/run");
	host_hide("/usr/sbin");
	cr_assert_eq(mkdir("/run/nscd", 0755), 0);
	int number = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(number, (const void *)&address, sizeof address), 0);
	cr_assert_eq(listen(number, backlog), 0);
}

/* nscd's program is a script of these lines. */
static void write_nscd(const char *lines)
{
	FILE *file = fopen(NSCD, "we");

	cr_assert_not_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", lines);
	fclose(file);
	cr_assert_eq(chmod(NSCD, 0755), 0);
}

/* That compiling succeeds and says this. */
static void expect_said(const char *text, const char *errors)
{
	struct run run;

	write_text("/etc/services", text);
	RUN(&run, COMPILER, "/etc/services");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.errors, errors, "%s", run.errors);
	run_free(&run);
}

Test(nscd, is_told_by_its_own_program_once_and_only_of_something_new)
{
	enter_host_with_listener(8);
	write_nscd("echo \"$# $* $(env | grep -c '^LD_\\|^PORTDB_')\" >>/run/calls");
	setenv("PORTDB_DATABASE", "/nonexistent", 1);
	expect_said("first 7001/tcp\n", "");
	expect_said("second 7002/tcp\n", "");
	char *calls = read_file("/run/calls", NULL);
	/* Nor does it get this process's environment. */
	cr_expect_str_eq(calls, "1 --invalidate=services 0\n1 --invalidate=services 0\n", "%s",
			 calls);
	free(calls);
	expect_said("second 7002/tcp\n", "");
	calls = read_file("/run/calls", NULL);
	cr_expect_eq(strlen(calls), strlen("1 --invalidate=services 0\n") * 2, "%s", calls);
	free(calls);
}

static int become_compiler(const void *argument)
{
	(void)argument;
	int messages = open("/run/messages", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	int output = open("/run/output", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	dup2(output, 1);
	dup2(messages, 2);
	faults_begin();
	execl(COMPILER, COMPILER, "/etc/services", NULL);
	return 126;
}

/* The database's file is synced first, and then, once it is in place, the directory. */
Test(nscd, is_told_of_a_database_in_place_that_is_not_synced)
{
	const struct fault fault = {2, EIO, .is_between = true, .only = SYS_fsync};
	struct faulty_run run;

	enter_host_with_listener(8);
	write_nscd("echo told >>/run/calls");
	write_text("/etc/services", "first 7001/tcp\n");
	if (!run_with_fault(&run, &fault, become_compiler, NULL))
		cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
	cr_assert(run.has_failed);
	cr_expect_eq(run.status, 1);
	cr_expect_str_eq(read_file("/run/messages", NULL),
			 "portdb-compile: " PORTDB_DATABASE_PATH
			 ": the new database is in place, but may be lost in a power failure: "
			 "cannot sync its directory: Input/output error\n");
	cr_expect_eq(strncmp(read_file("/run/output", NULL), "1 service from 1 claim ", 23), 0);
	cr_assert_eq(access("/run/calls", F_OK), 0, "nscd was not told");
	cr_expect_str_eq(read_file("/run/calls", NULL), "told\n");
}

Test(nscd, that_does_not_heed_is_warned_of_and_the_database_stands)
{
	static const char not_dropped[] =
	    NSCD ": warning: it did not drop its cache; run: nscd -i services\n";

	enter_host_with_listener(8);
	write_nscd("exit 1");
	expect_said("first 7001/tcp\n", not_dropped);
	write_nscd("kill -9 $$");
	expect_said("second 7002/tcp\n", not_dropped);
}

Test(nscd, whose_program_is_gone_is_warned_of_and_the_database_stands)
{
	if (runs_under_valgrind())
		cr_skip_test("valgrind starts what is not there");
	enter_host_with_listener(8);
	expect_said("first 7001/tcp\n", NSCD
		    ": warning: cannot tell nscd of the new database: No such file or directory\n");
	unsetenv("PORTDB_DATABASE");
	struct run run;
	RUN(&run, QUERY, "--all", "--format=services");
	cr_expect_str_eq(run.output, "first\t7001/tcp\n");
	run_free(&run);
}

static const char no_answer[] =
    NSCD ": warning: nscd does not answer, and may go on with the old services; once it does, run: "
	 "nscd -i services\n";

/* It is stopped, or hangs. The program that waits for it is not left behind. */
Test(nscd, that_does_not_answer_is_not_waited_for, .timeout = 60)
{
	enter_host_with_listener(8);
	write_nscd("echo $$ >/run/pid; exec sleep 1000");
	expect_said("first 7001/tcp\n", no_answer);
	pid_t process = (pid_t)strtol(read_file("/run/pid", NULL), NULL, 10);
	cr_expect_gt(process, 1);
	cr_expect_eq(kill(process, 0), -1);
	cr_expect_eq(errno, ESRCH);
}

/* A queue that is full, as of a daemon that was stopped for long. Who asks would wait in connect.
 */
Test(nscd, that_takes_nobody_in_is_not_waited_for, .timeout = 60)
{
	static const struct sockaddr_un address = {.sun_family = AF_UNIX,
						   .sun_path = "/run/nscd/socket"};
	int last = 0;

	enter_host_with_listener(1);
	for (unsigned i = 0; i < 100 && last == 0; i++) {
		int number = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		last = connect(number, (const void *)&address, sizeof address);
	}
	cr_assert_eq(last, -1);
	cr_assert_eq(errno, EAGAIN);
	write_nscd("echo told >>/run/calls");
	expect_said("first 7001/tcp\n", "");
	cr_expect_str_eq(read_file("/run/calls", NULL), "told\n");
}

/* The real one, stopped while it has answers of the old database. */
Test(nscd, is_not_waited_for_where_it_is_stopped, .timeout = 60)
{
	enter_host_with_nscd();
	host_compile("first 7001/tcp\n");
	start_nscd();
	expect_answer("first", "first");
	kill(nscd, SIGSTOP);
	expect_said("renamed 7001/tcp first\n", no_answer);
	kill(nscd, SIGCONT);
	stop_nscd();
}
