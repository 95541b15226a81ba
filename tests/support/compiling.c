/* SPDX-License-Identifier: MIT */
#include "compiling.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "nss/reader/file.h"
#include "support.h"
#include "tools/compile/image/verify.h"

void compile_text(const char *text, const char *path)
{
	char *source = scratch_path("source-of-a-host");
	struct run run;

	write_text(source, text);
	RUN(&run, COMPILER, "-o", path, source);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	free(source);
}

pid_t start_compiler(const char *output, const char *source)
{
	const char *const arguments[] = {COMPILER, "-o", output, source, NULL};
	posix_spawn_file_actions_t actions;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	cr_assert_eq(posix_spawn(&child, COMPILER, &actions, NULL, (char **)arguments, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	return child;
}

void write_services(const char *path, unsigned number)
{
	FILE *stream = fopen(path, "we");

	cr_assert_not_null(stream);
	for (unsigned i = 1; i <= number; i++)
		fprintf(stream, "service-%u %u/tcp\n", i, i);
	fclose(stream);
}

uint32_t services_at(const char *path)
{
	struct portdb_file file;
	enum portdb_result result;
	uint32_t services = 0;

	if (!portdb_file_map(&file, path, &result))
		return 0;
	const char *wrong = verify_image(file.address, file.length, &services);
	portdb_file_unmap(&file);
	return wrong ? 0 : services;
}
