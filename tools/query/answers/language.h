/* SPDX-License-Identifier: MIT */
/* Which of several descriptions a reader understands best. */
#ifndef PORTDB_LANGUAGE_H
#define PORTDB_LANGUAGE_H

#include <stdbool.h>

/* A language and a country, in lower case: "pt" and "br". Either may be "". */
struct language {
	char code[12];
	char country[12];
};

/*
 * Takes a tag or the name of a locale: pt, pt_BR, pt-BR, zh_CN.UTF-8. "", C and POSIX are English.
 */
struct language language_of(const char *tag);

/* The user's, by LC_ALL, LC_MESSAGES or LANG, whichever is the first that is set and not empty. */
struct language language_of_environment(void);

/*
 * How far a description in the language `tag` is from what is wanted: 0 where both agree, then
 * the same language without a country, then that of another country, then English, then others.
 */
unsigned language_distance(const struct language *wanted, const char *tag);

/* Whether the tag is that language, of whatever country. */
bool language_is_of(const struct language *wanted, const char *tag);

/* Whether all letters of a text are Latin ones, which every reader of names knows. */
bool language_is_latin(const char *text);

#endif
