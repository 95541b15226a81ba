/* SPDX-License-Identifier: MIT */
/* Languages: what a tag or a locale asks for, and which description is nearest to it. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tools/query/answers/language.h"

static void expect_language(const char *tag, const char *code, const char *country)
{
	struct language language = language_of(tag);

	cr_expect_str_eq(language.code, code, "%s: %s", tag, language.code);
	cr_expect_str_eq(language.country, country, "%s: %s", tag, language.country);
}

Test(language, is_read_from_tags_and_locales)
{
	expect_language("pt", "pt", "");
	expect_language("pt_BR", "pt", "br");
	expect_language("pt-BR", "pt", "br");
	expect_language("zh_CN.UTF-8", "zh", "cn");
	expect_language("zh.UTF-8", "zh", "");
	expect_language("ca_ES@valencia", "ca", "es");
	expect_language("ca@valencia", "ca", "");
	expect_language("EN", "en", "");
	/* Longer ones are cut off, never written beyond. */
	expect_language("abcdefghijklmnop_abcdefghijklmnop", "abcdefghijk", "abcdefghijk");
}

Test(language, of_no_language_is_english)
{
	static const char *const tags[] = {"", "C", "POSIX", "C.UTF-8", "_BR", ".UTF-8"};

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		expect_language(tags[i], "en", "");
}

static void expect_of_environment(const char *code)
{
	struct language language = language_of_environment();

	cr_expect_str_eq(language.code, code);
}

Test(language, of_the_user_is_the_first_variable_that_is_set_and_not_empty)
{
	setenv("LC_ALL", "pt_BR.UTF-8", 1);
	setenv("LC_MESSAGES", "zh_CN.UTF-8", 1);
	setenv("LANG", "de_DE.UTF-8", 1);
	expect_of_environment("pt");
	setenv("LC_ALL", "", 1);
	expect_of_environment("zh");
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	expect_of_environment("de");
	unsetenv("LANG");
	expect_of_environment("en");
}

Test(language, is_the_nearer_the_more_it_has_in_common)
{
	static const char *const tags[] = {"pt_BR", "pt", "pt-PT", "en", "de"};
	struct language wanted = language_of("pt-BR");

	for (size_t i = 0; i + 1 < sizeof tags / sizeof *tags; i++)
		cr_expect_lt(language_distance(&wanted, tags[i]),
			     language_distance(&wanted, tags[i + 1]), "%s, %s", tags[i],
			     tags[i + 1]);
	cr_expect_eq(language_distance(&wanted, "pt_br"), 0);
	/* Whoever says no country takes one as well as none, after that. */
	wanted = language_of("pt");
	cr_expect_eq(language_distance(&wanted, "pt"), 0);
	cr_expect_lt(language_distance(&wanted, "pt_BR"), language_distance(&wanted, "en"));
	wanted = language_of("C");
	cr_expect_eq(language_distance(&wanted, "en"), 0);
}
