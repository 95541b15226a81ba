/* SPDX-License-Identifier: MIT */
#include "writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <unistr.h>

#include "memory.h"
#include "text.h"

/* As much is written at a time. */
#define ENOUGH 32768

/* Of a number: a sign, digits and the NUL behind. */
#define DIGITS_MAX 24

/* Bytes for one byte: a control character as \u001B. */
#define ESCAPED_MAX 6

static void write_out(struct writer *writer)
{
	fwrite(writer->text.bytes, 1, writer->text.length, stdout);
	writer->text.length = 0;
}

static char *put(char *at, const char *bytes, size_t length)
{
	memcpy(at, bytes, length);
	return at + length;
}

static char *put_line(const struct writer *writer, char *at)
{
	*at++ = '\n';
	memset(at, ' ', 2 * (size_t)writer->depth);
	return at + 2 * (size_t)writer->depth;
}

/*
 * What stands before a value. Where the value goes, with room for `room` bytes: the buffer is asked
 * once for all of a member, as a document is made of little else.
 */
static char *start_member(struct writer *writer, const char *key, size_t room)
{
	size_t key_length = key ? strlen(key) : 0;
	char *at = buffer_reserve(&writer->text,
				  memory_sum(room, 2 * (size_t)writer->depth + key_length + 8));

	if (writer->has_members)
		*at++ = ',';
	if (writer->depth > 0)
		at = put_line(writer, at);
	writer->has_members = true;
	if (!key)
		return at;
	*at++ = '"';
	at = put(at, key, key_length);
	return put(at, "\": ", 3);
}

static void end_member(struct writer *writer, const char *at)
{
	writer->text.length = (size_t)(at - writer->text.bytes);
}

void writer_open(struct writer *writer, const char *key, char bracket)
{
	char *at = start_member(writer, key, 1);

	*at++ = bracket;
	end_member(writer, at);
	writer->depth++;
	writer->has_members = false;
}

void writer_close(struct writer *writer, char bracket)
{
	char *at = buffer_reserve(&writer->text, 2 * (size_t)writer->depth + 3);

	writer->depth--;
	if (writer->has_members)
		at = put_line(writer, at);
	*at++ = bracket;
	if (writer->depth == 0)
		*at++ = '\n';
	end_member(writer, at);
	writer->has_members = true;
	if (writer->depth == 0 || writer->text.length > ENOUGH)
		write_out(writer);
	if (writer->depth == 0)
		buffer_free(&writer->text);
}

void writer_number(struct writer *writer, const char *key, int64_t number)
{
	char *at = start_member(writer, key, DIGITS_MAX);

	end_member(writer, at + sprintf(at, "%" PRId64, number));
}

/* One that stands for itself in JSON. */
static bool is_plain(char character)
{
	return character >= ' ' && character <= '~' && character != '"' && character != '\\';
}

/* What JSON has no character for, or a terminal would obey. */
static char *put_escaped(char *at, ucs4_t character)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *letter = letters; *letter; letter += 2)
		if ((ucs4_t)*letter == character) {
			*at++ = '\\';
			*at++ = letter[1];
			return at;
		}
	if (character < ' ')
		return at + sprintf(at, "\\u%04X", (unsigned)character);
	if (character < 0x10000)
		return at + sprintf(at, "\\u%04x", (unsigned)character);
	return at + sprintf(at, "\\u%04x\\u%04x", 0xd800 + (unsigned)((character - 0x10000) >> 10),
			    0xdc00 + (unsigned)(character & 0x3ff));
}

/* Puts the next character, which is not plain, and moves *text behind it. */
static char *put_character(char *at, const char **text, size_t left, bool *is_changed)
{
	ucs4_t character;
	int length = u8_mbtoucr(&character, (const uint8_t *)*text, left);
	const char *bytes = *text;

	*text += length > 0 ? length : 1;
	if (length <= 0) {
		*is_changed = true;
		return put(at, TEXT_REPLACEMENT, sizeof TEXT_REPLACEMENT - 1);
	}
	if (character < 0x80 || text_is_harmful(character))
		return put_escaped(at, character);
	return put(at, bytes, (size_t)length);
}

static void write_null(struct writer *writer, const char *key)
{
	end_member(writer, put(start_member(writer, key, 4), "null", 4));
}

void writer_string(struct writer *writer, const char *key, const char *string)
{
	if (!string) {
		write_null(writer, key);
		return;
	}
	size_t length = strlen(string);
	const char *end = string + length;
	char *at = start_member(writer, key, 2 + ESCAPED_MAX * length);
	bool is_changed = false;

	*at++ = '"';
	while (string < end) {
		if (is_plain(*string))
			*at++ = *string++;
		else
			at = put_character(at, &string, (size_t)(end - string), &is_changed);
	}
	*at++ = '"';
	end_member(writer, at);
	writer->changed_texts += is_changed;
}
