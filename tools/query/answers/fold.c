/* SPDX-License-Identifier: MIT */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"
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
		if (*next >= 'A' && *next <= 'Z')
			*next |= 0x20;
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

/*
 * What folding makes of a character by itself, where that is simple and known: ASCII, what is
 * written in Chinese, and the letters of Portuguese. 0 for others. Most texts hold nothing else,
 * and the general way takes ten times as long.
 */
static ucs4_t fold_simply(ucs4_t character)
{
	static const char latin[] = "aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0\0"
				    "aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0y";

	if (character >= 0xc0 && character <= 0xff)
		return (ucs4_t)latin[character - 0xc0];
	/* Full width: ASCII once more. */
	if (character >= 0xff01 && character <= 0xff5e)
		character -= 0xff01 - '!';
	if (character < 0x80)
		return (ucs4_t)ascii_lower((char)character);
	if ((character >= 0x4e00 && character <= 0x9fff) || character == 0x3001 ||
	    character == 0x3002)
		return character;
	return 0;
}

/* The whole text so, or NULL. */
static const char *fold_text_simply(struct arena *memory, const char *text)
{
	size_t length = strlen(text);
	/* No character gets longer. */
	char *folded = arena_string(memory, text, length);
	uint8_t *end = (uint8_t *)folded;
	const uint8_t *next = (const uint8_t *)text;
	ucs4_t character;

	while (length > 0) {
		int taken = u8_mbtoucr(&character, next, length);
		ucs4_t simple = taken > 0 ? fold_simply(character) : 0;
		if (simple == 0)
			return NULL;
		end += u8_uctomb(end, simple, 6);
		next += taken;
		length -= (size_t)taken;
	}
	*end = '\0';
	return folded;
}

static const char *fold(struct arena *memory, const char *text, bool has_marks)
{
	if (is_ascii(text))
		return fold_ascii(memory, text);
	const char *simple = has_marks ? NULL : fold_text_simply(memory, text);
	if (simple)
		return simple;
	const uint8_t *valid = (const uint8_t *)text_as_utf8(memory, text);
	size_t length;
	uint8_t *folded =
	    memory_checked(u8_casefold(valid, strlen((const char *)valid) + 1, NULL,
				       has_marks ? UNINORM_NFKC : UNINORM_NFKD, NULL, &length));
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
