/* SPDX-License-Identifier: MIT */
/*
 * Whatever names, protocols, aliases and descriptions hold: what a format prints is read back by
 * the format's own reader as the same answers, and what is not there was counted as left out. What
 * a terminal is shown gives it no orders.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/hostile.h"
#include "tests/support/processes/typing.h"
#include "tests/support/readback.h"
#include "tests/support/support.h"
#include "tools/shared/memory.h"

#define ROUNDS  60
#define ANSWERS 40

static void enter_scratch(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
}

TestSuite(hostile_output, .init = enter_scratch, .timeout = 120);

static const struct terminal no_terminal = {.is_ascii = false};

/* That entries which were read are the answers, or were left out and counted. */
static void expect_same(struct readback *readback, enum format format,
			const struct answers *answers, const struct left_out *left_out,
			const char *text)
{
	const char *fault = readback_compare(readback, format, answers, left_out);

	cr_assert_null(fault, "%s, in:\n%s", fault, text);
}

static void expect_harmless(const char *text, const char *allowed)
{
	static struct arena memory;
	const char *harm = readback_find_harm(&memory, text, allowed);

	cr_assert_null(harm, "%s in: %s", harm, text);
}

static void check_format(enum format format)
{
	struct random random = {.state = 2849};

	for (unsigned round = 0; round < ROUNDS; round += stride()) {
		struct readback readback = {0};
		struct answers answers = hostile_answers(&random, ANSWERS);
		struct left_out left_out;
		char *text = readback_print(format, &answers, &no_terminal, &left_out);
		readback_read(&readback, format, text);
		expect_same(&readback, format, &answers, &left_out, text);
		if (format == FORMAT_JSON || format == FORMAT_LDIF)
			expect_harmless(text, "\n");
		free(text);
		free(answers.items);
		readback_free(&readback);
	}
}

Test(hostile_output, reads_back_as_json)
{
	check_format(FORMAT_JSON);
}

Test(hostile_output, reads_back_as_csv)
{
	check_format(FORMAT_CSV);
}

/* Another reader's opinion: the same rows, by Python's. */
Test(hostile_output, reads_back_as_csv_of_python)
{
	static const char script[] =
	    "import csv, json, sys\n"
	    "rows = list(csv.reader(open(sys.argv[1], encoding='utf-8', newline=''),\n"
	    "                       strict=True))\n"
	    "keys = ['name', 'port', 'protocol', 'aliases', 'description']\n"
	    "print(json.dumps({'services': [dict(zip(keys, [r[0], int(r[1]), r[2],\n"
	    "    [a for a in r[3].split(' ') if a], r[5] + ''.join(r[8:])])) for r in "
	    "rows[1:]]}))\n";
	struct random random = {.state = 4180};
	struct run run;

	RUN(&run, "python3", "-c", "import csv, json");
	if (run.status != 0)
		cr_skip_test("python3 is not installed (Debian: python3-minimal)");
	run_free(&run);
	for (unsigned round = 0; round < 5; round += stride()) {
		struct readback readback = {0};
		struct answers answers = hostile_answers(&random, ANSWERS);
		struct left_out left_out;
		char *text = readback_print(FORMAT_CSV, &answers, &no_terminal, &left_out);
		write_text("rows.csv", text);
		RUN(&run, "python3", "-c", script, "rows.csv");
		cr_assert_eq(run.status, 0, "%s", run.errors);
		readback_read(&readback, FORMAT_JSON, run.output);
		expect_same(&readback, FORMAT_CSV, &answers, &left_out, text);
		run_free(&run);
		free(answers.items);
		readback_free(&readback);
	}
}

Test(hostile_output, reads_back_as_a_services_file)
{
	check_format(FORMAT_SERVICES);
}

Test(hostile_output, reads_back_as_ldif)
{
	check_format(FORMAT_LDIF);
}

/* What is printed on a terminal gives it no orders, in any format. */
Test(hostile_output, gives_a_terminal_no_orders)
{
	static const struct terminal terminal = {.is_terminal = true};
	static const struct terminal plain = {.is_terminal = true, .is_ascii = true};
	struct random random = {.state = 6429};

	for (unsigned round = 0; round < ROUNDS; round += stride()) {
		struct answers answers = hostile_answers(&random, ANSWERS);
		struct left_out left_out;
		for (enum format format = FORMAT_TABLE; format <= FORMAT_LDIF; format++) {
			expect_harmless(readback_print(format, &answers, &terminal, &left_out),
					"\n\t");
			if (format == FORMAT_JSON)
				continue;
			for (const char *next = readback_print(format, &answers, &plain, &left_out);
			     *next; next++)
				cr_assert((*next >= ' ' && *next <= '~') || *next == '\n' ||
					  *next == '\t');
		}
		free(answers.items);
	}
}

/* A table whose header would have been an entry. */
Test(hostile_output, makes_no_entry_of_a_column)
{
	struct run run;

	write_text("table.csv",
		   "Service Name,Port Number,Transport Protocol,\"Description[xx: y\n\n"
		   "dn: cn=admin,dc=example,dc=org\nobjectClass: top\ncn]\"\n"
		   "a,1,tcp,words\n");
	RUN(&run, COMPILER, "-o", "table.db", "table.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	RUN(&run, QUERY, "-d", "table.db", "--lang=xx", "--all", "--format=ldif");
	cr_expect_str_eq(run.output,
			 "version: 1\n\n"
			 "dn: cn=a+ipServiceProtocol=tcp,ou=services,dc=example,dc=org\n"
			 "objectClass: top\nobjectClass: ipService\ncn: a\n"
			 "ipServicePort: 1\nipServiceProtocol: tcp\n");
	run_free(&run);
}

Test(hostile_output, says_what_was_left_out)
{
	struct run run;

	write_text("bad", "b\377d 1/tcp\ngood 2/tcp x\377\n");
	RUN(&run, COMPILER, "-o", "bad.db", "bad");
	run_free(&run);
	RUN(&run, QUERY, "-d", "bad.db", "--all", "--format=json");
	cr_expect_str_eq(run.errors, "portdb-query: 2 names left out, which JSON cannot hold\n");
	run_free(&run);
	RUN(&run, QUERY, "-d", "bad.db", "--all", "--format=csv");
	cr_expect_str_eq(run.errors, "portdb-query: 2 names left out, which CSV cannot hold\n");
	run_free(&run);
	write_text("bad", "good 2/tcp # \377\n");
	RUN(&run, COMPILER, "-o", "bad.db", "bad");
	run_free(&run);
	RUN(&run, QUERY, "-d", "bad.db", "--all", "--format=ldif");
	cr_expect_str_eq(run.errors,
			 "portdb-query: 1 description left out, which a directory cannot hold\n");
	run_free(&run);
}

/* A lower source may have the alias of an answer for its name. */
Test(hostile_output, leaves_out_names_of_claims)
{
	struct run run;

	write_text("high", "good 2/tcp b\377d\n");
	write_text("low", "b\377d 2/tcp\n");
	RUN(&run, COMPILER, "-o", "claims.db", "high", "low");
	run_free(&run);
	RUN(&run, QUERY, "-d", "claims.db", "--all", "--claims", "--format=json");
	cr_expect_str_eq(run.errors, "portdb-query: 2 names left out, which JSON cannot hold\n");
	cr_expect_null(strstr(run.output, "low"), "%s", run.output);
	run_free(&run);
	RUN(&run, QUERY, "-d", "claims.db", "--all", "--claims", "--format=csv");
	cr_expect_str_eq(run.errors, "portdb-query: 1 name left out, which CSV cannot hold\n");
	cr_expect_null(strstr(run.output, "low"), "%s", run.output);
	run_free(&run);
}

#define EVIL                           \
	"x\x1b[2J\xc2\x9b"             \
	"2J\xe2\x80\xae\nportdb: done" \
	"\xff"

/* Whatever a file, a row, an option or a question is called: one line for each message. */
static void expect_quiet(const char *locale, const char *const *arguments, unsigned lines)
{
	struct run run;

	setenv("LC_ALL", locale, 1);
	run_program(&run, arguments);
	expect_harmless(run.errors, "\n");
	expect_harmless(run.output, "\n");
	cr_expect_null(strstr(run.errors, "\nportdb: done"), "%s", run.errors);
	unsigned count = 0;
	for (const char *next = run.errors; *next; next++)
		count += *next == '\n';
	cr_expect_eq(count, lines, "%u lines: %s", count, run.errors);
	run_free(&run);
}

#define EXPECT_QUIET(lines, ...)                                                          \
	do {                                                                              \
		expect_quiet("C.UTF-8", (const char *const[]){__VA_ARGS__, NULL}, lines); \
		expect_quiet("C", (const char *const[]){__VA_ARGS__, NULL}, lines);       \
	} while (0)

Test(hostile_output, quotes_nothing_raw_in_messages)
{
	char *path = scratch_path("site");

	require_roots();
	write_text("good", "good 1/tcp\n");
	EXPECT_QUIET(0, COMPILER, "-o", "good.db", "good");
	EXPECT_QUIET(0, COMPILER, "-o", EVIL ".db", "good");
	EXPECT_QUIET(0, COMPILER, "--verify", EVIL ".db");
	EXPECT_QUIET(1, COMPILER, "--verify", EVIL);
	write_text(EVIL ".csv",
		   "Service Name,Port Number,Transport Protocol\na,\"" EVIL "\",tcp\n");
	EXPECT_QUIET(1, COMPILER, "-o", "x.db", EVIL ".csv");
	EXPECT_QUIET(1, COMPILER, "--check", EVIL ".csv");
	write_text(EVIL, "x\x1b[2J\xc2\x9b 1\n");
	EXPECT_QUIET(1, COMPILER, "-o", "x.db", EVIL);
	EXPECT_QUIET(1, COMPILER, "--list-sources", EVIL);
	EXPECT_QUIET(1, QUERY, "-d", EVIL ".none", "1");
	EXPECT_QUIET(1, QUERY, "-d", "good.db", EVIL);
	make_directories(scratch_path("site" PORTDB_DROPINS_DIRECTORY));
	make_directories(scratch_path("site/etc"));
	write_text(scratch_path("site" PORTDB_DROPINS_DIRECTORY "/" EVIL), "");
	write_text(scratch_path("site/etc/services"), "a 1/tcp\n");
	/* And one for what such a site lacks. */
	EXPECT_QUIET(2, COMPILER, "--verbose", "-o", "x.db", "--root", path);
	unlink(EVIL ".db");
}

/* Theirs are not ours, but they come from our programs. */
Test(hostile_output, lets_libraries_quote_nothing_raw)
{
	static const char *const options[] = {"--format=x\x1b[2J\xc2\x9b\xe2\x80\xae",
					      "--x\x1b[2J\xc2\x9b\xe2\x80\xae"};

	for (size_t i = 0; i < LENGTH(options); i++) {
		EXPECT_QUIET(2, QUERY, options[i]);
		EXPECT_QUIET(2, COMPILER, options[i]);
	}
	EXPECT_QUIET(1, QUERY, "-\xff");
	EXPECT_QUIET(1, COMPILER, "-\xff");
}

/* A name as a shell reads what completion inserts. */
static bool is_offered(const char *name)
{
	for (const char *next = name; *next; next++)
		if (*next < '!' || *next > '~')
			return false;
	return *name && *name != '/' && !isdigit((unsigned char)*name);
}

static unsigned write_names(FILE *names, const struct readback *readback)
{
	unsigned count = 0;

	for (size_t i = 0; i < readback->count; i++) {
		const struct readback_entry *entry = &readback->items[i];
		if (is_offered(entry->name))
			count++, fprintf(names, "%s\n", entry->name);
		for (size_t j = 0; j < entry->alias_count; j++)
			if (is_offered(entry->aliases[j]))
				count++, fprintf(names, "%s\n", entry->aliases[j]);
	}
	return count;
}

Test(hostile_output, reads_back_as_words_of_a_shell)
{
	static const char script[] =
	    ". '" COMPLETIONS "/portdb-query.bash'; portdb-query() { '" QUERY "' \"$@\"; }\n"
	    "while IFS= read -r first; do\n"
	    "	_portdb_query_words \"$first\" -d names.db\n"
	    "done < <(cut -c1 names | sort -u) >words\n"
	    "while IFS= read -r word; do eval \"set -- $word\"; printf '%s\\n' \"$*\"; done <words "
	    "|\n"
	    "	sort -u >read\n"
	    "sort -u names | diff - read\n";
	struct random random = {.state = 1003};
	unsigned count = 0;

	setenv("LC_ALL", "C", 1);
	for (unsigned round = 0; round < 10; round += stride()) {
		struct readback readback = {0};
		struct answers answers = hostile_answers(&random, ANSWERS);
		struct left_out left_out;
		struct run run;
		char *text = readback_print(FORMAT_SERVICES, &answers, &no_terminal, &left_out);
		FILE *names = fopen("names", "we");
		readback_read(&readback, FORMAT_SERVICES, text);
		cr_assert_null(readback.fault, "%s", readback.fault);
		count += write_names(names, &readback);
		fclose(names);
		write_text("services", text);
		RUN(&run, COMPILER, "-o", "names.db", "services");
		cr_assert_eq(run.status, 0, "%s", run.errors);
		run_free(&run);
		RUN(&run, "bash", "-c", script);
		cr_expect_eq(run.status, 0, "%s%s", run.output, run.errors);
		cr_expect_str_empty(run.errors);
		cr_expect_neq(access("ran", F_OK), 0);
		run_free(&run);
		free(answers.items);
		readback_free(&readback);
	}
	cr_expect_gt(count, 0, "%u", count);
}
