/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <unilbrk.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

#include "buffer.h"
#include "memory.h"

#define REPLACEMENT 0xfffd

/* The buffer's bytes as a string in memory; the buffer is freed. */
static const char *finish(struct buffer *buffer, struct arena *memory)
{
	const char *text = arena_string(memory, buffer->bytes, buffer->length);

	buffer_free(buffer);
	return text;
}

bool text_is_utf8(const char *text)
{
	return !u8_check((const uint8_t *)text, strlen(text));
}

const char *text_as_utf8(struct arena *memory, const char *text)
{
	const uint8_t *next = (const uint8_t *)text;
	size_t left = strlen(text);
	struct buffer valid = {0};

	if (!u8_check(next, left))
		return text;
	while (left > 0) {
		ucs4_t character;
		int length = u8_mbtoucr(&character, next, left);
		if (length > 0) {
			buffer_add(&valid, next, (size_t)length);
		} else {
			buffer_add_string(&valid, TEXT_REPLACEMENT);
			length = 1;
		}
		next += length;
		left -= (size_t)length;
	}
	return finish(&valid, memory);
}

static bool is_plain_ascii(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

bool text_is_harmful(uint32_t character)
{
	/* Cf: formats, among which are those that turn the direction of writing. */
	return uc_is_general_category_withtable(character,
						UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf |
						    UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp);
}

static ucs4_t harmless(ucs4_t character)
{
	if (character == '\n' || character == '\r' || character == '\t')
		return ' ';
	return text_is_harmful(character) ? REPLACEMENT : character;
}

static void add_as_ascii(struct buffer *buffer, ucs4_t character)
{
	if (character < 0x80)
		buffer_add_character(buffer, (char)character);
	else if (!uc_is_general_category(character, UC_MARK))
		buffer_add_character(buffer, '?');
}

static void add_as_utf8(struct buffer *buffer, ucs4_t character)
{
	uint8_t bytes[6];
	int length = u8_uctomb(bytes, character, sizeof bytes);

	buffer_add(buffer, bytes, (size_t)length);
}

/* Every character in turn, as valid UTF-8 is walked. */
static const char *convert(struct arena *memory, const uint8_t *next, bool is_ascii)
{
	struct buffer text = {0};
	ucs4_t character;

	while ((next = u8_next(&character, next)))
		(is_ascii ? add_as_ascii : add_as_utf8)(&text, harmless(character));
	return finish(&text, memory);
}

const char *text_for_people(struct arena *memory, const char *text, bool is_ascii)
{
	if (is_plain_ascii(text))
		return text;
	const uint8_t *valid = (const uint8_t *)text_as_utf8(memory, text);
	if (!is_ascii)
		return convert(memory, valid, false);
	size_t length;
	uint8_t *parts = memory_checked(
	    u8_normalize(UNINORM_NFD, valid, strlen((const char *)valid) + 1, NULL, &length));
	const char *result = convert(memory, parts, true);
	free(parts);
	return result;
}

size_t text_width(const char *text)
{
	int width = u8_strwidth((const uint8_t *)text, "UTF-8");

	return width > 0 ? (size_t)width : 0;
}

const char *text_in_lines(struct arena *memory, const char *text, size_t width)
{
	size_t length = strlen(text);
	struct buffer lines = {0};

	if (text_width(text) <= width)
		return text;
	char *breaks = memory_allocate(length);
	u8_width_linebreaks((const uint8_t *)text, length, (int)width, 0, 0, NULL, "UTF-8", breaks);
	for (size_t i = 0; i < length; i++) {
		bool is_blank_before_break =
		    text[i] == ' ' && i + 1 < length && breaks[i + 1] == UC_BREAK_POSSIBLE;
		if (breaks[i] == UC_BREAK_POSSIBLE && (i == 0 || text[i - 1] != ' '))
			buffer_add_character(&lines, '\n');
		buffer_add_character(&lines, (char)(is_blank_before_break ? '\n' : text[i]));
	}
	free(breaks);
	return finish(&lines, memory);
}
