/* SPDX-License-Identifier: MIT */
/*
 * What the tests of portdb-query share: a small database, and runs held against expected text.
 */
#ifndef PORTDB_TESTS_QUERY_SUPPORT_H
#define PORTDB_TESTS_QUERY_SUPPORT_H

#include "tests/support/support.h"

#define UTF8 "C.UTF-8"

/* Goes to the scratch directory and compiles services, table.csv and other.csv there to test.db. */
void enter_with_database(void);

/*
 * Runs portdb-query -d test.db in a locale, with the language of LC_ALL=locale, and fails unless it
 * ends and writes as expected. Arguments end with NULL.
 */
void expect_query(int line, const char *locale, int status, const char *output, const char *errors,
		  const char *const *arguments);

#define EXPECT_QUERY(locale, status, output, errors, ...)              \
	expect_query(__LINE__, (locale), (status), (output), (errors), \
		     (const char *const[]){__VA_ARGS__, NULL})

/* What is the same whatever the locale's characters. */
#define EXPECT_QUERY_IN_BOTH(...)                \
	do {                                     \
		EXPECT_QUERY(UTF8, __VA_ARGS__); \
		EXPECT_QUERY("C", __VA_ARGS__);  \
	} while (0)

#endif
