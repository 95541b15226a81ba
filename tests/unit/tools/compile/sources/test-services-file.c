/* services(5) files, held against the C library's own reading of them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/oracle.h"
#include "tests/support/support.h"
#include "tools/compile/sources/services-file.h"
#include "tools/shared/memory.h"

/* What came of reading a text. */
struct reading {
	struct source source;
	struct diagnostics diagnostics;
	char *messages;
};

static void read_bytes(struct reading *reading, const char *text, size_t size, bool strict)
{
	FILE *usual = stderr;
	size_t length;

	*reading = (struct reading){.diagnostics.strict = strict};
	source_open(&reading->source, "file");
	/* The C library has it as a variable that a program may set. */
	stderr = open_memstream(&reading->messages, &length);
	services_file_read(&reading->source, text, size, &reading->diagnostics);
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

/* Reads the text both ways. The caller frees the rows, which are the same. */
static char *compare(const char *text, size_t size)
{
	struct reading reading;
	struct oracle oracle;

	read_bytes(&reading, text, size, false);
	oracle_read(&oracle, text, size);
	char *rows = rows_of(&reading.source);
	char *expected = rows_of(&oracle.source);
	if (strcmp(rows, expected) != 0) {
		fprintf(stderr, "of %zu bytes:\n", size);
		fwrite(text, 1, size, stderr);
		cr_expect_str_eq(rows, expected);
	}
	/* What is neither a row nor nothing at all is spoken of, once. */
	cr_expect_eq(reading.source.claim_count + reading.diagnostics.refused, oracle.lines);
	cr_expect_geq(reading.diagnostics.refused, oracle.wrapped);
	rows_compared += reading.source.claim_count;
	lines_skipped += reading.diagnostics.refused;
	free(expected);
	oracle_free(&oracle);
	reading_free(&reading);
	return rows;
}

Test(services_file, reads_generated_files_as_glibc_does)
{
	for (unsigned seed = 1; seed <= 300; seed++) {
		struct random random = {.state = seed};
		char *text = random_services(&random, random_below(&random, 120));
		free(compare(text, strlen(text)));
		free(text);
	}
	cr_expect_gt(rows_compared, 5000);
	cr_expect_gt(lines_skipped, 1000);
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

	for (unsigned round = 0; round < 20000; round++) {
		unsigned lines = 1 + random_below(&random, 16);
		size_t size = 0;
		for (unsigned i = 0; i < lines; i++) {
			size += random_line(&random, text + size);
			text[size++] = '\n';
		}
		/* The last line may lack its line feed, and that is a case of its own. */
		free(compare(text, size - random_below(&random, 2)));
	}
	cr_expect_gt(rows_compared, 50000);
	cr_expect_gt(lines_skipped, 20000);
}

/* A text, NULs and all, and the rows that it holds. */
struct quirk {
	const char *text;
	size_t size;
	const char *rows;
};

#define QUIRK(text, rows)                    \
	{                                    \
		text, sizeof(text) - 1, rows \
	}

static const struct quirk quirks[] = {
    QUIRK("", ""),
    QUIRK("\n \t\n#a 80/tcp\n   # b 1/tcp\n", ""),
    QUIRK("a 80/tcp", "a 80/tcp\n"),
    QUIRK("a 80/tcp b c\n", "a 80/tcp b c\n"),
    QUIRK(" \t a \v 80/tcp\f b\n", "a 80/tcp b\n"),
    QUIRK("a 80/tcp b\r\nc 81/udp\r\n", "a 80/tcp b\nc 81/udp\n"),
    /* Numbers are strtoul's, of base 0. */
    QUIRK("a 010/tcp\n", "a 8/tcp\n"),
    QUIRK("a 0x10/tcp\nb 0X1f/tcp\n", "a 16/tcp\nb 31/tcp\n"),
    QUIRK("a +11/tcp\nb -0/tcp\n", "a 11/tcp\nb 0/tcp\n"),
    QUIRK("a 08/tcp\nb 0x/tcp\nc 0xg/tcp\nd 8g/tcp\n", ""),
    QUIRK("a 00000000000000000000007/tcp\n", "a 7/tcp\n"),
    QUIRK("a 65535/tcp\nb 0/tcp\n", "a 65535/tcp\nb 0/tcp\n"),
    QUIRK("a 65536/tcp\nb -1/tcp\nc 99999999999999999999/tcp\nd 4294967376/tcp\n", ""),
    QUIRK("a +-1/tcp\nb + 1/tcp\nc 0b11/tcp\n", ""),
    /* Protocols. */
    QUIRK("a 7\nb 8/\n", "a 7/\nb 8/\n"),
    QUIRK("a 8/ tcp\n", "a 8/ tcp\n"),
    QUIRK("a 7//tcp\n", "a 7/tcp\n"),
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

Test(services_file, reads_oddities_as_glibc_does)
{
	for (size_t i = 0; i < LENGTH(quirks); i++) {
		char *rows = compare(quirks[i].text, quirks[i].size);
		cr_expect_str_eq(rows, quirks[i].rows, "of '%s': %s", quirks[i].text, rows);
		free(rows);
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
	static const size_t rows_expected[] = {2, 2, 2, 2, 2, 1, 1, 1};

	for (size_t i = 0; i < LENGTH(texts); i++) {
		rows_compared = 0;
		free(compare(texts[i], strlen(texts[i])));
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
		free(compare(exact, size));
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
		read_bytes(&reading, lines[i][0], strlen(lines[i][0]), false);
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

	read_bytes(&reading, text, sizeof text - 1, false);
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
    {"a 08/tcp\n", "file:1: warning: the port of 'a" NO_SLASH, 1, 0},
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
		read_bytes(&reading, complaint->text, strlen(complaint->text), false);
		cr_expect_str_eq(reading.messages, complaint->messages, "of '%s': %s",
				 complaint->text, reading.messages);
		cr_expect_eq(reading.diagnostics.refused, complaint->refused);
		cr_expect_eq(reading.diagnostics.warnings, complaint->warnings);
		cr_expect_eq(reading.diagnostics.errors, 0);
		reading_free(&reading);
	}
}

Test(services_file, calls_it_an_error_when_strict)
{
	static const char text[] = "a\nb 80\n";
	struct reading reading;

	read_bytes(&reading, text, strlen(text), true);
	cr_expect_str_eq(reading.messages,
			 "file:1: error: 'a" NO_PORT "file:2: warning: 'b' has no protocol\n");
	cr_expect_eq(reading.diagnostics.refused, 1);
	cr_expect_eq(reading.source.claim_count, 1);
	reading_free(&reading);
}
