/* SPDX-License-Identifier: MIT */
#include "ascii.h"

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
