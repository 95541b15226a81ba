/* SPDX-License-Identifier: MIT */
#include "host.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/compiling.h"
#include "tests/support/support.h"

void enter_host(const char *text)
{
	char *database = scratch_path("host.db");

	/* Others would need a user namespace, which no process with threads may enter. */
	if (geteuid() != 0)
		cr_skip_test("only root can move a running test to a host of its own");
	compile_text(text, database);
	if (!enter_etc_with("", 0))
		cr_skip_test("no mount namespace is permitted here");
	write_text("/etc/nsswitch.conf", "services: portdb\n");
	write_text("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n");
	write_text("/etc/group", "root:x:0:\n");
	setenv("PORTDB_DATABASE", database, 1);
	free(database);
}

void host_hide(const char *directory)
{
	cr_assert_eq(mount("none", directory, "tmpfs", 0, "mode=755"), 0, "%s: %s", directory,
		     strerror(errno));
}

static bool is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 && path[length] == '/';
}

bool host_has_system_database(void)
{
	char path[] = PORTDB_DATABASE_PATH;
	char *end = strrchr(path, '/');
	struct stat status;

	/* The lowest directory above it that is there, and that can be hidden. */
	*end = '\0';
	while (stat(path, &status) != 0 && (end = strrchr(path, '/')) && end != path)
		*end = '\0';
	if (end == path || is_below(COMPILER, path) || is_below(scratch_directory(), path))
		return false;
	host_hide(path);
	for (size_t i = strlen(path); PORTDB_DATABASE_PATH[i] != '\0'; i++) {
		path[i] = '\0';
		mkdir(path, 0755);
		path[i] = PORTDB_DATABASE_PATH[i];
	}
	return true;
}

void host_compile(const char *text)
{
	struct run run;

	write_text("/etc/services", text);
	RUN(&run, COMPILER, "/etc/services");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	cr_expect_str_empty(run.errors);
	run_free(&run);
}

void require_module_for_all(void)
{
#ifdef IS_SANITIZED
	cr_skip_test("only programs with sanitizers in them can load a module that has them");
#endif
}

const char *module_path(void)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/libnss_portdb.so.2", MODULES);
	return path;
}

void require_program(const char *program, const char *package)
{
	struct run run;

	RUN(&run, "sh", "-c", "command -v \"$1\"", "sh", program);
	int status = run.status;
	run_free(&run);
	if (status != 0)
		cr_skip_test("there is no %s (Debian: %s)", program, package);
}
