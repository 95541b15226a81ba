/* SPDX-License-Identifier: MIT */
#include "output.h"

#include "tools/shared/ascii.h"
#include "tools/shared/message.h"
#include "tools/shared/text.h"

static const char *format_name(enum format format)
{
	static const char *const names[] = {
	    [FORMAT_TABLE] = "a table",    [FORMAT_JSON] = "JSON",
	    [FORMAT_CSV] = "CSV",          [FORMAT_SERVICES] = "a services file",
	    [FORMAT_LDIF] = "a directory", [FORMAT_RESERVED_PORTS] = "a list of ports",
	};

	return names[format];
}

enum listing_format output_listing_format(enum format format)
{
	switch (format) {
	case FORMAT_JSON:
		return LISTING_JSON;
	case FORMAT_CSV:
		return LISTING_CSV;
	default:
		return LISTING_TABLE;
	}
}

const char *output_ports(struct arena *memory, const struct answer *answer)
{
	if (!answer->has_port)
		return "";
	if (answer->last_port > answer->port)
		return arena_print(memory, "%u-%u", answer->port, answer->last_port);
	return arena_print(memory, "%u", answer->port);
}

bool output_is_text(const char *name, const char *protocol)
{
	return (!name || text_is_utf8(name)) && text_is_utf8(protocol);
}

static bool is_lower_case(const char *text)
{
	for (; *text; text++)
		if (ascii_lower(*text) != *text)
			return false;
	return true;
}

bool output_can_be_compiled(const struct answer *answer, const char *name)
{
	/* Rows that are none have no aliases. */
	bool is_service = answer->aliases;

	if (is_service && (!name || !*name || !*answer->protocol || answer->port == 0))
		return false;
	return output_is_text(name, answer->protocol) && (!name || ascii_is_printable(name)) &&
	       ascii_is_printable(answer->protocol) && is_lower_case(answer->protocol);
}

bool output_can_be_alias(const char *alias)
{
	return *alias && alias[ascii_word_length(alias)] == '\0' && ascii_is_printable(alias) &&
	       text_is_utf8(alias);
}

static void say(size_t count, const char *what, enum format format)
{
	if (count > 0)
		message_say("%zu %s%s left out, which %s cannot hold", count, what,
			    message_plural(count), format_name(format));
}

void output_say_left_out(const struct left_out *left_out, enum format format)
{
	say(left_out->names, "name", format);
	say(left_out->descriptions, "description", format);
	if (left_out->changed_texts > 0)
		message_say("%zu text%s changed: U+FFFD stands for what is not UTF-8",
			    left_out->changed_texts, message_plural(left_out->changed_texts));
	if (left_out->long_rows > 0)
		message_say("%zu row%s longer than the %d bytes that musl's C library reads of one",
			    left_out->long_rows, left_out->long_rows == 1 ? " is" : "s are",
			    OUTPUT_MUSL_ROW_MAX);
}
