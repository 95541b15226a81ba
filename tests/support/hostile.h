/* SPDX-License-Identifier: MIT */
/* Answers as nobody means them: what they say is to come out of a format as it went in. */
#ifndef PORTDB_TESTS_HOSTILE_H
#define PORTDB_TESTS_HOSTILE_H

#include "support.h"
#include "tools/query/answers/answer.h"

/*
 * A text out of few parts: letters, and what formats, shells and terminals take for an order. It
 * may be empty, and need not be UTF-8. Never freed: tests are short.
 */
char *hostile_text(struct random *random);

/*
 * Answers of such names, protocols, aliases, descriptions, languages and paths. Each fourth one has
 * a name that starts with "plain", and every format can hold it.
 */
struct answers hostile_answers(struct random *random, unsigned count);

#endif
