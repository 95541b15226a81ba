/* SPDX-License-Identifier: MIT */
#include "document.h"

#include <stdio.h>
#include <stdlib.h>

#include <unistr.h>

#include "text.h"

static void print_escaped(ucs4_t character)
{
	if (character >= 0x10000)
		printf("\\u%04x\\u%04x", 0xd800 + (unsigned)((character - 0x10000) >> 10),
		       0xdc00 + (unsigned)(character & 0x3ff));
	else
		printf("\\u%04x", (unsigned)character);
}

/* The library escapes what JSON asks for, which are the control characters of ASCII. */
static void print_harmless(const uint8_t *text)
{
	ucs4_t character;

	for (const uint8_t *next = text; (next = u8_next(&character, text)); text = next) {
		if (character != '\n' && text_is_harmful(character))
			print_escaped(character);
		else
			fwrite(text, 1, (size_t)(next - text), stdout);
	}
}

void document_print(const json_t *document)
{
	char *text = json_dumps(document, JSON_INDENT(2));

	if (text)
		print_harmless((const uint8_t *)text);
	putchar('\n');
	free(text);
}
