/*
 * Merging, by example and by its two promises: Monotonicity and Losslessness, on random sources
 * that meet often.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../nss/claims.h"
#include "support.h"

#define HEADER "Service Name,Port Number,Transport Protocol,Aliases\n"

/* The merged services, a line each. */
static char *merged_text(const struct merged *merged)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (size_t i = 0; i < merged->service_count; i++) {
		const struct service *service = &merged->services[i];
		fprintf(stream, "%s %u/%s", service->name, service->port, service->protocol);
		for (size_t alias = 0; alias < service->alias_count; alias++)
			fprintf(stream, " %s", service->aliases[alias]);
		fputc('\n', stream);
	}
	fclose(stream);
	return text;
}

static void expect_merged(const char *high, const char *low, const char *expected)
{
	struct database database;

	database_make(&database, (const char *const[]){high, low}, 2);
	char *text = merged_text(&database.merged);
	cr_expect_str_eq(text, expected);
	free(text);
	database_free(&database);
}

Test(merge, joins_a_claim_by_name_or_alias)
{
	expect_merged("imap2 143/tcp imap\n", HEADER "imap,143,tcp,\n", "imap2 143/tcp imap\n");
	expect_merged("imap2 143/tcp imap\n", HEADER "imap2,143,tcp,\n", "imap2 143/tcp imap\n");
}

Test(merge, puts_another_name_behind)
{
	expect_merged("imap2 143/tcp imap\nssh 22/tcp\n", HEADER "imap4,143,tcp,\n",
		      "imap2 143/tcp imap\nssh 22/tcp\nimap4 143/tcp\n");
	expect_merged("ssh 22/tcp\n", HEADER "ssh,22,udp,\nssh,23,tcp,\n",
		      "ssh 22/tcp\nssh 22/udp\nssh 23/tcp\n");
}

Test(merge, appends_an_alias_that_nobody_answers_to)
{
	expect_merged("ssh 22/tcp\n", HEADER "ssh,22,tcp,secsh secure\n",
		      "ssh 22/tcp secsh secure\n");
	expect_merged("ssh 22/tcp secsh\n", HEADER "ssh,22,tcp,secsh ssh new\n",
		      "ssh 22/tcp secsh new\n");
}

Test(merge, leaves_out_an_alias_that_would_take_an_answer)
{
	/* www is http so far, and ssh stands in front of it. */
	expect_merged("ssh 22/tcp\nhttp 80/tcp www\n", HEADER "ssh,22,tcp,www\n",
		      "ssh 22/tcp\nhttp 80/tcp www\n");
	/* Of another protocol too, for who asks without any. */
	expect_merged("ssh 22/tcp\nhttp 80/udp www\n", HEADER "ssh,22,tcp,www\n",
		      "ssh 22/tcp\nhttp 80/udp www\n");
	/* Behind it, it takes nothing. */
	expect_merged("http 80/tcp www\nssh 22/tcp\n", HEADER "ssh,22,tcp,www\n",
		      "http 80/tcp www\nssh 22/tcp www\n");
}

Test(merge, keeps_an_alias_findable_for_every_protocol_of_its_source)
{
	/* www/udp comes first in the lower source, but www/tcp must not be lost by that. */
	expect_merged("ssh 22/tcp\n", HEADER "x,80,udp,www\nssh,22,tcp,www\n",
		      "ssh 22/tcp www\nx 80/udp www\n");
	/* Within one protocol, the earlier row keeps it. */
	expect_merged("ssh 22/tcp\n", HEADER "x,80,tcp,www\nssh,22,tcp,www\n",
		      "ssh 22/tcp\nx 80/tcp www\n");
}

Test(merge, merges_nothing_within_a_source)
{
	expect_merged("ssh 22/tcp\nssh 22/tcp other\nother 22/tcp\n", "",
		      "ssh 22/tcp\nssh 22/tcp other\nother 22/tcp\n");
	expect_merged("http 80/tcp\n", HEADER "new,81,tcp,a\nnew,81,tcp,b\n",
		      "http 80/tcp\nnew 81/tcp a\nnew 81/tcp b\n");
}

Test(merge, never_answers_with_port_0_of_a_table)
{
	expect_merged("zero 0/tcp\n", HEADER "reserved,0,tcp,\nzero,0,tcp,null\n", "zero 0/tcp\n");
}

static bool same_answer(const struct portdb_service *one, const struct portdb_service *other)
{
	return strcmp(one->strings, other->strings) == 0 && one->port == other->port &&
	       strcmp(one->strings + one->protocol, other->strings + other->protocol) == 0;
}

static const char *const asked_names[] = {"ssh", "imap", "imap2", "http", "www", "x11",    "a",
					  "b",   "c",    "d",     "e",    "Ssh", "missing"};
static const char *const asked_protocols[] = {NULL, "tcp", "udp", "sctp", "TCP", ""};
static const uint16_t asked_ports[] = {0, 1, 7, 8, 16, 22, 80, 99, 143, 65535};

/* Whatever `less` answers, `more` answers the same. */
static void expect_monotonic(const struct portdb *less, const struct portdb *more)
{
	struct portdb_service one;
	struct portdb_service other;

	for (size_t p = 0; p < sizeof asked_protocols / sizeof *asked_protocols; p++) {
		const char *protocol = asked_protocols[p];
		for (size_t i = 0; i < sizeof asked_names / sizeof *asked_names; i++)
			if (portdb_by_name(less, asked_names[i], protocol, &one) == PORTDB_OK)
				cr_assert(portdb_by_name(more, asked_names[i], protocol, &other) ==
						  PORTDB_OK &&
					      same_answer(&one, &other),
					  "%s/%s", asked_names[i], protocol ? protocol : "*");
		for (size_t i = 0; i < sizeof asked_ports / sizeof *asked_ports; i++)
			if (portdb_by_port(less, asked_ports[i], protocol, &one) == PORTDB_OK)
				cr_assert(portdb_by_port(more, asked_ports[i], protocol, &other) ==
						  PORTDB_OK &&
					      same_answer(&one, &other),
					  "%u/%s", asked_ports[i], protocol ? protocol : "*");
	}
}

/*
 * Each claim's name and port are answered, by itself or by somebody above it. An alias of one that
 * joins a higher service may have to be left out.
 */
static void expect_all_answered(const struct database *database)
{
	struct portdb_service service;

	for (size_t i = 0; i < database->merged.evidence_count; i++) {
		const struct claim *claim = database->merged.evidence[i].claim;
		cr_assert_eq(portdb_by_name(&database->db, claim->name, claim->protocol, &service),
			     PORTDB_OK, "%s/%s", claim->name, claim->protocol);
		cr_assert_eq(portdb_by_port(&database->db, claim->port, claim->protocol, &service),
			     PORTDB_OK, "%u/%s", claim->port, claim->protocol);
	}
}

static void count_claims(const struct database *database)
{
	struct portdb_claims claims;
	struct portdb_claim_row row;
	size_t expected = 0;

	for (size_t i = 0; i < database->source_count; i++)
		expected += database->sources[i].claim_count;
	cr_assert_eq(portdb_claims_open(&claims, &database->db), PORTDB_OK);
	cr_assert_eq(claims.count, expected);
	for (uint32_t i = 0; i < claims.count; i++) {
		const struct evidence *evidence = &database->merged.evidence[i];
		cr_assert_eq(portdb_claim_get(&claims, i, &row), PORTDB_OK);
		cr_assert_str_eq(row.name, evidence->claim->name);
		cr_assert_str_eq(row.protocol, evidence->claim->protocol);
		cr_assert_eq(row.port, evidence->claim->port);
		cr_assert_eq(row.line, evidence->claim->line);
		cr_assert_eq(row.source, evidence->source);
	}
}

/* Each claim of the sources stands once in what was merged. */
static void expect_lossless(const struct database *database)
{
	for (uint32_t source = 0; source < database->source_count; source++)
		for (size_t i = 0; i < database->sources[source].claim_count; i++) {
			const struct claim *claim = &database->sources[source].claims[i];
			size_t found = 0;
			for (size_t e = 0; e < database->merged.evidence_count; e++)
				found += database->merged.evidence[e].claim == claim;
			cr_assert_eq(found, 1);
		}
	count_claims(database);
}

Test(merge, is_monotonic_and_lossless)
{
	struct random random = {0};

	cr_redirect_stderr();
	for (unsigned round = 0; round < 400; round++) {
		char *texts[3];
		struct database prefixes[3];
		for (size_t i = 0; i < 3; i++)
			texts[i] = random_services(&random, 1 + random_below(&random, 24));
		for (size_t i = 0; i < 3; i++)
			database_make(&prefixes[i], (const char *const *)texts, i + 1);
		expect_monotonic(&prefixes[0].db, &prefixes[1].db);
		expect_monotonic(&prefixes[1].db, &prefixes[2].db);
		expect_lossless(&prefixes[2]);
		expect_all_answered(&prefixes[2]);
		for (size_t i = 0; i < 3; i++) {
			database_free(&prefixes[i]);
			free(texts[i]);
		}
	}
}

/* In any order of the same sources, the first keeps its answers. */
Test(merge, is_monotonic_in_every_order)
{
	struct random random = {.state = 7};

	cr_redirect_stderr();
	for (unsigned round = 0; round < 200; round++) {
		char *one = random_services(&random, 12);
		char *other = random_services(&random, 12);
		for (int order = 0; order < 2; order++) {
			const char *const texts[] = {order ? other : one, order ? one : other};
			struct database alone;
			struct database both;
			database_make(&alone, texts, 1);
			database_make(&both, texts, 2);
			expect_monotonic(&alone.db, &both.db);
			database_free(&alone);
			database_free(&both);
		}
		free(one);
		free(other);
	}
}
