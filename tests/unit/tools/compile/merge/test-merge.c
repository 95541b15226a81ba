/* SPDX-License-Identifier: MIT */
/*
 * Merging, by example and by its two promises: Monotonicity and Losslessness, on random sources
 * that meet often.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/promises.h"
#include "tests/support/support.h"

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

Test(merge, gives_no_alias_twice_where_services_share_it)
{
	expect_merged("a 1/tcp x\nb 1/tcp x\n", HEADER "b,1,tcp,x\n", "a 1/tcp x\nb 1/tcp x\n");
	expect_merged("x 1/tcp\nb 1/tcp x\nc 1/tcp\n", HEADER "b,1,tcp,x\nc,1,tcp,x\n",
		      "x 1/tcp\nb 1/tcp x\nc 1/tcp x\n");
	/* Where the one in front comes by it later. */
	expect_merged("z 9/tcp x\na 1/tcp\nb 1/tcp x\n", HEADER "a,1,tcp,x\nb,1,tcp,x\n",
		      "z 9/tcp x\na 1/tcp x\nb 1/tcp x\n");
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

static void expect_monotonic(const struct database *less, const struct database *more)
{
	const char *changed = changed_answer(less, more);

	cr_assert_null(changed, "%s", changed);
}

static void expect_lossless(const struct database *database)
{
	const char *lost = lost_claim(database);

	cr_assert_null(lost, "%s", lost);
}

Test(merge, is_monotonic_and_lossless)
{
	struct random random = {0};

	cr_redirect_stderr();
	for (unsigned round = 0; round < 400; round += stride()) {
		char *texts[3];
		struct database prefixes[3];
		for (size_t i = 0; i < 3; i++)
			texts[i] = random_services(&random, 1 + random_below(&random, 24));
		for (size_t i = 0; i < 3; i++)
			database_make(&prefixes[i], (const char *const *)texts, i + 1);
		expect_monotonic(&prefixes[0], &prefixes[1]);
		expect_monotonic(&prefixes[1], &prefixes[2]);
		expect_lossless(&prefixes[2]);
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
	for (unsigned round = 0; round < 200; round += stride()) {
		char *one = random_services(&random, 12);
		char *other = random_services(&random, 12);
		for (int order = 0; order < 2; order++) {
			const char *const texts[] = {order ? other : one, order ? one : other};
			struct database alone;
			struct database both;
			database_make(&alone, texts, 1);
			database_make(&both, texts, 2);
			expect_monotonic(&alone, &both);
			database_free(&alone);
			database_free(&both);
		}
		free(one);
		free(other);
	}
}

/* ---- what is hidden ------------------------------------------------------------------------ */

#define HIDING "Service Name,Port Number,Transport Protocol,Aliases,Status\n"

Test(merge, hides_the_names_of_lower_sources)
{
	expect_merged(HIDING ",3000,tcp,,hidden\n", "a 3000/tcp b\na 3000/udp\nb 3001/tcp\n",
		      "a 3000/udp\nb 3001/tcp\n");
	expect_merged(HIDING ",3000,\"tcp,udp\",,Hidden\n", "a 3000/tcp\na 3000/udp\na 3000/sctp\n",
		      "a 3000/sctp\n");
	expect_merged(HIDING ",3000,,,hidden\n", "a 3000/tcp\na 3000/x\na 1/tcp\n", "a 1/tcp\n");
	expect_merged(HIDING ",3000-3002,tcp,,hidden\n",
		      "a 2999/tcp\na 3000/tcp\na 3001/tcp\na 3002/tcp\na 3003/tcp\n",
		      "a 2999/tcp\na 3003/tcp\n");
	/* Another status does not. */
	expect_merged(HIDING ",3000,tcp,,reserved\n", "a 3000/tcp\n", "a 3000/tcp\n");
	expect_merged(HIDING ",,tcp,,hidden\n", "a 3000/tcp\n", "a 3000/tcp\n");
}

Test(merge, hides_one_name_by_a_row_that_has_it)
{
	expect_merged(HIDING "a,3000,tcp,,hidden\n", "a 3000/tcp\nb 3000/tcp a\na 3001/tcp\n",
		      "b 3000/tcp\na 3001/tcp\n");
	expect_merged(HIDING "a,3000,,,hidden\n", "a 3000/udp c\nb 3000/tcp c a\n",
		      "b 3000/tcp c\n");
}

Test(merge, hides_nothing_of_the_source_itself_and_of_higher_ones)
{
	expect_merged(HIDING "a,3000,tcp,x,official\n,3000,tcp,,hidden\nb,3000,tcp,,\n", "",
		      "a 3000/tcp x\nb 3000/tcp\n");
	expect_merged("a 3000/tcp x\n", HIDING ",3000,tcp,,hidden\n", "a 3000/tcp x\n");
}

/* What both name is the higher one's. */
Test(merge, lets_what_is_hidden_join_without_its_aliases)
{
	struct database database;
	const char *const texts[] = {HIDING "a,3000,tcp,,\n,3000,tcp,,hidden\n",
				     "a 3000/tcp x\nb 3000/tcp a\n"};

	database_make(&database, texts, 2);
	char *text = merged_text(&database.merged);
	cr_expect_str_eq(text, "a 3000/tcp\n");
	free(text);
	cr_assert_eq(database.merged.evidence_count, 4);
	cr_expect_eq(database.merged.evidence[1].service, 0);
	cr_expect_eq(database.merged.evidence[1].hider, NO_SOURCE);
	cr_expect_str_eq(database.merged.evidence[3].claim->name, "b");
	cr_expect_eq(database.merged.evidence[3].hider, 0);
	expect_lossless(&database);
	database_free(&database);
}

/* A row of a table; of the protocols and names the first is "". */
struct row {
	unsigned name;
	unsigned alias;
	unsigned protocol;
	unsigned port;
	unsigned last_port;
	bool hides;
};

static const char *const row_names[] = {"", "a", "b", "c"};
static const char *const row_protocols[] = {"", "tcp", "udp"};

#define ROWS_MAX   12
#define SOURCES_IN 3

static struct row random_row(struct random *random)
{
	bool hides = random_below(random, 4) == 0;
	unsigned port = 1 + random_below(random, 3);

	return (struct row){
	    .name = random_below(random, 4) < hides ? 0 : random_below(random, 3) + !hides,
	    .alias = hides ? 0 : random_below(random, 4),
	    .protocol = random_below(random, 3 - !hides) + !hides,
	    .port = port,
	    .last_port = hides ? port + random_below(random, 2) : port,
	    .hides = hides,
	};
}

/* By the definition, one row after the other. */
static bool is_hidden_name(struct row (*sources)[ROWS_MAX], size_t source, const struct row *row,
			   unsigned name)
{
	for (size_t i = 0; i < source; i++)
		for (size_t r = 0; r < ROWS_MAX; r++) {
			const struct row *hider = &sources[i][r];
			if (hider->hides && hider->port <= row->port &&
			    row->port <= hider->last_port &&
			    (hider->protocol == 0 || hider->protocol == row->protocol) &&
			    (hider->name == 0 || hider->name == name))
				return true;
		}
	return false;
}

/* A source as a table: as it is, or with nothing in it that hides or that is hidden. */
static char *table_text(struct row (*sources)[ROWS_MAX], size_t source, bool is_plain)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fputs(HIDING, stream);
	for (size_t r = 0; r < ROWS_MAX; r++) {
		const struct row *row = &sources[source][r];
		unsigned alias = row->alias;
		if (is_plain && (row->hides || is_hidden_name(sources, source, row, row->name)))
			continue;
		if (is_plain && is_hidden_name(sources, source, row, alias))
			alias = 0;
		fprintf(stream, "%s,%u-%u,%s,%s,%s\n", row_names[row->name], row->port,
			row->last_port, row_protocols[row->protocol], row_names[alias],
			row->hides ? "hidden" : "");
	}
	fclose(stream);
	return text;
}

/* The answers are those of the same sources without what is hidden; and nothing else is lost. */
Test(merge, answers_as_without_what_is_hidden)
{
	struct random random = {.state = 17};
	unsigned hidden = 0;

	unsigned rounds = 1000 / stride() + 1;

	for (unsigned round = 0; round < rounds; round++) {
		struct row rows[SOURCES_IN][ROWS_MAX];
		char *texts[SOURCES_IN];
		char *plain[SOURCES_IN];
		struct database prefixes[SOURCES_IN];
		struct database expected;
		for (size_t i = 0; i < SOURCES_IN; i++)
			for (size_t r = 0; r < ROWS_MAX; r++)
				rows[i][r] = random_row(&random);
		for (size_t i = 0; i < SOURCES_IN; i++) {
			texts[i] = table_text(rows, i, false);
			plain[i] = table_text(rows, i, true);
		}
		for (size_t i = 0; i < SOURCES_IN; i++)
			database_make(&prefixes[i], (const char *const *)texts, i + 1);
		database_make(&expected, (const char *const *)plain, SOURCES_IN);
		char *services = merged_text(&prefixes[SOURCES_IN - 1].merged);
		char *wanted = merged_text(&expected.merged);
		cr_assert_str_eq(services, wanted, "%s%s%s", texts[0], texts[1], texts[2]);
		for (size_t i = 0; i + 1 < SOURCES_IN; i++)
			expect_monotonic(&prefixes[i], &prefixes[i + 1]);
		expect_lossless(&prefixes[SOURCES_IN - 1]);
		for (size_t i = 0; i < prefixes[2].merged.evidence_count; i++)
			hidden += prefixes[2].merged.evidence[i].hider != NO_SOURCE;
		free(services);
		free(wanted);
		database_free(&expected);
		for (size_t i = 0; i < SOURCES_IN; i++) {
			database_free(&prefixes[i]);
			free(texts[i]);
			free(plain[i]);
		}
	}
	cr_expect_gt(hidden, rounds);
}
