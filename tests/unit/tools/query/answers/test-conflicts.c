/* SPDX-License-Identifier: MIT */
/* What sources disagree about: names, status, both, and when they do not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tools/query/answers/conflicts.h"

#define TABLE "Service Name,Port Number,Transport Protocol,Aliases,Status\n"

/* "NAME PORT/PROTOCOL: DISAGREEMENT", one a line, of sources that are given highest first. */
static void expect_conflicts(int line, const char *expected, const char *const *texts)
{
	struct answers answers = {0};
	struct database database;
	struct catalog catalog;
	size_t count = 0;
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	while (texts[count])
		count++;
	database_make(&database, texts, count);
	cr_assert_eq(catalog_open(&catalog, &database.db, language_of("")), PORTDB_OK);
	conflicts_find(&catalog, &answers);
	for (size_t i = 0; i < answers.count; i++)
		fprintf(stream, "%s %u/%s: %s\n",
			answers.items[i].name ? answers.items[i].name : "-", answers.items[i].port,
			answers.items[i].protocol, answers.items[i].disagreement);
	fclose(stream);
	cr_expect_str_eq(text, expected, "line %d: %s", line, text);
	free(text);
	free(answers.items);
	catalog_close(&catalog);
	database_free(&database);
}

#define EXPECT_CONFLICTS(expected, ...) \
	expect_conflicts(__LINE__, (expected), (const char *const[]){__VA_ARGS__, NULL})

Test(conflicts, are_none_where_sources_agree)
{
	EXPECT_CONFLICTS("", "");
	EXPECT_CONFLICTS("", "ssh 22/tcp\n");
	EXPECT_CONFLICTS("", "ssh 22/tcp\n", TABLE "ssh,22,tcp,,official\n");
	/* One source may give a port two names. */
	EXPECT_CONFLICTS("", "one 1/tcp\nother 1/tcp\n");
	/* Ports and protocols are places of their own. */
	EXPECT_CONFLICTS("", "one 1/tcp\n", "other 1/udp\n", "third 2/tcp\n");
}

Test(conflicts, about_names_are_between_sources_with_no_service_in_common)
{
	EXPECT_CONFLICTS("one 1/tcp: names\nother 1/tcp: names\n", "one 1/tcp\n", "other 1/tcp\n");
	/* Both know both, by one name or the other. */
	EXPECT_CONFLICTS("", "one 1/tcp\nother 1/tcp\n", "other 1/tcp\n");
	EXPECT_CONFLICTS("", "one 1/tcp\n", TABLE "one,1,tcp,,\nother,1,tcp,,\n");
	/* A third that agrees with the first disagrees with the second as well. */
	EXPECT_CONFLICTS("one 1/tcp: names\nother 1/tcp: names\n", "one 1/tcp\n", "other 1/tcp\n",
			 "one 1/tcp\n");
	EXPECT_CONFLICTS("one 1/tcp: names\nother 1/tcp: names\nthird 1/tcp: names\n",
			 "one 1/tcp\n", "other 1/tcp\n", "third 1/tcp\n");
}

Test(conflicts, about_status_are_between_claims_for_one_service)
{
	EXPECT_CONFLICTS("ssh 22/tcp: status\n", TABLE "ssh,22,tcp,,official\n",
			 TABLE "ssh,22,tcp,,unofficial\n");
	EXPECT_CONFLICTS("", TABLE "ssh,22,tcp,,official\n", TABLE "ssh,22,tcp,,OFFICIAL\n");
	/* What says nothing contradicts nobody, be it in between. */
	EXPECT_CONFLICTS("", TABLE "ssh,22,tcp,,official\n", "ssh 22/tcp\n");
	EXPECT_CONFLICTS("ssh 22/tcp: status\n", TABLE "ssh,22,tcp,,official\n", "ssh 22/tcp\n",
			 TABLE "ssh,22,tcp,,reserved\n");
	EXPECT_CONFLICTS("ssh 22/tcp: status\n", TABLE "ssh,22,tcp,,Conflict\n");
	EXPECT_CONFLICTS("one 1/tcp: names, status\nother 1/tcp: names, status\n",
			 TABLE "one,1,tcp,,official\n", TABLE "other,1,tcp,,\n",
			 TABLE "other,1,tcp,,a\none,1,tcp,,b\n");
}

Test(conflicts, about_status_are_with_rows_for_the_port_without_a_name)
{
	static const char official[] = TABLE "ssh,22,tcp,,official\n";

	EXPECT_CONFLICTS("ssh 22/tcp: status\n- 22/tcp: status\n", official,
			 TABLE ",22,tcp,,reserved\n");
	/* A range, and a row for any protocol. */
	EXPECT_CONFLICTS("ssh 22/tcp: status\n- 20/tcp: status\n", official,
			 TABLE ",20-30,tcp,,reserved\n");
	EXPECT_CONFLICTS("ssh 22/tcp: status\n- 22/: status\n", official, TABLE ",22,,,reserved\n");
	EXPECT_CONFLICTS("", official, TABLE ",22,tcp,,official\n");
	/* Other ports, another protocol, no port at all. */
	EXPECT_CONFLICTS("", official,
			 TABLE ",20-21,tcp,,reserved\n,23-30,tcp,,reserved\n,22,udp,,reserved\n");
	EXPECT_CONFLICTS("", official, TABLE "name,,tcp,,reserved\n");
}

/* The rows that belong to no such port stay out of it. */
Test(conflicts, are_told_with_the_rows_for_their_own_port_only)
{
	EXPECT_CONFLICTS("a 1/tcp: names\nb 1/tcp: names\n- 1/tcp: names\n", "a 1/tcp\n",
			 "b 1/tcp\n", TABLE ",1,tcp,,x\n,2,tcp,,x\n,1,udp,,x\nc,,tcp,,x\n");
}
