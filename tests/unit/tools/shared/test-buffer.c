/* SPDX-License-Identifier: MIT */
/* The buffer: what was added, in the order in which it was, whatever it holds. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "tests/support/support.h"
#include "tools/shared/buffer.h"

#define LENGTH_MAX 40000

/* One of the ways to add the same bytes. */
static void add(struct buffer *buffer, struct random *random, const char *bytes, size_t length)
{
	char text[64];

	switch (random_below(random, 3)) {
	case 0:
		buffer_add(buffer, bytes, length);
		break;
	case 1:
		for (size_t i = 0; i < length; i++)
			buffer_add_character(buffer, bytes[i]);
		break;
	default:
		memcpy(text, bytes, length);
		text[length] = '\0';
		buffer_print(buffer, "%s", text);
	}
}

Test(buffer, has_all_that_was_added_in_order)
{
	static char expected[LENGTH_MAX];
	struct random random = {0};
	struct buffer buffer = {0};

	for (size_t i = 0; i < LENGTH_MAX; i++)
		expected[i] = (char)('a' + random_below(&random, 26));
	while (buffer.length < LENGTH_MAX - 64) {
		add(&buffer, &random, expected + buffer.length, random_below(&random, 64));
		cr_assert_leq(buffer.length, buffer.capacity);
	}
	cr_assert_arr_eq(buffer.bytes, expected, buffer.length);
	buffer_free(&buffer);
	cr_expect_null(buffer.bytes);
	cr_expect_eq(buffer.length, 0);
}

Test(buffer, is_a_string_whose_end_is_no_part_of_it)
{
	struct buffer buffer = {0};

	cr_expect_str_eq(buffer_string(&buffer), "");
	buffer_add_string(&buffer, "service");
	cr_expect_str_eq(buffer_string(&buffer), "service");
	cr_expect_eq(buffer.length, 7);
	buffer_add_string(&buffer, "s");
	cr_expect_str_eq(buffer_string(&buffer), "services");
	buffer_free(&buffer);
}

Test(buffer, holds_any_bytes)
{
	struct buffer buffer = {0};

	buffer_add(&buffer, "a\0b", 3);
	buffer_add(&buffer, NULL, 0);
	buffer_add_character(&buffer, '\0');
	cr_assert_eq(buffer.length, 4);
	cr_expect_arr_eq(buffer.bytes, "a\0b", 4);
	buffer_free(&buffer);
}

/* It does so for more than an int can count, too; but only after a quarter of a minute. */
Test(buffer, says_so_where_printf_fails)
{
	static const wchar_t no_character[] = {0xd800, 0};
	struct buffer buffer = {0};

	buffer_add_string(&buffer, "row: ");
	buffer_print(&buffer, "%ls", no_character);
	cr_expect_str_eq(buffer_string(&buffer), "row: (a text too long to be shown)");
	buffer_free(&buffer);
}
