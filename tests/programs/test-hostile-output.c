/* SPDX-License-Identifier: MIT */
/*
 * Whatever names, protocols, aliases and descriptions hold: what a format prints is read back by
 * the format's own reader as the same answers, and what is not there was counted as left out. What
 * a terminal is shown gives it no orders.
 */
#include <criterion/criterion.h>
#include <csv.h>
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unistr.h>

#include "tests/support/hostile.h"
#include "tests/support/oracle.h"
#include "tests/support/support.h"
#include "tests/support/typing.h"
#include "tools/query/output.h"
#include "tools/shared/memory.h"
#include "tools/shared/text.h"

#define ROUNDS  60
#define ANSWERS 40

static void enter_scratch(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
}

TestSuite(hostile_output, .init = enter_scratch, .timeout = 120);

/* A service as a reader found it. */
struct entry {
	const char *name;
	const char *protocol;
	unsigned port;
	const char *aliases[64];
	size_t alias_count;
	const char *description; /* NULL for none */
};

struct entries {
	struct entry items[4 * ANSWERS];
	size_t count;
};

static struct entry *add_entry(struct entries *entries)
{
	cr_assert_lt(entries->count, LENGTH(entries->items));
	entries->items[entries->count] = (struct entry){0};
	return &entries->items[entries->count++];
}

static void add_alias(struct entry *entry, const char *alias)
{
	cr_assert_lt(entry->alias_count, LENGTH(entry->aliases));
	entry->aliases[entry->alias_count++] = alias;
}

static const struct terminal no_terminal = {.is_ascii = false};

/* What an output prints of the answers. The C library has stdout as a variable. */
static char *print(enum format format, const struct answers *answers,
		   const struct terminal *terminal, struct left_out *left_out)
{
	FILE *usual = stdout;
	char *text;
	size_t size;

	*left_out = (struct left_out){0};
	stdout = open_memstream(&text, &size);
	if (format == FORMAT_JSON)
		output_json(answers, false, left_out);
	else if (format == FORMAT_CSV)
		output_csv(answers, terminal, left_out);
	else if (format == FORMAT_SERVICES)
		output_services(answers, terminal, left_out);
	else if (format == FORMAT_LDIF)
		output_ldif(answers, "ou=services,dc=example,dc=org", left_out);
	else
		output_table(answers, terminal);
	fclose(stdout);
	stdout = usual;
	return text;
}

/* Whether they are those of the answer, some left out: *left_out counts these. */
static bool has_aliases_of(const struct entry *entry, const struct answer *answer, size_t *left_out)
{
	size_t next = 0;

	for (size_t i = 0; i < answer->alias_count; i++)
		if (next < entry->alias_count &&
		    strcmp(entry->aliases[next], answer->aliases[i]) == 0)
			next++;
		else
			++*left_out;
	return next == entry->alias_count;
}

static bool is_of(const struct entry *entry, const struct answer *answer)
{
	return strcmp(entry->name, answer->name) == 0 && entry->port == answer->port &&
	       strcmp(entry->protocol, answer->protocol) == 0;
}

/* What the format did with a description. */
enum words {
	NO_WORDS,     /* it has none */
	WHOLE_WORDS,  /* its bytes, or it is left out and counted */
	WORDS_AS_UTF8 /* its bytes, with U+FFFD for what is not UTF-8 */
};

static void check_description(const struct entry *entry, const struct answer *answer,
			      enum words words, size_t *left_out)
{
	static struct arena memory;

	if (words == WORDS_AS_UTF8)
		cr_expect_str_eq(entry->description, text_as_utf8(&memory, answer->description));
	else if (words == WHOLE_WORDS && entry->description)
		cr_expect_str_eq(entry->description, answer->description);
	else if (words == WHOLE_WORDS && *answer->description)
		++*left_out;
}

/* Entries are the answers in their order, and what lacks was counted. */
static void check_entries(const struct entries *entries, const struct answers *answers,
			  const struct left_out *said, enum words words, const char *text)
{
	struct left_out left_out = {0};
	size_t next = 0;

	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		const struct entry *entry = &entries->items[next];
		if (next == entries->count || !is_of(entry, answer)) {
			cr_assert_neq(strncmp(answer->name, "plain", 5), 0, "%s lacks in:\n%s",
				      answer->name, text);
			left_out.names++;
			continue;
		}
		cr_assert(has_aliases_of(entry, answer, &left_out.names), "aliases of %s in:\n%s",
			  answer->name, text);
		check_description(entry, answer, words, &left_out.descriptions);
		next++;
	}
	cr_assert_eq(next, entries->count, "%zu of %zu entries, then '%s' in:\n%s", next,
		     entries->count, entries->items[next].name, text);
	cr_expect_eq(left_out.names, said->names, "%zu left out, not %zu: %s", left_out.names,
		     said->names, text);
	cr_expect_eq(left_out.descriptions, said->descriptions,
		     "%zu descriptions left out, not %zu", left_out.descriptions,
		     said->descriptions);
}

/* No control character but those that are named, and none that turns the direction of writing. */
static void expect_harmless(const char *text, const char *allowed)
{
	ucs4_t character;

	cr_assert_null(u8_check((const uint8_t *)text, strlen(text)), "not UTF-8: %s", text);
	for (const uint8_t *next = (const uint8_t *)text; (next = u8_next(&character, next));)
		cr_assert(!text_is_harmful(character) ||
			      (character < 0x80 && strchr(allowed, (int)character)),
			  "U+%04X in: %s", (unsigned)character, text);
}

typedef void reader(struct entries *entries, const char *text);

static void check_format(enum format format, reader *read, enum words words)
{
	struct random random = {.state = 2849};

	for (unsigned round = 0; round < ROUNDS; round += stride()) {
		struct entries *entries = calloc(1, sizeof *entries);
		struct answers answers = hostile_answers(&random, ANSWERS);
		struct left_out left_out;
		char *text = print(format, &answers, &no_terminal, &left_out);
		read(entries, text);
		check_entries(entries, &answers, &left_out, words, text);
		if (format == FORMAT_JSON || format == FORMAT_LDIF)
			expect_harmless(text, "\n");
		free(answers.items);
		free(entries);
	}
}

static void read_service_of_json(struct entry *entry, const json_t *service)
{
	const json_t *aliases = json_object_get(service, "aliases");

	entry->name = json_string_value(json_object_get(service, "name"));
	entry->protocol = json_string_value(json_object_get(service, "protocol"));
	entry->port = (unsigned)json_integer_value(json_object_get(service, "port"));
	entry->description = json_string_value(json_object_get(service, "description"));
	for (size_t i = 0; i < json_array_size(aliases); i++)
		add_alias(entry, json_string_value(json_array_get(aliases, i)));
}

static void read_json(struct entries *entries, const char *text)
{
	json_error_t error;
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	cr_assert_not_null(document, "%s: %s", error.text, text);
	const json_t *services = json_object_get(document, "services");
	for (size_t i = 0; i < json_array_size(services); i++)
		read_service_of_json(add_entry(entries), json_array_get(services, i));
}

Test(hostile_output, reads_back_as_json)
{
	check_format(FORMAT_JSON, read_json, WORDS_AS_UTF8);
}

struct cells {
	struct entries *entries;
	const char *cells[16];
	size_t count;
	bool has_header;
};

static void end_cell(void *bytes, size_t length, void *context)
{
	struct cells *cells = context;

	cr_assert_lt(cells->count, LENGTH(cells->cells));
	cells->cells[cells->count++] = strndup(bytes ? bytes : "", length);
}

static void end_row(int terminator, void *context)
{
	struct cells *cells = context;

	(void)terminator;
	cr_assert_eq(cells->count, 8);
	if (cells->has_header) {
		struct entry *entry = add_entry(cells->entries);
		char *rest = (char *)cells->cells[3];
		entry->name = cells->cells[0];
		entry->port = (unsigned)atoi(cells->cells[1]);
		entry->protocol = cells->cells[2];
		entry->description = cells->cells[5];
		while (*rest)
			add_alias(entry, strsep(&rest, " ,;")), rest = rest ? rest : "";
	}
	cells->has_header = true;
	cells->count = 0;
}

static void read_csv(struct entries *entries, const char *text)
{
	struct cells cells = {.entries = entries};
	struct csv_parser parser;

	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
	cr_assert_eq(csv_parse(&parser, text, strlen(text), end_cell, end_row, &cells),
		     strlen(text), "%s", text);
	cr_assert_eq(csv_fini(&parser, end_cell, end_row, &cells), 0, "%s", text);
	csv_free(&parser);
}

Test(hostile_output, reads_back_as_csv)
{
	check_format(FORMAT_CSV, read_csv, WORDS_AS_UTF8);
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
	    "    [a for a in r[3].split(' ') if a], r[5]])) for r in rows[1:]]}))\n";
	struct random random = {.state = 4180};
	struct run run;

	RUN(&run, "python3", "-c", "import csv, json");
	if (run.status != 0)
		cr_skip_test("python3 is not installed (Debian: python3-minimal)");
	run_free(&run);
	for (unsigned round = 0; round < 5; round += stride()) {
		struct entries *entries = calloc(1, sizeof *entries);
		struct answers answers = hostile_answers(&random, ANSWERS);
		struct left_out left_out;
		char *text = print(FORMAT_CSV, &answers, &no_terminal, &left_out);
		write_text("rows.csv", text);
		RUN(&run, "python3", "-c", script, "rows.csv");
		cr_assert_eq(run.status, 0, "%s", run.errors);
		read_json(entries, run.output);
		check_entries(entries, &answers, &left_out, WORDS_AS_UTF8, text);
		run_free(&run);
		free(answers.items);
		free(entries);
	}
}

/* As "files" does. */
static void read_services(struct entries *entries, const char *text)
{
	struct oracle *oracle = calloc(1, sizeof *oracle);

	oracle_read(oracle, text, strlen(text), oracle_reading_here());
	cr_assert_eq(oracle->lines, oracle->source.claim_count, "%s", text);
	for (size_t i = 0; i < oracle->source.claim_count; i++) {
		const struct claim *claim = &oracle->source.claims[i];
		struct entry *entry = add_entry(entries);
		entry->name = claim->name;
		entry->port = claim->port;
		entry->protocol = claim->protocol;
		for (size_t j = 0; j < claim->alias_count; j++)
			add_alias(entry, claim->aliases[j]);
	}
}

Test(hostile_output, reads_back_as_a_services_file)
{
	check_format(FORMAT_SERVICES, read_services, NO_WORDS);
}

/*
 * A line of LDIF by the letter of RFC 2849, cut in two: the attribute's description, and its value
 * without base64. A line that goes on in a next one is not what we print.
 */
static char *read_attribute(char *line, const char **value)
{
	char *colon = strchr(line, ':');

	cr_assert_not_null(colon, "no attribute: '%s'", line);
	*colon = '\0';
	cr_assert(isalpha((unsigned char)*line), "no attribute: '%s'", line);
	for (const char *next = line; *next; next++)
		cr_assert(isalnum((unsigned char)*next) || *next == '-' ||
			      (*next == ';' && isalnum((unsigned char)next[1])),
			  "no attribute: '%s'", line);
	char *text = colon + 1;
	bool is_base64 = *text == ':';
	text += is_base64;
	cr_assert_eq(*text, ' ');
	text++;
	if (is_base64) {
		char *bytes = from_base64(text);
		cr_assert_not_null(bytes, "no base64: '%s'", text);
		*value = bytes;
		return line;
	}
	cr_assert(!strchr(" :<", *text) || !*text, "unsafe: '%s'", text);
	cr_assert(!*text || text[strlen(text) - 1] != ' ', "unsafe: '%s'", text);
	for (const char *next = text; *next; next++)
		cr_assert(*next >= ' ' && *next <= '~', "unsafe: '%s'", text);
	*value = text;
	return line;
}

static void read_entry_line(struct entry *entry, const char *attribute, const char *value)
{
	if (strcmp(attribute, "cn") == 0) {
		if (!entry->name)
			entry->name = value;
		else
			add_alias(entry, value);
	} else if (strcmp(attribute, "ipServicePort") == 0) {
		entry->port = (unsigned)atoi(value);
	} else if (strcmp(attribute, "ipServiceProtocol") == 0) {
		cr_assert_null(entry->protocol);
		entry->protocol = value;
	} else if (strcmp(attribute, "description") == 0 ||
		   strncmp(attribute, "description;lang-", 17) == 0) {
		cr_assert_null(entry->description);
		entry->description = value;
	} else if (strcmp(attribute, "objectClass") == 0) {
		cr_assert(strcmp(value, "top") == 0 || strcmp(value, "ipService") == 0);
	} else {
		cr_assert_fail("attribute %s", attribute);
	}
}

static void read_ldif(struct entries *entries, const char *text)
{
	char *rest = strdup(text);
	struct entry *entry = NULL;
	bool is_between = false;

	cr_assert_str_eq(strsep(&rest, "\n"), "version: 1");
	for (char *line; (line = strsep(&rest, "\n")) && rest;) {
		const char *value;
		if (!*line) {
			is_between = true;
			continue;
		}
		const char *attribute = read_attribute(line, &value);
		if (is_between) {
			cr_assert_str_eq(attribute, "dn");
			cr_assert_not_null(strstr(value, ",ou=services,dc=example,dc=org"));
			entry = add_entry(entries);
		} else {
			read_entry_line(entry, attribute, value);
		}
		is_between = false;
	}
}

Test(hostile_output, reads_back_as_ldif)
{
	check_format(FORMAT_LDIF, read_ldif, WHOLE_WORDS);
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
			expect_harmless(print(format, &answers, &terminal, &left_out), "\n\t");
			if (format == FORMAT_JSON)
				continue;
			for (const char *next = print(format, &answers, &plain, &left_out); *next;
			     next++)
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

static unsigned write_names(FILE *names, const struct entries *entries)
{
	unsigned count = 0;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->items[i];
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
		struct entries *entries = calloc(1, sizeof *entries);
		struct answers answers = hostile_answers(&random, ANSWERS);
		struct left_out left_out;
		struct run run;
		char *text = print(FORMAT_SERVICES, &answers, &no_terminal, &left_out);
		FILE *names = fopen("names", "we");
		read_services(entries, text);
		count += write_names(names, entries);
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
		free(entries);
	}
	cr_expect_gt(count, 0, "%u", count);
}
