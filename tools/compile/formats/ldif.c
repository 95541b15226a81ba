/* SPDX-License-Identifier: MIT */
#include "ldif.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"

bool ldif_is_name_character(char character)
{
	return ascii_is_letter(character) || ascii_is_digit(character) || character == '-' ||
	       character == '.' || character == '_';
}

/* Blanks that end a plain value mean nothing: whoever means them writes base64. */
static void cut_blanks(char *value)
{
	size_t length = strlen(value);

	while (length > 0 && value[length - 1] == ' ')
		length--;
	value[length] = '\0';
}

/* Cuts a line into name, options and value. */
static void split_line(struct ldif_line *line, char *text)
{
	char *next = text;

	line->form = LDIF_MALFORMED;
	line->name = text;
	while (ldif_is_name_character(*next))
		next++;
	line->name_length = (size_t)(next - text);
	line->options = next;
	while (*next == ';' || ldif_is_name_character(*next))
		next++;
	line->options_length = (size_t)(next - line->options);
	if (line->name_length == 0 || *next++ != ':' || strlen(text) != line->length)
		return;

	line->form = *next == ':' ? LDIF_BASE64 : *next == '<' ? LDIF_URL : LDIF_PLAIN;
	if (line->form != LDIF_PLAIN)
		next++;
	while (*next == ' ')
		next++;
	cut_blanks(next);
	line->value = next;
}

/* Puts bytes and a NUL at the end of the text. */
static void append(struct ldif *ldif, const char *bytes, size_t length)
{
	buffer_add(&ldif->text, bytes, length);
	buffer_add_character(&ldif->text, '\0');
}

static void add_line(struct ldif *ldif, const char *bytes, size_t length)
{
	ldif->lines =
	    memory_grow(ldif->lines, ldif->line_count, &ldif->line_capacity, sizeof *ldif->lines);
	ldif->lines[ldif->line_count++] = (struct ldif_line){
	    .start = ldif->text.length, .length = length, .number = ldif->number};
	append(ldif, bytes, length);
}

static void continue_line(struct ldif *ldif, const char *bytes, size_t length)
{
	ldif->text.length--;
	append(ldif, bytes, length);
	ldif->lines[ldif->line_count - 1].length += length;
}

/* Takes one line of the file; whether it ends an entry. */
static bool read_line(struct ldif *ldif, const char *bytes, size_t length)
{
	if (length > 0 && bytes[length - 1] == '\r')
		length--;
	if (length > 0 && bytes[0] == ' ' && (ldif->is_in_comment || ldif->line_count > 0)) {
		if (!ldif->is_in_comment && !ldif->is_cut)
			continue_line(ldif, bytes + 1, length - 1);
		return false;
	}
	ldif->is_in_comment = length > 0 && bytes[0] == '#';
	if (length > 0 && !ldif->is_in_comment) {
		ldif->is_cut = ldif->line_count == LDIF_LINES_MAX;
		if (!ldif->is_cut)
			add_line(ldif, bytes, length);
	}
	return length == 0 && ldif->line_count > 0;
}

void ldif_open(struct ldif *ldif, const char *text, size_t size)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";

	*ldif = (struct ldif){.next = text, .end = text + size};
	if (size >= 3 && memcmp(text, byte_order_mark, 3) == 0)
		ldif->next += 3;
}

bool ldif_next_entry(struct ldif *ldif)
{
	bool is_ended = false;

	ldif->line_count = 0;
	ldif->is_cut = false;
	ldif->text.length = 0;
	while (ldif->next < ldif->end && !is_ended) {
		const char *line = ldif->next;
		const char *line_feed = memchr(line, '\n', (size_t)(ldif->end - line));
		ldif->next = line_feed ? line_feed + 1 : ldif->end;
		ldif->number++;
		is_ended =
		    read_line(ldif, line, (size_t)((line_feed ? line_feed : ldif->end) - line));
	}
	/* Only now, since the text no longer moves. */
	for (size_t i = 0; i < ldif->line_count; i++)
		split_line(&ldif->lines[i], ldif->text.bytes + ldif->lines[i].start);
	return ldif->line_count > 0;
}

void ldif_close(struct ldif *ldif)
{
	free(ldif->lines);
	buffer_free(&ldif->text);
}
