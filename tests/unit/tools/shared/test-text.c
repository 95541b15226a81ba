/* SPDX-License-Identifier: MIT */
/* Texts made fit to be printed: nothing that a terminal obeys, nothing that is no UTF-8. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "tests/support/support.h"
#include "tools/shared/text.h"

#define REPLACED "\xef\xbf\xbd"

static struct arena memory;

struct example {
	const char *text;
	const char *utf8;  /* for people with UTF-8 */
	const char *ascii; /* and for those without */
};

static const struct example examples[] = {
    {"", "", ""},
    {"plain", "plain", "plain"},
    {"Serviço", "Serviço", "Servico"},
    {"Servic\xcc\xa7o", "Servic\xcc\xa7o", "Servico"},
    {"域名", "域名", "??"},
    {"a\nb\rc\td", "a b c d", "a b c d"},
    {"\033[31mred", REPLACED "[31mred", "?[31mred"},
    {"\x7f", REPLACED, "?"},
    {"\xc2\x9b"
     "31m",
     REPLACED "31m", "?31m"},
    /* U+202E turns the direction of writing, U+200B has no width, U+2028 and U+2029 end a line. */
    {"\xe2\x80\xae", REPLACED, "?"},
    {"\xe2\x80\x8b", REPLACED, "?"},
    {"\xe2\x80\xa8\xe2\x80\xa9", REPLACED REPLACED, "??"},
    /* Bytes that are none of UTF-8, a sequence that is cut off, an encoded surrogate. */
    {"a\xff"
     "b",
     "a" REPLACED "b", "a?b"},
    {"\xe5\x9f", REPLACED REPLACED, "??"},
    {"\xed\xa0\x80", REPLACED REPLACED REPLACED, "???"},
};

Test(text, for_people_has_no_orders_to_a_terminal)
{
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		const struct example *example = &examples[i];
		const char *utf8 = text_for_people(&memory, example->text, false);
		const char *ascii = text_for_people(&memory, example->text, true);
		cr_expect_str_eq(utf8, example->utf8, "example %zu: %s", i, utf8);
		cr_expect_str_eq(ascii, example->ascii, "example %zu: %s", i, ascii);
	}
	arena_free(&memory);
}

/* Of few bytes, so that what is UTF-8 and what is not meet often. */
static void random_text(struct random *random, char *text, size_t length)
{
	static const char bytes[] = "a \n\033\x7f\xc3\xa7\xcc\xa7\xe5\x9f\x9f\xe2\x80\xae\xf0\xff";

	for (size_t i = 0; i < length; i++)
		text[i] = bytes[random_below(random, sizeof bytes - 1)];
	text[length] = '\0';
}

static bool is_harmless(const char *text, bool is_ascii)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f || (is_ascii && (*text & 0x80)))
			return false;
	return true;
}

Test(text, is_utf8_and_harmless_whatever_the_bytes)
{
	struct random random = {0};
	char text[24];

	for (unsigned i = 0; i < 20000; i += stride()) {
		random_text(&random, text, random_below(&random, sizeof text));
		const char *utf8 = text_as_utf8(&memory, text);
		cr_assert_null(u8_check((const uint8_t *)utf8, strlen(utf8)));
		/* What is UTF-8 is not touched, nor copied. */
		bool is_valid = !u8_check((const uint8_t *)text, strlen(text));
		cr_assert_eq(is_valid, utf8 == text);
		const char *shown = text_for_people(&memory, text, false);
		cr_assert_null(u8_check((const uint8_t *)shown, strlen(shown)));
		cr_assert(is_harmless(shown, false));
		cr_assert(is_harmless(text_for_people(&memory, text, true), true));
		arena_empty(&memory);
	}
	arena_free(&memory);
}

Test(text, has_the_width_that_a_terminal_gives_it)
{
	cr_expect_eq(text_width(""), 0);
	cr_expect_eq(text_width("mail"), 4);
	cr_expect_eq(text_width("域名解析"), 8);
	cr_expect_eq(text_width("Servic\xcc\xa7o"), 7);
}

/* That no line is wider, and that what the lines have together is the text. */
static void expect_lines(const char *text, size_t width)
{
	char *lines = strdup(text_in_lines(&memory, text, width));
	char *rest;
	size_t position = 0;

	for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		cr_expect_leq(text_width(line), width, "width %zu: %s", width, line);
		/* A line break stands for a blank, or between characters without one. */
		while (text[position] == ' ' && *line != ' ')
			position++;
		cr_expect_eq(strncmp(text + position, line, strlen(line)), 0, "width %zu: %s",
			     width, line);
		position += strlen(line);
	}
	cr_expect_eq(position, strlen(text), "width %zu: some is missing", width);
	free(lines);
}

Test(text, in_lines_fits_and_is_whole)
{
	static const char english[] = "Mail is handed in here by programs of users, encrypted";
	static const char chinese[] = "邮件由用户的程序在此提交并加密传输";

	cr_expect_str_eq(text_in_lines(&memory, "short", 5), "short");
	cr_expect_str_eq(text_in_lines(&memory, "two words", 6), "two\nwords");
	for (size_t width = 9; width < 60; width++) {
		expect_lines(english, width);
		expect_lines(chinese, width);
	}
	arena_free(&memory);
}
