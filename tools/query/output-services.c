/* SPDX-License-Identifier: MIT */
/* Answers as a services(5) file, from which the C library's "files" answers the same. */
#include "output.h"

#include <stdio.h>

#include "tools/shared/ascii.h"
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

void output_services(const struct answers *answers, const struct terminal *terminal,
		     struct left_out *left_out)
{
	struct arena memory = {0};

	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		if (!is_service(answer)) {
			left_out->names++;
			continue;
		}
		printf("%s\t%u/", shown(&memory, answer->name, terminal), answer->port);
		fputs(shown(&memory, answer->protocol, terminal), stdout);
		for (size_t j = 0; j < answer->alias_count; j++) {
			if (*answer->aliases[j] && is_word(answer->aliases[j]))
				printf(" %s", shown(&memory, answer->aliases[j], terminal));
			else
				left_out->names++;
		}
		putchar('\n');
	}
	arena_free(&memory);
}
