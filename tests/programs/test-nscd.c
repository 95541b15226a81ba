/*
 * The name service cache daemon in front of portdb: a real one, on a host of the test's own, where
 * programs find no module, so that what they are told is nscd's answer.
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
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/host.h"
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
