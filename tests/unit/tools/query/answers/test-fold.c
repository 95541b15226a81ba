/* SPDX-License-Identifier: MIT */
/* Texts brought to one form: what reads alike is alike, and what is folded stays as it is. */
#include <criterion/criterion.h>
#include <string.h>

#include <unistr.h>

#include "tests/support/support.h"
#include "tools/query/answers/fold.h"

static struct arena memory;

static void expect_folded(const char *text, const char *without_marks, const char *with_marks)
{
	const char *folded = fold_text(&memory, text);
	const char *lower = fold_case(&memory, text);

	cr_expect_str_eq(folded, without_marks, "%s: %s", text, folded);
	cr_expect_str_eq(lower, with_marks, "%s: %s", text, lower);
	cr_expect(folded != text && lower != text, "no string of its own");
}

Test(fold, drops_case_and_accents)
{
	expect_folded("", "", "");
	expect_folded("SSH-2", "ssh-2", "ssh-2");
	expect_folded("Serviço", "servico", "serviço");
	expect_folded("SERVIÇO", "servico", "serviço");
	/* Letter and mark as two characters: one with them where marks are kept. */
	expect_folded("Servic\xcc\xa7o", "servico", "serviço");
	expect_folded("Straße", "strasse", "strasse");
	expect_folded("ﬁle", "file", "file");
	expect_folded("域名", "域名", "域名");
	/* A text of nothing but marks. */
	expect_folded("\xcc\xa7", "", "\xcc\xa7");
	arena_free(&memory);
}

Test(fold, takes_bytes_that_are_no_text)
{
	expect_folded("A\xff"
		      "B",
		      "a\xef\xbf\xbd"
		      "b",
		      "a\xef\xbf\xbd"
		      "b");
	arena_free(&memory);
}

Test(fold, changes_nothing_that_is_folded)
{
	static const char bytes[] = "aA\xc3\x87\xc3\xa7\xcc\xa7\xe5\x9f\x9f\xff\xc3\x9f";
	struct random random = {0};
	char text[12];

	for (unsigned i = 0; i < 20000; i += stride()) {
		size_t length = random_below(&random, sizeof text);
		for (size_t j = 0; j < length; j++)
			text[j] = bytes[random_below(&random, sizeof bytes - 1)];
		text[length] = '\0';
		const char *once = fold_text(&memory, text);
		cr_assert_str_eq(fold_text(&memory, once), once);
		cr_assert_null(u8_check((const uint8_t *)once, strlen(once)));
		once = fold_case(&memory, text);
		cr_assert_str_eq(fold_case(&memory, once), once);
		arena_empty(&memory);
	}
	arena_free(&memory);
}

/* A mark behind a character sends it the general way, and is dropped there. */
Test(fold, folds_each_character_the_quick_way_as_the_general_one)
{
	for (ucs4_t character = 1; character <= 0xffff; character += stride()) {
		char text[8] = "";
		char marked[8] = "";
		if (character >= 0xd800 && character <= 0xdfff)
			continue;
		int length = u8_uctomb((uint8_t *)text, character, sizeof text);
		memcpy(marked, text, (size_t)length);
		memcpy(marked + length, "\xcc\x81", 3);
		cr_expect_str_eq(fold_text(&memory, text), fold_text(&memory, marked), "U+%04X",
				 (unsigned)character);
		arena_empty(&memory);
	}
	arena_free(&memory);
}
