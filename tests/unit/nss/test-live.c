/* SPDX-License-Identifier: MIT */
/* The process's current mapping: replacement, removal, refusal, threads, fork, and what it costs.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nss/live.h"
#include "nss/reader/byteorder.h"
#include "nss/reader/format.h"
#include "nss/servent.h"
#include "tests/support/processes/children.h"
#include "tests/support/processes/counting.h"
#include "tests/support/publishing.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

static char *database_path;

/* Database number N knows itself: "self" at port N, with the alias "is-N", and N % 300 others. */
static void make_numbered(struct database *database, unsigned number)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fprintf(stream, "self %u/tcp is-%u\n", number, number);
	for (unsigned i = 0; i < number % 300; i++)
		fprintf(stream, "other-%u %u/udp\n", i, i);
	fclose(stream);
	database_make(database, (const char *const[]){text}, 1);
	free(text);
}

static void publish_number(unsigned number)
{
	struct diagnostics diagnostics = {0};
	struct database database;

	make_numbered(&database, number);
	cr_assert_eq(publish_image(&database.image, database_path, &diagnostics), PUBLISHED);
	database_free(&database);
}

/* The same without a sync to disk, which would take most of the time. */
static void replace_quickly(const struct image *image)
{
	const portdb_le32 superseded = to_le32(1);
	char *fresh = scratch_path("fresh");
	int old = open(database_path, O_WRONLY);

	write_file(fresh, image->bytes, image->size);
	cr_assert_eq(rename(fresh, database_path), 0);
	if (old >= 0) {
		cr_assert_eq(pwrite(old, &superseded, sizeof superseded,
				    offsetof(struct portdb_header, superseded)),
			     4);
		close(old);
	}
	free(fresh);
}

/* The number of the database that answers now; 0 if none does. Its parts must belong together. */
static unsigned current_number(void)
{
	struct portdb_view view;
	struct servent entry;
	char buffer[256];

	do {
		struct portdb_service service;
		if (portdb_live_begin(&view) != 0)
			return 0;
		if (portdb_by_name(&view.db, "self", "tcp", &service) != PORTDB_OK ||
		    portdb_servent_fill(&entry, &service, buffer, sizeof buffer) != 0)
			entry.s_name = NULL;
	} while (portdb_live_changed(&view));
	/* No assertion here: threads call this. */
	if (!entry.s_name || !entry.s_aliases[0])
		return UINT32_MAX;
	unsigned number = ntohs((uint16_t)entry.s_port);
	return (unsigned)atoi(entry.s_aliases[0] + 3) == number ? number : UINT32_MAX;
}

static void set_up(void)
{
	database_path = scratch_path("services.db");
	setenv("PORTDB_DATABASE", database_path, 1);
}

TestSuite(live, .init = set_up);

Test(live, sees_each_publication_at_the_next_lookup)
{
	for (unsigned number = 1; number <= 100; number++) {
		publish_number(number);
		cr_assert_eq(current_number(), number);
	}
}

Test(live, does_not_grow_over_10000_replacements)
{
	struct database databases[300];
	unsigned descriptors = 0;
	unsigned mappings = 0;
	const unsigned count = 300 / stride();
	/* Each is mapped twice at each of two places before it is counted, and again at the end. */
	const unsigned lap = 4 * count;
	const unsigned laps = 10000 / stride() / lap + 1;

	for (unsigned i = 0; i < count; i++)
		make_numbered(&databases[i], i + 1);
	for (unsigned round = 0; round <= laps * lap; round++) {
		const struct database *database = &databases[round % count];
		replace_quickly(&database->image);
		cr_assert_eq(current_number(), round % count + 1);
		if (round == lap) {
			descriptors = count_descriptors();
			mappings = count_mappings().count;
		}
	}
	cr_expect_eq(count_descriptors(), descriptors);
	cr_expect_eq(count_mappings().count, mappings);
}

static pthread_barrier_t all_are_there;
static atomic_uint without_answer;

static void *look_up_at_once(void *unused)
{
	pthread_barrier_wait(&all_are_there);
	if (current_number() != 1)
		atomic_fetch_add(&without_answer, 1);
	return unused;
}

/* For a child, in which nobody has looked for the database yet. */
static _Noreturn void look_up_first_in_threads(void)
{
	enum { THREADS = 8 };
	pthread_t threads[THREADS];

	pthread_barrier_init(&all_are_there, NULL, THREADS);
	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, look_up_at_once, NULL) != 0)
			_exit(1);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	_exit(atomic_load(&without_answer) != 0);
}

/* The first lookups of a process may be several at once, and one of them looks. */
Test(live, answers_all_of_several_first_lookups)
{
	publish_number(1);
	for (unsigned i = 0; i < 200 / stride(); i++) {
		int status;
		pid_t child = fork();
		if (child == 0)
			look_up_first_in_threads();
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert_eq(status, 0, "in child %u", i);
	}
}

static void *look_up_when_cancelled(void *number)
{
	pthread_cancel(pthread_self());
	*(unsigned *)number = current_number();
	pthread_testcancel();
	return NULL;
}

/* A thread that is cancelled finishes what it looks at, so that nobody waits for it in vain. */
Test(live, is_not_left_half_way_by_a_thread_that_is_cancelled)
{
	pthread_t thread;
	unsigned number = 0;
	void *result;

	publish_number(1);
	cr_assert_eq(pthread_create(&thread, NULL, look_up_when_cancelled, &number), 0);
	pthread_join(thread, &result);
	cr_expect_eq(result, PTHREAD_CANCELED);
	cr_expect_eq(number, 1);
	publish_number(2);
	cr_expect_eq(current_number(), 2);
}

static atomic_bool is_over;
static atomic_uint torn_answers;
static atomic_ulong answers;

static void *look_up_until_over(void *unused)
{
	(void)unused;
	while (!atomic_load(&is_over)) {
		unsigned number = current_number();
		atomic_fetch_add(&answers, 1);
		if (number == 0 || number > 300)
			atomic_fetch_add(&torn_answers, 1);
	}
	return NULL;
}

Test(live, gives_whole_answers_to_threads_while_it_is_replaced)
{
	struct database databases[300];
	pthread_t threads[4];

	for (unsigned i = 0; i < 300; i++)
		make_numbered(&databases[i], i + 1);
	replace_quickly(&databases[0].image);
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, look_up_until_over, NULL), 0);
	for (unsigned round = 0; round < 3000 / stride(); round++) {
		replace_quickly(&databases[round % 300].image);
		if (round % 100 == 0) {
			pid_t child = fork();
			if (child == 0)
				_exit(current_number() == round % 300 + 1 ? 0 : 1);
			int status;
			cr_assert_eq(waitpid(child, &status, 0), child);
			cr_expect_eq(status, 0, "a forked child was given another answer");
		}
	}
	atomic_store(&is_over, true);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(atomic_load(&torn_answers), 0);
	cr_expect_gt(atomic_load(&answers), 1000);
}

/* Another database is put in place, by somebody who tells nobody. */
static void replace_silently(unsigned number)
{
	struct database database;
	char *fresh = scratch_path("fresh");

	make_numbered(&database, number);
	write_file(fresh, database.image.bytes, database.image.size);
	cr_assert_eq(rename(fresh, database_path), 0);
	database_free(&database);
}

Test(live, notices_within_a_second_what_nobody_told_it)
{
	publish_number(1);
	cr_assert_eq(current_number(), 1);
	replace_silently(2);
	wait_for_next_second();
	cr_expect_eq(current_number(), 2);
}

static time_t second_of_ours;

static time_t clock_of_ours(time_t *unused)
{
	(void)unused;
	return second_of_ours;
}

Test(live, looks_once_in_a_second_where_the_clock_is_set_back)
{
	publish_number(1);
	cr_assert_eq(current_number(), 1);
	portdb_live.clock = clock_of_ours;
	for (unsigned number = 2; number < 6; number++) {
		replace_silently(number);
		second_of_ours = 1000 - (time_t)number;
		cr_expect_eq(current_number(), number);
		replace_silently(1);
		cr_expect_eq(current_number(), number, "it looked twice in a second");
	}
}

Test(live, follows_removal_and_return)
{
	publish_number(1);
	cr_assert_eq(current_number(), 1);
	cr_assert_eq(unlink(database_path), 0);
	wait_for_next_second();
	cr_expect_eq(current_number(), 0);
	publish_number(2);
	wait_for_next_second();
	cr_expect_eq(current_number(), 2);
}

Test(live, uses_a_superseded_database_that_somebody_put_back)
{
	char *kept = scratch_path("kept");

	publish_number(1);
	cr_assert_eq(link(database_path, kept), 0);
	publish_number(2);
	cr_assert_eq(current_number(), 2);
	cr_assert_eq(rename(kept, database_path), 0);
	wait_for_next_second();
	cr_expect_eq(current_number(), 1);
	publish_number(3);
	cr_expect_eq(current_number(), 3, "it was told a second time");
}

/* Says of the database in place that another has taken its place. */
static void tell_by_mistake(void)
{
	const portdb_le32 superseded = to_le32(1);
	int descriptor = open(database_path, O_WRONLY);

	cr_assert_eq(pwrite(descriptor, &superseded, sizeof superseded,
			    offsetof(struct portdb_header, superseded)),
		     4);
	close(descriptor);
}

/* As lookups do that have nothing to look for. */
static bool is_nothing_out_of_the_ordinary(void)
{
	struct portdb_view view;

	for (unsigned i = 0; i < 3; i++) /* the second may end in between */
		if (current_number() == 1 && portdb_live_begin_at_once(&view, portdb_this_second()))
			return true;
	return false;
}

/* Else each lookup would ask whether there is a newer one, for as long as it stays. */
Test(live, is_as_fast_with_a_superseded_database_that_somebody_put_back)
{
	char *kept = scratch_path("kept");

	publish_number(1);
	cr_assert_eq(link(database_path, kept), 0);
	publish_number(2);
	cr_assert_eq(rename(kept, database_path), 0);
	cr_expect(is_nothing_out_of_the_ordinary());
}

Test(live, is_as_fast_as_before_a_database_that_was_told_by_mistake)
{
	publish_number(1);
	cr_expect(is_nothing_out_of_the_ordinary());
	cr_assert_eq(chmod(database_path, 0644), 0);
	tell_by_mistake();
	cr_expect(is_nothing_out_of_the_ordinary());
}

Test(live, goes_on_with_a_database_that_was_told_by_mistake)
{
	publish_number(1);
	cr_assert_eq(current_number(), 1);
	cr_assert_eq(chmod(database_path, 0644), 0);
	tell_by_mistake();
	cr_expect_eq(current_number(), 1);
	/* Nor is the disk looked at for its sake each time: here nothing is to be found. */
	wait_for_next_second();
	cr_expect_eq(current_number(), 1);
	char *kept = scratch_path("kept");
	cr_assert_eq(rename(database_path, kept), 0);
	cr_expect_eq(current_number(), 1);
	wait_for_next_second();
	cr_expect_eq(current_number(), 0);
}

static void expect_refused(int expected_error)
{
	struct portdb_view view;

	errno = 4711;
	int error = portdb_live_begin(&view);
	cr_expect_eq(error, expected_error, "%s", strerror(error));
	cr_expect_eq(errno, 4711, "errno was touched");
}

Test(live, has_none_where_there_is_none)
{
	expect_refused(ENOENT);
}

Test(live, refuses_a_database_that_its_group_may_write)
{
	publish_number(1);
	chmod(database_path, 0464);
	expect_refused(EACCES);
}

Test(live, refuses_a_database_that_others_may_write)
{
	publish_number(1);
	chmod(database_path, 0446);
	expect_refused(EACCES);
}

Test(live, refuses_a_directory)
{
	cr_assert_eq(mkdir(database_path, 0755), 0);
	expect_refused(EINVAL);
}

Test(live, refuses_a_fifo_and_does_not_block, .timeout = 10)
{
	cr_assert_eq(mkfifo(database_path, 0644), 0);
	expect_refused(EINVAL);
}

Test(live, refuses_an_empty_file)
{
	write_text(database_path, "");
	expect_refused(ENODATA);
}

Test(live, refuses_what_is_no_database)
{
	write_text(database_path, "ssh 22/tcp\n");
	expect_refused(ENODATA);
}

Test(live, steps_aside_for_a_damaged_successor)
{
	publish_number(1);
	cr_assert_eq(current_number(), 1);
	char *fresh = scratch_path("fresh");
	write_text(fresh, "garbage");
	cr_assert_eq(rename(fresh, database_path), 0);
	wait_for_next_second();
	cr_expect_eq(current_number(), 0);
}

/* In strict mode a process may read, write and exit; any other system call kills it. */
Test(live, makes_no_system_call_in_the_steady_state)
{
	if (runs_under_valgrind() || HAS_THREAD_SANITIZER)
		cr_skip_test("who watches over this process makes system calls of its own");
	publish_number(1);
	cr_assert_eq(current_number(), 1);
	pid_t child = fork();
	if (child == 0) {
		/* The disk is looked at in each new second: have all of one. */
		for (time_t second = time(NULL); time(NULL) == second;)
			usleep(1000);
		bool right = current_number() == 1;
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
			syscall(SYS_exit, 77);
		for (unsigned i = 0; i < 10000; i++)
			right = right && current_number() == 1;
		syscall(SYS_exit, right ? 0 : 1);
	}
	int status;
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		cr_skip_test("this kernel has no strict mode");
	cr_expect_eq(status, 0, "killed by signal %d", WTERMSIG(status));
}

/* A child forked while another thread looks at the disk must not wait for that thread. */
Test(live, does_not_wait_in_a_child_for_a_thread_of_its_parent, .timeout = 30)
{
	struct database databases[2];
	pthread_t thread;

	make_numbered(&databases[0], 1);
	make_numbered(&databases[1], 2);
	replace_quickly(&databases[0].image);
	cr_assert_eq(pthread_create(&thread, NULL, look_up_until_over, NULL), 0);
	for (unsigned round = 1; round < 500 / stride(); round++) {
		replace_quickly(&databases[round % 2].image);
		pid_t child = fork();
		if (child == 0)
			_exit(current_number() == round % 2 + 1 ? 0 : 1);
		int status;
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert_eq(status, 0, "round %u", round);
	}
	atomic_store(&is_over, true);
	pthread_join(thread, NULL);
	cr_expect_eq(atomic_load(&torn_answers), 0);
}
