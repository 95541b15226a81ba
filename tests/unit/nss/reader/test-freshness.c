/* SPDX-License-Identifier: MIT */
/*
 * Freshness: no answer rests on a source that was changed since, and every other one is still
 * given. Each question is asked by a new process, as one that runs may take a second to notice.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nss/reader/freshness.h"
#include "tests/support/module.h"
#include "tests/support/processes/children.h"
#include "tests/support/processes/faults.h"
#include "tests/support/support.h"
#include "tools/compile/sources/input.h"

extern int __nss_configure_lookup(const char *database, const char *services);

static struct module module;

static char *database_path;
static char *high;
static char *low;
static struct servent entry;
static char buffer[1024];
static int error;

static void compile_tracked(void)
{
	struct run run;

	RUN(&run, COMPILER, "--track", "-o", database_path, high, low);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static void set_up(void)
{
	database_path = scratch_path("services.db");
	high = scratch_path("high.services");
	low = scratch_path("low.services");
	setenv("PORTDB_DATABASE", database_path, 1);
	write_text(high, "ssh 22/tcp\nboth 1/tcp\n");
	write_text(low, "both 1/tcp alias\nlow 2/udp\n");
	compile_tracked();
	module = open_module();
}

TestSuite(freshness, .init = set_up);

/* The status of a lookup in a process of its own: by name, or by port where the name is a number.
 */
static enum nss_status ask(const char *question)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		bool is_port = question[0] >= '0' && question[0] <= '9';
		_exit(2 + (int)(is_port ? module.by_port(htons((uint16_t)atoi(question)), NULL,
							 &entry, buffer, sizeof buffer, &error)
					: module.by_name(question, NULL, &entry, buffer,
							 sizeof buffer, &error)));
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	return (enum nss_status)(WEXITSTATUS(status) - 2);
}

static void expect_all_fresh(void)
{
	cr_expect_eq(ask("ssh"), NSS_STATUS_SUCCESS);
	cr_expect_eq(ask("both"), NSS_STATUS_SUCCESS);
	cr_expect_eq(ask("alias"), NSS_STATUS_SUCCESS);
	cr_expect_eq(ask("2"), NSS_STATUS_SUCCESS);
	cr_expect_eq(ask("nothing"), NSS_STATUS_NOTFOUND);
	cr_expect_eq(ask("3"), NSS_STATUS_NOTFOUND);
}

static void expect_high_changed(void)
{
	cr_expect_eq(ask("ssh"), NSS_STATUS_UNAVAIL);
	cr_expect_eq(ask("22"), NSS_STATUS_UNAVAIL);
	cr_expect_eq(ask("both"), NSS_STATUS_UNAVAIL);
	cr_expect_eq(ask("low"), NSS_STATUS_SUCCESS);
	cr_expect_eq(ask("2"), NSS_STATUS_SUCCESS);
	cr_expect_eq(ask("nothing"), NSS_STATUS_UNAVAIL);
	cr_expect_eq(ask("3"), NSS_STATUS_UNAVAIL);
}

Test(freshness, holds_while_nothing_changes)
{
	expect_all_fresh();
}

Test(freshness, ends_with_an_edit)
{
	/* As long as it was, and in the very next moment. */
	write_text(high, "ssh 23/tcp\nboth 1/tcp\n");
	expect_high_changed();
	compile_tracked();
	expect_all_fresh();
}

Test(freshness, ends_when_a_source_goes)
{
	cr_assert_eq(unlink(high), 0);
	expect_high_changed();
}

Test(freshness, ends_for_a_service_that_only_a_lower_source_changed)
{
	write_text(low, "");
	cr_expect_eq(ask("ssh"), NSS_STATUS_SUCCESS);
	cr_expect_eq(ask("both"), NSS_STATUS_UNAVAIL);
	cr_expect_eq(ask("low"), NSS_STATUS_UNAVAIL);
	cr_expect_eq(ask("nothing"), NSS_STATUS_UNAVAIL);
}

Test(freshness, of_a_running_process_ends_within_a_second)
{
	cr_expect_eq(module.by_name("ssh", "tcp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_SUCCESS);
	write_text(high, "nothing 22/tcp\n");
	wait_for_next_second();
	errno = 4711;
	cr_expect_eq(module.by_name("ssh", "tcp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_UNAVAIL);
	cr_expect_eq(errno, 4711, "errno was touched");
	cr_expect_eq(module.by_name("low", "udp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_SUCCESS);
	compile_tracked();
	cr_expect_eq(module.by_name("nothing", "tcp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_SUCCESS, "a new database is used at once");
}

Test(freshness, leaves_changes_out_of_an_enumeration)
{
	unsigned count = 0;
	enum nss_status status;

	write_text(high, "");
	cr_assert_eq(module.set(0), NSS_STATUS_SUCCESS);
	for (; (status = module.next(&entry, buffer, sizeof buffer, &error)) == NSS_STATUS_SUCCESS;
	     count++)
		cr_expect_str_eq(entry.s_name, "low");
	cr_expect_eq(count, 1);
	cr_expect_eq(status, NSS_STATUS_UNAVAIL);
}

Test(freshness, is_nothing_that_an_untracked_database_has)
{
	struct run run;

	RUN(&run, COMPILER, "-o", database_path, high, low);
	cr_assert_eq(run.status, 0);
	run_free(&run);
	write_text(high, "");
	expect_all_fresh();
}

/* A time long after anything that this test does. */
static const struct timespec later = {.tv_sec = INT32_MAX};

static struct portdb_source_row row_of(const struct stat *status, enum portdb_source_kind kind)
{
	return (struct portdb_source_row){
	    .path = high,
	    .kind = kind,
	    .nanoseconds = (uint32_t)status->st_mtim.tv_nsec,
	    .seconds = status->st_mtim.tv_sec,
	    .size = (uint32_t)status->st_size,
	};
}

static bool has_changed(const struct stat *status, enum portdb_source_kind kind)
{
	struct portdb_source_row row = row_of(status, kind);

	return portdb_source_has_changed(&row, &later);
}

Test(freshness, is_told_by_size_and_time)
{
	const struct timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 5},
					  {.tv_sec = 1000, .tv_nsec = 5}};
	struct stat status;

	cr_assert_eq(utimensat(AT_FDCWD, high, times, 0), 0);
	cr_assert_eq(stat(high, &status), 0);
	cr_expect_not(has_changed(&status, PORTDB_FILE));
	cr_expect(has_changed(&status, PORTDB_ABSENT), "it appeared");
	status.st_mtim.tv_nsec = 6;
	cr_expect(has_changed(&status, PORTDB_FILE));
	status.st_mtim.tv_nsec = 0;
	cr_expect_not(has_changed(&status, PORTDB_FILE), "an archive may keep seconds only");
	status.st_size++;
	cr_expect(has_changed(&status, PORTDB_FILE));
	cr_expect_not(has_changed(&status, PORTDB_DIRECTORY), "a directory's size says nothing");
	status.st_mtim.tv_sec++;
	cr_expect(has_changed(&status, PORTDB_DIRECTORY));
	cr_assert_eq(unlink(high), 0);
	cr_expect(has_changed(&status, PORTDB_FILE), "it is gone");
	cr_expect_not(has_changed(&status, PORTDB_ABSENT));
}

Test(freshness, is_told_by_when_a_source_was_touched)
{
	struct stat status;

	cr_assert_eq(stat(high, &status), 0);
	struct portdb_source_row row = row_of(&status, PORTDB_FILE);
	struct timespec published = status.st_ctim;
	cr_expect(portdb_source_has_changed(&row, &published), "it may have been, in that tick");
	published.tv_sec++;
	cr_expect_not(portdb_source_has_changed(&row, &published));
	published.tv_sec -= 2;
	cr_expect(portdb_source_has_changed(&row, &published));
	/* By a clock that was set back since, it was touched in times to come. */
	row.kind = PORTDB_FILE_AHEAD;
	row.seconds = status.st_ctim.tv_sec;
	row.nanoseconds = (uint32_t)status.st_ctim.tv_nsec;
	cr_expect_not(portdb_source_has_changed(&row, &published));
	row.seconds++;
	cr_expect(portdb_source_has_changed(&row, &published));
}

/* ---- replaced by what has the same size and time: a question of a new process each ----------- */

static struct timespec old_times[2];

static void keep_times(const char *path)
{
	struct stat status;

	cr_assert_eq(stat(path, &status), 0);
	old_times[0] = status.st_atim;
	old_times[1] = status.st_mtim;
}

static void put_times_back(const char *path)
{
	cr_assert_eq(utimensat(AT_FDCWD, path, old_times, 0), 0);
}

#define EDITED "ssh 23/tcp\nboth 1/tcp\n" /* as long as it was */

Test(freshness, ends_with_cp_p)
{
	keep_times(high);
	write_text(high, EDITED);
	put_times_back(high);
	expect_high_changed();
	compile_tracked();
	expect_all_fresh();
}

Test(freshness, ends_with_rsync_and_tar)
{
	char *fresh = scratch_path("fresh");

	/* Written before the database was compiled, with times of whole seconds as archives have.
	 */
	old_times[0] = old_times[1] = (struct timespec){.tv_sec = 1};
	write_text(fresh, EDITED);
	put_times_back(fresh);
	put_times_back(high);
	compile_tracked();
	expect_all_fresh();
	cr_assert_eq(rename(fresh, high), 0);
	expect_high_changed();
	compile_tracked();
	expect_all_fresh();
}

static void turn_link(const char *target, const char *link)
{
	char *fresh = scratch_path("fresh-link");

	cr_assert_eq(symlink(target, fresh), 0);
	cr_assert_eq(rename(fresh, link), 0);
}

Test(freshness, ends_with_a_link_that_is_turned)
{
	char *one = scratch_path("one");
	char *other = scratch_path("other");

	/* OSTree has 0 and Nix 1 for the time of every file. */
	old_times[0] = old_times[1] = (struct timespec){.tv_sec = 1};
	write_text(one, "ssh 22/tcp\nboth 1/tcp\n");
	write_text(other, EDITED);
	put_times_back(one);
	put_times_back(other);
	turn_link("one", high);
	compile_tracked();
	expect_all_fresh();
	turn_link("other", high);
	expect_high_changed();
	compile_tracked();
	expect_all_fresh();
}

Test(freshness, ends_with_a_link_in_the_middle_of_the_path)
{
	old_times[0] = old_times[1] = (struct timespec){.tv_sec = 1};
	cr_assert_eq(mkdir(scratch_path("one"), 0755), 0);
	cr_assert_eq(mkdir(scratch_path("other"), 0755), 0);
	write_text(scratch_path("one/high.services"), "ssh 22/tcp\nboth 1/tcp\n");
	write_text(scratch_path("other/high.services"), EDITED);
	put_times_back(scratch_path("one/high.services"));
	put_times_back(scratch_path("other/high.services"));
	turn_link("one", scratch_path("static"));
	high = scratch_path("static/high.services");
	compile_tracked();
	expect_all_fresh();
	turn_link("other", scratch_path("static"));
	expect_high_changed();
}

Test(freshness, ends_with_a_link_in_the_place_of_a_file)
{
	char *other = scratch_path("other");

	keep_times(high);
	write_text(other, EDITED);
	put_times_back(other);
	compile_tracked();
	expect_all_fresh();
	turn_link("other", high);
	expect_high_changed();
}

Test(freshness, outlives_a_compilation_of_the_same)
{
	struct run run;

	/* As chmod(1) and backups touch a file. */
	cr_assert_eq(chmod(high, 0600), 0);
	expect_high_changed();
	RUN(&run, COMPILER, "--track", "-o", database_path, high, low);
	cr_expect(strstr(run.output, "(unchanged)"), "%s", run.output);
	run_free(&run);
	expect_all_fresh();
}

Test(freshness, is_told_by_the_tools_as_by_the_module)
{
	struct run run;

	keep_times(high);
	write_text(high, EDITED);
	put_times_back(high);
	RUN(&run, QUERY, "-d", database_path, "--sources", "--format=csv");
	cr_expect(strstr(run.output, ",changed\n"), "%s", run.output);
	cr_expect(strstr(run.output, ",unchanged\n"), "%s", run.output);
	run_free(&run);
	RUN(&run, COMPILER, "--list-sources", "-o", database_path, "--format=csv", high, low);
	cr_expect(strstr(run.output, ",changed\n"), "%s", run.output);
	cr_expect(strstr(run.output, ",unchanged\n"), "%s", run.output);
	run_free(&run);
}

/* File systems stamp by a clock that ticks some hundred times a second; an edit is faster. */
Test(freshness, notices_an_edit_in_the_same_instant)
{
	for (unsigned i = 0; i < 20; i++) {
		struct input input;
		struct stat status;
		write_text(high, "before\n");
		cr_assert(input_read(&input, &ROOT_HERE, high, INPUT_REGULAR));
		write_text(high, "after!\n");
		cr_assert_eq(stat(high, &status), 0);
		cr_assert(status.st_ctim.tv_sec != input.status.st_ctim.tv_sec ||
			  status.st_ctim.tv_nsec != input.status.st_ctim.tv_nsec);
		free(input.bytes);
	}
}

/* In the child's own /etc, through libc and the chain that the manual recommends. */
static bool finds(const char *name, int port)
{
	struct servent *found = getservbyname(name, "tcp");

	return found && ntohs((uint16_t)found->s_port) == port;
}

/* Why an answer is wrong, told by the exit status of the process that asked. */
static void ask_in_child(bool (*is_right)(void), int status)
{
	int result;
	pid_t child = fork();

	if (child == 0)
		_exit(is_right() ? 0 : status);
	if (waitpid(child, &result, 0) != child || result != 0)
		_exit(status);
}

static bool is_as_compiled(void)
{
	return finds("ssh", 22) && finds("smtp", 25) && finds("table-only", 7777) &&
	       !getservbyname("added", "tcp");
}

static bool is_as_edited(void)
{
	struct servent *found = getservbyport(htons(2222), "tcp");

	return finds("ssh", 2222) && found && strcmp(found->s_name, "ssh") == 0 &&
	       !getservbyport(htons(22), "tcp") && finds("added", 4711) &&
	       !getservbyname("smtp", "tcp") && !getservbyport(htons(25), "tcp") &&
	       finds("table-only", 7777);
}

/* Port 22 is the table's ssh now, whose word no longer stands behind the file's. */
static bool is_as_recompiled(void)
{
	return finds("ssh", 2222) && finds("added", 4711) && !getservbyname("smtp", "tcp") &&
	       getservbyport(htons(22), "tcp") && finds("table-only", 7777);
}

/* Enumeration: what the tables know, then the lines of the file as it is now; nothing twice. */
static bool is_enumerated_as_edited(void)
{
	static const char *const expected[] = {"table-only", "ssh", "added"};
	struct servent *found;
	size_t count = 0;

	setservent(0);
	for (; (found = getservent()) != NULL; count++)
		if (count >= 3 || strcmp(found->s_name, expected[count]) != 0)
			return false;
	endservent();
	return count == 3;
}

static void compile_in_etc(void)
{
	if (system(COMPILER " --track -o /etc/services.db /etc/services /etc/table.csv "
			    ">/etc/log 2>&1") != 0)
		_exit(2);
}

static void edit_services_in_child(void)
{
	static const char stock[] = "ssh 22/tcp\nsmtp 25/tcp mail\n";

	if (!enter_etc_with(stock, strlen(stock)))
		_exit(77);
	write_text(
	    "/etc/table.csv",
	    "Service Name,Port Number,Transport Protocol\ntable-only,7777,tcp\nssh,22,tcp\n");
	setenv("PORTDB_DATABASE", "/etc/services.db", 1);
	__nss_configure_lookup("services", "portdb [NOTFOUND=return] files");
	compile_in_etc();
	ask_in_child(is_as_compiled, 3);
	/* One service changed, one added, one removed. */
	write_text("/etc/services", "ssh 2222/tcp\nadded 4711/tcp\n");
	ask_in_child(is_as_edited, 4);
	ask_in_child(is_enumerated_as_edited, 5);
	compile_in_etc();
	ask_in_child(is_as_recompiled, 6);
	_exit(0);
}

Test(freshness, of_the_chain_is_right_before_anything_is_recompiled)
{
	int status;

	scratch_directory();
	pid_t child = fork();
	if (child == 0)
		edit_services_in_child();
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		cr_skip_test("no mount namespace is permitted here");
	cr_expect_eq(status, 0, "step %d", WEXITSTATUS(status));
}

/* What the database would say of a source as it is now. */
static struct portdb_source_row row_at(const char *path, enum portdb_source_kind kind)
{
	struct portdb_source_row row = {.path = path, .kind = kind};
	struct stat status;

	if (stat(path, &status) == 0) {
		row.size = (uint32_t)status.st_size;
		row.seconds = status.st_mtim.tv_sec;
		row.nanoseconds = (uint32_t)status.st_mtim.tv_nsec;
	}
	return row;
}

static void stamp(const char *path, time_t seconds, long nanoseconds)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {seconds, nanoseconds}};

	cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

Test(freshness, of_a_file_is_its_size_and_time)
{
	stamp(high, 1000000000, 500);
	struct portdb_source_row row = row_at(high, PORTDB_FILE);

	cr_expect_not(portdb_source_has_changed(&row, &later));
	stamp(high, 1000000001, 500);
	cr_expect(portdb_source_has_changed(&row, &later));
	stamp(high, 1000000000, 501);
	cr_expect(portdb_source_has_changed(&row, &later));
	/* An archive that keeps whole seconds was unpacked; or its database was compiled of one. */
	stamp(high, 1000000000, 0);
	cr_expect_not(portdb_source_has_changed(&row, &later));
	row = row_at(high, PORTDB_FILE);
	stamp(high, 1000000000, 500);
	cr_expect_not(portdb_source_has_changed(&row, &later));
	row.size++;
	cr_expect(portdb_source_has_changed(&row, &later));
	/* The size of a directory is the file system's own affair. */
	row.kind = PORTDB_DIRECTORY;
	cr_expect_not(portdb_source_has_changed(&row, &later));
	row.kind = PORTDB_UNTRACKED;
	row.seconds++;
	cr_expect_not(portdb_source_has_changed(&row, &later));
}

Test(freshness, of_what_is_not_there_ends_when_it_comes)
{
	char *path = scratch_path("to-come");
	struct portdb_source_row absent = row_at(path, PORTDB_ABSENT);
	struct portdb_source_row file = row_at(path, PORTDB_FILE);

	cr_expect_not(portdb_source_has_changed(&absent, &later));
	cr_expect(portdb_source_has_changed(&file, &later));
	write_text(path, "");
	cr_expect(portdb_source_has_changed(&absent, &later));
	free(path);
	/* Nor is anything below a file. */
	path = scratch_path("high.services/below");
	absent = row_at(path, PORTDB_ABSENT);
	file = row_at(path, PORTDB_FILE);
	cr_expect_not(portdb_source_has_changed(&absent, &later));
	cr_expect(portdb_source_has_changed(&file, &later));
	free(path);
}

Test(freshness, of_what_leads_nowhere_any_more_ends)
{
	char *path = scratch_path("loop");
	char name[NAME_MAX + 2];

	cr_assert_eq(symlink("loop", path), 0);
	struct portdb_source_row row = row_at(path, PORTDB_FILE);
	cr_expect(portdb_source_has_changed(&row, &later), "a link in the place of a file");
	row.is_linked = true;
	cr_expect(portdb_source_has_changed(&row, &later));
	row.kind = PORTDB_ABSENT;
	cr_expect_not(portdb_source_has_changed(&row, &later), "there is nothing, as before");
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(symlink(name, path), 0);
	row.kind = PORTDB_FILE;
	cr_expect(portdb_source_has_changed(&row, &later));
	row.kind = PORTDB_ABSENT;
	cr_expect_not(portdb_source_has_changed(&row, &later), "there is nothing, as before");
	free(path);
}

/* What a child exits with. */
static int has_changed_in_child(const void *row)
{
	faults_begin();
	bool has_changed = portdb_source_has_changed(row, &later);
	faults_end();
	return has_changed;
}

/* Whether a source has changed, and one that was not there has come, by an errno of stat(2). */
static void expect_changed_by(int error, bool has_changed, bool has_come)
{
	struct portdb_source_row row = row_at(high, PORTDB_FILE);
	struct fault fault = {.number = 1, .error = error, .is_between = true};
	struct faulty_run run;

	if (!run_with_fault(&run, &fault, has_changed_in_child, &row))
		cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
	cr_assert(run.has_failed);
	cr_expect_eq(run.status, has_changed, "%s", strerror(error));
	row.kind = PORTDB_ABSENT;
	cr_assert(run_with_fault(&run, &fault, has_changed_in_child, &row));
	cr_expect_eq(run.status, has_come, "%s", strerror(error));
}

Test(freshness, of_what_cannot_be_looked_at_is_taken_for_granted)
{
	expect_changed_by(EACCES, false, false);
	expect_changed_by(EIO, false, false);
	expect_changed_by(ESTALE, false, false);
	expect_changed_by(ENOMEM, false, false);
}

Test(freshness, of_what_is_not_there_ends)
{
	expect_changed_by(ENOENT, true, false);
	expect_changed_by(ENOTDIR, true, false);
	expect_changed_by(ELOOP, true, false);
	expect_changed_by(ENAMETOOLONG, true, false);
}

/* There is a file, as "files" finds; of when, this machine cannot tell. */
Test(freshness, of_a_time_that_no_structure_holds_ends)
{
	expect_changed_by(EOVERFLOW, true, true);
}
