/* SPDX-License-Identifier: MIT */
/*
 * Lookups in a process to which things happen: each system call that the module makes fails in
 * turn, at its first look, as its database is replaced and in an enumeration; there are no
 * descriptors left, or no memory. It answers rightly or is unavailable, keeps its hands off what is
 * not its own, and answers again once it can.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/single_threaded.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/format.h"
#include "tests/support/module.h"
#include "tests/support/processes/children.h"
#include "tests/support/processes/faults.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

static struct module module;

/* Number 0 is small; 1, 2 and 4 are alike in size; 3 is much larger. Each has "self" at its number.
 */
#define IMAGES 5
static struct database databases[IMAGES];

static void make_numbered(unsigned number)
{
	static const unsigned others[IMAGES] = {1, 150, 150, 4000, 150};
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fprintf(stream, "self %u/tcp\n", number);
	for (unsigned i = 0; i < others[number]; i++)
		fprintf(stream, "other-%u %u/udp\n", i, i);
	fclose(stream);
	database_make(&databases[number], (const char *const[]){text}, 1);
	free(text);
}

static void set_up(void)
{
	children_prepare();
	module = open_module();
	for (unsigned i = 0; i < IMAGES; i++)
		make_numbered(i);
	scratch_directory();
}

TestSuite(lookup_faults, .init = set_up, .timeout = 60);

/* Every child has a database of its own, as its file is replaced. */
static char *database_path;

static void choose_path(void)
{
	char name[64];

	snprintf(name, sizeof name, "services.%d.db", (int)getpid());
	database_path = scratch_path(name);
	setenv("PORTDB_DATABASE", database_path, 1);
}

/* As portdb-compile does it, without waiting for the disk. */
static void put_in_place(unsigned number)
{
	const portdb_le32 superseded = to_le32(1);
	char fresh[256];
	int old = open(database_path, O_WRONLY | O_CLOEXEC);

	snprintf(fresh, sizeof fresh, "%s.new", database_path);
	int descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	const struct image *image = &databases[number].image;
	if (descriptor < 0 || write(descriptor, image->bytes, image->size) != (ssize_t)image->size)
		complain("%s: %s", fresh, strerror(errno));
	close(descriptor);
	rename(fresh, database_path);
	if (old >= 0 && pwrite(old, &superseded, sizeof superseded,
			       offsetof(struct portdb_header, superseded)) != 4)
		complain("%s: %s", database_path, strerror(errno));
	close(old);
}

/* Looks up "self": -1 if it is unavailable, by glibc's rules, else the database's number. */
static int number_now(const char *where)
{
	struct servent entry;
	char buffer[1024];
	int error = 0;

	errno = 4711;
	enum nss_status status =
	    module.by_name("self", "tcp", &entry, buffer, sizeof buffer, &error);
	if (errno != 4711)
		complain("%s: errno was touched", where);
	if (status == NSS_STATUS_SUCCESS)
		return ntohs((uint16_t)entry.s_port);
	if (status != NSS_STATUS_UNAVAIL || error == 0 || error == ERANGE)
		complain("%s: status %d with error %d", where, status, error);
	return -1;
}

static void expect_number(int expected, const char *where)
{
	int number = number_now(where);

	if (number != expected)
		complain("%s: answered by %d instead of %d", where, number, expected);
}

/* What a scenario does before the fault may strike, and while it may. */
struct scenario {
	const char *name;
	unsigned count; /* of databases that came one after the other, the last one meanwhile */
	unsigned numbers[3];
};

struct strike {
	const struct scenario *scenario;
	struct fault fault;
};

static int look_up_under_fault(const void *argument)
{
	const struct strike *strike = argument;
	const struct scenario *scenario = strike->scenario;
	unsigned last = scenario->numbers[scenario->count - 1];
	struct descriptors before;
	char where[128];

	snprintf(where, sizeof where, "%s, %s at call %u", scenario->name,
		 strerror(strike->fault.error), strike->fault.number);
	for (unsigned i = 0; i + 1 < scenario->count; i++) {
		put_in_place(scenario->numbers[i]);
		expect_number((int)scenario->numbers[i], where);
	}
	put_in_place(last);
	descriptors_look(&before);
	faults_begin();
	int number = number_now(where);
	faults_end();
	/* Not the old one: that would be a stale answer. */
	if (number != -1 && number != (int)last)
		complain("%s: answered by %d", where, number);
	descriptors_expect_same(&before, where);
	wait_for_next_second();
	expect_number((int)last, where);
	descriptors_expect_same(&before, where);
	return 0;
}

/* Goes through the enumeration; how many services it gave before it ended or was unavailable. */
static unsigned enumerate(const char *where, enum nss_status *status)
{
	struct servent entry;
	char buffer[1024];
	char expected[32] = "self";
	unsigned count = 0;
	int error = 0;

	errno = 4711;
	*status = module.set(0);
	while (*status == NSS_STATUS_SUCCESS &&
	       (*status = module.next(&entry, buffer, sizeof buffer, &error)) ==
		   NSS_STATUS_SUCCESS) {
		if (strcmp(entry.s_name, expected) != 0)
			complain("%s: gave %s for %s", where, entry.s_name, expected);
		snprintf(expected, sizeof expected, "other-%u", count++);
	}
	if (module.end() != NSS_STATUS_SUCCESS || errno != 4711)
		complain("%s: the end was no success, or errno was touched", where);
	if (error == ERANGE || (*status == NSS_STATUS_NOTFOUND && error != 0))
		complain("%s: status %d with error %d", where, *status, error);
	return count;
}

static int enumerate_under_fault(const void *argument)
{
	const struct strike *strike = argument;
	struct descriptors before;
	enum nss_status status;
	char where[128];

	snprintf(where, sizeof where, "enumeration, %s at call %u", strerror(strike->fault.error),
		 strike->fault.number);
	put_in_place(1);
	descriptors_look(&before);
	faults_begin();
	unsigned count = enumerate(where, &status);
	faults_end();
	if (!(status == NSS_STATUS_NOTFOUND && count == 151) &&
	    !(status == NSS_STATUS_UNAVAIL && count == 0))
		complain("%s: status %d after %u services", where, status, count);
	descriptors_expect_same(&before, where);
	/* What failed is tried again in the next second, as by lookups. */
	if (status == NSS_STATUS_UNAVAIL)
		wait_for_next_second();
	count = enumerate(where, &status);
	if (status != NSS_STATUS_NOTFOUND || count != 151)
		complain("%s: afterwards status %d after %u services", where, status, count);
	return 0;
}

#define NOT_ALLOWED 77
#define STRUCK      78

/* In a child, which supervises another. */
static void strike(const void *argument)
{
	const struct strike *strike = argument;
	struct faulty_run run;

	child_settle();
	choose_path();
	if (!run_with_fault(&run, &strike->fault,
			    strike->scenario ? look_up_under_fault : enumerate_under_fault, strike))
		_exit(NOT_ALLOWED);
	if (run.status != 0)
		complain("%s at call %u: status %d", strerror(strike->fault.error),
			 strike->fault.number, run.status);
	_exit(run.has_failed ? STRUCK : 0);
}

static const int errors[] = {EMFILE, ENFILE, ENOMEM, EINTR, EIO, EACCES, EAGAIN, ELOOP};

/* More than any lookup makes. */
#define MOST_CALLS 12

/* All calls and errors at once, as each takes a second. */
static void strike_everywhere(const struct scenario *scenario, unsigned least)
{
	unsigned struck = 0;
	unsigned running = 0;

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		for (unsigned call = 1; call <= MOST_CALLS; call++, running++) {
			struct strike one = {scenario,
					     {.number = call,
					      .error = errors[i],
					      .is_between = true,
					      .spares_close = true}};
			if (fork() == 0)
				strike(&one);
		}
	for (int status; running > 0; running--) {
		cr_assert_gt(wait(&status), 0);
		cr_assert(WIFEXITED(status), "a supervisor ended with status %#x", status);
		if (WEXITSTATUS(status) == NOT_ALLOWED)
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		struck += WEXITSTATUS(status) == STRUCK;
	}
	children_expect_content();
	cr_log_info("%u faults", struck);
	cr_expect_geq(struck, least * sizeof errors / sizeof *errors, "only %u faults", struck);
	cr_expect_lt(struck, MOST_CALLS * sizeof errors / sizeof *errors, "there are more calls");
}

static int look_up_first(const void *unused)
{
	(void)unused;
	choose_path();
	put_in_place(1);
	__libc_single_threaded = 1; /* as in a program; this is a child of one with threads */
	faults_begin();
	int number = number_now("the first look");
	faults_end();
	return number;
}

/* open, fstat, mmap, close. */
Test(lookup_faults, are_four_where_there_are_no_threads)
{
	struct faulty_run run;

	if (HAS_SANITIZED_MEMORY || HAS_THREAD_SANITIZER)
		cr_skip_test("the sanitizer makes system calls of its own");
	if (!run_with_fault(&run, &(struct fault){.is_between = true}, look_up_first, NULL))
		cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
	cr_expect_eq(run.status, 1);
	cr_expect_leq(run.calls, 4, "%u system calls", run.calls);
}

/* open, fstat, mmap, and close, which does not fail here. */
Test(lookup_faults, at_the_first_look)
{
	strike_everywhere(&(struct scenario){"first look", 1, {1}}, 3);
}

/* stat, open, fstat, mmap. */
Test(lookup_faults, at_the_first_replacement)
{
	strike_everywhere(&(struct scenario){"first replacement", 2, {1, 2}}, 4);
}

Test(lookup_faults, at_the_second_replacement)
{
	strike_everywhere(&(struct scenario){"second replacement", 3, {1, 2, 4}}, 4);
}

static void require_mappings_of_its_own(void)
{
	if (HAS_THREAD_SANITIZER)
		cr_skip_test("the sanitizer makes mappings of its own for these, and cannot do "
			     "without");
}

/* These and, for the pages that are not needed any more, mmap again. */
Test(lookup_faults, at_a_replacement_by_a_smaller_one)
{
	require_mappings_of_its_own();
	strike_everywhere(&(struct scenario){"smaller", 3, {3, 2, 1}}, 5);
}

Test(lookup_faults, at_a_replacement_by_a_larger_one)
{
	require_mappings_of_its_own();
	strike_everywhere(&(struct scenario){"larger", 3, {1, 2, 3}}, 5);
}

Test(lookup_faults, in_an_enumeration)
{
	strike_everywhere(NULL, 3);
}

static void limit(int resource, rlim_t soft)
{
	struct rlimit now;

	if (getrlimit(resource, &now) != 0 ||
	    setrlimit(resource, &(struct rlimit){soft == RLIM_INFINITY ? now.rlim_max : soft,
						 now.rlim_max}) != 0)
		complain("setrlimit: %s", strerror(errno));
}

/* Nothing is to be had of a resource: then as if there were no database, and afterwards as before.
 * What is mapped already needs nothing. */
static void do_without(int resource, int expected_error)
{
	struct descriptors before;
	struct servent entry;
	char buffer[1024];
	enum nss_status status;
	int error = 0;

	choose_path();
	put_in_place(1);
	descriptors_look(&before);
	limit(resource, 0);
	if (module.by_name("self", "tcp", &entry, buffer, sizeof buffer, &error) !=
		NSS_STATUS_UNAVAIL ||
	    error != expected_error)
		complain("first look: error %d", error);
	if (enumerate("without", &status) != 0 || status != NSS_STATUS_UNAVAIL)
		complain("enumeration: status %d", status);
	limit(resource, RLIM_INFINITY);
	wait_for_next_second();
	expect_number(1, "first look, afterwards");
	if (enumerate("afterwards", &status) != 151)
		complain("enumeration afterwards: status %d", status);

	limit(resource, 0);
	wait_for_next_second();
	expect_number(1, "it is mapped already");
	limit(resource, RLIM_INFINITY);
	put_in_place(3);
	limit(resource, 0);
	expect_number(-1, "replacement");
	limit(resource, RLIM_INFINITY);
	wait_for_next_second();
	expect_number(3, "replacement, afterwards");
	descriptors_expect_same(&before, "at last");
}

static void do_without_descriptors(const void *unused)
{
	(void)unused;
	do_without(RLIMIT_NOFILE, EMFILE);
}

Test(lookup_faults, of_a_process_without_descriptors)
{
	children_start("without", do_without_descriptors, NULL);
	children_expect_content();
}

static void do_without_memory(const void *unused)
{
	(void)unused;
	do_without(RLIMIT_AS, ENOMEM);
}

Test(lookup_faults, of_a_process_without_memory)
{
	if (HAS_SANITIZED_MEMORY)
		cr_skip_test("the sanitizer needs memory of its own");
	children_start("without", do_without_memory, NULL);
	children_expect_content();
}
