/* SPDX-License-Identifier: MIT */
/*
 * portdb-compile when things fail under it: each of its system calls in turn, or its life. Whatever
 * happens there is a whole database, the exit status tells whether it is the new one, and nothing
 * else is left behind.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/file.h"
#include "nss/reader/format.h"
#include "nss/reader/lookup.h"
#include "tests/support/compiling.h"
#include "tests/support/processes/faults.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"
#include "tools/compile/image/verify.h"

#define DATABASE      "place/services.db"
#define SUPERSEDED_AT offsetof(struct portdb_header, superseded)

/* A compiler, and what its directory holds before and after it. */
struct work {
	const char *path;             /* of the database */
	const char *directory;        /* its own */
	const char *const *arguments; /* of the compiler that faults hit */
	const char *const *old;       /* of the one before; they make the bytes below */
	unsigned char *old_bytes;
	unsigned char *new_bytes;
	size_t old_size;
	size_t new_size;
};

static void enter_scratch(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
	cr_assert_eq(mkdir("place", 0755), 0);
	write_text("old", "ssh 22/tcp secsh # Secure Shell\ndomain 53/udp\n");
	write_text("new", "telnet 23/tcp\nssh 22/tcp\n");
}

TestSuite(compile_faults, .init = enter_scratch, .timeout = 120);

/* What is in the directory other than the database; "" for nothing. */
static const char *debris(const char *directory)
{
	static char found[sizeof((struct dirent *)0)->d_name];
	DIR *stream = opendir(directory);

	cr_assert_not_null(stream);
	*found = '\0';
	for (const struct dirent *entry; (entry = readdir(stream));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, "services.db") != 0)
			strcpy(found, entry->d_name);
	closedir(stream);
	return found;
}

/*
 * The same right after a fault, which may have hit the removal of the lock or the taking of it: an
 * empty file that keeps nobody waiting, and that the next run removes.
 */
static const char *debris_of_fault(const char *directory)
{
	const char *found = debris(directory);

	return strcmp(found, ".services.db.lock") == 0 ? "" : found;
}

static bool holds(const char *path, const unsigned char *bytes, size_t size)
{
	size_t found_size;
	unsigned char *found = (unsigned char *)read_file(path, &found_size);
	bool is_same = found_size == size && memcmp(found, bytes, size) == 0;

	free(found);
	return is_same;
}

static void compile_soundly(const char *const *arguments)
{
	struct run run;

	run_program(&run, arguments);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static int become_compiler(const void *argument)
{
	const struct work *work = argument;
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* Its messages are of no interest. */
	dup2(nowhere, 1);
	dup2(nowhere, 2);
	faults_begin();
	execv(COMPILER, (char *const *)work->arguments);
	return 126;
}

static void put_old_in_place(const struct work *work)
{
	unlink(work->path);
	write_file(work->path, work->old_bytes, work->old_size);
	cr_assert_eq(chmod(work->path, 0444), 0);
}

/* Whether one who mapped the old database before all this still has it. */
static void expect_unharmed(const struct work *work, const struct portdb_file *reader,
			    bool is_published, const char *where)
{
	const unsigned char *bytes = reader->address;

	cr_expect_arr_eq(bytes, work->old_bytes, SUPERSEDED_AT, "%s", where);
	cr_expect_arr_eq(bytes + SUPERSEDED_AT + 4, work->old_bytes + SUPERSEDED_AT + 4,
			 work->old_size - SUPERSEDED_AT - 4, "%s", where);
	cr_expect(is_published || !portdb_superseded(&reader->db), "%s: told for nothing", where);
}

static void expect_whole(const struct work *work, const struct faulty_run *run,
			 const struct portdb_file *reader, const char *where)
{
	bool is_new = holds(work->path, work->new_bytes, work->new_size);
	bool is_old = holds(work->path, work->old_bytes, work->old_size);
	struct stat status;

	cr_expect(is_new || is_old, "%s: neither the old nor the new database", where);
	cr_expect(is_new || run->status != 0, "%s: not published, and exit status 0", where);
	cr_expect_eq(stat(work->path, &status), 0);
	cr_expect_eq(status.st_mode, S_IFREG | 0444, "%s: mode %o", where, status.st_mode);
	expect_unharmed(work, reader, is_new, where);
}

static const char *error_text(int error)
{
	if (error == FAULT_KILL)
		return "killed";
	return error == FAULT_SHORT ? "half done" : strerror(error);
}

/* Some faults have to be got over, and some must not be passed over. */
static void expect_right_outcome(const struct work *work, const struct faulty_run *run, int error,
				 const char *where)
{
	/* The loader takes no half. */
	if (error == FAULT_SHORT)
		cr_expect(run->status == 0 || run->status == 127, "%s", where);
	if (error == EINTR && (run->call == SYS_write || run->call == SYS_flock))
		cr_expect(holds(work->path, work->new_bytes, work->new_size), "%s", where);
	if (run->has_failed && run->call == SYS_fsync)
		cr_expect_neq(run->status, 0, "%s: not known to be on disk", where);
}

/* A program that is killed or given half keeps its word with a sanitizer in it as well. */
static void require_program_that_survives(int error)
{
	if (HAS_SANITIZED_MEMORY && error > 0)
		cr_skip_test("the sanitizer's own calls would fail in portdb-compile, and end it "
			     "with any status");
}

/* Lets each call fail, the first, the second and so on to the last, or every so many-th. Returns
 * how many did. */
static unsigned walk(const struct work *work, int error, const char *const *next_arguments)
{
	unsigned faults = 0;

	require_program_that_survives(error);
	for (struct fault fault = {1, error, .is_between = true};; fault.number += stride()) {
		struct faulty_run run;
		struct portdb_file reader;
		enum portdb_result result;
		char where[128];

		put_old_in_place(work);
		cr_assert(portdb_file_map(&reader, work->path, &result));
		if (!run_with_fault(&run, &fault, become_compiler, work))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		snprintf(where, sizeof where, "%s at call %u (system call %d), exit status %d",
			 error_text(error), fault.number, run.call, run.status);
		expect_whole(work, &run, &reader, where);
		expect_right_outcome(work, &run, error, where);
		if (error != FAULT_KILL)
			cr_expect_str_empty(debris_of_fault(work->directory), "%s: it left %s",
					    where, debris(work->directory));
		portdb_file_unmap(&reader);
		faults += run.has_failed;
		if (run.calls < fault.number) {
			cr_expect_eq(run.status, 0, "without a fault: %d", run.status);
			return faults;
		}
		compile_soundly(next_arguments);
		cr_expect_str_empty(debris(work->directory), "%s: %s is left after the next run",
				    where, debris(work->directory));
	}
}

static void prepare(struct work *work)
{
	compile_soundly(work->arguments);
	work->new_bytes = (unsigned char *)read_file(work->path, &work->new_size);
	compile_soundly(work->old);
	work->old_bytes = (unsigned char *)read_file(work->path, &work->old_size);
}

static const char *const old_arguments[] = {COMPILER, "-o", DATABASE, "old", NULL};
static const char *const new_arguments[] = {COMPILER, "-o", DATABASE, "new", NULL};

static void walk_over_all(int error, unsigned least)
{
	struct work work = {.path = DATABASE,
			    .directory = "place",
			    .arguments = new_arguments,
			    .old = old_arguments};

	prepare(&work);
	unsigned faults = walk(&work, error, new_arguments);
	cr_expect_geq(faults, least / stride(), "only %u faults", faults);
	cr_log_info("%u faults", faults);
}

/* The loader's included there are some ninety. */
#define MOST_CALLS 40

Test(compile_faults, full_disk)
{
	walk_over_all(ENOSPC, MOST_CALLS);
}

Test(compile_faults, input_and_output_errors)
{
	walk_over_all(EIO, MOST_CALLS);
}

Test(compile_faults, interruptions)
{
	walk_over_all(EINTR, MOST_CALLS);
}

Test(compile_faults, no_descriptors_left)
{
	walk_over_all(EMFILE, MOST_CALLS);
}

Test(compile_faults, no_memory_left)
{
	walk_over_all(ENOMEM, MOST_CALLS);
}

Test(compile_faults, no_permission)
{
	walk_over_all(EACCES, MOST_CALLS);
}

/* The loader reads each library, the compiler its source, and both get or give the rest later. */
Test(compile_faults, short_reads_and_writes)
{
	walk_over_all(FAULT_SHORT, 3);
}

Test(compile_faults, kill_9)
{
	walk_over_all(FAULT_KILL, MOST_CALLS);
}

/* The next run has nothing to publish then, and still clears away. */
Test(compile_faults, kill_9_before_a_run_that_changes_nothing)
{
	struct work work = {.path = DATABASE,
			    .directory = "place",
			    .arguments = new_arguments,
			    .old = old_arguments};

	prepare(&work);
	cr_expect_geq(walk(&work, FAULT_KILL, old_arguments), MOST_CALLS / stride());
}

static const int errors[] = {ENOSPC, EIO, EINTR, EMFILE, ENOMEM, EACCES, FAULT_SHORT, FAULT_KILL};

/*
 * The system's sources, which may be missing: one that only cannot be read is none that is missing,
 * and what is tracked of them is told apart by the database's bytes.
 */
Test(compile_faults, do_not_make_a_source_of_the_system_pass_for_absent)
{
	static const char *const arguments[] = {COMPILER, "--root=root", NULL};
	static const char *const old[] = {COMPILER, "-o", "root" PORTDB_DATABASE_PATH, "old", NULL};
	char *directory = scratch_path("root" PORTDB_DATABASE_PATH);
	struct work work = {.path = "root" PORTDB_DATABASE_PATH,
			    .directory = directory,
			    .arguments = arguments,
			    .old = old};
	unsigned faults = 0;

	require_roots();
	*strrchr(directory, '/') = '\0';
	make_directories(directory);
	make_directories("root" PORTDB_DROPINS_DIRECTORY);
	make_directories("root" PORTDB_TABLES_DIRECTORY);
	make_directories("root/etc");
	write_text("root" PORTDB_DROPINS_DIRECTORY "/50-site.services", "ticketd 7411/tcp\n");
	write_text("root/etc/services", "ssh 22/tcp\n");
	write_text("root" PORTDB_TABLES_DIRECTORY "/00-registry.csv",
		   "Service Name,Port Number,Transport Protocol\nhttp,80,tcp\n");
	write_text("root" PORTDB_TABLES_DIRECTORY "/10-a.csv",
		   "Service Name,Port Number,Transport Protocol\nhttps,443,tcp\n");
	prepare(&work);
	faults += walk(&work, EIO, arguments);
	faults += walk(&work, EINTR, arguments);
	faults += walk(&work, FAULT_SHORT, arguments);
	cr_expect_geq(faults, 2 * MOST_CALLS / stride());
}

static int become_shell(const void *command)
{
	faults_begin();
	execl("/bin/sh", "sh", "-c", command, NULL);
	return 126;
}

/* As all is compiled once more, where a source is edited that was read already. */
Test(compile_faults, are_not_forgotten_where_sources_change)
{
	static const char command[] = "{ exec 3>pipe; cat old >>new; } & " COMPILER " -o " DATABASE
				      " new pipe >/dev/null 2>&1\n"
				      "status=$?; wait; exit $status";
	const struct fault fault = {2, EIO, .is_between = true, .only = SYS_fsync};
	struct faulty_run run;

	cr_assert_eq(mkfifo("pipe", 0600), 0);
	if (!run_with_fault(&run, &fault, become_shell, command))
		cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
	cr_assert(run.has_failed);
	cr_expect_eq(services_at(DATABASE), 4, "%u services", services_at(DATABASE));
	cr_expect_eq(run.status, 1, "not known to be on disk");
}

/* What is refused without a fault is refused with one. Returns how many faults there were. */
static unsigned walk_refused(const char *const *arguments, int error, const char *bytes,
			     size_t size)
{
	struct work work = {.arguments = arguments};
	struct faulty_run run = {0};
	unsigned faults = 0;

	require_program_that_survives(error);
	for (struct fault fault = {1, error, .is_between = true};
	     run.calls + stride() >= fault.number; fault.number += stride()) {
		if (!run_with_fault(&run, &fault, become_compiler, &work))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		cr_expect_neq(run.status, 0);
		cr_expect(holds(DATABASE, (const void *)bytes, size),
			  "replaced: %s at call %u (system call %d), exit status %d",
			  error_text(error), fault.number, run.call, run.status);
		cr_expect_str_empty(debris_of_fault("place"));
		faults += run.has_failed;
	}
	cr_expect_str_empty(debris("place"));
	return faults;
}

static void expect_refused_whatever_fails(const char *const *arguments)
{
	size_t size;
	char *bytes = read_file(DATABASE, &size);
	unsigned faults = 0;

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		faults += walk_refused(arguments, errors[i], bytes, size);
	cr_expect_geq(faults, 6 * MOST_CALLS / stride());
	free(bytes);
}

/* A file that cannot be looked into is no empty one. */
Test(compile_faults, do_not_let_a_file_be_replaced_that_is_no_database)
{
	write_text(DATABASE, "the services of a lifetime\n");
	expect_refused_whatever_fails(new_arguments);
}

Test(compile_faults, do_not_let_services_be_replaced_by_none)
{
	static const char *const arguments[] = {COMPILER, "-o", DATABASE, "none", NULL};

	write_text("none", "# none\n");
	compile_soundly(old_arguments);
	expect_refused_whatever_fails(arguments);
}

#define COMPILERS 200

/* Some of them killed on the way, if `kills`. */
static void compete(bool kills)
{
	static const char *const sources[] = {"100", "200", "300", "400", "500"};
	pid_t compilers[COMPILERS];
	const unsigned count = COMPILERS / stride();

	for (size_t i = 0; i < 5; i++)
		write_services(sources[i], (unsigned)(100 * (i + 1)));
	for (unsigned i = 0; i < count; i++) {
		compilers[i] = start_compiler(DATABASE, sources[i % 5]);
		if (kills && i % 3 == 2)
			kill(compilers[i - 1], SIGKILL);
	}
	for (unsigned i = 0; i < count; i++) {
		int status;
		cr_assert_eq(waitpid(compilers[i], &status, 0), compilers[i]);
		cr_expect(status == 0 || (kills && i % 3 == 1 && WIFSIGNALED(status)),
			  "compiler %u: status %#x", i, status);
		uint32_t services = services_at(DATABASE);
		cr_expect(kills || (services > 0 && services % 100 == 0), "%u services", services);
	}
	compile_soundly(new_arguments);
	cr_expect_eq(services_at(DATABASE), 2);
	cr_expect_str_empty(debris("place"), "%s is left", debris("place"));
}

Test(compile_faults, two_hundred_at_once)
{
	compete(false);
}

Test(compile_faults, two_hundred_at_once_of_whom_many_are_killed)
{
	compete(true);
}
