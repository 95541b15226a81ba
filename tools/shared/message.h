/* SPDX-License-Identifier: MIT */
/*
 * What the tools say, one line each, harmless to terminals whatever is quoted in it: all of it goes
 * through text_for_people.
 */
#ifndef PORTDB_MESSAGE_H
#define PORTDB_MESSAGE_H

/* A name or protocol in a message, in place of %s: it may have any length. */
#define MESSAGE_QUOTED "%.200s"

/* What ends a noun behind the count: "2 rows". */
const char *message_plural(unsigned long count);

/* On standard error; a line feed is put behind it. */
void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with the program's name and ": " in front. */
void message_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* On standard output. */
void message_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From now on what libraries print on standard error (argp, getopt) goes the same way. Call it
 * behind setlocale(3), once. */
void message_guard(void);

#endif
