/* SPDX-License-Identifier: MIT */
#include "hostile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

static const char *const parts[] = {
    "a",
    "b",
    "Z",
    "x1",
    "tcp",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "  ",
    ",",
    ";",
    ":",
    "<",
    "=",
    "+",
    "/",
    "#",
    "-",
    "\"",
    "'",
    "`touch${IFS}ran`",
    "$(touch${IFS}ran)",
    ";touch${IFS}ran;",
    "\\",
    "!",
    "*",
    "~",
    "{",
    "]",
    "\n\ndn: cn=admin,dc=example,dc=org\nobjectClass: top\n",
    "\nevil 1/tcp\n",
    "\",\"x\"\n",
    "\"}]}",
    "\x1b[2J",
    "\x01",
    "\x7f",
    "\xc2\x9b" /* a control sequence's start, U+009B */,
    "\xe2\x80\xae" /* the text runs to the left, U+202E */,
    "\xe2\x80\xa8" /* a line's end, U+2028 */,
    "\xf3\xa0\x80\x81" /* a tag, U+E0001 */,
    "\xff",
    "\xc3",
    "\xc3\xa9",
    "e\xcc\x81" /* the same letter in two */,
    "\xe5\xa3\xb3",
    "TCP",
};

char *hostile_text(struct random *random)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (unsigned count = random_below(random, 5); count > 0; count--)
		fputs(parts[random_below(random, LENGTH(parts))], stream);
	fclose(stream);
	return text;
}

static void add_aliases(struct random *random, struct answer *answer)
{
	answer->alias_count = random_below(random, 4);
	answer->aliases = memory_allocate_zeroed(4, sizeof *answer->aliases);
	for (size_t i = 0; i < answer->alias_count; i++)
		answer->aliases[i] = hostile_text(random);
}

static struct answer_claim *claim_of(struct random *random, const struct answer *answer)
{
	struct answer_claim *claim = memory_allocate_zeroed(1, sizeof *claim);

	*claim = (struct answer_claim){
	    .source = answer->source,
	    .line = 1,
	    .name = hostile_text(random),
	    .aliases = "",
	    .status = answer->status,
	    .description = answer->description,
	    .language = answer->language,
	};
	return claim;
}

struct answers hostile_answers(struct random *random, unsigned count)
{
	static const char *const languages[] = {
	    "en", "pt", "zh_CN", "pt-",
	    "xx: y\n\ndn: cn=admin,dc=example,dc=org\nobjectClass: top\ncn"};
	struct answers answers = {0};

	for (unsigned i = 0; i < count; i++) {
		struct answer answer = {.has_port = true,
					.name = hostile_text(random),
					.protocol =
					    random_below(random, 2) ? "tcp" : hostile_text(random),
					.status = hostile_text(random),
					.description = hostile_text(random),
					.source = hostile_text(random)};
		char *plain;
		if (i % 4 == 0) {
			cr_assert_gt(asprintf(&plain, "plain%u", i), 0);
			answer.name = plain;
			answer.protocol = "tcp";
		}
		answer.language = random_below(random, 4)
				      ? languages[random_below(random, LENGTH(languages))]
				      : hostile_text(random);
		answer.port = answer.last_port =
		    (uint16_t)(i % 8 == 7 ? 0 : 1 + random_below(random, UINT16_MAX));
		add_aliases(random, &answer);
		answer.claims = claim_of(random, &answer);
		answer.claim_count = 1;
		answers_add(&answers, &answer);
	}
	return answers;
}
