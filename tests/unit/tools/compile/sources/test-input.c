/* SPDX-License-Identifier: MIT */
/* Reading a source: all of it or nothing, of one moment, and a reason if it cannot be. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/processes/children.h"
#include "tests/support/processes/faults.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"
#include "tools/compile/sources/input.h"
#include "tools/compile/sources/read-sources.h"
#include "tools/compile/sources/source-list.h"

static const char *path;

static void set_up(void)
{
	path = scratch_path("source");
}

TestSuite(input, .init = set_up, .timeout = 60);

static void expect_read(const char *from, const char *text, size_t size)
{
	struct input input;

	cr_assert(input_read(&input, &ROOT_HERE, from, INPUT_ANY), "%s: %s", from, strerror(errno));
	cr_assert_eq(input.size, size);
	cr_expect_arr_eq(input.bytes, text, size + 1, "with a NUL behind it");
	free(input.bytes);
}

Test(input, reads_files_of_all_lengths_with_a_nul_behind)
{
	static const size_t sizes[] = {0, 1, 2, 4094, 4095, 4096, 4097, 8192, 100000};
	char *text = calloc(1, 100001);

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		memset(text, 'x', sizes[i]);
		write_file(path, text, sizes[i]);
		expect_read(path, text, sizes[i]);
		memset(text, 0, sizes[i]);
	}
	write_file(path, "a\0b", 3);
	expect_read(path, "a\0b", 3);
	free(text);
}

Test(input, that_cannot_be_read_gives_the_reason)
{
	struct input input;
	struct stat status;

	cr_expect_not(input_read(&input, &ROOT_HERE, path, INPUT_ANY));
	cr_expect_eq(errno, ENOENT);
	cr_expect_not(input_look(&ROOT_HERE, path, &status));
	cr_expect_eq(errno, ENOENT);
	cr_expect_not(input_read(&input, &ROOT_HERE, scratch_directory(), INPUT_ANY));
	cr_expect_eq(errno, EISDIR);
}

static void do_nothing(int signal)
{
	(void)signal;
}

/* Starts a child that writes the text into a pipe, part by part; where to read it from. */
static char *start_writer(const char *const *parts, pid_t *child)
{
	static char name[64];
	pid_t reader = getpid();
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	*child = fork();
	cr_assert_geq(*child, 0);
	if (*child == 0) {
		child_settle();
		for (; *parts; parts++) {
			/* While it waits for more. */
			usleep(20000);
			kill(reader, SIGUSR1);
			usleep(20000);
			if (write(ends[1], *parts, strlen(*parts)) < 0)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
	return name;
}

Test(input, reads_a_pipe_to_its_end_in_spite_of_signals)
{
	static const char *const parts[] = {"ssh 22/tcp\n", "domain ", "53/udp\n", NULL};
	/* Without SA_RESTART: a read that is waiting fails. */
	struct sigaction action = {.sa_handler = do_nothing};
	pid_t child;
	int status;

	cr_assert_eq(sigaction(SIGUSR1, &action, NULL), 0);
	expect_read(start_writer(parts, &child), "ssh 22/tcp\ndomain 53/udp\n", 25);
	while (waitpid(child, &status, 0) < 0)
		cr_assert_eq(errno, EINTR);
	cr_expect_eq(status, 0);
}

/* Times of modification that are no later than the clock's tick, so that the reader waits. */
static void stamp_ahead(int descriptor)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}};

	clock_gettime(CLOCK_REALTIME, &times[1]);
	times[1].tv_sec++;
	times[1].tv_nsec = 0;
	futimens(descriptor, times);
}

static int growing = -1;
static volatile sig_atomic_t edits;
static volatile sig_atomic_t edits_max;

/* An edit; the reader is at it, as it is the same process. */
static void edit(int signal)
{
	int saved_errno = errno;

	(void)signal;
	if (edits < edits_max) {
		ssize_t written = write(growing, "x", 1);
		stamp_ahead(growing);
		edits += written == 1;
	}
	errno = saved_errno;
}

/* Edits the file each millisecond, so many times. */
static void start_edits(sig_atomic_t count)
{
	struct sigaction action = {.sa_handler = edit, .sa_flags = SA_RESTART};
	struct itimerval each = {{.tv_usec = 1000}, {.tv_usec = 1000}};

	edits_max = count;
	growing = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	cr_assert_geq(growing, 0);
	stamp_ahead(growing);
	cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
	cr_assert_eq(setitimer(ITIMER_REAL, &each, NULL), 0);
}

static void stop_edits(void)
{
	cr_assert_eq(setitimer(ITIMER_REAL, &(struct itimerval){{0}, {0}}, NULL), 0);
	close(growing);
}

Test(input, that_changes_all_the_time_is_busy)
{
	struct input input;

	start_edits(1000000);
	bool is_read = input_read(&input, &ROOT_HERE, path, INPUT_ANY);
	int error = errno;
	stop_edits();
	cr_expect_not(is_read);
	cr_expect_eq(error, EBUSY, "%s", strerror(error));
	cr_expect_geq(edits, 10);
}

Test(input, that_changes_all_the_time_is_told_of)
{
	struct diagnostics diagnostics = {0};
	struct source_list list = {.root = ROOT_HERE};
	char *file = scratch_path("messages");
	FILE *usual = stderr;

	/* The C library has it as a variable that a program may set. */
	stderr = fopen(file, "we");
	source_list_add(&list, path, false);
	start_edits(1000000);
	struct source *sources = read_sources(&list, &diagnostics);
	stop_edits();
	fclose(stderr);
	stderr = usual;
	cr_expect_eq(diagnostics.errors, 1);
	char *said = read_file(file, NULL);
	cr_expect_not_null(strstr(said, ": it changes all the time while it is read\n"), "%s",
			   said);
	source_close(&sources[0]);
	free(sources);
	source_list_free(&list);
	free(said);
	free(file);
}

Test(input, that_changes_meanwhile_is_read_again)
{
	struct input input;
	struct stat status;

	start_edits(3);
	cr_assert(input_read(&input, &ROOT_HERE, path, INPUT_ANY), "%s", strerror(errno));
	stop_edits();
	cr_assert_eq(stat(path, &status), 0);
	/* All of a moment: its size is that of its status. */
	cr_expect_eq(input.size, (size_t)input.status.st_size);
	cr_expect(input.size > 0 && input.size <= (size_t)status.st_size);
	free(input.bytes);
}

enum {
	READ_RIGHT,
	READ_WRONG,
	REFUSED = 64, /* and the errno */
};

static int read_under_fault(const void *argument)
{
	const char *expected = argument;
	struct input input;

	faults_begin();
	bool is_read = input_read(&input, &ROOT_HERE, path, INPUT_ANY);
	int error = errno;
	faults_end();
	if (!is_read)
		return REFUSED + error;
	bool is_right = input.size == strlen(expected) && strcmp(input.bytes, expected) == 0;
	free(input.bytes);
	return is_right ? READ_RIGHT : READ_WRONG;
}

/* Each call in turn fails with the errno, or does half. Returns how many do. */
static unsigned walk(int error, const char *text)
{
	unsigned failed = 0;

	for (struct fault fault = {1, error, .is_between = true, .spares_close = true};;
	     fault.number++) {
		struct faulty_run run;
		if (!run_with_fault(&run, &fault, read_under_fault, text))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		if (error == FAULT_SHORT || (error == EINTR && run.call == SYS_read))
			cr_expect_eq(run.status, READ_RIGHT, "call %u (%d): status %d",
				     fault.number, run.call, run.status);
		else
			cr_expect(run.status == READ_RIGHT || run.status == REFUSED + error,
				  "call %u (%d): status %d", fault.number, run.call, run.status);
		if (run.has_failed && error == EIO &&
		    (run.call == SYS_read || run.call == SYS_openat))
			cr_expect_eq(run.status, REFUSED + EIO);
		failed += run.has_failed;
		if (run.calls < fault.number)
			return failed;
	}
}

Test(input, is_whole_or_refused_whatever_call_fails)
{
	static const char text[] = "ssh 22/tcp\ndomain 53/udp\n";

	if (HAS_SANITIZED_MEMORY)
		cr_skip_test("the sanitizer's own calls would fail, too");
	write_text(path, text);
	cr_expect_geq(walk(EIO, text), 4);
	cr_expect_geq(walk(EINTR, text), 4);
	walk(FAULT_SHORT, text);
}
