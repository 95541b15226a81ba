#include "text.h"

#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#define REPLACEMENT      0xfffd
#define REPLACEMENT_UTF8 "\xef\xbf\xbd"

const char *text_as_utf8(struct obstack *memory, const char *text)
{
	const uint8_t *next = (const uint8_t *)text;
	size_t left = strlen(text);

	if (!u8_check(next, left))
		return text;
	while (left > 0) {
		ucs4_t character;
		int length = u8_mbtoucr(&character, next, left);
		if (length > 0) {
			obstack_grow(memory, next, length);
		} else {
			obstack_grow(memory, REPLACEMENT_UTF8, (int)strlen(REPLACEMENT_UTF8));
			length = 1;
		}
		next += length;
		left -= (size_t)length;
	}
	obstack_1grow(memory, '\0');
	return obstack_finish(memory);
}

static bool is_plain_ascii(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static bool is_harmful(ucs4_t character)
{
	/* Cf: formats, among which are those that turn the direction of writing. */
	return uc_is_general_category(character, UC_CONTROL) ||
	       uc_is_general_category(character, UC_FORMAT) ||
	       uc_is_general_category(character, UC_LINE_SEPARATOR) ||
	       uc_is_general_category(character, UC_PARAGRAPH_SEPARATOR);
}

static ucs4_t harmless(ucs4_t character)
{
	if (character == '\n' || character == '\r' || character == '\t')
		return ' ';
	return is_harmful(character) ? REPLACEMENT : character;
}

/* obstack_init gave it memory to grow in, which the analyzer does not follow. */
/* NOLINTBEGIN(clang-analyzer-core.NullDereference) */
static void grow_ascii(struct obstack *memory, ucs4_t character)
{
	if (character < 0x80)
		obstack_1grow(memory, (char)character);
	else if (!uc_is_general_category(character, UC_MARK))
		obstack_1grow(memory, '?');
}

static void grow_utf8(struct obstack *memory, ucs4_t character)
{
	uint8_t bytes[6];
	int length = u8_uctomb(bytes, character, sizeof bytes);

	obstack_grow(memory, bytes, length);
}

/* Every character in turn, as valid UTF-8 is walked. */
static const char *convert(struct obstack *memory, const uint8_t *next, bool is_ascii)
{
	ucs4_t character;

	while ((next = u8_next(&character, next)))
		(is_ascii ? grow_ascii : grow_utf8)(memory, harmless(character));
	obstack_1grow(memory, '\0');
	return obstack_finish(memory);
}
/* NOLINTEND(clang-analyzer-core.NullDereference) */

const char *text_for_people(struct obstack *memory, const char *text, bool is_ascii)
{
	if (is_plain_ascii(text))
		return text;
	const uint8_t *valid = (const uint8_t *)text_as_utf8(memory, text);
	if (!is_ascii)
		return convert(memory, valid, false);
	size_t length;
	uint8_t *parts =
	    u8_normalize(UNINORM_NFD, valid, strlen((const char *)valid) + 1, NULL, &length);
	const char *result = convert(memory, parts ? parts : valid, true);
	free(parts);
	return result;
}
