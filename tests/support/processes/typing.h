/* SPDX-License-Identifier: MIT */
/* Programs on a terminal of the test's own, with somebody who types. */
#ifndef PORTDB_TESTS_TYPING_H
#define PORTDB_TESTS_TYPING_H

/*
 * Runs a program on a new terminal, types the keys, and gives what was on the screen when it had
 * ended. The caller frees that. The test fails if it does not end within 30 seconds.
 */
char *type_at(const char *const *arguments, const char *keys);

#define TYPE_AT(keys, ...) type_at((const char *const[]){__VA_ARGS__, NULL}, (keys))

#endif
