/* SPDX-License-Identifier: MIT */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "tools/shared/ascii.h"
#include "tools/shared/text.h"

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text & 0x80)
			return false;
	return true;
}

static const char *fold_ascii(struct arena *memory, const char *text)
{
	char *folded = arena_string(memory, text, strlen(text));

	for (char *next = folded; *next; next++)
		*next = ascii_lower(*next);
	return folded;
}

/* Moves what are no marks together, where they stand. */
static void drop_marks(uint8_t *text)
{
	const uint8_t *next = text;
	uint8_t *end = text;
	ucs4_t character;

	for (const uint8_t *from = text; (next = u8_next(&character, from)); from = next)
		if (!uc_is_general_category(character, UC_MARK))
			end = u8_move(end, from, (size_t)(next - from)) + (next - from);
	*end = '\0';
}

static const char *fold(struct arena *memory, const char *text, bool has_marks)
{
	if (is_ascii(text))
		return fold_ascii(memory, text);
	const uint8_t *valid = (const uint8_t *)text_as_utf8(memory, text);
	size_t length;
	uint8_t *folded = u8_casefold(valid, strlen((const char *)valid) + 1, NULL,
				      has_marks ? UNINORM_NFKC : UNINORM_NFKD, NULL, &length);
	if (!folded)
		return fold_ascii(memory, text);
	if (!has_marks)
		drop_marks(folded);
	const char *kept = arena_string(memory, (char *)folded, strlen((char *)folded));
	free(folded);
	return kept;
}

const char *fold_text(struct arena *memory, const char *text)
{
	return fold(memory, text, false);
}

const char *fold_case(struct arena *memory, const char *text)
{
	return fold(memory, text, true);
}
