/* SPDX-License-Identifier: MIT */
/* Publishing: a database is put in place whole, or what was there stays; and nothing else does. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/file.h"
#include "nss/reader/format.h"
#include "nss/reader/lookup.h"
#include "tests/support/compiling.h"
#include "tests/support/processes/counting.h"
#include "tests/support/publishing.h"
#include "tests/support/support.h"
#include "tools/compile/image/verify.h"

#define ONE    "ssh 22/tcp secsh # Secure Shell\n"
#define TWO    "telnet 23/tcp\nssh 22/tcp\n"
#define NOBODY 65534

/* A lock that is not let go of shows as a test that does not end. */
TestSuite(publish, .timeout = 60);

/* Where every test publishes: a directory with nothing else in it. */
static const char *place(void)
{
	static char *directory;

	if (!directory) {
		directory = scratch_path("place");
		cr_assert_eq(mkdir(directory, 0755), 0);
	}
	return directory;
}

static char *path_in_place(const char *name)
{
	char *path;

	cr_assert_gt(asprintf(&path, "%s/%s", place(), name), 0);
	return path;
}

/* Messages go to a file, which a forked child's do as well. */
static enum outcome publish(const struct image *image, const char *path)
{
	struct diagnostics diagnostics = {0};
	FILE *usual = stderr;
	char *messages = scratch_path("messages");

	/* The C library has both as variables that a program may set. */
	program_invocation_short_name = "portdb-compile";
	stderr = fopen(messages, "w");
	enum outcome outcome = publish_image(image, path, &diagnostics);
	fclose(stderr);
	stderr = usual;
	free(messages);
	/* A failure is one line, and only a failure is. */
	cr_expect_eq(diagnostics.errors, outcome == FAILED ? 1 : 0);
	return outcome;
}

static enum outcome publish_text(const char *text, const char *path)
{
	struct database database;

	database_make(&database, &text, 1);
	enum outcome outcome = publish(&database.image, path);
	database_free(&database);
	return outcome;
}

static void expect_message(const char *path, const char *message)
{
	char *file = scratch_path("messages");
	char *messages = read_file(file, NULL);
	char *expected;

	cr_assert_gt(asprintf(&expected, "portdb-compile: %s: %s\n", path, message), 0);
	cr_expect_str_eq(messages, expected, "%s", messages);
	free(expected);
	free(messages);
	free(file);
}

/* Whether the file at path is the database that text gives. */
static bool holds(const char *path, const char *text)
{
	struct database database;
	size_t size;
	char *bytes = read_file(path, &size);

	database_make(&database, &text, 1);
	bool is_same =
	    size == database.image.size && memcmp(bytes, database.image.bytes, size) == 0;
	database_free(&database);
	free(bytes);
	return is_same;
}

static struct stat status_of(const char *path)
{
	struct stat status;

	cr_assert_eq(lstat(path, &status), 0, "%s: %s", path, strerror(errno));
	return status;
}

Test(publish, writes_a_read_only_file)
{
	char *path = path_in_place("db");

	umask(077);
	cr_expect_eq(publish_text(ONE, path), PUBLISHED);
	cr_expect_eq(status_of(path).st_mode, S_IFREG | 0444);
	cr_expect(holds(path, ONE));
	cr_expect_eq(count_entries(place()), 1);
}

Test(publish, takes_a_name_without_a_directory)
{
	cr_assert_eq(chdir(place()), 0);
	cr_expect_eq(publish_text(ONE, "db"), PUBLISHED);
	cr_expect_eq(publish_text(TWO, "db"), PUBLISHED);
	cr_expect(holds("db", TWO));
	cr_expect_eq(count_entries("."), 1);
}

/* 0 if the second of two databases replaced the first as it should, else what it did not do. */
static int replace_one(const char *path)
{
	struct portdb_file old;
	struct portdb_file new;
	struct stat before;
	struct stat after;
	enum portdb_result result;

	if (publish_text(ONE, path) != PUBLISHED || !portdb_file_map(&old, path, &result))
		return 1;
	int descriptor = portdb_file_open(path, &before);
	if (portdb_superseded(&old.db))
		return 2;
	if (publish_text(TWO, path) != PUBLISHED || !portdb_file_map(&new, path, &result))
		return 3;
	if (!portdb_superseded(&old.db) || portdb_superseded(&new.db))
		return 4;
	/* Those who have the old one read it as before. */
	uint32_t services;
	if (verify_image(old.address, old.length, &services) || services != 1)
		return 5;
	if (stat(path, &after) != 0 || after.st_ino == before.st_ino || after.st_mode != 0100444)
		return 6;
	/* It is not left writable, be it without a name. */
	if (fstat(descriptor, &after) != 0 || after.st_nlink != 0 || after.st_mode != 0100444)
		return 7;
	return 0;
}

Test(publish, replaces_the_old_file_and_tells_its_readers)
{
	char *path = path_in_place("db");

	cr_expect_eq(replace_one(path), 0);
	cr_expect(holds(path, TWO));
	cr_expect_eq(count_entries(place()), 1);
}

/* What run gives in a child process, where it may change what cannot be changed back. */
static int in_child(int (*run)(const char *path), const char *path)
{
	int status;
	pid_t child = fork();

	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(run(path));
	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Makes this process nobody's, who can write what it needs to. */
static bool become_nobody(void)
{
	return setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0;
}

static void open_scratch_for_nobody(void)
{
	char *messages = scratch_path("messages");

	if (geteuid() != 0)
		cr_skip_test("only root can become another user");
	write_text(messages, "");
	cr_assert_eq(chmod(messages, 0666), 0);
	cr_assert_eq(chmod(scratch_directory(), 0711), 0);
	free(messages);
}

static int replace_as_nobody(const char *path)
{
	return become_nobody() ? replace_one(path) : 100;
}

/* The file is read-only for its owner too, who may have no power over modes. */
Test(publish, tells_readers_for_an_owner_who_is_not_root)
{
	open_scratch_for_nobody();
	cr_assert_eq(chown(place(), NOBODY, NOBODY), 0);
	cr_expect_eq(in_child(replace_as_nobody, path_in_place("db")), 0);
	cr_expect_eq(count_entries(place()), 1);
}

static int publish_two_as_nobody(const char *path)
{
	return become_nobody() ? (int)publish_text(TWO, path) : 100;
}

Test(publish, fails_in_a_directory_that_cannot_be_written)
{
	char *path = path_in_place("db");

	open_scratch_for_nobody();
	cr_assert_eq(publish_text(ONE, path), PUBLISHED);
	cr_expect_eq(in_child(publish_two_as_nobody, path), FAILED);
	expect_message(path, "cannot lock it: Permission denied");
	cr_expect(holds(path, ONE));
	cr_expect_eq(count_entries(place()), 1);
}

/* As on a file server, which stamps files by a clock of its own. */
Test(publish, says_that_a_clock_is_behind)
{
	static const char *const text = TWO;
	char *path = path_in_place("db");
	char *file = scratch_path("messages");
	struct database database;
	int behind;

	cr_assert_eq(publish_text(ONE, path), PUBLISHED);
	database_make(&database, &text, 1);
	clock_gettime(CLOCK_REALTIME, &database.image.sources_touched);
	database.image.sources_touched.tv_sec += 3600;
	cr_expect_eq(publish(&database.image, path), FAILED);
	database_free(&database);
	char *messages = read_file(file, NULL);
	char *clock = strstr(messages, ": not written, as it would be older than a source: the "
				       "clock of its file system is ");
	cr_assert_not_null(clock, "%s", messages);
	cr_assert_eq(sscanf(strstr(clock, " is "), " is %d seconds behind;", &behind), 1);
	cr_expect(behind > 3500 && behind <= 3600, "%d", behind);
	free(messages);
	cr_expect(holds(path, ONE));
	cr_expect_eq(count_entries(place()), 1);
}

Test(publish, leaves_an_identical_file_alone)
{
	char *path = path_in_place("db");

	cr_assert_eq(publish_text(ONE, path), PUBLISHED);
	struct stat before = status_of(path);
	cr_expect_eq(publish_text(ONE, path), UNCHANGED);
	struct stat after = status_of(path);
	cr_expect_eq(after.st_ino, before.st_ino);
	cr_expect_eq(memcmp(&after.st_mtim, &before.st_mtim, sizeof after.st_mtim), 0);
	cr_expect_eq(after.st_mode, before.st_mode);
	cr_expect_eq(count_entries(place()), 1);
}

/* The module would not use it: publishing again is what mends that. */
Test(publish, replaces_an_identical_file_that_others_can_write)
{
	char *path = path_in_place("db");

	cr_assert_eq(publish_text(ONE, path), PUBLISHED);
	ino_t before = status_of(path).st_ino;
	cr_assert_eq(chmod(path, 0664), 0);
	cr_expect_eq(publish_text(ONE, path), PUBLISHED);
	cr_expect_neq(status_of(path).st_ino, before);
	cr_expect_eq(status_of(path).st_mode, S_IFREG | 0444);
}

static void expect_refusal(const char *path, const char *message)
{
	struct stat before = status_of(path);

	cr_expect_eq(publish_text(ONE, path), FAILED);
	expect_message(path, message);
	struct stat after = status_of(path);
	cr_expect_eq(after.st_ino, before.st_ino);
	cr_expect_eq(after.st_mode, before.st_mode);
	cr_expect_eq(after.st_size, before.st_size);
}

#define NOT_REGULAR "not replaced, as it is not a regular file"
#define NOT_DATABASE                                                                       \
	"not replaced, as it is not a portdb database; if it is to become one, remove it " \
	"first"

Test(publish, does_not_replace_what_is_no_database)
{
	char *text = path_in_place("text");
	char *shorter = path_in_place("shorter");
	char *database = path_in_place("database");
	char *symlink_path = path_in_place("symlink");
	char *dangling = path_in_place("dangling");
	char *fifo = path_in_place("fifo");

	write_text(text, "the services of a lifetime\n");
	write_text(shorter, "portdb");
	cr_assert_eq(publish_text(TWO, database), PUBLISHED);
	cr_assert_eq(symlink(database, symlink_path), 0);
	cr_assert_eq(symlink("nothing", dangling), 0);
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	alarm(10); /* nobody writes to the FIFO */
	expect_refusal(text, NOT_DATABASE);
	expect_refusal(shorter, NOT_DATABASE);
	expect_refusal(symlink_path, NOT_REGULAR);
	expect_refusal(dangling, NOT_REGULAR);
	expect_refusal(fifo, NOT_REGULAR);
	expect_refusal(place(), NOT_REGULAR);
	cr_expect(holds(database, TWO));
	cr_expect_eq(count_entries(place()), 6);
}

/* Nothing is lost with an empty file, as mktemp(1) makes it, nor with what is left of a database.
 */
Test(publish, replaces_empty_and_damaged_files)
{
	static const char damaged[] = PORTDB_MAGIC "\1";
	char *path = path_in_place("db");

	write_text(path, "");
	cr_expect_eq(publish_text(ONE, path), PUBLISHED);
	cr_assert_eq(unlink(path), 0);
	write_file(path, damaged, sizeof damaged);
	cr_expect_eq(publish_text(ONE, path), PUBLISHED);
	cr_expect(holds(path, ONE));
}

Test(publish, does_not_replace_services_by_none)
{
	char *path = path_in_place("db");

	cr_expect_eq(publish_text("# none\n", path), PUBLISHED);
	cr_expect_eq(publish_text(ONE, path), PUBLISHED);
	cr_expect_eq(publish_text("# none\n", path), FAILED);
	expect_message(path, "not replaced, as the new database has no services");
	cr_expect(holds(path, ONE));
	cr_expect_eq(count_entries(place()), 1);
}

Test(publish, fails_by_the_name_of_a_directory)
{
	static const char *const names[] = {"db/", "directory/", "", "/"};
	char *directory = path_in_place("directory");

	cr_assert_eq(mkdir(directory, 0755), 0);
	cr_assert_eq(chdir(place()), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		cr_expect_eq(publish_text(ONE, names[i]), FAILED);
		expect_message(names[i], "the name of a directory, not of a database");
	}
	cr_expect_eq(publish_text(ONE, "directory"), FAILED);
	expect_message("directory", "not replaced, as it is not a regular file");
	cr_expect_eq(count_entries(place()), 1);
	cr_expect_eq(count_entries(directory), 0);
}

/* A name may have 255 bytes here, and the lock's has six more. */
Test(publish, takes_a_name_that_leaves_room_for_the_locks)
{
	static const int lengths[] = {244, 245, 249, 250, 255, 256};
	char name[257];

	cr_assert_eq(chdir(place()), 0);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		bool is_short = lengths[i] <= 249;
		snprintf(name, sizeof name, "%0*d", lengths[i], 0);
		cr_expect_eq(publish_text(ONE, name), is_short ? PUBLISHED : FAILED, "%d bytes",
			     lengths[i]);
		if (!is_short)
			expect_message(name, "its name is too long: that of the lock beside it "
					     "has 6 bytes more");
		cr_expect_eq(count_entries("."), is_short, "%d bytes", lengths[i]);
		cr_expect_eq(unlink(name), is_short ? 0 : -1);
	}
}

Test(publish, fails_without_a_directory)
{
	char *directory = path_in_place("missing");
	char *file = path_in_place("file");

	cr_expect_eq(publish_text(ONE, path_in_place("missing/db")), FAILED);
	expect_message(directory, "cannot open the directory: No such file or directory");
	write_text(file, "");
	cr_expect_eq(publish_text(ONE, path_in_place("file/db")), FAILED);
	expect_message(file, "cannot open the directory: Not a directory");
	cr_expect_eq(count_entries(place()), 1);
}

/* A compiler that was killed may have left a file under the name that the next one needs. */
Test(publish, clears_away_what_a_killed_compiler_left)
{
	char *path = path_in_place("db");
	char *leftover = path_in_place(".db.new");
	char *victim = scratch_path("victim");

	write_text(leftover, "half a database");
	cr_assert_eq(chmod(leftover, 0), 0);
	cr_expect_eq(publish_text(ONE, path), PUBLISHED);
	cr_expect_eq(count_entries(place()), 1);
	/* It is not written through, whatever it is. */
	write_text(victim, "precious");
	cr_assert_eq(symlink(victim, leftover), 0);
	cr_expect_eq(publish_text(TWO, path), PUBLISHED);
	cr_expect(holds(path, TWO));
	cr_expect_eq(count_entries(place()), 1);
	cr_expect_str_eq(read_file(victim, NULL), "precious");
}

Test(publish, fails_if_its_temporary_name_is_taken_for_good)
{
	char *path = path_in_place("db");

	cr_assert_eq(publish_text(ONE, path), PUBLISHED);
	cr_assert_eq(mkdir(path_in_place(".db.new"), 0755), 0);
	cr_expect_eq(publish_text(TWO, path), FAILED);
	expect_message(path, "cannot remove what is left of a former attempt: Is a directory");
	cr_expect(holds(path, ONE));
}

/* A database of more than 64 KiB. */
static enum outcome publish_large(const char *path)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (unsigned i = 1; i < 2000; i++)
		fprintf(stream, "service-%u %u/tcp\n", i, i);
	fclose(stream);
	enum outcome outcome = publish_text(text, path);
	free(text);
	return outcome;
}

static int publish_beyond_a_limit(const char *path)
{
	const struct rlimit limit = {20000, 20000};

	signal(SIGXFSZ, SIG_IGN);
	return setrlimit(RLIMIT_FSIZE, &limit) == 0 ? (int)publish_large(path) : 100;
}

Test(publish, fails_when_a_file_may_not_grow)
{
	char *path = path_in_place("db");

	cr_assert_eq(publish_text(ONE, path), PUBLISHED);
	cr_expect_eq(in_child(publish_beyond_a_limit, path), FAILED);
	expect_message(path, "cannot write the new database: File too large");
	cr_expect(holds(path, ONE));
	cr_expect_eq(count_entries(place()), 1);
	cr_expect_eq(publish_large(path), PUBLISHED);
}

/* On a file system of 32 KiB, which is gone with the process: 0 if all was as it should be. */
static int publish_on_a_small_disk(const char *path)
{
	struct portdb_file old;
	enum portdb_result result;

	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", place(), "tmpfs", 0, "size=32k") != 0)
		return 77;
	if (publish_text(ONE, path) != PUBLISHED || !portdb_file_map(&old, path, &result))
		return 1;
	if (publish_large(path) != FAILED)
		return 2;
	if (!holds(path, ONE) || count_entries(place()) != 1 || portdb_superseded(&old.db))
		return 3;
	/* The space is there again. */
	return publish_text(TWO, path) == PUBLISHED ? 0 : 4;
}

Test(publish, fails_on_a_full_disk)
{
	char *path = path_in_place("db");
	int status = in_child(publish_on_a_small_disk, path);

	if (status == 77)
		cr_skip_test("this process may not mount a file system of its own");
	cr_expect_eq(status, 0);
}

Test(publish, leaves_no_descriptor_open)
{
	char *path = path_in_place("db");
	char *file = path_in_place("file");

	write_text(file, "no database");
	cr_expect_eq(publish_text(ONE, path), PUBLISHED);
	unsigned before = count_descriptors();
	cr_expect_eq(publish_text(TWO, path), PUBLISHED);
	cr_expect_eq(publish_text(TWO, path), UNCHANGED);
	cr_expect_eq(publish_text("# none\n", path), FAILED);
	cr_expect_eq(publish_text(ONE, file), FAILED);
	cr_expect_eq(publish_text(ONE, place()), FAILED);
	cr_expect_eq(count_descriptors(), before);
}

/* The sources of the compilers that compete: number services each. */
static char *numbered_source(unsigned number)
{
	char name[32];
	snprintf(name, sizeof name, "source.%u", number);
	char *path = scratch_path(name);

	write_services(path, number);
	return path;
}

/* Forty compilers with one output, and a reader who finds a whole database at any time. */
Test(publish, lets_one_compiler_in_at_a_time)
{
	char *path = path_in_place("db");
	unsigned running = stride() == 1 ? 40 : 8;

	cr_assert_eq(publish_text(ONE, path), PUBLISHED);
	for (unsigned i = 1; i <= running; i++)
		start_compiler(path, numbered_source(100 * i));
	for (int status; running > 0;) {
		uint32_t services = services_at(path);
		cr_expect(services == 1 || (services % 100 == 0 && services > 0));
		if (waitpid(-1, &status, WNOHANG) > 0) {
			running--;
			cr_expect_eq(status, 0);
		}
	}
	cr_expect_eq(services_at(path) % 100, 0);
	cr_expect_eq(status_of(path).st_mode, S_IFREG | 0444);
	cr_expect_eq(count_entries(place()), 1);
}

/* Somebody holds the lock, as a compiler that was stopped does. */
static int hold_lock(void)
{
	int lock = open(path_in_place(".db.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_eq(flock(lock, LOCK_EX | LOCK_NB), 0);
	return lock;
}

Test(publish, says_that_it_waits)
{
	char *path = path_in_place("db");
	char *source = numbered_source(1);
	int lock = hold_lock();
	int channel[2];
	char line[256] = "";
	int status;

	cr_assert_eq(pipe2(channel, O_CLOEXEC), 0);
	pid_t child = fork();
	if (child == 0) {
		dup2(channel[1], 2);
		execl(COMPILER, COMPILER, "-o", path, source, NULL);
		_exit(127);
	}
	close(channel[1]);
	/* It ends only once it has said so. */
	FILE *stream = fdopen(channel[0], "r");
	cr_expect_not_null(fgets(line, sizeof line, stream));
	cr_expect_not_null(
	    strstr(line, "db: note: waits for another process, which has locked .db.lock\n"), "%s",
	    line);
	close(lock);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
	cr_expect_eq(services_at(path), 1);
	cr_expect_eq(count_entries(place()), 1);
	fclose(stream);
}

Test(publish, does_not_wait_for_ever)
{
	struct diagnostics diagnostics = {0};
	char *path = path_in_place("db");
	int lock = hold_lock();
	FILE *usual = stderr;

	stderr = fopen(scratch_path("messages"), "w");
	program_invocation_short_name = "portdb-compile";
	cr_expect_null(publish_begin(&ROOT_HERE, path, path, 0, &diagnostics));
	fclose(stderr);
	stderr = usual;
	cr_expect_eq(diagnostics.errors, 1);
	expect_message(path, "cannot lock it: another process has had the lock on .db.lock for 0 "
			     "seconds");
	/* It is the other's. */
	cr_expect_eq(count_entries(place()), 1);
	close(lock);
}

/* Whenever a compiler is killed, there is a whole database: its own or the one before. */
Test(publish, survives_a_compiler_that_is_killed)
{
	char *path = path_in_place("db");
	char *const sources[] = {numbered_source(3000), numbered_source(4000)};
	unsigned killed = 0;

	cr_assert_eq(publish_large(path), PUBLISHED);
	for (unsigned round = 0; round < 60; round++) {
		int status;
		pid_t child = start_compiler(path, sources[round % 2]);
		usleep(250 * round);
		kill(child, SIGKILL);
		cr_assert_eq(waitpid(child, &status, 0), child);
		killed += WIFSIGNALED(status);
		uint32_t services = services_at(path);
		cr_expect(services == 1999 || services == 3000 || services == 4000);
	}
	cr_expect_gt(killed, 0);
	cr_expect_neq(publish_text(ONE, path), FAILED);
	cr_expect_eq(count_entries(place()), 1);
}

/* Only the one field that changes after publishing may differ from what was written. */
Test(publish, is_verified_to_the_last_byte)
{
	const char *const texts[] = {"ssh 22/tcp secsh # Secure Shell\nbare 7/x\n",
				     "Service Name,Port Number,Transport Protocol,Status\n"
				     "ssh,22-24,tcp,odd\n,90,udp,x\n"};
	struct database database;
	uint32_t services;

	database_make(&database, texts, 2);
	for (size_t at = 0; at < database.image.size; at++) {
		bool may_change = at - offsetof(struct portdb_header, superseded) < 4;
		for (unsigned flip = 1; flip < 256; flip++) {
			database.image.bytes[at] ^= (unsigned char)flip;
			cr_expect_eq(verify_image(database.image.bytes, database.image.size,
						  &services) == NULL,
				     may_change, "byte %zu, flip %#x", at, flip);
			database.image.bytes[at] ^= (unsigned char)flip;
		}
	}
	for (size_t size = 0; size < database.image.size; size++)
		cr_expect_not_null(verify_image(database.image.bytes, size, &services), "%zu bytes",
				   size);
	cr_expect_null(verify_image(database.image.bytes, database.image.size, &services));
	cr_expect_eq(services, 4);
	database_free(&database);
}
