/* SPDX-License-Identifier: MIT */
#include "ascii.h"

#include <string.h>

bool ascii_is_blank(char character)
{
	return character == ' ' || (character >= '\t' && character <= '\r');
}

bool ascii_is_letter(char character)
{
	return (character | 0x20) >= 'a' && (character | 0x20) <= 'z';
}

bool ascii_is_digit(char character)
{
	return character >= '0' && character <= '9';
}

char ascii_lower(char character)
{
	return (char)(character >= 'A' && character <= 'Z' ? character | 0x20 : character);
}

bool ascii_is_same(const char *one, const char *other)
{
	return ascii_starts_with(one, other) && strlen(one) == strlen(other);
}

bool ascii_is_word(const char *word, const char *bytes, size_t length)
{
	size_t i = 0;

	while (i < length && word[i] && ascii_lower(word[i]) == ascii_lower(bytes[i]))
		i++;
	return i == length && word[i] == '\0';
}

bool ascii_starts_with(const char *text, const char *start)
{
	while (*start && ascii_lower(*text) == ascii_lower(*start)) {
		text++;
		start++;
	}
	return *start == '\0';
}

bool ascii_has(const char *text, const char *part)
{
	while (*text && !ascii_starts_with(text, part))
		text++;
	return ascii_starts_with(text, part);
}

int ascii_digit_value(char digit)
{
	if (ascii_is_digit(digit))
		return digit - '0';
	if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
		return (digit | 0x20) - 'a' + 10;
	return 16;
}

bool ascii_is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

const char *ascii_skip_blanks(const char *text)
{
	while (ascii_is_blank(*text))
		text++;
	return text;
}

size_t ascii_word_length(const char *text)
{
	size_t length = 0;

	while (text[length] != '\0' && !ascii_is_blank(text[length]))
		length++;
	return length;
}
