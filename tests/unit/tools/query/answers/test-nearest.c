/* SPDX-License-Identifier: MIT */
/* Names that somebody may have meant, beside the distance as it is defined. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tools/query/answers/nearest.h"

/* All that are asked for, a space between two; in static memory. */
static const char *nearest_in(const char *text, const char *name, size_t limit)
{
	static char list[4096];
	const char *names[32];
	struct database database;
	struct catalog catalog;

	database_make(&database, &text, 1);
	cr_assert_eq(catalog_open(&catalog, &database.db, language_of("")), PORTDB_OK);
	size_t count = nearest_names(&catalog, name, names, limit);
	*list = '\0';
	for (size_t i = 0; i < count; i++)
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i > 0 ? " " : "",
			 names[i]);
	catalog_close(&catalog);
	database_free(&database);
	return list;
}

static void expect_nearest(const char *text, const char *name, size_t limit, const char *expected)
{
	const char *list = nearest_in(text, name, limit);

	cr_expect_str_eq(list, expected, "%s: %s", name, list);
}

Test(nearest, is_one_letter_more_less_other_or_swapped)
{
	static const char text[] = "ssh 22/tcp\n";

	expect_nearest(text, "sssh", 5, "ssh");
	expect_nearest(text, "sh", 5, "ssh");
	expect_nearest(text, "ssg", 5, "ssh");
	expect_nearest(text, "shs", 5, "ssh");
	expect_nearest(text, "SSH", 5, "ssh");
	expect_nearest(text, "hss", 5, "");
	expect_nearest(text, "", 5, "");
}

Test(nearest, may_be_further_the_longer_the_name_is)
{
	static const char text[] = "abcd 1/tcp\nabcdefgh 2/tcp\nabcdefghijklmnop 3/tcp\n";

	expect_nearest(text, "abxx", 5, "abcd");
	expect_nearest(text, "axxx", 5, "");
	expect_nearest(text, "abcdexxx", 5, "abcdefgh");
	expect_nearest(text, "abcdefghijklmxxx", 5, "abcdefghijklmnop");
	expect_nearest(text, "abcdefghijklxxxx", 5, "");
}

Test(nearest, comes_first_and_the_first_of_those_alike_before_others)
{
	static const char text[] = "domains 1/tcp\ndomain 2/tcp alias\ndomain 2/udp alias\n"
				   "domaim 3/tcp\nromaim 4/tcp\n";

	expect_nearest(text, "domain", 5, "domain domains domaim romaim");
	expect_nearest(text, "domain", 2, "domain domains");
	expect_nearest(text, "domain", 1, "domain");
	expect_nearest(text, "allias", 5, "alias");
}

Test(nearest, is_found_without_accents)
{
	expect_nearest("serviço 1/tcp\n", "servico", 5, "serviço");
	expect_nearest("servico 1/tcp\n", "SERVIÇO", 5, "servico");
}

/* The longest that are compared have 63 bytes. */
Test(nearest, is_nothing_for_names_that_nobody_uses)
{
	char text[256];
	char name[128];

	memset(name, 'n', sizeof name);
	for (size_t length = 62; length < 70; length++) {
		snprintf(text, sizeof text, "%.*s 1/tcp\n", (int)length, name);
		char asked[128];
		snprintf(asked, sizeof asked, "%.*s", (int)length, name);
		const char *list = nearest_in(text, asked, 5);
		cr_expect_str_eq(list, length <= 63 ? asked : "", "%zu: %s", length, list);
	}
	/* A name that folding makes longer than that: each of these signs is four words then. */
	*text = '\0';
	for (unsigned i = 0; i < 19; i++)
		strcat(text, "ﷺ");
	strcat(text, " 1/tcp\n");
	name[19 * 3] = '\0';
	expect_nearest(text, name, 5, "");
}

/* Swaps of neighbours count as one, and what was swapped is not changed again. */
static unsigned distance(const char *one, const char *other)
{
	size_t rows = strlen(one) + 1;
	size_t columns = strlen(other) + 1;
	unsigned matrix[16][16];

	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++) {
			if (i == 0 || j == 0) {
				matrix[i][j] = (unsigned)(i + j);
				continue;
			}
			unsigned best = matrix[i - 1][j - 1] + (one[i - 1] != other[j - 1]);
			if (matrix[i - 1][j] + 1 < best)
				best = matrix[i - 1][j] + 1;
			if (matrix[i][j - 1] + 1 < best)
				best = matrix[i][j - 1] + 1;
			if (i > 1 && j > 1 && one[i - 1] == other[j - 2] &&
			    one[i - 2] == other[j - 1] && matrix[i - 2][j - 2] + 1 < best)
				best = matrix[i - 2][j - 2] + 1;
			matrix[i][j] = best;
		}
	return matrix[rows - 1][columns - 1];
}

static void random_name(struct random *random, char *name)
{
	size_t length = 1 + random_below(random, 9);

	for (size_t i = 0; i < length; i++)
		name[i] = "abc"[random_below(random, 3)];
	name[length] = '\0';
}

Test(nearest, is_whatever_is_near_by_the_definition)
{
	struct random random = {0};

	for (unsigned round = 0; round < 3000; round += stride()) {
		char name[16];
		char asked[16];
		char text[64];
		random_name(&random, name);
		random_name(&random, asked);
		snprintf(text, sizeof text, "%s 1/tcp\n", name);
		unsigned farthest = 1 + (unsigned)strlen(asked) / 4;
		bool is_near = distance(asked, name) <= (farthest < 3 ? farthest : 3);
		const char *list = nearest_in(text, asked, 5);
		cr_assert_str_eq(list, is_near ? name : "", "%s for %s: %s", name, asked, list);
	}
}
