/* SPDX-License-Identifier: MIT */
/*
 * A services(5) file, compiled, and then asked everything; in both ways of reading it.
 *
 * It asserts Fidelity: the database answers as "files" would. What "files" would say is found in
 * the straightforward way, by going through the lines from the first one on, as the C library's own
 * parser reads them, or the tests' for the way that is not this C library's; of lines whose port it
 * would wrap there are none in a database. Asked are every name, alias and port, with every
 * protocol, with none and with one that is not there, and the enumeration. An answer is compared as
 * the caller gets it, aliases and their order too.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "nss/servent.h"
#include "tests/support/oracle.h"
#include "tests/support/promises.h"
#include "texts.h"

/* As many answers are sought line by line as there are names times protocols. */
#define CLAIMS_MAX 300

static char buffer[1 << 20];

static bool has_name(const struct claim *claim, const char *name)
{
	bool has = strcmp(claim->name, name) == 0;

	for (size_t i = 0; !has && i < claim->alias_count; i++)
		has = strcmp(claim->aliases[i], name) == 0;
	return has;
}

/* The first line that has the name, or without one the port, and the protocol; else NULL. */
static const struct claim *first_line(const struct source *lines, const char *name, uint16_t port,
				      const char *protocol)
{
	for (size_t i = 0; i < lines->claim_count; i++) {
		const struct claim *line = &lines->claims[i];
		if (protocol && strcmp(line->protocol, protocol) != 0)
			continue;
		if (name ? has_name(line, name) : line->port == port)
			return line;
	}
	return NULL;
}

static bool is_entry(const struct servent *entry, const struct claim *line)
{
	size_t aliases = 0;

	for (; aliases < line->alias_count && entry->s_aliases[aliases]; aliases++)
		if (strcmp(entry->s_aliases[aliases], line->aliases[aliases]) != 0)
			return false;
	return aliases == line->alias_count && !entry->s_aliases[aliases] &&
	       strcmp(entry->s_name, line->name) == 0 &&
	       strcmp(entry->s_proto, line->protocol) == 0 && entry->s_port == htons(line->port);
}

static void compare(enum portdb_result result, const struct portdb_service *service,
		    const struct claim *line, const char *name, uint16_t port, const char *protocol)
{
	struct servent entry;

	if (result == PORTDB_NOT_FOUND && !line)
		return;
	if (result != PORTDB_OK || !line ||
	    portdb_servent_fill(&entry, service, buffer, sizeof buffer) != 0 ||
	    !is_entry(&entry, line))
		fail("'%s' %u/%s: \"files\" gives line %lu, portdb result %d of %s",
		     name ? name : "port", port, protocol ? protocol : "*", line ? line->line : 0,
		     result, result == PORTDB_OK ? service->strings : "nothing");
}

static void ask_name(const struct database *database, const struct source *lines, const char *name,
		     const char *protocol)
{
	struct portdb_service service;
	enum portdb_result result = portdb_by_name(&database->db, name, protocol, &service);

	compare(result, &service, first_line(lines, name, 0, protocol), name, 0, protocol);
}

static void ask_port(const struct database *database, const struct source *lines, uint16_t port,
		     const char *protocol)
{
	struct portdb_service service;
	enum portdb_result result = portdb_by_port(&database->db, port, protocol, &service);

	compare(result, &service, first_line(lines, NULL, port, protocol), NULL, port, protocol);
}

static void ask_all(const struct database *database, const struct source *lines,
		    const char *protocol)
{
	for (size_t i = 0; i < lines->claim_count; i++) {
		const struct claim *line = &lines->claims[i];
		ask_name(database, lines, line->name, protocol);
		for (size_t alias = 0; alias < line->alias_count; alias++)
			ask_name(database, lines, line->aliases[alias], protocol);
		ask_port(database, lines, line->port, protocol);
		ask_port(database, lines, (uint16_t)(line->port + 1), protocol);
		/* As if somebody had forgotten to swap its bytes. */
		ask_port(database, lines, htons(line->port), protocol);
		ask_name(database, lines, line->protocol, protocol);
	}
	ask_name(database, lines, "", protocol);
}

static void enumerate(const struct database *database, const struct source *lines)
{
	struct portdb_service service;
	uint32_t cursor = 0;

	for (size_t i = 0; i <= lines->claim_count; i++)
		compare(portdb_next(&database->db, &cursor, &service), &service,
			i < lines->claim_count ? &lines->claims[i] : NULL, "the next", 0, NULL);
}

static void compile_and_ask(struct text text, enum services_reading reading)
{
	struct database database;
	struct oracle oracle;
	size_t count;

	text.reading = reading;
	oracle_read(&oracle, text.bytes, text.size, reading);
	if (oracle.source.claim_count <= CLAIMS_MAX) {
		compile_quietly(&database, &text, 1);
		const char **protocols = protocols_to_ask(&oracle.source, 1, &count);
		for (size_t i = 0; i < count; i++)
			ask_all(&database, &oracle.source, protocols[i]);
		ask_all(&database, &oracle.source, "no-such-protocol");
		enumerate(&database, &oracle.source);
		free(protocols);
		database_free(&database);
	}
	oracle_free(&oracle);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	/* Lest it be taken for anything else than a services(5) file. */
	static const char start[] = "# services\n";
	char *copy = malloc(sizeof start + size);
	struct text text = {.bytes = copy, .size = sizeof start - 1 + size};

	strcpy(copy, start);
	if (size > 0)
		memcpy(copy + sizeof start - 1, bytes, size);
	compile_and_ask(text, READS_BASE_0);
	compile_and_ask(text, READS_DECIMAL);
	free(copy);
	return 0;
}
