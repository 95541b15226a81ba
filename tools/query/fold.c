#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "tools/shared/text.h"

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text & 0x80)
			return false;
	return true;
}

static const char *fold_ascii(struct obstack *memory, const char *text)
{
	for (; *text; text++)
		obstack_1grow(memory, *text >= 'A' && *text <= 'Z' ? *text | 0x20 : *text);
	obstack_1grow(memory, '\0');
	return obstack_finish(memory);
}

static void drop_marks(struct obstack *memory, const uint8_t *text)
{
	const uint8_t *next = text;
	ucs4_t character;

	for (; (next = u8_next(&character, text)); text = next)
		if (!uc_is_general_category(character, UC_MARK))
			obstack_grow(memory, text, (int)(next - text));
}

static const char *fold(struct obstack *memory, const char *text, bool has_marks)
{
	if (is_ascii(text))
		return fold_ascii(memory, text);
	const uint8_t *valid = (const uint8_t *)text_as_utf8(memory, text);
	size_t length;
	uint8_t *folded = u8_casefold(valid, strlen((const char *)valid) + 1, NULL,
				      has_marks ? UNINORM_NFKC : UNINORM_NFKD, NULL, &length);
	if (!folded)
		return fold_ascii(memory, text);
	if (has_marks)
		obstack_grow(memory, folded, (int)strlen((const char *)folded));
	else
		drop_marks(memory, folded);
	free(folded);
	obstack_1grow(memory, '\0');
	return obstack_finish(memory);
}

const char *fold_text(struct obstack *memory, const char *text)
{
	return fold(memory, text, false);
}

const char *fold_case(struct obstack *memory, const char *text)
{
	return fold(memory, text, true);
}
