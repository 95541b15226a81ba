/* SPDX-License-Identifier: MIT */
/*
 * The recipes of portdb-compile(8), as they stand there, each on a host of its own; and that none
 * is there without a test.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

TestSuite(recipes, .timeout = 120);

static void set_directories(void)
{
	setenv("SOURCE", SOURCE_TREE, 1);
	setenv("COMPILER", COMPILER, 1);
	setenv("QUERY", QUERY, 1);
	setenv("DROPINS", PORTDB_DROPINS_DIRECTORY, 1);
	setenv("VENDOR_DROPINS", PORTDB_VENDOR_DROPINS_DIRECTORY, 1);
	setenv("SITE_TABLES", PORTDB_SITE_TABLES_DIRECTORY, 1);
	setenv("TABLES", PORTDB_TABLES_DIRECTORY, 1);
	setenv("DATABASE", PORTDB_DATABASE_PATH, 1);
}

static void expect_recipe(const char *recipe)
{
	struct run run;

	set_directories();
	RUN(&run, "bash", SOURCE_TREE "/tests/programs/compile/recipes", recipe);
	if (run.status == 77)
		cr_skip_test("%s", run.errors);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

Test(recipes, prefer_names_in_use)
{
	expect_recipe("prefer_names_in_use");
}

Test(recipes, leave_a_table_out)
{
	expect_recipe("leave_a_table_out");
}

Test(recipes, take_one_name_out_of_the_way)
{
	expect_recipe("take_one_name_out_of_the_way");
}

Test(recipes, client_ports_without_names)
{
	expect_recipe("client_ports_without_names");
}

Test(recipes, ianas_own_file)
{
	expect_recipe("ianas_own_file");
}

Test(recipes, a_packages_own_services)
{
	expect_recipe("a_packages_own_services");
}

Test(recipes, the_services_of_a_directory)
{
	expect_recipe("the_services_of_a_directory");
}

/* Each section below EXAMPLES is a recipe, and each paragraph of its commands is run. */
Test(recipes, are_all_tested)
{
	char *page = read_file(SOURCE_TREE "/tools/portdb-compile.8", NULL);
	char *script = read_file(SOURCE_TREE "/tests/programs/compile/recipes", NULL);
	char *examples = strstr(page, "\n.Sh EXAMPLES\n");
	size_t count = 0;

	cr_assert_not_null(examples);
	char *end = strstr(examples + 1, "\n.Sh ");
	cr_assert_not_null(end);
	*end = '\0';
	for (char *heading = examples; (heading = strstr(heading, "\n.Ss ")); count++) {
		heading += strlen("\n.Ss ");
		size_t length = strcspn(heading, "\n");
		char *next = strstr(heading, "\n.Ss ");
		unsigned paragraphs = 0;
		for (char *display = heading; (display = strstr(display, "\n.Bd ")); display++)
			paragraphs += !next || display < next;
		for (unsigned i = 1; i <= paragraphs; i++) {
			char call[256];
			char quoted[256];
			snprintf(call, sizeof call, "run '%.*s' %u\n", (int)length, heading, i);
			snprintf(quoted, sizeof quoted, "run \"%.*s\" %u\n", (int)length, heading,
				 i);
			cr_expect(strstr(script, call) || strstr(script, quoted), "%s", call);
		}
		cr_expect_gt(paragraphs, 0, "%.*s", (int)length, heading);
	}
	cr_expect_eq(count, 7);
	free(page);
	free(script);
}
