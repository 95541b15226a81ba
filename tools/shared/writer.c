/* SPDX-License-Identifier: MIT */
#include "writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <unistr.h>

#include "text.h"

/* As much is written at a time. */
#define ENOUGH 32768

#define REPLACEMENT_UTF8 "\xef\xbf\xbd"

static void write_out(struct writer *writer)
{
	fwrite(writer->text.bytes, 1, writer->text.length, stdout);
	writer->text.length = 0;
}

static void start_line(struct writer *writer)
{
	buffer_add_character(&writer->text, '\n');
	for (unsigned i = 0; i < writer->depth; i++)
		buffer_add(&writer->text, "  ", 2);
}

static void start_member(struct writer *writer, const char *key)
{
	if (writer->has_members)
		buffer_add_character(&writer->text, ',');
	if (writer->depth > 0)
		start_line(writer);
	writer->has_members = true;
	if (!key)
		return;
	buffer_add_character(&writer->text, '"');
	buffer_add_string(&writer->text, key);
	buffer_add(&writer->text, "\": ", 3);
}

void writer_open(struct writer *writer, const char *key, char bracket)
{
	start_member(writer, key);
	buffer_add_character(&writer->text, bracket);
	writer->depth++;
	writer->has_members = false;
}

void writer_close(struct writer *writer, char bracket)
{
	writer->depth--;
	if (writer->has_members)
		start_line(writer);
	buffer_add_character(&writer->text, bracket);
	writer->has_members = true;
	if (writer->depth == 0)
		buffer_add_character(&writer->text, '\n');
	if (writer->depth == 0 || writer->text.length > ENOUGH)
		write_out(writer);
	if (writer->depth == 0)
		buffer_free(&writer->text);
}

void writer_number(struct writer *writer, const char *key, int64_t number)
{
	start_member(writer, key);
	buffer_print(&writer->text, "%" PRId64, number);
}

/* One that stands for itself in JSON. */
static bool is_plain(char character)
{
	return character >= ' ' && character <= '~' && character != '"' && character != '\\';
}

/* What JSON has no character for, or a terminal would obey. */
static void add_escaped(struct buffer *text, ucs4_t character)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *letter = letters; *letter; letter += 2)
		if ((ucs4_t)*letter == character) {
			buffer_print(text, "\\%c", letter[1]);
			return;
		}
	if (character < ' ')
		buffer_print(text, "\\u%04X", (unsigned)character);
	else if (character < 0x10000)
		buffer_print(text, "\\u%04x", (unsigned)character);
	else
		buffer_print(text, "\\u%04x\\u%04x",
			     0xd800 + (unsigned)((character - 0x10000) >> 10),
			     0xdc00 + (unsigned)(character & 0x3ff));
}

/* Adds the next character, which is not plain. Its bytes. */
static size_t add_character(struct buffer *text, const char *next, size_t left, bool *is_changed)
{
	ucs4_t character;
	int length = u8_mbtoucr(&character, (const uint8_t *)next, left);

	if (length <= 0) {
		buffer_add_string(text, REPLACEMENT_UTF8);
		*is_changed = true;
		return 1;
	}
	if (character < 0x80 || text_is_harmful(character))
		add_escaped(text, character);
	else
		buffer_add(text, next, (size_t)length);
	return (size_t)length;
}

void writer_string(struct writer *writer, const char *key, const char *string)
{
	struct buffer *text = &writer->text;
	bool is_changed = false;

	start_member(writer, key);
	if (!string) {
		buffer_add(text, "null", 4);
		return;
	}
	buffer_add_character(text, '"');
	for (size_t left = strlen(string); left > 0;) {
		size_t length = 0;
		while (length < left && is_plain(string[length]))
			length++;
		buffer_add(text, string, length);
		if (length < left)
			length += add_character(text, string + length, left - length, &is_changed);
		string += length;
		left -= length;
	}
	buffer_add_character(text, '"');
	writer->changed_texts += is_changed;
}
