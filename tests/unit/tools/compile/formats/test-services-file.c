/* SPDX-License-Identifier: MIT */
/* services(5) files, held against C libraries' own reading of them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/oracle.h"
#include "tests/support/support.h"
#include "tools/compile/formats/services-file.h"
#include "tools/shared/memory.h"

/* What came of reading a text. */
struct reading {
	struct source source;
	struct diagnostics diagnostics;
	char *messages;
};

static void read_bytes(struct reading *reading, const char *text, size_t size,
		       enum services_reading way, bool strict)
{
	FILE *usual = stderr;
	size_t length;

	*reading = (struct reading){.diagnostics.strict = strict};
	source_open(&reading->source, "file");
	/* The C library has it as a variable that a program may set. */
	stderr = open_memstream(&reading->messages, &length);
	services_file_read(&reading->source, text, size, way, &reading->diagnostics);
	fclose(stderr);
	stderr = usual;
}

static void reading_free(struct reading *reading)
{
	source_close(&reading->source);
	free(reading->messages);
}

/* Rows as text, "name port/protocol alias…", one a line; the caller frees it. */
static char *rows_of(const struct source *source)
{
	char *rows;
	size_t size;
	FILE *stream = open_memstream(&rows, &size);

	for (size_t i = 0; i < source->claim_count; i++) {
		const struct claim *claim = &source->claims[i];
		fprintf(stream, "%s %u/%s", claim->name, claim->port, claim->protocol);
		for (size_t alias = 0; alias < claim->alias_count; alias++)
			fprintf(stream, " %s", claim->aliases[alias]);
		fputc('\n', stream);
		/* What glibc takes is a service of one port. */
		cr_expect(claim->is_service);
		cr_expect_eq(claim->last_port, claim->port);
	}
	fclose(stream);
	return rows;
}

/* How much of all that was compared is worth something. */
static size_t rows_compared;
static size_t lines_skipped;

static void expect_rows(const char *rows, struct oracle *oracle, const char *text, size_t size)
{
	char *expected = rows_of(&oracle->source);

	if (strcmp(rows, expected) != 0) {
		fprintf(stderr, "of %zu bytes:\n", size);
		fwrite(text, 1, size, stderr);
		cr_expect_str_eq(rows, expected);
	}
	free(expected);
}

/* Reads the text with portdb's reader and with glibc's. The caller frees the rows: they are the
 * same. */
static char *compare(const char *text, size_t size, enum services_reading way)
{
	struct reading reading;
	struct oracle oracle;

	read_bytes(&reading, text, size, way, false);
	char *rows = rows_of(&reading.source);
	oracle_read(&oracle, text, size, way);
	expect_rows(rows, &oracle, text, size);
	/* What is neither a row nor nothing at all is spoken of, once. */
	cr_expect_eq(reading.source.claim_count + reading.diagnostics.refused, oracle.lines);
	cr_expect_geq(reading.diagnostics.refused, oracle.wrapped);
	rows_compared += reading.source.claim_count;
	lines_skipped += reading.diagnostics.refused;
	oracle_free(&oracle);
	/* So that the parser of the tests can be relied on where there is no other. */
	oracle_read_by_hand(&oracle, text, size, way);
	expect_rows(rows, &oracle, text, size);
	oracle_free(&oracle);
	reading_free(&reading);
	return rows;
}

static void compare_both_ways(const char *text, size_t size)
{
	free(compare(text, size, READS_BASE_0));
	free(compare(text, size, READS_DECIMAL));
}

Test(services_file, reads_generated_files_as_glibc_does)
{
	for (unsigned seed = 1; seed <= 300; seed++) {
		struct random random = {.state = seed};
		char *text = random_services(&random, random_below(&random, 120));
		compare_both_ways(text, strlen(text));
		free(text);
	}
	cr_expect_gt(rows_compared, 10000);
	cr_expect_gt(lines_skipped, 2000);
}

/* A line that is near to one that glibc takes, or far from it; at most 64 bytes. */
static size_t random_line(struct random *random, char *line)
{
	static const char *const models[] = {"ab 7/t b", "\t bb 0x1F/tcp c #d",
					     "  a 010/t\v\fx y\r", "z +80//u #", ""};
	static const char alphabet[] = "   \t\v\f\r\r//##0011789+-xXaAfgz.\0\0\xff\xe4\x80";
	const char *model = models[random_below(random, LENGTH(models))];
	unsigned changes = *model ? random_below(random, 5) : random_below(random, 30);
	size_t length = strlen(model);

	memcpy(line, model, length);
	for (; changes > 0; changes--) {
		size_t at = random_below(random, (unsigned)length + 1);
		bool replaces = at < length && random_below(random, 3) > 0;
		if (!replaces) {
			memmove(line + at + 1, line + at, length - at);
			length++;
		}
		line[at] = alphabet[random_below(random, sizeof alphabet - 1)];
	}
	return length;
}

Test(services_file, reads_byte_soup_as_glibc_does)
{
	struct random random = {.state = 2024};
	char text[16 * 65];

	unsigned rounds = 20000 / stride();

	for (unsigned round = 0; round < rounds; round++) {
		unsigned lines = 1 + random_below(&random, 16);
		size_t size = 0;
		for (unsigned i = 0; i < lines; i++) {
			size += random_line(&random, text + size);
			text[size++] = '\n';
		}
		/* The last line may lack its line feed, and that is a case of its own. */
		compare_both_ways(text, size - random_below(&random, 2));
	}
	cr_expect_gt(rows_compared, 5 * rounds);
	cr_expect_gt(lines_skipped, 2 * rounds);
}

/* A text, NULs and all, and the rows that it holds, up to 2.43 and from 2.44 on. */
struct quirk {
	const char *text;
	size_t size;
	const char *rows[2];
};

#define TWO_WAYS(text, old_rows, new_rows)                                    \
	{                                                                     \
		text, sizeof(text) - 1,                                       \
		{                                                             \
			[READS_BASE_0] = old_rows, [READS_DECIMAL] = new_rows \
		}                                                             \
	}
#define QUIRK(text, rows) TWO_WAYS(text, rows, rows)

static const struct quirk quirks[] = {
    QUIRK("", ""),
    QUIRK("\n \t\n#a 80/tcp\n   # b 1/tcp\n", ""),
    QUIRK("a 80/tcp", "a 80/tcp\n"),
    QUIRK("a 80/tcp b c\n", "a 80/tcp b c\n"),
    QUIRK(" \t a \v 80/tcp\f b\n", "a 80/tcp b\n"),
    QUIRK("a 80/tcp b\r\nc 81/udp\r\n", "a 80/tcp b\nc 81/udp\n"),
    /* Numbers are strtoul's, of base 0 or 10. */
    TWO_WAYS("a 0080/tcp\n", "", "a 80/tcp\n"),
    TWO_WAYS("b 010/tcp\n", "b 8/tcp\n", "b 10/tcp\n"),
    TWO_WAYS("c 0x50/tcp\nb 0X1f/tcp\n", "c 80/tcp\nb 31/tcp\n", ""),
    TWO_WAYS("e 09/tcp\n", "", "e 9/tcp\n"),
    TWO_WAYS("a 0177777/tcp\nb 0200000/tcp\n", "a 65535/tcp\n", ""),
    TWO_WAYS("a +010/tcp\nb -00/tcp\n", "a 8/tcp\nb 0/tcp\n", "a 10/tcp\nb 0/tcp\n"),
    TWO_WAYS("a 08/tcp\nb 0x/tcp\nc 0xg/tcp\nd 8g/tcp\n", "", "a 8/tcp\n"),
    QUIRK("a +11/tcp\nb -0/tcp\n", "a 11/tcp\nb 0/tcp\n"),
    QUIRK("a 00000000000000000000007/tcp\n", "a 7/tcp\n"),
    QUIRK("a 65535/tcp\nb 0/tcp\n", "a 65535/tcp\nb 0/tcp\n"),
    QUIRK("a 65536/tcp\nb -1/tcp\nc 99999999999999999999/tcp\nd 4294967376/tcp\n", ""),
    QUIRK("a +-1/tcp\nb + 1/tcp\nc 0b11/tcp\n", ""),
    /* Protocols. */
    QUIRK("a 7\nb 8/\n", "a 7/\nb 8/\n"),
    QUIRK("a 8/ tcp\n", "a 8/ tcp\n"),
    TWO_WAYS("d 81//tcp\n", "d 81/tcp\n", "d 81//tcp\n"),
    TWO_WAYS("a 7////\nb 7// x\n", "a 7/\nb 7/ x\n", "a 7////\nb 7// x\n"),
    QUIRK("a 7/tcp/udp\n", "a 7/tcp/udp\n"),
    QUIRK("a 7 /tcp\nb 7.5/tcp\nc 7,tcp\nd 7 # e\n", ""),
    QUIRK("a 7/TCP\n", "a 7/TCP\n"),
    /* Names. */
    QUIRK("a\nb tcp/80\nc /tcp\n", ""),
    QUIRK("a/b 80/tcp\n80/tcp 81/tcp\n", "a/b 80/tcp\n80/tcp 81/tcp\n"),
    QUIRK("caf\xc3\xa9 80/\xff \xe4\n", "caf\xc3\xa9 80/\xff \xe4\n"),
    QUIRK("a 80/tcp a a\n", "a 80/tcp a a\n"),
    /* A comment starts anywhere. */
    QUIRK("a 80/tcp#c d\nb 81#/tcp\nc#d 82/tcp\n", "a 80/tcp\nb 81/\n"),
    /* A line ends at its first NUL. */
    QUIRK("a 80/tcp b\0c d\nz 1/t\n", "a 80/tcp b\nz 1/t\n"),
    QUIRK("\0a 80/tcp\n \0b 80/tcp\nz 1/t\n", "z 1/t\n"),
    /* An indented line without a line feed has its last bytes twice, as many as it is indented. */
    QUIRK("  a 80/tcp", "a 80/tcpcp\n"),
    QUIRK("\t\ta 80/tcp b c#x", "a 80/tcp b c\n"),
    QUIRK("  a 8\0 9/tcp\nz 1/t\n", "z 1/t\n"),
    QUIRK("          a 8/t", "a 8/t a 8/t\n"),
};

static void expect_quirk(const struct quirk *quirk, enum services_reading way)
{
	char *rows = compare(quirk->text, quirk->size, way);

	cr_expect_str_eq(rows, quirk->rows[way], "of '%s', read %s: %s", quirk->text,
			 way == READS_DECIMAL ? "as decimal" : "with base 0", rows);
	free(rows);
}

Test(services_file, reads_oddities_as_glibc_does)
{
	for (size_t i = 0; i < LENGTH(quirks); i++) {
		expect_quirk(&quirks[i], READS_BASE_0);
		expect_quirk(&quirks[i], READS_DECIMAL);
	}
}

/* before, the word 50000 times, after. */
static char *long_text(const char *before, const char *word, const char *after)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fputs(before, stream);
	for (unsigned i = 0; i < 50000; i++)
		fputs(word, stream);
	fputs(after, stream);
	fclose(stream);
	return text;
}

Test(services_file, reads_lines_of_any_length_as_glibc_does)
{
	char *const texts[] = {
	    long_text("", "ab", " 80/tcp x\nz 1/t\n"),  long_text("a 80/", "ab", " x\nz 1/t\n"),
	    long_text("a 80/tcp", " b", "\nz 1/t\n"),   long_text("", " \t", "a 80/tcp\nz 1/t\n"),
	    long_text("a 80/tcp #", "ab", "\nz 1/t\n"), long_text("a ", "00", "80/tcp\nz 1/t\n"),
	    long_text("a ", "99", "/tcp\nz 1/t\n"),     long_text("a 80/tcp", " b", ""),
	};
	/* In the two ways: of "0000…80" the second one makes a port. */
	static const size_t rows_expected[] = {4, 4, 4, 4, 4, 3, 2, 2};

	for (size_t i = 0; i < LENGTH(texts); i++) {
		rows_compared = 0;
		compare_both_ways(texts[i], strlen(texts[i]));
		cr_expect_eq(rows_compared, rows_expected[i], "text %zu has %zu rows", i,
			     rows_compared);
		free(texts[i]);
	}
}

/* Nothing behind the given size is read, be it more of a text or what is not ours. */
Test(services_file, reads_no_further_than_its_size)
{
	static const char text[] = "a 80/tcp bcd\nz 1/t\n";

	for (size_t size = 0; size < sizeof text; size++) {
		char *exact = malloc(size ? size : 1);
		memcpy(exact, text, size);
		compare_both_ways(exact, size);
		free(exact);
	}
}

Test(services_file, takes_a_comment_for_the_description)
{
	static const char *const lines[][2] = {
	    {"a 80/tcp b # The  World Wide\tWeb \r\n", "The  World Wide\tWeb"},
	    {"a 80/tcp b #tight\n", "tight"},
	    {"a 80/tcp ## heading # and more\n", "heading # and more"},
	    {"a 80# caf\xc3\xa9", "caf\xc3\xa9"},
	    {"a 80/tcp #\n", NULL},
	    {"a 80/tcp # # \n", NULL},
	    {"a 80/tcp b\n", NULL},
	};

	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct reading reading;
		read_bytes(&reading, lines[i][0], strlen(lines[i][0]), READS_BASE_0, false);
		cr_assert_eq(reading.source.claim_count, 1);
		const struct claim *claim = &reading.source.claims[0];
		cr_expect_eq(claim->fact_count, lines[i][1] ? 1 : 0);
		if (lines[i][1] && claim->fact_count == 1)
			cr_expect_str_eq(claim_fact(claim, "Description"), lines[i][1]);
		reading_free(&reading);
	}
}

Test(services_file, counts_every_line)
{
	static const char text[] = "# one\n"
				   "a 1/t\n"
				   "\n"
				   "\r\n"
				   "b 2/t x\0 y\r\n"
				   "c\n"
				   "\0\n"
				   "  d 4/t # eight";
	static const unsigned long expected[] = {2, 5, 8};
	struct reading reading;

	read_bytes(&reading, text, sizeof text - 1, READS_BASE_0, false);
	cr_assert_eq(reading.source.claim_count, LENGTH(expected));
	for (size_t i = 0; i < LENGTH(expected); i++)
		cr_expect_eq(reading.source.claims[i].line, expected[i]);
	reading_free(&reading);
}

struct complaint {
	const char *text;
	const char *messages;
	unsigned refused;
	unsigned warnings;
};

#define NO_PORT      "' has no port: expected NAME PORT/PROTOCOL\n"
#define NO_SLASH     "' is not followed by a '/' and a protocol\n"
#define OUT_OF_RANGE "' is out of range: it must be 0 to 65535\n"

static const struct complaint complaints[] = {
    {"# a\n\n \t\na 1/tcp b # c\n", "", 0, 0},
    {"a\n", "file:1: warning: 'a" NO_PORT, 1, 0},
    {"\na tcp/80\nb /tcp\n", "file:2: warning: 'a" NO_PORT "file:3: warning: 'b" NO_PORT, 2, 0},
    {"a#b 80/tcp\n", "file:1: warning: 'a" NO_PORT, 1, 0},
    {"a 80 tcp\n", "file:1: warning: the port of 'a" NO_SLASH, 1, 0},
    {"a 8g/tcp\n", "file:1: warning: the port of 'a" NO_SLASH, 1, 0},
    {"a 65536/tcp\n", "file:1: warning: the port of 'a" OUT_OF_RANGE, 1, 0},
    {"a -80/tcp\n", "file:1: warning: the port of 'a" OUT_OF_RANGE, 1, 0},
    {"a 99999999999999999999/tcp\n", "file:1: warning: the port of 'a" OUT_OF_RANGE, 1, 0},
    {"a 80\n", "file:1: warning: 'a' has no protocol\n", 0, 1},
    {"a 80/ tcp\n", "file:1: warning: 'a' has no protocol\n", 0, 1},
    {"\n  a 80/tcp",
     "file:2: warning: an indented line without a line feed: the C library reads its last 2 bytes "
     "twice\n",
     0, 1},
};

Test(services_file, says_what_it_skips)
{
	for (size_t i = 0; i < LENGTH(complaints); i++) {
		const struct complaint *complaint = &complaints[i];
		struct reading reading;
		read_bytes(&reading, complaint->text, strlen(complaint->text), READS_BASE_0, false);
		cr_expect_str_eq(reading.messages, complaint->messages, "of '%s': %s",
				 complaint->text, reading.messages);
		cr_expect_eq(reading.diagnostics.refused, complaint->refused);
		cr_expect_eq(reading.diagnostics.warnings, complaint->warnings);
		cr_expect_eq(reading.diagnostics.errors, 0);
		reading_free(&reading);
	}
}

/* A row that two C libraries read differently: what is said of it, and whether it is refused. */
struct difference {
	const char *text;
	const char *port; /* up to 2.43 */
	const char *later_port;
	bool is_refused[2];
};

static const struct difference differences[] = {
    {"a 0080/tcp x\n", "no service", "80/tcp", {true, false}},
    {"a 010/tcp\n", "8/tcp", "10/tcp", {false, false}},
    {"a 0x50/tcp\n", "80/tcp", "no service", {false, true}},
    {"a 81//tcp#c\n", "81/tcp", "81//tcp", {false, false}},
    {"a 09/tcp\n", "no service", "9/tcp", {true, false}},
    {"a +0100000/u\n", "32768/u", "out of range", {false, true}},
    {"a 5//\x1b\n", "5/?", "5//?", {false, false}},
};

static void expect_difference(const struct difference *difference, enum services_reading way)
{
	char expected[200];
	struct reading reading;

	snprintf(expected, sizeof expected,
		 "file:1: warning: 'a' is %s to C libraries up to 2.43%s, and %s to later ones%s\n",
		 difference->port, way == READS_BASE_0 ? ", as here" : "", difference->later_port,
		 way == READS_DECIMAL ? ", as here" : "");
	read_bytes(&reading, difference->text, strlen(difference->text), way, false);
	cr_expect_str_eq(reading.messages, expected);
	cr_expect_eq(reading.diagnostics.refused, difference->is_refused[way]);
	cr_expect_eq(reading.diagnostics.warnings, !difference->is_refused[way]);
	cr_expect_eq(reading.source.claim_count, !difference->is_refused[way]);
	reading_free(&reading);
}

Test(services_file, says_what_other_c_libraries_read_differently)
{
	for (size_t i = 0; i < LENGTH(differences); i++) {
		expect_difference(&differences[i], READS_BASE_0);
		expect_difference(&differences[i], READS_DECIMAL);
	}
}

/* Neither way finds a service, or both find the same one. */
Test(services_file, says_nothing_of_what_all_c_libraries_read_alike)
{
	static const char text[] = "a 1/tcp\nb 0/tcp\nc 00/tcp\nd 07/tcp\ne +7/tcp/x\nf -0/tcp\n"
				   "g 0x/tcp\nh 0xg/tcp\ni 99999/tcp\nj 0200000/tcp\n";
	struct reading reading;

	for (int way = READS_BASE_0; way <= READS_DECIMAL; way++) {
		read_bytes(&reading, text, strlen(text), (enum services_reading)way, false);
		cr_expect_null(strstr(reading.messages, "C libraries"), "%s", reading.messages);
		cr_expect_eq(reading.source.claim_count, 6);
		cr_expect_eq(reading.diagnostics.refused, 4);
		reading_free(&reading);
	}
}

Test(services_file, calls_it_an_error_when_strict)
{
	static const char text[] = "a\nb 80\n";
	struct reading reading;

	read_bytes(&reading, text, strlen(text), READS_BASE_0, true);
	cr_expect_str_eq(reading.messages,
			 "file:1: error: 'a" NO_PORT "file:2: warning: 'b' has no protocol\n");
	cr_expect_eq(reading.diagnostics.refused, 1);
	cr_expect_eq(reading.source.claim_count, 1);
	reading_free(&reading);
}

/* ---- ranges -------------------------------------------------------------------------------- */

static void read_with_ranges(struct reading *reading, const char *text)
{
	FILE *usual = stderr;
	size_t length;

	*reading = (struct reading){0};
	source_open(&reading->source, "file");
	stderr = open_memstream(&reading->messages, &length);
	services_file_read_ranges(&reading->source, text, strlen(text), READS_BASE_0,
				  &reading->diagnostics);
	fclose(stderr);
	stderr = usual;
}

Test(services_file, reads_ranges_where_they_are_wanted)
{
	static const char text[] = "x11 6000-6002/tcp X # windows\nssh 22/tcp\noct 010-011/udp\n"
				   "one 7-7/tcp\n";
	struct reading reading;

	read_with_ranges(&reading, text);
	char *rows = rows_of(&reading.source);
	cr_expect_str_eq(rows, "x11 6000/tcp X\nx11 6001/tcp X\nx11 6002/tcp X\nssh 22/tcp\n"
			       "oct 10/udp\noct 11/udp\none 7/tcp\n");
	cr_expect_str_eq(reading.messages, "");
	cr_expect_eq(reading.source.claims[2].line, 1);
	cr_expect_str_eq(claim_fact(&reading.source.claims[2], "Description"), "windows");
	free(rows);
	reading_free(&reading);
	/* Not so elsewhere, as no C library does. */
	read_bytes(&reading, text, strlen(text), READS_DECIMAL, false);
	cr_expect_eq(reading.source.claim_count, 1);
	cr_expect_eq(reading.diagnostics.refused, 3);
	cr_expect(strstr(reading.messages, "file:1: warning: 'x11' has a range of ports, which "
					   "only a file has whose name ends in .services\n"),
		  "%s", reading.messages);
	reading_free(&reading);
}

Test(services_file, says_what_is_wrong_with_a_range)
{
#define NO_RANGE "' has no range of ports from 0 to 65535\n"
#define NO_SLASH "' is not followed by a '/' and a protocol\n"
	static const struct {
		const char *text;
		const char *messages;
	} wrong[] = {
	    {"a 2-1/tcp\n", "file:1: warning: 'a" NO_RANGE},
	    {"a 1-65536/tcp\n", "file:1: warning: 'a" NO_RANGE},
	    {"a 65536-65537/tcp\n", "file:1: warning: 'a" NO_RANGE},
	    {"a 1-/tcp\n", "file:1: warning: 'a" NO_RANGE},
	    {"a 1--2/tcp\n", "file:1: warning: 'a" NO_RANGE},
	    {"a 1-2\n", "file:1: warning: the port of 'a" NO_SLASH},
	    {"a 1-2//tcp\n", "file:1: warning: the port of 'a" NO_SLASH},
	    {"a 1-2-3/tcp\n", "file:1: warning: the port of 'a" NO_SLASH},
	};

	for (size_t i = 0; i < LENGTH(wrong); i++) {
		struct reading reading;
		read_with_ranges(&reading, wrong[i].text);
		cr_expect_str_eq(reading.messages, wrong[i].messages, "%s: %s", wrong[i].text,
				 reading.messages);
		cr_expect_eq(reading.source.claim_count, 0);
		reading_free(&reading);
	}
}

Test(services_file, reads_all_but_ranges_as_without_them)
{
	for (unsigned seed = 1; seed <= 100; seed++) {
		struct random random = {.state = seed};
		char *text = random_services(&random, random_below(&random, 120));
		struct reading with;
		struct reading without;
		read_with_ranges(&with, text);
		read_bytes(&without, text, strlen(text), READS_BASE_0, false);
		char *rows = rows_of(&with.source);
		char *expected = rows_of(&without.source);
		cr_assert_str_eq(rows, expected);
		cr_assert_str_eq(with.messages, without.messages);
		free(rows);
		free(expected);
		reading_free(&with);
		reading_free(&without);
		free(text);
	}
}

/* The bounds of portdb-compile(8): every port, of four names; and all rows together. */
Test(services_file, takes_no_more_of_a_range_than_other_rows_may_ask_for)
{
	struct reading reading;

	read_with_ranges(&reading, "a 0-65535/tcp b c d\n");
	cr_expect_eq(reading.source.claim_count, 65536);
	reading_free(&reading);
	read_with_ranges(&reading, "a 0-65535/tcp b c d e\nf 1/tcp\n");
	cr_expect_eq(reading.source.claim_count, 1);
	cr_expect(strstr(reading.messages, "file:1: warning: asks for more than 262144 names"),
		  "%s", reading.messages);
	reading_free(&reading);
	read_with_ranges(&reading, "a 0-65535/tcp b c d\na 0-65535/tcp b c d\n"
				   "a 0-65535/tcp b c d\na 0-65535/tcp b c d\nf 1/tcp\ng 2/tcp\n");
	cr_expect_eq(reading.diagnostics.errors, 1);
	cr_expect(strstr(reading.messages, "file: line 5: more than 1048576 names"), "%s",
		  reading.messages);
	reading_free(&reading);
}
