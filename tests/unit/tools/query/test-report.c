/* SPDX-License-Identifier: MIT */
/* Reports: where a database's sources stand, and whose listening sockets are not to be seen. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "nss/reader/format.h"
#include "tests/support/processes/host.h"
#include "tests/support/support.h"
#include "tools/query/report.h"

static const struct style csv = {.format = FORMAT_CSV, .terminal = {.is_ascii = true}};

/* The same database, with what is known of the sources and where they are. */
static void describe(struct database *database, const struct tracking *tracking,
		     const char *const *paths)
{
	for (size_t i = 0; i < database->source_count; i++) {
		database->sources[i].tracking = tracking[i];
		database->sources[i].path = paths[i];
	}
	free(database->image.bytes);
	cr_assert_null(image_make(&database->image, &database->merged, database->sources,
				  database->source_count));
	cr_assert_eq(portdb_open(&database->db, database->image.bytes, database->image.size),
		     PORTDB_OK);
}

/* Standard output goes there from now on. */
static const char *redirect(void)
{
	const char *path = scratch_path("output");

	cr_assert_not_null(freopen(path, "w", stdout));
	return path;
}

static void expect_output(const char *path, const char *expected)
{
	fflush(stdout);
	char *text = read_file(path, NULL);
	cr_expect_str_eq(text, expected, "%s", text);
	free(text);
}

Test(report, of_sources_tells_files_directories_and_what_is_not_there)
{
	static const char *const texts[] = {"ssh 22/tcp\nftp 21/tcp\n", "", "", "", "", ""};
	const char *const paths[] = {"file", "changed", "directory", "absent", "appeared", "age"};
	const struct timespec modified = {.tv_sec = 1700000000, .tv_nsec = 5};
	const struct timespec times[2] = {modified, modified};
	/* Long after any of them was touched. */
	static const struct timespec published = {.tv_sec = INT32_MAX};
	const struct tracking tracking[] = {{.kind = PORTDB_FILE, .time = modified, .size = 3},
					    {.kind = PORTDB_FILE, .time = modified, .size = 4},
					    {.kind = PORTDB_DIRECTORY, .time = modified},
					    {.kind = PORTDB_ABSENT},
					    {.kind = PORTDB_ABSENT},
					    {.kind = PORTDB_FILE, .time = {.tv_sec = INT64_MAX}}};
	struct database database;
	struct catalog catalog;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("file", "abc");
	write_text("changed", "abc");
	write_text("appeared", "");
	cr_assert_eq(mkdir("directory", 0755), 0);
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(utimensat(AT_FDCWD, paths[i], times, 0), 0);
	database_make(&database, texts, 6);
	describe(&database, tracking, paths);
	cr_assert_eq(catalog_open(&catalog, &database.db, language_of("")), PORTDB_OK);
	const char *output = redirect();
	cr_expect_eq(report_sources(&catalog, &published, &csv), REPORT_DONE);
	/* No calendar has the last one's time. */
	expect_output(output, "source,rows,modified,state\n"
			      "file,2,2023-11-14T22:13:20Z,unchanged\n"
			      "changed,0,2023-11-14T22:13:20Z,changed\n"
			      "directory,,2023-11-14T22:13:20Z,unchanged\n"
			      "absent,,,absent\n"
			      "appeared,,,changed\n"
			      "age,0,,changed\n");
	cr_expect_not(catalog.is_damaged);
	catalog_close(&catalog);
	database_free(&database);
}

/* A /proc in which somebody listens at port 22, of process 100, and at 25 of nobody. */
static void make_proc(void)
{
	static const char rows[] = "  sl  local_address rem_address   st\n"
				   "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 "
				   "00:00000000 00000000  0 0 11 1\n"
				   "   1: 00000000:0019 00000000:0000 0A 00000000:00000000 "
				   "00:00000000 00000000  4711 0 12 1\n";

	forbid_netlink();
	host_hide("/proc");
	cr_assert_eq(mkdir("/proc/net", 0755), 0);
	write_text("/proc/net/tcp", rows);
	cr_assert_eq(mkdir("/proc/100", 0755), 0);
	write_text("/proc/100/comm", "sshd\n");
	write_text("/proc/100/cgroup", "0::/system.slice/ssh.service\n");
	cr_assert_eq(mkdir("/proc/100/fd", 0500), 0);
	cr_assert_eq(symlink("socket:[11]", "/proc/100/fd/3"), 0);
}

/* As a user who is not root, or as root; how many processes are hidden from that one. */
static size_t list_as(uid_t user, struct catalog *catalog)
{
	size_t hidden = 4711;

	cr_assert_eq(seteuid(user), 0);
	enum report_result result = report_listening(catalog, &csv, &hidden);
	cr_assert_eq(seteuid(0), 0);
	cr_assert_eq(result, REPORT_DONE);
	return hidden;
}

#define HEADER "address,port,protocol,process,name,status,description,language,user,unit\n"

Test(report, of_listening_sockets_counts_processes_that_are_not_to_be_seen)
{
	static const char *const text = "ssh 22/tcp # Logins\n";
	struct database database;
	struct catalog catalog;

	enter_host("unused 1/tcp\n");
	database_make(&database, &text, 1);
	cr_assert_eq(catalog_open(&catalog, &database.db, language_of("")), PORTDB_OK);
	const char *output = redirect();
	make_proc();
	/* To root a socket without a process is the kernel's own. */
	cr_expect_eq(list_as(0, &catalog), 0);
	cr_expect_eq(list_as(65534, &catalog), 2);
	expect_output(output, HEADER "0.0.0.0,22,tcp,sshd,ssh,,Logins,en,root,ssh.service\n"
				     "0.0.0.0,25,tcp,,,,,,4711,\n" HEADER
				     "0.0.0.0,22,tcp,,ssh,,Logins,en,root,\n"
				     "0.0.0.0,25,tcp,,,,,,4711,\n");
	/* One whose process is seen is not counted among those of others. */
	cr_assert_eq(chmod("/proc/100/fd", 0555), 0);
	cr_expect_eq(list_as(65534, &catalog), 1);
	catalog_close(&catalog);
	database_free(&database);
}
