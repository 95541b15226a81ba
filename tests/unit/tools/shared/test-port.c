/* SPDX-License-Identifier: MIT */
/* Ports and ranges of them as text: all that there are, and nothing else. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tools/shared/port.h"

Test(port, reads_each_port_and_stops_behind_it)
{
	for (unsigned expected = 0; expected <= UINT16_MAX; expected++) {
		char text[16];
		const char *next = text;
		uint16_t port = 1;
		int length = snprintf(text, sizeof text, "%u", expected);
		snprintf(text + length, sizeof text - (size_t)length, "/tcp");
		cr_assert(port_read(&next, &port), "%s", text);
		cr_assert_eq(port, expected);
		cr_assert_eq(next, text + length, "%s", text);
	}
}

Test(port, takes_leading_zeros_and_no_sign_blank_or_other_base)
{
	static const char *const wrong[] = {
	    "",      "-1",     "+1",       " 1",         "a",    "65536",
	    "65537", "655350", "65535000", "4294967296", "/tcp", "99999999999999999999"};
	const char *text = "00022";
	uint16_t port;

	cr_expect(port_read(&text, &port));
	cr_expect_eq(port, 22);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		text = wrong[i];
		port = 7;
		cr_expect_not(port_read(&text, &port), "%s", wrong[i]);
		cr_expect_eq(text, wrong[i]);
		cr_expect_eq(port, 7, "%s", wrong[i]);
	}
	text = "0x10";
	cr_expect(port_read(&text, &port));
	cr_expect_str_eq(text, "x10");
}

static void expect_range(const char *text, uint16_t first, uint16_t last)
{
	struct port_range range = {1, 0};

	cr_expect(port_range_read(&range, text), "%s", text);
	cr_expect(range.first == first && range.last == last, "%s: %u to %u", text, range.first,
		  range.last);
}

Test(port, ranges_have_both_their_ends)
{
	static const char *const wrong[] = {"",       "-",     "80-",   "-80",      "81-80",
					    "80-81 ", "80--1", "1-2-3", "80-65536", "65536-65537"};

	expect_range("80", 80, 80);
	expect_range("0-65535", 0, UINT16_MAX);
	expect_range("8000-8000", 8000, 8000);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct port_range range = {3, 4};
		cr_expect_not(port_range_read(&range, wrong[i]), "%s", wrong[i]);
		cr_expect(range.first == 3 && range.last == 4, "%s: changed", wrong[i]);
	}
}
