/* SPDX-License-Identifier: MIT */
/* How it is found out in which way the C library reads ports. */
#include <criterion/criterion.h>

#include "tests/support/oracle.h"
#include "tools/compile/formats/services-reading.h"

#define OLD_VERSION "2.43"
#define NEW_VERSION "2.44"

Test(services_reading, is_the_parsers_whatever_the_version)
{
	services_reading_parser *base_0 = oracle_parser_by_hand(READS_BASE_0);
	services_reading_parser *decimal = oracle_parser_by_hand(READS_DECIMAL);

	cr_expect_eq(services_reading_of(base_0, OLD_VERSION), READS_BASE_0);
	cr_expect_eq(services_reading_of(base_0, NEW_VERSION), READS_BASE_0);
	cr_expect_eq(services_reading_of(decimal, OLD_VERSION), READS_DECIMAL);
	cr_expect_eq(services_reading_of(decimal, NEW_VERSION), READS_DECIMAL);
}

static int takes_none(char *line, struct servent *result, void *room, size_t size, int *error)
{
	(void)line;
	(void)result;
	(void)room;
	(void)size;
	(void)error;
	return 0;
}

static int lacks_room(char *line, struct servent *result, void *room, size_t size, int *error)
{
	*error = 34;
	return takes_none(line, result, room, size, error) - 1;
}

/* As if one half of the change had been taken over, and not the other. */
static int is_half_changed(char *line, struct servent *result, void *room, size_t size, int *error)
{
	enum services_reading way = line[2] == '0' ? READS_DECIMAL : READS_BASE_0;

	return oracle_parser_by_hand(way)(line, result, room, size, error);
}

Test(services_reading, is_the_versions_where_no_parser_tells)
{
	services_reading_parser *const parsers[] = {NULL, takes_none, lacks_room, is_half_changed};

	for (size_t i = 0; i < sizeof parsers / sizeof *parsers; i++) {
		cr_expect_eq(services_reading_of(parsers[i], OLD_VERSION), READS_BASE_0);
		cr_expect_eq(services_reading_of(parsers[i], NEW_VERSION), READS_DECIMAL);
	}
}

Test(services_reading, orders_versions_by_their_numbers)
{
	static const char *const old[] = {"2.9",  "2.36", "2.43",   "2.43.9000",
					  "1.99", "",     "unknown"};
	static const char *const new[] = {"2.44", "2.44.1", "2.100", "3.0", "10.1"};

	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		cr_expect_eq(services_reading_of(NULL, old[i]), READS_BASE_0, "of %s", old[i]);
	for (size_t i = 0; i < sizeof new / sizeof *new; i++)
		cr_expect_eq(services_reading_of(NULL, new[i]), READS_DECIMAL, "of %s", new[i]);
}

Test(services_reading, is_this_c_librarys)
{
	cr_expect_eq(services_reading_here(), oracle_reading_here());
}
