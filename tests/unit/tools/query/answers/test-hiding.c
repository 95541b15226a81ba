/* SPDX-License-Identifier: MIT */
/* Who hides a row, found in the database alone: the same as merging has it, on random tables. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "nss/reader/claims.h"
#include "tests/support/support.h"
#include "tools/query/answers/hiding.h"

static char *random_table(struct random *random)
{
	static const char *const names[] = {"", "a", "b"};
	static const char *const protocols[] = {"", "tcp", "udp"};
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fputs("Service Name,Port Number,Transport Protocol,Status\n", stream);
	for (unsigned i = random_below(random, 12); i > 0; i--) {
		unsigned port = 1 + random_below(random, 9);
		bool hides = random_below(random, 2) == 0;
		fprintf(stream, "%s,%u-%u,%s,%s\n", names[random_below(random, 3)], port,
			port + (hides ? random_below(random, 4) : 0),
			protocols[random_below(random, 3)], hides ? "hidden" : "");
	}
	fclose(stream);
	return text;
}

static const struct evidence *evidence_of(const struct database *database, uint32_t number)
{
	/* Both are in the same order. */
	return &database->merged.evidence[number];
}

static unsigned check_rows(const struct database *database)
{
	struct portdb_claims claims;
	struct portdb_claim_row row;
	struct hiding hiding = {0};
	unsigned hidden = 0;

	cr_assert_eq(portdb_claims_open(&claims, &database->db), PORTDB_OK);
	hiding_gather(&hiding, &claims, 0);
	for (uint32_t i = 0; portdb_claim_get(&claims, i, &row) == PORTDB_OK; i++) {
		const struct evidence *evidence = evidence_of(database, i);
		const struct portdb_claim_row *hider = hiding_find(&hiding, &claims, &row);
		cr_assert_eq(row.line, evidence->claim->line);
		cr_assert_eq(hiding_is_by(&claims, &row), evidence->claim->hides);
		/* What is no service has nobody who hides it, for merging. */
		if (!evidence->claim->is_service && !evidence->claim->hides)
			continue;
		cr_assert_eq(hider ? hider->source : NO_SOURCE, evidence->hider,
			     "source %u, line %u", row.source, row.line);
		hidden += hider != NULL;
	}
	hiding_free(&hiding);
	return hidden;
}

Test(hiding, is_found_as_it_was_merged)
{
	struct random random = {.state = 5};
	unsigned hidden = 0;

	for (unsigned round = 0; round < 2000; round++) {
		struct database database;
		char *texts[4];
		for (size_t i = 0; i < 4; i++)
			texts[i] = random_table(&random);
		database_make(&database, (const char *const *)texts, 4);
		hidden += check_rows(&database);
		database_free(&database);
		for (size_t i = 0; i < 4; i++)
			free(texts[i]);
	}
	cr_expect_gt(hidden, 1000);
}

/* Of several rows, the one of the highest source, and there the first. */
Test(hiding, is_by_the_highest_row)
{
	static const char *const texts[] = {
	    ("Service Name,Port Number,Transport Protocol,Status\n"
	     ",9,tcp,hidden\n,1-20,tcp,hidden\n,2-5,,hidden\n,5,tcp,hidden\n"),
	    "Service Name,Port Number,Transport Protocol,Status\n,5,tcp,hidden\n", "a 5/tcp\n"};
	struct portdb_claims claims;
	struct portdb_claim_row row;
	struct hiding hiding = {0};
	struct database database;

	database_make(&database, texts, 3);
	cr_assert_eq(portdb_claims_open(&claims, &database.db), PORTDB_OK);
	hiding_gather(&hiding, &claims, 0);
	cr_assert_eq(portdb_claim_get(&claims, claims.count - 1, &row), PORTDB_OK);
	cr_assert_str_eq(row.name, "a");
	const struct portdb_claim_row *hider = hiding_find(&hiding, &claims, &row);
	cr_assert_not_null(hider);
	cr_expect_eq(hider->source, 0);
	cr_expect_eq(hider->line, 3);
	hiding_free(&hiding);
	database_free(&database);
}
