/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "processes/host.h"
#include "support.h"

struct machine this_machine(void)
{
	return (struct machine){
	    .cc = CC,
	    .ask = ASK,
	    .second = SECOND_PROGRAM,
	    .compiler = COMPILER,
	    .query = QUERY,
	    .module = module_path(),
	    .long_max = LONG_MAX,
	};
}

static char *join(const char *directory, const char *name)
{
	char *path;

	cr_assert_gt(asprintf(&path, "%s/%s", directory, name), 0);
	return path;
}

struct machine foreign_machine(const char *architecture)
{
	char *directory = join(FOREIGN, architecture);
	const char *unpacked = getenv("UNPACKED");
	char *libraries = join(unpacked ? unpacked : "/nonexistent", architecture);
	struct run run;

	if (getenv("NO_FOREIGN"))
		cr_skip_test("builds for other machines are left out here (NO_FOREIGN)");
	RUN(&run, BUILD_FOREIGN, architecture, BUILD, libraries, directory);
	if (run.status == 77)
		cr_skip_test("%.*s", (int)strcspn(run.output, "\n"), run.output);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	free(libraries);
	return (struct machine){
	    .run = join(directory, "run"),
	    .cc = join(directory, "cc"),
	    .ask = join(directory, "build/ask"),
	    .second = join(directory, "build/second"),
	    .compiler = join(directory, "build/tools/portdb-compile"),
	    .query = join(directory, "build/tools/portdb-query"),
	    .module = join(directory, "build/nss/.libs/libnss_portdb.so.2"),
	    .long_max = strcmp(architecture, "i386") == 0 ? INT32_MAX : INT64_MAX,
	};
}
