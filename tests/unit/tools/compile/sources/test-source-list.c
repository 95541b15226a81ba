/* SPDX-License-Identifier: MIT */
/* The system's sources, below a root of the test's own: which, in which order, and what changed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nss/reader/claims.h"
#include "nss/reader/file.h"
#include "tests/support/support.h"
#include "tools/shared/memory.h"

#define HEADER   "Service Name,Port Number,Transport Protocol\n"
#define HEADINGS "source,rows,bytes,state,layer,masked_by,hidden,hidden_by\n"

/* Never freed, as scratch_path. */
static char *in_root(const char *path)
{
	return scratch_path(path + 1);
}

static void write_in_root(const char *directory, const char *name, const char *text)
{
	struct run run;
	char *path;

	RUN(&run, "mkdir", "-p", in_root(directory));
	run_free(&run);
	cr_assert_gt(asprintf(&path, "%s/%s", in_root(directory), name), 0);
	write_text(path, text);
	free(path);
}

/* A drop-in, the stock file, the registry and two tables claim the same port. */
static void make_root(void)
{
	require_roots();
	write_in_root(PORTDB_DROPINS_DIRECTORY, "10-a.services", "dropin-a 1/tcp\n");
	write_in_root(PORTDB_DROPINS_DIRECTORY, "20-b.csv", HEADER "dropin-b,1,tcp\n");
	write_in_root(PORTDB_DROPINS_DIRECTORY, "15.services~", "backup 1/tcp\n");
	write_in_root(PORTDB_DROPINS_DIRECTORY, "10-a.services.dpkg-old", "old 1/tcp\n");
	write_in_root(PORTDB_DROPINS_DIRECTORY, ".hidden.services", "hidden 1/tcp\n");
	write_in_root("/etc", "services", "stock 1/tcp\n");
	write_in_root(PORTDB_TABLES_DIRECTORY, "00-registry.csv", HEADER "registered,1,tcp\n");
	write_in_root(PORTDB_TABLES_DIRECTORY, "10-first.csv", HEADER "table-a,1,tcp\n");
	write_in_root(PORTDB_TABLES_DIRECTORY, "20-second.csv", HEADER "table-b,1,tcp\n");
}

TestSuite(sources, .init = make_root);

/* The names of the database's services, in order, with a blank behind each. */
static void expect_names(const char *path, const char *expected)
{
	struct portdb_file file;
	struct portdb_service service;
	enum portdb_result result;
	uint32_t cursor = 0;
	char names[4096] = "";

	cr_assert(portdb_file_map(&file, path, &result));
	while (portdb_next(&file.db, &cursor, &service) == PORTDB_OK)
		strcat(strcat(names, service.strings), " ");
	cr_expect_str_eq(names, expected);
	portdb_file_unmap(&file);
}

Test(sources, of_the_system_stand_in_their_order)
{
	char *database = scratch_path("db");
	struct run run;

	RUN(&run, COMPILER, "--root", scratch_directory(), "-o", database);
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.errors, "", "what is left alone is mentioned only with -v");
	run_free(&run);
	expect_names(database, "dropin-a dropin-b stock registered table-a table-b ");
}

Test(sources, that_are_left_alone_are_mentioned_when_verbose)
{
	static const char reason[] = ": note: left alone: its name ends in none of .services, "
				     ".csv and .ldif\n";
	struct run run;
	char *expected;

	cr_assert_gt(asprintf(&expected, "%s/.hidden.services%s%s/10-a.services.dpkg-old%s",
			      in_root(PORTDB_DROPINS_DIRECTORY), ": note: left alone: hidden\n",
			      in_root(PORTDB_DROPINS_DIRECTORY), reason),
		     0);
	RUN(&run, COMPILER, "-v", "--root", scratch_directory(), "-o", scratch_path("db"));
	cr_expect_not_null(strstr(run.errors, expected), "%s", run.errors);
	cr_expect_not_null(strstr(run.errors, "/15.services~"));
	cr_expect_null(strstr(run.errors, "10-a.services:"));
	run_free(&run);
	free(expected);
}

/* The lines of --list-sources with their blanks squeezed, below its heading. */
static void expect_list(const char *const *arguments, const char *expected)
{
	struct run run;
	char *to;

	run_program(&run, arguments);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	char *text = strchr(run.output, '\n') + 1;
	to = text;
	for (const char *from = text; *from; from++)
		if (*from != ' ' || (from[1] != ' ' && from[1] != '\n'))
			*to++ = *from;
	*to = '\0';
	cr_expect_str_eq(text, expected);
	run_free(&run);
}

Test(sources, are_listed_with_what_changed)
{
	const char *const list[] = {COMPILER,       "--list-sources", "-o",        "db",
				    "one.services", "two.csv",        "three.csv", NULL};
	struct run run;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("one.services", "ssh 22/tcp\n");
	write_text("two.csv", HEADER "a,1,tcp\nb,2,tcp\n");
	write_text("three.csv", HEADER);
	RUN(&run, COMPILER, "--track", "-o", "db", "one.services", "two.csv");
	cr_assert_eq(run.status, 0);
	run_free(&run);
	write_text("one.services", "ssh 2222/tcp\n");
	expect_list(list, "one.services 1 13 changed\n"
			  "two.csv 2 60 unchanged\n"
			  "three.csv 0 44 new\n");
}

Test(sources, are_listed_with_names_at_other_ports_when_verbose)
{
	char *high = scratch_path("one.services");
	char *low = scratch_path("two.csv");
	char *expected;
	struct run run;

	write_text(high, "icpv2 3130/udp icp\n");
	write_text(low, HEADER "icp,1112,tcp\n");
	RUN(&run, COMPILER, "--list-sources", high, low);
	cr_expect_str_eq(run.errors, "");
	run_free(&run);
	cr_assert_gt(asprintf(&expected,
			      "%s:2: note: the name 'icp' is 1112/tcp here, and 3130/udp in %s:1\n",
			      low, high),
		     0);
	RUN(&run, COMPILER, "--list-sources", "-v", high, low);
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.errors, expected);
	run_free(&run);
	free(expected);
	free(low);
	free(high);
}

Test(sources, are_listed_for_scripts)
{
	struct run run;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("one.services", "ssh 22/tcp\n");
	RUN(&run, COMPILER, "--list-sources", "-o", "db", "--format", "csv", "one.services",
	    "two.csv");
	cr_expect_str_eq(run.output, "source,rows,bytes,state\n"
				     "one.services,1,11,\n"
				     "two.csv,,,absent\n");
	run_free(&run);
	RUN(&run, COMPILER, "--list-sources", "-o", "db", "--format=json", "one.services");
	cr_expect_str_eq(run.output, "{\n"
				     "  \"sources\": [\n"
				     "    {\n"
				     "      \"source\": \"one.services\",\n"
				     "      \"rows\": 1,\n"
				     "      \"bytes\": 11,\n"
				     "      \"state\": null\n"
				     "    }\n"
				     "  ]\n"
				     "}\n");
	run_free(&run);
	RUN(&run, COMPILER, "--format=csv", "--check", "one.services");
	cr_expect_eq(run.status, 2);
	run_free(&run);
}

static void expect_state(const char *const *arguments, const char *source, const char *rest)
{
	struct run run;
	char *expected;

	cr_assert_gt(asprintf(&expected, "source,rows,bytes,state\n%s%s\n", source, rest), 0);
	run_program(&run, arguments);
	cr_expect_str_eq(run.output, expected, "%s", run.output);
	run_free(&run);
	free(expected);
}

Test(sources, are_listed_beside_whatever_database_there_is)
{
	char *source = scratch_path("one.services");
	char *database = scratch_path("db");
	const char *const list[] = {COMPILER,       "--list-sources", "-o", database,
				    "--format=csv", source,           NULL};
	struct run run;

	write_text(source, "ssh 22/tcp\n");
	expect_state(list, source, ",1,11,");
	write_text(database, "no database\n");
	expect_state(list, source, ",1,11,");
	cr_assert_eq(unlink(database), 0);
	RUN(&run, COMPILER, "-o", database, source);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	expect_state(list, source, ",1,11,not tracked");
	RUN(&run, COMPILER, "--track", "-o", database, source);
	run_free(&run);
	expect_state(list, source, ",1,11,unchanged");
	cr_assert_eq(unlink(source), 0);
	expect_state(list, source, ",,,changed");
}

/* What is there and cannot be read: a directory here, which no user can read as a file. */
Test(sources, are_not_listed_as_read_where_they_were_not)
{
	struct run run;
	char *bytes;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("one.services", "ssh 22/tcp\n");
	make_directories("two.csv");
	RUN(&run, COMPILER, "--track", "-o", "db", "one.services");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	RUN(&run, COMPILER, "--list-sources", "-o", "db", "--format=csv", "one.services",
	    "two.csv");
	cr_expect_eq(run.status, 1);
	cr_expect_str_eq(run.errors, "portdb-compile: two.csv: Is a directory\n", "%s", run.errors);
	cr_expect_not_null(strstr(run.output, "\none.services,1,11,unchanged\n"), "%s", run.output);
	bytes = strstr(run.output, "\ntwo.csv,,");
	cr_assert_not_null(bytes, "%s", run.output);
	cr_expect_str_eq(strrchr(bytes, ','), ",not readable\n", "%s", run.output);
	run_free(&run);
}

/* Whatever somebody called them then, and calls them now. */
Test(sources, are_listed_as_those_of_an_untracked_database)
{
	char *absolute = scratch_path("one.services");
	struct run run;

	cr_assert_eq(chdir(scratch_directory()), 0);
	make_directories("below");
	write_text("one.services", "ssh 22/tcp\n");
	write_text("two.csv", HEADER);
	RUN(&run, COMPILER, "-o", "db", "one.services", absolute);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	const char *const names[] = {"one.services", "./one.services", "below/../one.services",
				     absolute};
	for (size_t i = 0; i < 4; i++) {
		const char *const list[] = {COMPILER,       "--list-sources", "-o", "db",
					    "--format=csv", names[i],         NULL};
		expect_state(list, names[i], ",1,11,not tracked");
	}
	const char *const new[] = {COMPILER,       "--list-sources", "-o", "db",
				   "--format=csv", "two.csv",        NULL};
	expect_state(new, "two.csv", ",0,44,new");
}

Test(sources, are_listed_in_formats_that_there_are)
{
	struct run run;

	RUN(&run, COMPILER, "--list-sources", "--format=xml");
	cr_expect_eq(run.status, 2);
	cr_expect_not_null(strstr(run.errors, "there is no format 'xml'\n"), "%s", run.errors);
	run_free(&run);
	RUN(&run, COMPILER, "--list-sources", "--check");
	cr_expect_eq(run.status, 2);
	run_free(&run);
}

/* ---- layers -------------------------------------------------------------------------------- */

/* The names of the services that are made below the root; nothing may be wrong. */
static void expect_compiled(const char *expected)
{
	char *database = scratch_path("db");
	struct run run;

	RUN(&run, COMPILER, "--root", scratch_directory(), "-o", database);
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.errors, "");
	run_free(&run);
	expect_names(database, expected);
	free(database);
}

/* A link's text is not looked at from here: the root has no /dev. */
static void mask_by_link(const char *directory, const char *name, const char *text)
{
	char *path;

	make_directories(in_root(directory));
	cr_assert_gt(asprintf(&path, "%s/%s", in_root(directory), name), 0);
	unlink(path);
	cr_assert_eq(symlink(text, path), 0);
	free(path);
}

Test(layers, put_a_table_of_the_site_in_the_place_of_another)
{
	make_root();
	write_in_root(PORTDB_SITE_TABLES_DIRECTORY, "10-first.csv", HEADER "ours,1,tcp\n");
	write_in_root(PORTDB_SITE_TABLES_DIRECTORY, "15-between.csv", HEADER "between,1,tcp\n");
	write_in_root(PORTDB_SITE_TABLES_DIRECTORY, "00-before.csv", HEADER "before,1,tcp\n");
	expect_compiled("dropin-a dropin-b stock before registered ours between table-b ");
}

Test(layers, leave_out_a_table_by_an_empty_file_or_a_link_to_dev_null)
{
	make_root();
	write_in_root(PORTDB_SITE_TABLES_DIRECTORY, "10-first.csv", "");
	expect_compiled("dropin-a dropin-b stock registered table-b ");
	mask_by_link(PORTDB_SITE_TABLES_DIRECTORY, "00-registry.csv", "/dev/null");
	expect_compiled("dropin-a dropin-b stock table-b ");
	/* By whatever words it leads there, above the root as well. */
	static const char *const texts[] = {"//dev/./null", "/usr/../dev/null",
					    "../../../../../../../../dev/null"};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		mask_by_link(PORTDB_SITE_TABLES_DIRECTORY, "00-registry.csv", texts[i]);
		expect_compiled("dropin-a dropin-b stock table-b ");
	}
	/* No other text of a link does that. */
	cr_assert_eq(symlink("/dev/nul", in_root(PORTDB_SITE_TABLES_DIRECTORY "/20-second.csv")),
		     0);
	struct run run;
	RUN(&run, COMPILER, "--root", scratch_directory(), "-o", scratch_path("db"));
	cr_expect_eq(run.status, 1);
	cr_expect(strstr(run.errors, "20-second.csv: a link that leads to nothing\n"), "%s",
		  run.errors);
	run_free(&run);
}

Test(layers, do_not_read_the_registry_where_it_was)
{
	char *old = strdup(PORTDB_TABLES_DIRECTORY);

	make_root();
	*strrchr(old, '/') = '\0';
	write_in_root(old, "registry.csv", HEADER "old,2,tcp\n");
	expect_compiled("dropin-a dropin-b stock registered table-a table-b ");
	free(old);
}

Test(layers, put_vendors_below_the_services_files)
{
	make_root();
	write_in_root("/usr/etc", "services", "distribution 1/tcp\n");
	write_in_root(PORTDB_VENDOR_DROPINS_DIRECTORY, "20-v.services", "vendor-v 1/tcp\n");
	write_in_root(PORTDB_VENDOR_DROPINS_DIRECTORY, "40-w.services", "vendor-w 1/tcp\n");
	write_in_root(PORTDB_RUN_DROPINS_DIRECTORY, "30-r.services", "run-r 1/tcp\n");
	write_in_root(PORTDB_RUN_DROPINS_DIRECTORY, "40-w.services", "run-w 1/tcp\n");
	expect_compiled("dropin-a dropin-b stock distribution vendor-v run-r run-w "
			"registered table-a table-b ");
}

/* What is the site's stands above the services files, whether or not a vendor has the name, too. */
Test(layers, put_a_drop_in_of_the_site_above_all_in_the_place_of_a_vendors)
{
	make_root();
	write_in_root(PORTDB_VENDOR_DROPINS_DIRECTORY, "10-a.services", "vendor-a 1/tcp\n");
	write_in_root(PORTDB_VENDOR_DROPINS_DIRECTORY, "50-x.services", "vendor-x 1/tcp\n");
	write_in_root(PORTDB_VENDOR_DROPINS_DIRECTORY, "60-y.services", "vendor-y 1/tcp\n");
	write_in_root(PORTDB_RUN_DROPINS_DIRECTORY, "50-x.services", "run-x 1/tcp\n");
	expect_compiled("dropin-a dropin-b stock run-x vendor-y registered table-a table-b ");
	write_in_root(PORTDB_DROPINS_DIRECTORY, "50-x.services", "");
	mask_by_link(PORTDB_DROPINS_DIRECTORY, "60-y.services", "/dev/null");
	expect_compiled("dropin-a dropin-b stock registered table-a table-b ");
}

/* Rather than to read what the site put another file in the place of. */
Test(layers, keep_out_what_a_file_masks_that_cannot_be_read)
{
	struct run run;

	make_root();
	write_in_root(PORTDB_SITE_TABLES_DIRECTORY, "10-first.csv", "no table\n");
	RUN(&run, COMPILER, "--root", scratch_directory(), "-o", scratch_path("db"));
	cr_expect_eq(run.status, 1);
	run_free(&run);
	expect_names(scratch_path("db"), "dropin-a dropin-b stock registered table-b ");
}

Test(layers, are_told_of_when_verbose)
{
	struct run run;
	char *expected;

	make_root();
	write_in_root(PORTDB_SITE_TABLES_DIRECTORY, "10-first.csv", "");
	cr_assert_gt(asprintf(&expected, "%s/10-first.csv: note: left alone: %s/10-first.csv %s",
			      in_root(PORTDB_TABLES_DIRECTORY),
			      in_root(PORTDB_SITE_TABLES_DIRECTORY), "stands in its place\n"),
		     0);
	RUN(&run, COMPILER, "-v", "--root", scratch_directory(), "-o", scratch_path("db"));
	cr_expect(strstr(run.errors, expected), "%s", run.errors);
	run_free(&run);
	free(expected);
}

/* Each directory, so that lookups notice what appears in there, and one that was not there. */
Test(layers, are_remembered_in_the_database)
{
	static const char *const directories[] = {
	    PORTDB_DROPINS_DIRECTORY, PORTDB_RUN_DROPINS_DIRECTORY, PORTDB_VENDOR_DROPINS_DIRECTORY,
	    PORTDB_SITE_TABLES_DIRECTORY, PORTDB_TABLES_DIRECTORY};
	struct portdb_file file;
	struct portdb_claims claims;
	enum portdb_result result;
	unsigned found = 0;

	make_root();
	expect_compiled("dropin-a dropin-b stock registered table-a table-b ");
	cr_assert(portdb_file_map(&file, scratch_path("db"), &result));
	cr_assert_eq(portdb_claims_open(&claims, &file.db), PORTDB_OK);
	for (size_t i = 0; i < LENGTH(directories); i++) {
		bool is_there = access(in_root(directories[i]), F_OK) == 0;
		struct portdb_source_row row;
		for (uint32_t n = 0; portdb_source_get(&claims, n, &row) == PORTDB_OK; n++)
			if (strcmp(row.path, directories[i]) == 0 &&
			    row.kind == (is_there ? PORTDB_DIRECTORY : PORTDB_ABSENT))
				found++;
	}
	cr_expect_eq(found, LENGTH(directories));
	portdb_file_unmap(&file);
}

/* By the ending of its name, wherever it is; not what the C library reads. */
Test(sources, may_have_ranges_if_no_c_library_reads_them)
{
	struct run run;

	make_root();
	write_in_root(PORTDB_DROPINS_DIRECTORY, "10-a.services", "site 1-2/tcp\n");
	write_in_root(PORTDB_VENDOR_DROPINS_DIRECTORY, "10-v.services", "vendor 3-4/tcp\n");
	expect_compiled("site site dropin-b stock vendor vendor registered table-a table-b ");
	write_in_root("/etc", "services", "stock 1-2/tcp\nstock 1/tcp\n");
	RUN(&run, COMPILER, "--root", scratch_directory(), "-o", scratch_path("db"));
	cr_expect(strstr(run.errors, "/etc/services:1: warning: 'stock' has a range of ports"),
		  "%s", run.errors);
	run_free(&run);
	expect_names(scratch_path("db"),
		     "site site dropin-b stock vendor vendor registered table-a table-b ");
}

/* What --list-sources prints of the root, whose path is taken off. */
static void expect_listed(const char *format, const char *expected)
{
	const char *root = scratch_directory();
	struct run run;
	char *to;

	RUN(&run, COMPILER, "--root", root, "--list-sources", "--format", format);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	to = run.output;
	for (const char *from = run.output; *from;)
		if (strncmp(from, root, strlen(root)) == 0)
			from += strlen(root);
		else if (from[0] == ' ' && (from[1] == ' ' || from[1] == '\n'))
			from++;
		else
			*to++ = *from++;
	*to = '\0';
	cr_expect_str_eq(run.output, expected);
	run_free(&run);
}

#define HIDING_HEADER "Service Name,Port Number,Transport Protocol,Status\n"

/* With what masks and what hides. */
static void make_layers(void)
{
	make_root();
	write_in_root(PORTDB_DROPINS_DIRECTORY, "20-b.csv", HIDING_HEADER ",1,tcp,hidden\n");
	write_in_root(PORTDB_VENDOR_DROPINS_DIRECTORY, "20-b.csv", HEADER "vendor,1,tcp\n");
	write_in_root(PORTDB_SITE_TABLES_DIRECTORY, "00-registry.csv", "");
	write_in_root(PORTDB_SITE_TABLES_DIRECTORY, "05-ours.csv",
		      HIDING_HEADER ",2,tcp,hidden\nours,1,tcp,\n");
	write_in_root(PORTDB_TABLES_DIRECTORY, "10-first.csv",
		      HEADER "table-a,1,tcp\ntable-a,2,tcp\ntable-b,2,tcp\ntable-a,3,tcp\n");
}

Test(layers, are_listed_with_what_masks_and_hides)
{
	make_layers();
	setenv("LC_ALL", "C.UTF-8", 1);
	expect_listed(
	    "table",
	    "SOURCE ROWS BYTES SINCE COMPILED HIDDEN ROWS\n" PORTDB_DROPINS_DIRECTORY
	    "\n" PORTDB_DROPINS_DIRECTORY "/10-a.services 1 15\n" PORTDB_DROPINS_DIRECTORY
	    "/20-b.csv 1 65\n└─" PORTDB_VENDOR_DROPINS_DIRECTORY "/20-b.csv masked\n"
	    "/etc/services 1 12 1 by " PORTDB_DROPINS_DIRECTORY
	    "/20-b.csv\n" PORTDB_RUN_DROPINS_DIRECTORY " absent\n" PORTDB_VENDOR_DROPINS_DIRECTORY
	    "\n" PORTDB_SITE_TABLES_DIRECTORY "\n" PORTDB_TABLES_DIRECTORY
	    "\n" PORTDB_SITE_TABLES_DIRECTORY "/00-registry.csv 0 0\n└─" PORTDB_TABLES_DIRECTORY
	    "/00-registry.csv masked\n" PORTDB_SITE_TABLES_DIRECTORY
	    "/05-ours.csv 2 77 1 by " PORTDB_DROPINS_DIRECTORY "/20-b.csv\n" PORTDB_TABLES_DIRECTORY
	    "/10-first.csv 4 100 1 by " PORTDB_DROPINS_DIRECTORY
	    "/20-b.csv, 2 by " PORTDB_SITE_TABLES_DIRECTORY "/05-ours.csv\n" PORTDB_TABLES_DIRECTORY
	    "/20-second.csv 1 58 1 by " PORTDB_DROPINS_DIRECTORY "/20-b.csv\n");
}

Test(layers, are_listed_for_scripts)
{
	make_layers();
	expect_listed(
	    "csv", HEADINGS PORTDB_DROPINS_DIRECTORY
	    ",,,,site,,,\n" PORTDB_DROPINS_DIRECTORY
	    "/10-a.services,1,15,,site,,,\n" PORTDB_DROPINS_DIRECTORY
	    "/20-b.csv,1,65,,site,,,\n" PORTDB_VENDOR_DROPINS_DIRECTORY
	    "/20-b.csv,,,masked,vendor," PORTDB_DROPINS_DIRECTORY "/20-b.csv,,\n"
	    "/etc/services,1,12,,host,,1," PORTDB_DROPINS_DIRECTORY
	    "/20-b.csv\n" PORTDB_RUN_DROPINS_DIRECTORY
	    ",,,absent,vendor,,,\n" PORTDB_VENDOR_DROPINS_DIRECTORY
	    ",,,,vendor,,,\n" PORTDB_SITE_TABLES_DIRECTORY ",,,,tables,,,\n" PORTDB_TABLES_DIRECTORY
	    ",,,,tables,,,\n" PORTDB_SITE_TABLES_DIRECTORY
	    "/00-registry.csv,0,0,,tables,,,\n" PORTDB_TABLES_DIRECTORY
	    "/00-registry.csv,,,masked,tables," PORTDB_SITE_TABLES_DIRECTORY
	    "/00-registry.csv,,\n" PORTDB_SITE_TABLES_DIRECTORY
	    "/05-ours.csv,2,77,,tables,,1," PORTDB_DROPINS_DIRECTORY
	    "/20-b.csv\n" PORTDB_TABLES_DIRECTORY
	    "/10-first.csv,4,100,,tables,,3,\"" PORTDB_DROPINS_DIRECTORY
	    "/20-b.csv, " PORTDB_SITE_TABLES_DIRECTORY "/05-ours.csv\"\n" PORTDB_TABLES_DIRECTORY
	    "/20-second.csv,1,58,,tables,,1," PORTDB_DROPINS_DIRECTORY "/20-b.csv\n");
}

/* Among sources that were named, as soon as there is something to tell. */
Test(layers, are_listed_where_rows_are_hidden)
{
	struct run run;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("hide.csv", HIDING_HEADER ",22,tcp,hidden\n");
	write_text("one.services", "ssh 22/tcp\n");
	RUN(&run, COMPILER, "--list-sources", "--format=csv", "-o", "db", "hide.csv",
	    "one.services");
	cr_expect_str_eq(run.output, HEADINGS "hide.csv,1,66,,,,,\n"
					      "one.services,1,11,,,,1,hide.csv\n");
	run_free(&run);
	RUN(&run, COMPILER, "--list-sources", "--format=json", "-o", "db", "hide.csv",
	    "one.services");
	cr_expect(strstr(run.output, "      \"state\": null,\n"
				     "      \"layer\": null,\n"
				     "      \"masked_by\": null,\n"
				     "      \"hidden\": 1,\n"
				     "      \"hidden_by\": \"hide.csv\"\n"),
		  "%s", run.output);
	run_free(&run);
}
