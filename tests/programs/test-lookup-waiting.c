/* SPDX-License-Identifier: MIT */
/*
 * Lookups while one thread of the process looks at the disk, and that takes long: what other
 * threads do, children that were forked meanwhile, and children that share its memory.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/module.h"
#include "tests/support/processes/children.h"
#include "tests/support/processes/faults.h"
#include "tests/support/processes/holding.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

static struct module module;

static void set_up(void)
{
	char *source = scratch_path("high.services");
	char *database = scratch_path("services.db");
	struct run run;

	children_prepare();
	write_text(source, "self 1/tcp\n");
	RUN(&run, COMPILER, "--track", "-o", database, source);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	setenv("PORTDB_DATABASE", database, 1);
	module = open_module();
}

TestSuite(lookup_waiting, .init = set_up, .timeout = 60);

/* The errno of a lookup, 0 for the right answer. */
static int look_up(void)
{
	struct servent entry;
	char buffer[256];
	int error = 0;

	if (module.by_name("self", "tcp", &entry, buffer, sizeof buffer, &error) !=
	    NSS_STATUS_SUCCESS)
		return error == 0 ? ENOENT : error;
	return ntohs((uint16_t)entry.s_port) == 1 ? 0 : EBADMSG;
}

static void expect_answer(const char *who)
{
	int error = look_up();

	if (error != 0)
		complain("%s: %s", who, strerror(error));
}

static void *look_up_in_thread(void *unused)
{
	expect_answer("who looks");
	return unused;
}

/* A thread whose look at the disk is held. That it began counts for all, until the next second. */
static pthread_t start_to_look(void)
{
	pthread_t thread;

	hold_next_look();
	if (pthread_create(&thread, NULL, look_up_in_thread, NULL) != 0)
		_exit(1);
	hold_wait();
	return thread;
}

static void end_to_look(pthread_t thread)
{
	hold_end();
	pthread_join(thread, NULL);
}

/* A process that has a view, which is due. */
static void have_view_that_is_due(void)
{
	expect_answer("at first");
	wait_for_next_second();
}

#define NOT_PERMITTED 77

static void run_held(bool denies_wiping, int (*start)(const void *), const void *argument)
{
	int status;

	if (!run_with_held_look(&status, denies_wiping, start, argument))
		cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
	if (status == NOT_PERMITTED)
		cr_skip_test("no namespaces are permitted here");
	cr_expect_eq(status, 0, "it ended with %d", status);
	children_expect_content();
}

static void wait_for(pid_t child, const char *who)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (status != 0)
		complain("%s: ended with status %#x", who, (unsigned)status);
}

static pid_t fork_by_library(void)
{
	return fork();
}

/* As programs do that have the C library do nothing about it. */
static pid_t fork_by_kernel(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

/* A child of that kind looks at the disk as if nobody did, since there nobody does. */
static void expect_child_to_look(pid_t (*fork_child)(void))
{
	have_view_that_is_due();
	pthread_t thread = start_to_look();
	pid_t child = fork_child();
	if (child == 0) {
		child_settle();
		wait_for_next_second();
		expect_answer("a child");
		_exit(0);
	}
	wait_for(child, "a child");
	if (hold_count_looks() == 0)
		complain("the child did not look");
	end_to_look(thread);
}

static int fork_plainly(const void *by_kernel)
{
	expect_child_to_look(by_kernel ? fork_by_kernel : fork_by_library);
	return 0;
}

Test(lookup_waiting, is_not_for_a_thread_of_the_parent)
{
	run_held(false, fork_plainly, NULL);
}

Test(lookup_waiting, is_not_for_a_thread_of_the_parent_in_a_child_of_the_kernel)
{
	if (HAS_THREAD_SANITIZER)
		cr_skip_test("the sanitizer does not know of such children");
	run_held(false, fork_plainly, "by the kernel");
}

Test(lookup_waiting, is_not_for_a_thread_of_the_parent_on_an_old_kernel)
{
	run_held(true, fork_plainly, NULL);
}

static pid_t fork_as_first(void)
{
	if (unshare(CLONE_NEWPID) != 0)
		complain("unshare: %s", strerror(errno));
	pid_t child = fork();
	if (child == 0 && getpid() != 1)
		complain("its number is %d", (int)getpid());
	return child;
}

/* Parent and child both have number 1, each in its namespace. */
static int fork_in_namespaces(const void *unused)
{
	(void)unused;
	if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
		return NOT_PERMITTED;
	pid_t child = fork();
	if (child == 0) {
		child_settle();
		expect_child_to_look(fork_as_first);
		_exit(0);
	}
	wait_for(child, "the parent");
	return 0;
}

Test(lookup_waiting, is_not_for_a_thread_of_a_parent_of_the_same_number)
{
	run_held(false, fork_in_namespaces, NULL);
}

/* POSIX forbids a child of vfork(2) to do this, and some do it. */
static pid_t look_up_in_shared_memory(void)
{
	pid_t child = vfork();

	if (child == 0) {
		look_up(); /* NOLINT(clang-analyzer-unix.Vfork): that is the point */
		_exit(0);
	}
	return child;
}

static int share_memory_while_thread_looks(const void *unused)
{
	(void)unused;
	have_view_that_is_due();
	pthread_t thread = start_to_look();
	wait_for_next_second();
	wait_for(look_up_in_shared_memory(), "a child that shares memory");
	if (hold_count_looks() > 0)
		complain("the child looks, and so does a thread");
	end_to_look(thread);
	return 0;
}

static void require_vfork(void)
{
	if (HAS_THREAD_SANITIZER)
		cr_skip_test("the sanitizer makes a fork of it");
}

Test(lookup_waiting, is_for_a_thread_in_whose_memory_a_child_runs)
{
	require_vfork();
	run_held(false, share_memory_while_thread_looks, NULL);
}

static void *look_up_beside_child(void *unused)
{
	hold_wait();
	wait_for_next_second();
	expect_answer("beside a child");
	if (hold_count_looks() > 0)
		complain("a thread looks, and so does the child");
	hold_end();
	return unused;
}

static int share_memory_while_child_looks(const void *unused)
{
	pthread_t thread;

	(void)unused;
	have_view_that_is_due();
	hold_next_look();
	if (pthread_create(&thread, NULL, look_up_beside_child, NULL) != 0)
		_exit(1);
	wait_for(look_up_in_shared_memory(), "a child that shares memory");
	pthread_join(thread, NULL);
	expect_answer("after the child");
	return 0;
}

Test(lookup_waiting, is_for_a_child_that_runs_in_this_memory)
{
	require_vfork();
	run_held(false, share_memory_while_child_looks, NULL);
}

static int look_up_while_thread_looks(const void *unused)
{
	(void)unused;
	have_view_that_is_due();
	pthread_t thread = start_to_look();
	wait_for_next_second();
	unsigned waits = hold_count_waits();
	expect_answer("who has a view");
	if (hold_count_waits() > waits)
		complain("who has a view waited");
	end_to_look(thread);
	return 0;
}

/* A view of a second ago is good while somebody looks for a newer one. */
Test(lookup_waiting, is_not_for_who_has_a_view)
{
	run_held(false, look_up_while_thread_looks, NULL);
}

static int look_up_first_while_thread_looks(const void *unused)
{
	(void)unused;
	pthread_t thread = start_to_look();
	int error = look_up();
	unsigned waits = hold_count_waits();
	if (error != EAGAIN || waits == 0)
		complain("without a view: %s after %u waits", strerror(error), waits);
	error = look_up();
	if (error != EAGAIN || hold_count_waits() > waits)
		complain("it waits again for a look that does not end: %s", strerror(error));
	end_to_look(thread);
	expect_answer("afterwards");
	return 0;
}

/* Then nobody waits a second time. */
Test(lookup_waiting, ends_where_a_disk_does_not_answer)
{
	run_held(false, look_up_first_while_thread_looks, NULL);
}

static void *end_soon(void *unused)
{
	while (hold_count_waits() == 0)
		;
	hold_end();
	return unused;
}

static int look_up_first_until_thread_has_looked(const void *unused)
{
	pthread_t ending;

	(void)unused;
	pthread_t thread = start_to_look();
	if (pthread_create(&ending, NULL, end_soon, NULL) != 0)
		_exit(1);
	expect_answer("who waited");
	pthread_join(ending, NULL);
	pthread_join(thread, NULL);
	return 0;
}

Test(lookup_waiting, gives_who_has_no_view_what_was_looked_for)
{
	run_held(false, look_up_first_until_thread_has_looked, NULL);
}
