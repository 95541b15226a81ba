/* SPDX-License-Identifier: MIT */
/* Answers as a services(5) file, from which the C library's "files" answers the same. */
#include "output.h"

#include <stdio.h>

#include "tools/shared/ascii.h"
#include "tools/shared/buffer.h"
#include "tools/shared/hidden.h"
#include "tools/shared/text.h"

/* Whether such a file can hold the word: none of what isspace(3) calls a blank, and no comment. */
static bool is_word(const char *text)
{
	for (; *text; text++)
		if (ascii_is_blank(*text) || *text == '#')
			return false;
	return true;
}

/* Not what is hidden. Slashes at the start of a protocol would be taken for those behind the port.
 */
static bool is_service(const struct answer *answer)
{
	return answer->name && *answer->name && answer->has_port &&
	       !hidden_is_status(answer->status) && answer->port == answer->last_port &&
	       is_word(answer->name) && is_word(answer->protocol) && *answer->protocol != '/';
}

/* As it is, but for a terminal. */
static const char *shown(struct arena *memory, const char *word, const struct terminal *terminal)
{
	return terminal->is_terminal ? text_for_people(memory, word, terminal->is_ascii) : word;
}

static void take_aliases(struct buffer *row, struct arena *memory, const struct answer *answer,
			 const struct terminal *terminal, struct left_out *left_out)
{
	for (size_t i = 0; i < answer->alias_count; i++) {
		if (*answer->aliases[i] && is_word(answer->aliases[i]))
			buffer_print(row, " %s", shown(memory, answer->aliases[i], terminal));
		else
			left_out->names++;
	}
}

void output_services(const struct answers *answers, const struct terminal *terminal,
		     struct left_out *left_out)
{
	struct arena memory = {0};
	struct buffer row = {0};

	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		if (!is_service(answer)) {
			left_out->names++;
			continue;
		}
		row.length = 0;
		buffer_print(&row, "%s\t%u/%s", shown(&memory, answer->name, terminal),
			     answer->port, shown(&memory, answer->protocol, terminal));
		take_aliases(&row, &memory, answer, terminal, left_out);
		left_out->long_rows += row.length > OUTPUT_MUSL_ROW_MAX;
		buffer_add_character(&row, '\n');
		fwrite(row.bytes, 1, row.length, stdout);
	}
	buffer_free(&row);
	arena_free(&memory);
}
