/* SPDX-License-Identifier: MIT */
#include "language.h"

#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#include "tools/shared/memory.h"

#define ENGLISH "en"

enum distance {
	SAME,
	SAME_LANGUAGE,
	OTHER_COUNTRY,
	IS_ENGLISH,
	OTHER_LANGUAGE,
};

/* Copies what stands before the next separator, in lower case, and returns what is behind it. */
static const char *take_part(char *part, size_t size, const char *text)
{
	size_t length = 0;

	for (; *text && !strchr("_-.@", *text); text++)
		if (length + 1 < size)
			part[length++] =
			    (char)(*text >= 'A' && *text <= 'Z' ? *text | 0x20 : *text);
	part[length] = '\0';
	return text;
}

struct language language_of(const char *tag)
{
	struct language language = {{0}, {0}};
	const char *rest = take_part(language.code, sizeof language.code, tag);

	if (*rest == '_' || *rest == '-')
		take_part(language.country, sizeof language.country, rest + 1);
	if (!*language.code || strcmp(language.code, "c") == 0 ||
	    strcmp(language.code, "posix") == 0)
		language = (struct language){ENGLISH, ""};
	return language;
}

struct language language_of_environment(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < LENGTH(variables); i++) {
		const char *value = getenv(variables[i]);
		if (value && *value)
			return language_of(value);
	}
	return language_of("");
}

unsigned language_distance(const struct language *wanted, const char *tag)
{
	struct language language = language_of(tag);

	if (strcmp(language.code, wanted->code) == 0) {
		if (strcmp(language.country, wanted->country) == 0)
			return SAME;
		return *language.country && *wanted->country ? OTHER_COUNTRY : SAME_LANGUAGE;
	}
	return strcmp(language.code, ENGLISH) == 0 ? IS_ENGLISH : OTHER_LANGUAGE;
}

bool language_is_of(const struct language *wanted, const char *tag)
{
	return language_distance(wanted, tag) < IS_ENGLISH;
}

bool language_is_latin(const char *text)
{
	const uint8_t *next = (const uint8_t *)text;
	const uc_script_t *latin = NULL;
	ucs4_t character;
	int length;

	for (size_t left = strlen(text); left > 0; left -= (size_t)length, next += length) {
		length = *next < 0x80 ? 1 : u8_mbtouc(&character, next, left);
		if (*next < 0x80 || !uc_is_general_category(character, UC_LETTER))
			continue;
		if (!latin)
			latin = uc_script_byname("Latin");
		if (!uc_is_script(character, latin))
			return false;
	}
	return true;
}
