/* Answers as a services(5) file, from which the C library's "files" answers the same. */
#include "output.h"

#include <stdio.h>

/* Whether such a file can hold the word: none of what isspace(3) calls a blank, and no comment. */
static bool is_word(const char *text)
{
	for (; *text; text++)
		if (*text == ' ' || (*text >= '\t' && *text <= '\r') || *text == '#')
			return false;
	return true;
}

static bool is_service(const struct answer *answer)
{
	return answer->name && *answer->name && answer->has_port &&
	       answer->port == answer->last_port && is_word(answer->name) &&
	       is_word(answer->protocol);
}

void output_services(const struct answers *answers, size_t *left_out)
{
	*left_out = 0;
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		if (!is_service(answer)) {
			++*left_out;
			continue;
		}
		printf("%s\t%u/%s", answer->name, answer->port, answer->protocol);
		for (size_t j = 0; j < answer->alias_count; j++) {
			if (is_word(answer->aliases[j]))
				printf(" %s", answer->aliases[j]);
			else
				++*left_out;
		}
		putchar('\n');
	}
}
