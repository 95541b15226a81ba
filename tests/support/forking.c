/* SPDX-License-Identifier: MIT */
/*
 * Stands in for Criterion's library where that does not start: it places the processes of its tests
 * by hand, which ThreadSanitizer does not survive and valgrind takes two seconds for. Here each
 * test is a fork of a process that is up already. The tests are the same objects; what their macros
 * call is below, and whatever they should call one day that is not, the linker will say.
 *
 * Of a test's options, the timeout and the fixtures are heeded: ours have no others.
 */
#include <argp.h>
#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <criterion/options.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOBS_MAX 16

/* Seconds, for a test that says nothing of how long it may take. */
#define USUAL_TIMEOUT 60

/* What a test and the processes that it forks leave for the runner, whatever they closed. */
struct report {
	atomic_uint failures;
	atomic_bool is_skipped;
	atomic_size_t length;
	char text[8192];
};

struct job {
	struct report *report; /* shared with the child, and used again for the next */
	int output;            /* what the child writes, likewise */
	const struct criterion_test *test;
	pid_t child; /* 0 if the job is free */
	double started;
};

struct counts {
	unsigned passing;
	unsigned failing;
	unsigned crashing;
};

static struct {
	const char *pattern;
	unsigned jobs;
	unsigned patience; /* times each timeout */
	bool is_verbose;
} settings = {"*", 1, 1, false};

/* In a test's process: the test, what it reports to, and who it is. */
static const struct criterion_test *current;
static struct report *report;
static pid_t test_process;

struct criterion_options criterion_options;

/* The linker's: the section that Criterion's macros put the tests and suites in. */
extern struct criterion_test *__start_cr_tst[];
extern struct criterion_test *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[];
extern struct criterion_suite *__stop_cr_sts[];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- what the tests call ------------------------------------------------------------------- */

__attribute__((format(printf, 1, 0))) static void add_lines(const char *format, va_list arguments)
{
	char text[2048];
	int length = vsnprintf(text, sizeof text - 1, format, arguments);

	if (length < 0)
		return;
	size_t size = (size_t)length < sizeof text - 1 ? (size_t)length : sizeof text - 2;
	text[size++] = '\n';
	/* Threads and children may report at once; what no longer fits is left out. */
	size_t start = atomic_fetch_add(&report->length, size);
	if (start < sizeof report->text && size <= sizeof report->text - start)
		memcpy(report->text + start, text, size);
}

__attribute__((format(printf, 1, 2))) static void add_line(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_lines(format, arguments);
	va_end(arguments);
}

static const struct criterion_suite *suite_of(const struct criterion_test *test)
{
	/* cppcheck-suppress comparePointers ; the linker has both at one array's ends */
	for (struct criterion_suite **suite = __start_cr_sts; suite < __stop_cr_sts; suite++)
		if (*suite && strcmp((*suite)->name, test->category) == 0)
			return *suite;
	return NULL;
}

void criterion_internal_test_setup(void)
{
	const struct criterion_suite *suite = suite_of(current);

	if (suite && suite->data->init)
		suite->data->init();
	if (current->data->init)
		current->data->init();
}

void criterion_internal_test_main(void (*test)(void))
{
	test();
}

void criterion_internal_test_teardown(void)
{
	const struct criterion_suite *suite = suite_of(current);

	if (current->data->fini)
		current->data->fini();
	if (suite && suite->data->fini)
		suite->data->fini();
}

/* Not out of a child that the test forked: what is to be torn down is the test's. */
static _Noreturn void end_test(void)
{
	if (getpid() != test_process)
		_exit(1);
	criterion_internal_test_teardown();
	exit(0);
}

void criterion_abort_test(void)
{
	end_test();
}

void criterion_continue_test(void)
{
}

void criterion_skip_test(const char *format, ...)
{
	va_list arguments;

	atomic_store(&report->length, 0);
	va_start(arguments, format);
	add_lines(format, arguments);
	va_end(arguments);
	atomic_store(&report->is_skipped, true);
	end_test();
}

void cri_asserts_passed_incr(void)
{
}

void criterion_send_assert(struct criterion_assert_stats *stats)
{
	if (stats->passed)
		return;
	atomic_fetch_add(&report->failures, 1);
	add_line("%s:%u: %s", stats->file, stats->line, stats->message);
}

/* The text of what was asserted, if there is one, is argument enough. */
char *cr_translate_assert_msg(int index, ...)
{
	char *text = NULL;
	va_list arguments;

	va_start(arguments, index);
	const char *asserted = index == CRITERION_ASSERT_MSG_FAIL ? "" : va_arg(arguments, char *);
	if (asprintf(&text, "not so: %s", asserted) < 0)
		abort();
	va_end(arguments);
	return text;
}

int cr_asprintf(char **text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int length = vasprintf(text, format, arguments);
	va_end(arguments);
	return length;
}

void cr_asprintf_free(char *text)
{
	free(text);
}

void cr_log(enum criterion_severity severity, const char *format, ...)
{
	va_list arguments;

	if (severity == CR_LOG_INFO)
		return;
	va_start(arguments, format);
	add_lines(format, arguments);
	va_end(arguments);
}

/* No test of ours reads it. */
void cr_redirect_stderr(void)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nowhere < 0 || dup2(nowhere, STDERR_FILENO) < 0)
		abort();
	close(nowhere);
}

/* ---- running them -------------------------------------------------------------------------- */

static double limit_of(const struct criterion_test *test)
{
	const struct criterion_suite *suite = suite_of(test);
	double timeout = test->data->timeout;

	if (timeout == 0 && suite)
		timeout = suite->data->timeout;
	return (timeout > 0 ? timeout : USUAL_TIMEOUT) * settings.patience;
}

static void start(struct job *job, const struct criterion_test *test, const sigset_t *signals)
{
	job->test = test;
	job->started = now();
	job->report->failures = 0;
	job->report->is_skipped = false;
	job->report->length = 0;
	memset(job->report->text, 0, sizeof job->report->text);
	/* Output of the last test may still be written, by what it started. */
	if (job->output >= 0)
		close(job->output);
	job->output = memfd_create("output", MFD_CLOEXEC);
	fflush(stdout);
	job->child = job->output < 0 ? -1 : fork();
	if (job->child < 0) {
		perror(test->name);
		exit(1);
	}
	if (job->child > 0)
		return;
	/* A group of its own, so that whatever it started can be ended with it. */
	setpgid(0, 0);
	dup2(job->output, STDOUT_FILENO);
	dup2(job->output, STDERR_FILENO);
	sigprocmask(SIG_UNBLOCK, signals, NULL);
	current = test;
	report = job->report;
	test_process = getpid();
	test->test();
	exit(0);
}

static void print_report(const struct job *job, const char *what, const char *why)
{
	const struct criterion_test *test = job->test;

	printf("[%s] %s::%s: ", what, test->category, test->name);
	if (*why)
		printf("%s ", why);
	if (job->report->is_skipped)
		printf("%s", job->report->text);
	else
		printf("(%.2fs)\n%.*s", now() - job->started, (int)sizeof job->report->text,
		       job->report->text);
}

/* The last of what the test wrote. */
static void print_output(const struct job *job)
{
	char text[4096];
	off_t size = lseek(job->output, 0, SEEK_END);
	off_t start = size > (off_t)sizeof text ? size - (off_t)sizeof text : 0;
	ssize_t length = pread(job->output, text, sizeof text, start);

	if (length > 0)
		fwrite(text, 1, (size_t)length, stdout);
}

static void print_failure(const struct job *job, const char *why)
{
	print_report(job, "FAIL", why);
	print_output(job);
}

static void finish(struct job *job, int status, struct counts *counts)
{
	char why[64] = "";

	if (WIFSIGNALED(status)) {
		counts->crashing++;
		snprintf(why, sizeof why, "killed by signal %d", WTERMSIG(status));
		print_failure(job, why);
	} else if (job->report->failures > 0 || WEXITSTATUS(status) != 0) {
		counts->failing++;
		if (WEXITSTATUS(status) != 0)
			snprintf(why, sizeof why, "status %d", WEXITSTATUS(status));
		print_failure(job, why);
	} else if (job->report->is_skipped) {
		print_report(job, "SKIP", "");
	} else {
		counts->passing++;
		if (settings.is_verbose)
			print_report(job, "PASS", "");
	}
	/* What it left running is nobody's now. */
	kill(-job->child, SIGKILL);
	job->child = 0;
}

static void kill_overdue(struct job *jobs)
{
	for (struct job *job = jobs; job < jobs + settings.jobs; job++)
		if (job->child && now() - job->started > limit_of(job->test)) {
			printf("[----] %s::%s took longer than %.0f s\n", job->test->category,
			       job->test->name, limit_of(job->test));
			kill(-job->child, SIGKILL);
		}
}

/* Waits until a job is free, or with `for_all` until all are. */
static void wait_for(struct job *jobs, const sigset_t *signals, struct counts *counts, bool for_all)
{
	for (;;) {
		unsigned busy = 0;
		int status;
		pid_t child;

		while ((child = waitpid(-1, &status, WNOHANG)) > 0)
			for (struct job *job = jobs; job < jobs + settings.jobs; job++)
				if (job->child == child)
					finish(job, status, counts);
		for (struct job *job = jobs; job < jobs + settings.jobs; job++)
			busy += job->child != 0;
		if (busy == 0 || (!for_all && busy < settings.jobs))
			return;
		sigtimedwait(signals, NULL, &(struct timespec){.tv_sec = 1});
		kill_overdue(jobs);
	}
}

static bool is_wanted(const struct criterion_test *test)
{
	char name[256];

	snprintf(name, sizeof name, "%s/%s", test->category, test->name);
	return fnmatch(settings.pattern, name, FNM_EXTMATCH) == 0;
}

static struct counts run_tests(void)
{
	struct job jobs[JOBS_MAX] = {0};
	struct counts counts = {0};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	for (unsigned i = 0; i < settings.jobs; i++) {
		jobs[i].output = -1;
		jobs[i].report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (jobs[i].report == MAP_FAILED) {
			perror("mmap");
			exit(1);
		}
	}
	/* cppcheck-suppress comparePointers ; likewise */
	for (struct criterion_test **test = __start_cr_tst; test < __stop_cr_tst; test++) {
		struct job *job = jobs;

		if (!*test || !is_wanted(*test))
			continue;
		wait_for(jobs, &signals, &counts, false);
		while (job->child != 0)
			job++;
		start(job, *test, &signals);
	}
	wait_for(jobs, &signals, &counts, true);
	return counts;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case 'f':
		settings.pattern = argument;
		return 0;
	case 'j':
		settings.jobs = (unsigned)strtoul(argument, NULL, 10);
		if (settings.jobs < 1)
			argp_error(state, "--jobs takes a number from 1 on");
		/* A machine may have more processors than that. */
		if (settings.jobs > JOBS_MAX)
			settings.jobs = JOBS_MAX;
		return 0;
	case 'p':
		settings.patience = (unsigned)strtoul(argument, NULL, 10);
		return 0;
	case 'v':
		settings.is_verbose = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int count, char **arguments)
{
	static const struct argp_option options[] = {
	    {"filter", 'f', "PATTERN", 0, "run the tests whose SUITE/NAME matches", 0},
	    {"jobs", 'j', "N", 0, "run so many at once", 0},
	    {"patience", 'p', "N", 0, "let each take so many times as long as it may", 0},
	    {"verbose", 'v', "LEVEL", OPTION_ARG_OPTIONAL, "name those that pass, too", 0},
	    {0},
	};
	static const struct argp argp = {.options = options,
					 .parser = parse,
					 .doc = "Runs the tests, each in a fork of one process."};

	argp_parse(&argp, count, arguments, 0, NULL, NULL);
	struct counts counts = run_tests();
	printf("[====] Synthesis: Tested: %u | Passing: %u | Failing: %u | Crashing: %u\n",
	       counts.passing + counts.failing + counts.crashing, counts.passing, counts.failing,
	       counts.crashing);
	return counts.failing + counts.crashing > 0;
}
