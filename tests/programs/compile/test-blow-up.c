/* SPDX-License-Identifier: MIT */
/*
 * Small inputs that ask for large work: portdb-compile ends, or refuses with the bound that it
 * keeps, within seconds of processor time and little memory, where each took a minute or more once.
 * The limits are generous, but for what grows with the square of its input.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/processes/counting.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

#define HEADER "Service Name,Port Number,Transport Protocol,Aliases,Description\n"

#define ROW_BOUND                                                                            \
	"asks for more than 262144 names, or 16 MB of them: each counts at each port, with " \
	"each protocol\n"

static void enter_scratch(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
}

TestSuite(blow_up, .init = enter_scratch, .timeout = 600);

/* Under valgrind, which TEST_STRIDE tells, and with sanitizers all takes longer. */
static rlim_t patience(void)
{
	return stride() > 1 ? 60 : HAS_SANITIZED_MEMORY ? 12 : 1;
}

static void set_limit(int resource, rlim_t most, struct rlimit *before)
{
	struct rlimit limit;

	cr_assert_eq(getrlimit(resource, before), 0);
	limit = *before;
	limit.rlim_cur = most;
	cr_assert_eq(setrlimit(resource, &limit), 0);
}

/* Runs a program that may take 5 seconds of a processor, and 1 GB. */
static void run_limited(struct run *run, const char *const *arguments)
{
	bool has_own_memory = !HAS_SANITIZED_MEMORY && stride() == 1;

	if (runs_under_valgrind() || HAS_THREAD_SANITIZER)
		cr_skip_test("all takes many times as long here");
	struct rlimit time;
	struct rlimit memory;

	/* It inherits them; this process has used next to nothing. */
	set_limit(RLIMIT_CPU, 5 * patience(), &time);
	set_limit(RLIMIT_AS, has_own_memory ? (rlim_t)1 << 30 : RLIM_INFINITY, &memory);
	run_program(run, arguments);
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CPU, &time);
}

/* The status, how the output starts, and how the messages end. */
#define EXPECT(status, output, errors, ...) \
	expect(status, output, errors, (const char *const[]){COMPILER, __VA_ARGS__, NULL})

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text);

	return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static void expect(int status, const char *output, const char *errors, const char *const *arguments)
{
	struct run run;

	run_limited(&run, arguments);
	size_t length = strlen(run.errors);
	const char *end = run.errors + (length > 300 ? length - 300 : 0);
	cr_expect_eq(run.status, status, "%s: status %d: %s", arguments[1], run.status, end);
	cr_expect(starts_with(run.output, output), "%s", run.output);
	cr_expect(*errors ? ends_in(run.errors, errors) : length == 0, "…%s", end);
	run_free(&run);
}

static FILE *create(const char *path)
{
	FILE *stream = fopen(path, "we");

	cr_assert_not_null(stream);
	return stream;
}

/* The numbered words from first on, count of them, with a blank in front of each. */
static void write_words(FILE *stream, const char *word, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		fprintf(stream, " %s%u", word, i);
}

/* One service with that many aliases. */
static void write_line(const char *path, const char *alias, unsigned count)
{
	FILE *stream = create(path);

	fputs("service 1/tcp", stream);
	write_words(stream, alias, count);
	fputc('\n', stream);
	fclose(stream);
}

Test(blow_up, range_of_ports_with_many_aliases)
{
	FILE *stream = create("x.csv");

	fputs(HEADER "x,1-65535,tcp,", stream);
	write_words(stream, "a", 100);
	fputs(",\ny,5,tcp,,\n", stream);
	fclose(stream);
	EXPECT(0, "1 service from 1 claim ", "x.csv:2: warning: " ROW_BOUND, "-o", "db", "x.csv");
}

/* What a row says is there once, whatever the number of its claims. */
Test(blow_up, range_of_ports_with_a_long_description)
{
	FILE *stream = create("x.csv");

	fputs(HEADER "x,1-65535,tcp udp,,", stream);
	for (unsigned i = 0; i < 200000; i++)
		fputs("words ", stream);
	fputc('\n', stream);
	fclose(stream);
	EXPECT(0, "131070 services from 131070 claims ", "", "-o", "db", "x.csv");
}

Test(blow_up, rows_that_each_ask_for_every_port)
{
	FILE *stream = create("x.csv");

	fputs(HEADER, stream);
	for (unsigned i = 0; i < 100000; i++)
		fprintf(stream, "x%u,1-65535,tcp udp sctp dccp,,\n", i);
	fclose(stream);
	EXPECT(1, "",
	       "portdb-compile: x.csv: line 6: more than 1048576 names, or 64 MB of them, in all "
	       "sources: each counts at each port, with each protocol\n",
	       "-o", "db", "x.csv");
}

Test(blow_up, aliases_on_one_line)
{
	write_line("x", "alias", 100000);
	EXPECT(0, "1 service from 1 claim ", "", "-o", "db", "x");
	EXPECT(0, "db: 1 service, nothing wrong\n", "", "--verify", "db");
}

/* The key of an alias has the protocol in it. */
Test(blow_up, long_protocol_with_many_aliases)
{
	FILE *stream = create("x");

	fputs("service 1/", stream);
	for (unsigned i = 0; i < 1000000; i++)
		fputc('p', stream);
	write_words(stream, "alias", 100000);
	fputs("\nother 1/tcp\n", stream);
	fclose(stream);
	EXPECT(0, "1 service from 1 claim ", "x:1: warning: " ROW_BOUND, "-o", "db", "x");
}

Test(blow_up, long_name_with_many_aliases)
{
	FILE *stream = create("x");

	for (unsigned i = 0; i < 1000000; i++)
		fputc('n', stream);
	fputs(" 1/tcp", stream);
	write_words(stream, "alias", 100000);
	fputc('\n', stream);
	fclose(stream);
	EXPECT(0, "1 service from 1 claim ", "", "-o", "db", "x");
}

Test(blow_up, aliases_of_one_service_in_two_files)
{
	write_line("high", "high", 40000);
	write_line("low", "low", 40000);
	EXPECT(0, "1 service from 2 claims ", "", "-o", "db", "high", "low");
}

/* The second service at the port has each alias that the lower source offers, behind the first. */
Test(blow_up, aliases_that_two_services_share)
{
	FILE *stream = create("high");

	fputs("first 1/tcp", stream);
	write_words(stream, "alias", 40000);
	fputs("\nservice 1/tcp", stream);
	write_words(stream, "alias", 40000);
	fputc('\n', stream);
	fclose(stream);
	write_line("low", "alias", 40000);
	EXPECT(0, "2 services from 3 claims ", "", "-o", "db", "high", "low");
}

Test(blow_up, protocols_that_end_alike)
{
	FILE *stream = create("x");

	for (unsigned i = 0; i < 40000; i++)
		fprintf(stream, "service 1/p%u-same\n", i);
	fclose(stream);
	EXPECT(1, "",
	       "portdb-compile: db: too many names or protocols are alike: more than 64 want one "
	       "place in the index\n",
	       "-o", "db", "x");
}

Test(blow_up, entry_of_many_names_and_protocols)
{
	FILE *stream = create("x.ldif");

	fputs("dn: cn=x\nobjectClass: ipService\nipServicePort: 1\n", stream);
	for (unsigned i = 0; i < 1000; i++)
		fprintf(stream, "cn: name%u\nipServiceProtocol: protocol%u\n", i, i);
	fputs("\ndn: cn=y\nobjectClass: ipService\nipServicePort: 2\nipServiceProtocol: tcp\n",
	      stream);
	fclose(stream);
	EXPECT(0, "1 service from 1 claim ", "x.ldif:1: warning: " ROW_BOUND, "-o", "db", "x.ldif");
}

Test(blow_up, entry_of_many_lines)
{
	FILE *stream = create("x.ldif");

	fputs("version: 1\ndn: cn=x\nobjectClass: ipService\n", stream);
	for (unsigned i = 0; i < 8000000; i++)
		fputs("a:b\n", stream);
	fclose(stream);
	EXPECT(0, "0 services from 0 claims ",
	       "x.ldif:1: warning: an entry of more than 524288 lines\n", "-o", "db", "x.ldif");
}

Test(blow_up, long_language_of_a_description)
{
	FILE *stream = create("x.ldif");

	fputs("dn: cn=x\nobjectClass: ipService\nipServicePort: 1\nipServiceProtocol: tcp\n"
	      "description;lang-x-",
	      stream);
	for (unsigned i = 0; i < 4000000; i++)
		fputc('a', stream);
	fputs(": words\n", stream);
	fclose(stream);
	EXPECT(0, "1 service from 1 claim ", "aaaaaaaa' is no language\n", "-o", "db", "x.ldif");
}

/* Each row is compared with the one that took the port, and quotes its name. */
Test(blow_up, check_of_rows_at_one_port)
{
	FILE *stream = create("x");

	for (unsigned i = 0; i < 1000000; i++)
		fputc('n', stream);
	fputs(" 1/tcp", stream);
	write_words(stream, "alias", 40000);
	for (unsigned i = 0; i < 40000; i++)
		fprintf(stream, "\nservice%u 1/tcp", i);
	fputc('\n', stream);
	fclose(stream);
	EXPECT(0, "40001 claims of 1 source: 40000 findings, ", "'\n", "--check", "x");
}

Test(blow_up, sources_that_are_endless)
{
	EXPECT(1, "", "portdb-compile: /dev/zero: larger than 512 MB\n", "-o", "db", "/dev/zero");
}

static void make_system(off_t size)
{
	require_roots();
	make_directories("root" PORTDB_DROPINS_DIRECTORY);
	make_directories("root/etc");
	write_text("root/etc/services", "ssh 22/tcp\n");
	write_text("root" PORTDB_DROPINS_DIRECTORY "/a.services", "# ours\n");
	cr_assert_eq(truncate("root" PORTDB_DROPINS_DIRECTORY "/a.services", size), 0);
}

/* 64 MB are taken, one byte more is not: the others are compiled. */
Test(blow_up, sources_of_the_system_that_are_huge)
{
	struct run run;
	const char *const arguments[] = {COMPILER, "--check", "--root", "root", NULL};

	make_system((off_t)64 << 20);
	run_limited(&run, arguments);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	make_system(((off_t)64 << 20) + 1);
	run_limited(&run, arguments);
	cr_expect_eq(run.status, 1);
	cr_expect(strstr(run.errors,
			 "a.services: larger than 64 MB, as no source of the system may be\n"),
		  "%s", run.errors);
	cr_expect(starts_with(run.output, "1 claim of "), "%s", run.output);
	run_free(&run);
}
