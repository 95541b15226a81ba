/* SPDX-License-Identifier: MIT */
/*
 * Sources and database of a system whose root is a directory here: no link leads out of it. And
 * what the sources of a system may be.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tests/support/support.h"

#define ROOT_DATABASE "root" PORTDB_DATABASE_PATH

static void make_image(void)
{
	require_roots();
	cr_assert_eq(chdir(scratch_directory()), 0);
	make_directories("root/etc");
	make_directories("root" PORTDB_DROPINS_DIRECTORY);
	make_directories("root" PORTDB_TABLES_DIRECTORY);
	make_directories("root/usr/etc");
	make_directories("outside");
	write_text("outside/secret", "secret line of the host\nsshd 22/tcp\n");
	char *directory = strdup(ROOT_DATABASE);
	*strrchr(directory, '/') = '\0';
	make_directories(directory);
	free(directory);
	write_text("root" PORTDB_TABLES_DIRECTORY "/00-registry.csv",
		   "Service Name,Port Number,Transport Protocol\n");
}

/* A link to a file of the host, by its absolute path and by a relative one. */
static void link_to_outside(const char *link)
{
	unlink(link);
	cr_assert_eq(symlink(scratch_path("outside/secret"), link), 0);
}

Test(root, keeps_links_inside)
{
	struct run run;

	make_image();
	write_text("root" PORTDB_DROPINS_DIRECTORY "/10-site.services", "ticketd 7411/tcp\n");
	link_to_outside("root/etc/services");
	link_to_outside("root" PORTDB_DROPINS_DIRECTORY "/20-out.services");
	cr_assert_eq(symlink("../../../../../../../../../outside/secret",
			     "root" PORTDB_DROPINS_DIRECTORY "/30-up.services"),
		     0);
	RUN(&run, COMPILER, "--root", "root", "-v");
	cr_expect_eq(run.status, 1);
	cr_expect_not(strstr(run.errors, "secret line"), "%s", run.errors);
	cr_expect(strstr(run.errors, "root/etc/services: a link that leads to nothing"), "%s",
		  run.errors);
	cr_expect(strstr(run.output, "1 service from 1 claim"), "%s", run.output);
	run_free(&run);
}

Test(root, follows_links_as_from_inside)
{
	struct run run;

	make_image();
	write_text("root/usr/etc/stock", "ssh 22/tcp\n");
	cr_assert_eq(symlink("/usr/etc/stock", "root/etc/services"), 0);
	RUN(&run, COMPILER, "--root", "root");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect(strstr(run.output, "1 service from 1 claim"), "%s", run.output);
	run_free(&run);
	RUN(&run, COMPILER, "--root", "root", "--verify");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

Test(root, keeps_the_database_inside)
{
	struct run run;
	char *directory = strdup(ROOT_DATABASE);

	make_image();
	write_text("root/etc/services", "ssh 22/tcp\n");
	*strrchr(directory, '/') = '\0';
	cr_assert_eq(rmdir(directory), 0);
	/* From inside this leads to a directory that is not there. */
	cr_assert_eq(symlink(scratch_path("outside"), directory), 0);
	RUN(&run, COMPILER, "--root", "root");
	cr_expect_eq(run.status, 1);
	cr_expect_eq(count_entries("outside"), 1);
	run_free(&run);
	free(directory);
}

Test(root, is_no_reason_for_a_database_of_no_services)
{
	struct run run;

	make_image();
	link_to_outside("root/etc/services");
	RUN(&run, COMPILER, "--root", "root");
	cr_expect_eq(run.status, 1);
	cr_expect(strstr(run.errors, "no source of any service could be read"), "%s", run.errors);
	run_free(&run);
	cr_expect_neq(access(ROOT_DATABASE, F_OK), 0);
}

Test(sources, of_a_distribution_stand_below_the_hosts)
{
	struct run run;

	make_image();
	write_text("root/etc/services", "ssh 22/tcp\n");
	write_text("root/usr/etc/services", "ssh 2222/tcp\nsmtp 25/tcp\n");
	RUN(&run, COMPILER, "--root", "root");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	RUN(&run, QUERY, "-d", ROOT_DATABASE, "ssh", "smtp", "--format", "services");
	cr_expect_str_eq(run.output, "ssh\t22/tcp\nssh\t2222/tcp\nsmtp\t25/tcp\n");
	run_free(&run);
	/* openSUSE has no other. */
	cr_assert_eq(unlink("root/etc/services"), 0);
	RUN(&run, COMPILER, "--root", "root");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.errors, "");
	run_free(&run);
}

Test(sources, are_left_out_by_a_link_to_dev_null)
{
	struct run run;

	make_image();
	make_directories("root/dev");
	write_text("root/etc/services", "ssh 22/tcp\n");
	cr_assert_eq(symlink("/dev/null", "root" PORTDB_DROPINS_DIRECTORY "/10-none.services"), 0);
	if (mknod("root/dev/null", S_IFCHR | 0666, makedev(1, 3)) != 0)
		cr_skip_test("devices cannot be made here");
	RUN(&run, COMPILER, "--root", "root");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect_str_eq(run.errors, "");
	run_free(&run);
	RUN(&run, QUERY, "-d", ROOT_DATABASE, "--sources", "--format", "csv");
	cr_expect(strstr(run.output, "10-none.services,0,,not tracked"), "%s", run.output);
	run_free(&run);
}

Test(sources, of_the_system_are_regular_files)
{
	struct run run;

	make_image();
	write_text("root/etc/services", "ssh 22/tcp\n");
	cr_assert_eq(mkfifo("root" PORTDB_DROPINS_DIRECTORY "/10-pipe.services", 0644), 0);
	cr_assert_eq(mkdir("root" PORTDB_DROPINS_DIRECTORY "/20-directory.services", 0755), 0);
	write_text("root" PORTDB_DROPINS_DIRECTORY "/30-table.csv", "Port,Name\n22,ssh\n");
	/* Each is told of; the others are compiled; and it is no success. */
	RUN(&run, COMPILER, "--root", "root");
	cr_expect_eq(run.status, 1);
	cr_expect(strstr(run.errors, "10-pipe.services: not a regular file\n"), "%s", run.errors);
	cr_expect(strstr(run.errors, "20-directory.services: not a regular file\n"), "%s",
		  run.errors);
	cr_expect(strstr(run.errors, "30-table.csv: not a table"), "%s", run.errors);
	cr_expect(strstr(run.output, "1 service from 1 claim"), "%s", run.output);
	run_free(&run);
	RUN(&run, COMPILER, "--strict", "--root", "root");
	cr_expect_eq(run.status, 1);
	cr_expect_str_eq(run.output, "");
	run_free(&run);
}
