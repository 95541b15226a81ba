/* SPDX-License-Identifier: MIT */
/*
 * The installed sources together: what the reference tables claim is answered, behind this
 * machine's /etc/services as well as alone, and a disputed claim never stands in front of an
 * undisputed one.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "tools/shared/memory.h"

static const char *const tables[] = {
    DATA_DIR "/tables/10-unix-services.zh.csv", DATA_DIR "/tables/20-well-known-ports.en.csv",
    DATA_DIR "/tables/30-common-ports.en.csv",  DATA_DIR "/tables/40-ports-in-brief.en.csv",
    DATA_DIR "/tables/50-portas.pt.csv",        DATA_DIR "/tables/60-services-in-use.csv"};

/* The tables, behind another source if one is given. */
static void make_from_tables(struct database *database, const char *first)
{
	char *texts[1 + LENGTH(tables)];
	size_t count = 0;

	if (first)
		texts[count++] = read_file(first, NULL);
	for (size_t i = 0; i < LENGTH(tables); i++)
		texts[count++] = read_file(tables[i], NULL);
	database_make(database, (const char *const *)texts, count);
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
}

/* What data/README says of a column. */
static char *format_of(const char *column)
{
	char *text = read_file(DATA_DIR "/README", NULL);
	char *start = strstr(text, column);

	cr_assert_not_null(start, "%s", column);
	char *said = strdup(start + strlen(column));
	for (char *end = said; (end = strchr(end, '\n')); end++)
		if (end[1] != ' ') {
			*end = '\0';
			break;
		}
	free(text);
	return said;
}

static bool is_range(const char *row)
{
	const char *port = strchr(row, ',');

	return port && strspn(port + 1, "0123456789") > 0 &&
	       port[1 + strspn(port + 1, "0123456789")] == '-';
}

Test(answers, come_from_tables_as_their_readme_has_them)
{
	char *ports = format_of("\nPort Number ");
	char *protocols = format_of("\nTransport Protocol ");
	struct database database;

	make_from_tables(&database, DATA_DIR "/tables/00-registry.csv");
	for (size_t i = 0; i < database.merged.evidence_count; i++) {
		const struct claim *claim = database.merged.evidence[i].claim;
		cr_assert_not_null(strstr(protocols, claim->protocol), "%u/%s", claim->port,
				   claim->protocol);
	}
	database_free(&database);
	for (size_t i = 0; i < LENGTH(tables); i++) {
		char *text = read_file(tables[i], NULL);
		for (char *row = text; row && !strstr(ports, "range"); row = strchr(row + 1, '\n'))
			cr_assert_not(is_range(row), "%s: %.40s", tables[i], row);
		free(text);
	}
	free(protocols);
	free(ports);
}

static void expect_port(const struct portdb *db, const struct claim *claim)
{
	struct portdb_service service;

	cr_expect_eq(portdb_by_port(db, claim->port, claim->protocol, &service), PORTDB_OK, "%u/%s",
		     claim->port, claim->protocol);
	cr_expect_eq(portdb_by_port(db, claim->port, NULL, &service), PORTDB_OK, "%u", claim->port);
}

static void expect_name(const struct portdb *db, const char *name, const char *protocol)
{
	struct portdb_service service;

	cr_expect_eq(portdb_by_name(db, name, protocol, &service), PORTDB_OK, "%s/%s", name,
		     protocol);
}

static void expect_all_answered(const char *first)
{
	struct database database;
	struct portdb_service service;

	make_from_tables(&database, first);
	for (size_t i = 0; i < database.merged.evidence_count; i++) {
		const struct claim *claim = database.merged.evidence[i].claim;
		if (claim->port == 0)
			continue;
		expect_port(&database.db, claim);
		if (!*claim->name)
			continue;
		expect_name(&database.db, claim->name, claim->protocol);
		for (size_t alias = 0; alias < claim->alias_count; alias++)
			expect_name(&database.db, claim->aliases[alias], claim->protocol);
	}
	cr_expect_eq(portdb_by_port(&database.db, 0, NULL, &service), PORTDB_NOT_FOUND);
	database_free(&database);
}

Test(answers, give_every_claim_of_the_tables)
{
	expect_all_answered(NULL);
}

Test(answers, give_every_claim_of_the_tables_behind_this_machines_file)
{
	if (access("/etc/services", R_OK) != 0)
		cr_skip_test("there is no /etc/services here");
	expect_all_answered("/etc/services");
}

static bool is_disputed(const struct claim *claim)
{
	const char *status = claim_fact(claim, "Status");

	return status && strcmp(status, "conflict") == 0;
}

/* Whether an undisputed claim of the port and protocol is for the service. */
static bool has_undisputed_claim(const struct database *database, uint32_t service,
				 const struct claim *same_port)
{
	for (size_t i = 0; i < database->merged.evidence_count; i++) {
		const struct evidence *evidence = &database->merged.evidence[i];
		const struct claim *claim = evidence->claim;
		if ((service == NO_SERVICE || evidence->service == service) &&
		    evidence->service != NO_SERVICE && claim->port == same_port->port &&
		    strcmp(claim->protocol, same_port->protocol) == 0 && !is_disputed(claim))
			return true;
	}
	return false;
}

/* The number of the first service at the claim's port and protocol. */
static uint32_t first_at(const struct database *database, const struct claim *claim)
{
	for (uint32_t i = 0; i < database->merged.service_count; i++) {
		const struct service *service = &database->merged.services[i];
		if (service->port == claim->port && strcmp(service->protocol, claim->protocol) == 0)
			return i;
	}
	return NO_SERVICE;
}

Test(answers, prefer_undisputed_claims)
{
	struct database database;
	size_t disputed = 0;

	make_from_tables(&database, DATA_DIR "/tables/00-registry.csv");
	for (size_t i = 0; i < database.merged.evidence_count; i++) {
		const struct claim *claim = database.merged.evidence[i].claim;
		if (!is_disputed(claim))
			continue;
		disputed++;
		if (has_undisputed_claim(&database, NO_SERVICE, claim))
			cr_expect(
			    has_undisputed_claim(&database, first_at(&database, claim), claim),
			    "%s:%lu: %s %u/%s stands in front of a right one",
			    database.sources[database.merged.evidence[i].source].path, claim->line,
			    claim->name, claim->port, claim->protocol);
	}
	cr_expect_gt(disputed, 40);
	database_free(&database);
}

/* The registry as it ships: every row is taken, and it is sorted so that editions can be compared.
 */
Test(answers, give_the_whole_registry)
{
	struct database database;
	char *text = read_file(DATA_DIR "/tables/00-registry.csv", NULL);
	unsigned last_port = 0;

	database_make(&database, (const char *const *)&text, 1);
	free(text);
	cr_expect_eq(database.diagnostics.refused, 0);
	for (size_t i = 0; i < database.sources[0].claim_count; i++) {
		const struct claim *claim = &database.sources[0].claims[i];
		/* What holds a port without a name or a protocol is a claim alone. */
		cr_assert_eq(claim->is_service, *claim->name && *claim->protocol);
		if (claim->is_service) {
			expect_port(&database.db, claim);
			expect_name(&database.db, claim->name, claim->protocol);
		}
		bool is_next_line = i == 0 || claim->line != database.sources[0].claims[i - 1].line;
		cr_expect(!is_next_line || claim->port >= last_port, "line %lu", claim->line);
		if (is_next_line)
			last_port = claim->port;
	}
	database_free(&database);
}

/* Ports and protocols that have a service. */
static unsigned count_pairs(const struct merged *merged)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp", "dccp", "ddp"};
	static bool is_taken[5][65536];
	unsigned count = 0;

	for (size_t i = 0; i < merged->service_count; i++) {
		const struct service *service = &merged->services[i];
		for (size_t p = 0; p < 5; p++)
			if (strcmp(service->protocol, protocols[p]) == 0 &&
			    !is_taken[p][service->port]) {
				is_taken[p][service->port] = true;
				count++;
			}
	}
	return count;
}

Test(answers, are_given_to_more_than_11400_ports)
{
	const char *texts[2] = {read_file(DATA_DIR "/tables/00-registry.csv", NULL),
				read_file(tables[0], NULL)};
	struct database database;

	database_make(&database, texts, 2);
	cr_expect_gt(count_pairs(&database.merged), 11400);
	database_free(&database);
}

/* Each of several names at a port, the first of which the port gives. */
Test(answers, give_each_name_of_a_port)
{
	char *text = read_file(DATA_DIR "/tables/00-registry.csv", NULL);
	struct portdb_service service;
	struct database database;

	database_make(&database, (const char *const *)&text, 1);
	cr_assert_eq(portdb_by_port(&database.db, 465, "tcp", &service), PORTDB_OK);
	cr_expect_str_eq(service.strings, "urd");
	cr_assert_eq(portdb_by_name(&database.db, "submissions", "tcp", &service), PORTDB_OK);
	cr_expect_eq(service.port, 465);
	cr_assert_eq(portdb_by_port(&database.db, 6042, NULL, &service), PORTDB_OK);
	cr_expect_str_eq(service.strings, "x11", "a range answers for each of its ports");
	database_free(&database);
	free(text);
}
