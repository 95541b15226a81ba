/* SPDX-License-Identifier: MIT */
/*
 * errno through libc: wherever the C library's "files" leaves it alone, portdb does, too, and what
 * it sets otherwise is the same.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "tools/shared/memory.h"

extern int __nss_configure_lookup(const char *database, const char *services);

#define BEFORE 4711

/* What came of one call. */
struct outcome {
	int value; /* what it returned; whether there is an answer where that is no number */
	int error; /* errno behind it */
};

struct outcomes {
	struct outcome each[32];
	size_t count;
};

static const char *const calls[] = {
    "by name",
    "by name and protocol",
    "by name, not found",
    "by name, reentrant",
    "by name, reentrant, not found",
    "by name, small buffer",
    "by port",
    "by port, not found",
    "by port, reentrant",
    "by port, small buffer",
    "setservent",
    "the first",
    "the second, reentrant",
    "the third, small buffer",
    "the last",
    "behind the last",
    "behind the last, reentrant",
    "endservent",
    "the first again",
};

static void keep(struct outcomes *outcomes, int value)
{
	outcomes->each[outcomes->count++] = (struct outcome){value, errno};
	errno = BEFORE;
}

static void ask_each(struct outcomes *outcomes)
{
	struct servent entry;
	struct servent *found;
	char buffer[2048];

	errno = BEFORE;
	keep(outcomes, getservbyname("ssh", NULL) != NULL);
	keep(outcomes, getservbyname("ssh", "tcp") != NULL);
	keep(outcomes, getservbyname("no-such-name", "tcp") != NULL);
	keep(outcomes, getservbyname_r("ssh", "tcp", &entry, buffer, sizeof buffer, &found));
	keep(outcomes,
	     getservbyname_r("no-such-name", NULL, &entry, buffer, sizeof buffer, &found));
	keep(outcomes, getservbyname_r("ssh", "tcp", &entry, buffer, 4, &found));
	keep(outcomes, getservbyport(htons(22), NULL) != NULL);
	keep(outcomes, getservbyport(htons(4), "udp") != NULL);
	keep(outcomes, getservbyport_r(htons(22), "tcp", &entry, buffer, sizeof buffer, &found));
	keep(outcomes, getservbyport_r(htons(22), "tcp", &entry, buffer, 4, &found));
	setservent(0);
	keep(outcomes, 0);
	keep(outcomes, getservent() != NULL);
	keep(outcomes, getservent_r(&entry, buffer, sizeof buffer, &found));
	keep(outcomes, getservent_r(&entry, buffer, 4, &found));
	while (getservent())
		;
	keep(outcomes, 0);
	keep(outcomes, getservent() != NULL);
	keep(outcomes, getservent_r(&entry, buffer, sizeof buffer, &found));
	endservent();
	keep(outcomes, 0);
	keep(outcomes, getservent() != NULL);
}

/* In a process of its own, as libc reads its configuration once. */
static struct outcomes outcomes_with(const char *line)
{
	struct outcomes *shared =
	    mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;

	cr_assert_neq(shared, MAP_FAILED);
	pid_t child = fork();
	if (child == 0) {
		if (__nss_configure_lookup("services", line) != 0)
			_exit(1);
		ask_each(shared);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0, "%s", line);
	struct outcomes outcomes = *shared;
	munmap(shared, sizeof *shared);
	cr_assert_eq(outcomes.count, LENGTH(calls));
	return outcomes;
}

static void expect_as_files(const char *line)
{
	struct outcomes files = outcomes_with("files");
	struct outcomes others = outcomes_with(line);

	for (size_t i = 0; i < LENGTH(calls); i++)
		cr_expect(files.each[i].value == others.each[i].value &&
			      files.each[i].error == others.each[i].error,
			  "%s, %s: %d with errno %d, where files has %d with errno %d", line,
			  calls[i], others.each[i].value, others.each[i].error, files.each[i].value,
			  files.each[i].error);
}

/* Of a copy of this machine's file, which "files" reads. */
static void compile(const char *source)
{
	char *database = scratch_path("services.db");
	struct run run;

	setenv("PORTDB_DATABASE", database, 1);
	RUN(&run, COMPILER, "--track", "-o", database, source);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

Test(errors, is_as_files_leaves_it)
{
	compile("/etc/services");
	expect_as_files("portdb");
	expect_as_files("portdb [NOTFOUND=return] files");
}

Test(errors, is_as_files_leaves_it_where_it_answers_for_a_stale_database)
{
	size_t size;
	char *text = read_file("/etc/services", &size);
	char *source = scratch_path("stale.services");

	write_file(source, text, size);
	free(text);
	compile(source);
	write_text(source, "changed 1/tcp\n");
	expect_as_files("portdb [NOTFOUND=return] files");
}

Test(errors, is_as_files_leaves_it_where_there_is_no_database)
{
	setenv("PORTDB_DATABASE", scratch_path("absent.db"), 1);
	expect_as_files("portdb [NOTFOUND=return] files");
}
