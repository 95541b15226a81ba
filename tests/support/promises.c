/* SPDX-License-Identifier: MIT */
#include "promises.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/claims.h"

static const char *complaint(const char *format, ...) __attribute__((format(printf, 1, 2)));

static const char *complaint(const char *format, ...)
{
	static char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return text;
}

static bool is_among(const char *const *strings, size_t count, const char *string)
{
	for (size_t i = 0; i < count; i++)
		if (strings[i] && strcmp(strings[i], string) == 0)
			return true;
	return false;
}

const char **protocols_to_ask(const struct source *sources, size_t source_count, size_t *count)
{
	static const char *const always[] = {NULL, "", "tcp"};
	size_t limit = sizeof always / sizeof *always;

	for (size_t i = 0; i < source_count; i++)
		limit += sources[i].claim_count;
	const char **protocols = calloc(limit, sizeof *protocols);
	memcpy(protocols, always, sizeof always);
	*count = sizeof always / sizeof *always;
	for (size_t i = 0; i < source_count; i++)
		for (size_t c = 0; c < sources[i].claim_count; c++)
			if (!is_among(protocols, *count, sources[i].claims[c].protocol))
				protocols[(*count)++] = sources[i].claims[c].protocol;
	return protocols;
}

/* A lower source may append aliases, and that is all. */
static bool is_extended(const struct portdb_service *one, const struct portdb_service *other)
{
	return one->port == other->port && one->protocol == other->protocol &&
	       one->strings_size <= other->strings_size &&
	       memcmp(one->strings, other->strings, one->strings_size) == 0;
}

static const char *changed_name(const struct portdb *less, const struct portdb *more,
				const char *name, const char *protocol)
{
	struct portdb_service one;
	struct portdb_service other;

	if (portdb_by_name(less, name, protocol, &one) != PORTDB_OK)
		return NULL;
	if (portdb_by_name(more, name, protocol, &other) != PORTDB_OK)
		return complaint("'%s/%s' is not found any more", name, protocol ? protocol : "*");
	return is_extended(&one, &other) ? NULL
					 : complaint("'%s/%s' was '%s' %u, and is '%s' %u", name,
						     protocol ? protocol : "*", one.strings,
						     one.port, other.strings, other.port);
}

static const char *changed_port(const struct portdb *less, const struct portdb *more, uint16_t port,
				const char *protocol)
{
	struct portdb_service one;
	struct portdb_service other;

	if (portdb_by_port(less, port, protocol, &one) != PORTDB_OK)
		return NULL;
	if (portdb_by_port(more, port, protocol, &other) != PORTDB_OK)
		return complaint("'%u/%s' is not found any more", port, protocol ? protocol : "*");
	return is_extended(&one, &other)
		   ? NULL
		   : complaint("'%u/%s' was '%s', and is '%s'", port, protocol ? protocol : "*",
			       one.strings, other.strings);
}

static const char *changed_claim(const struct portdb *less, const struct portdb *more,
				 const struct claim *claim, const char *protocol)
{
	const char *changed = changed_name(less, more, claim->name, protocol);

	if (!changed)
		changed = changed_port(less, more, claim->port, protocol);
	for (size_t i = 0; !changed && i < claim->alias_count; i++)
		changed = changed_name(less, more, claim->aliases[i], protocol);
	return changed;
}

static const char *changed_enumeration(const struct portdb *less, const struct portdb *more)
{
	struct portdb_service one;
	struct portdb_service other;
	uint32_t cursor = 0;
	uint32_t other_cursor = 0;

	while (portdb_next(less, &cursor, &one) == PORTDB_OK)
		if (portdb_next(more, &other_cursor, &other) != PORTDB_OK ||
		    !is_extended(&one, &other))
			return complaint("'%s' has lost its place in the enumeration", one.strings);
	return NULL;
}

const char *changed_answer(const struct database *less, const struct database *more)
{
	const char *changed = changed_enumeration(&less->db, &more->db);
	size_t count;
	const char **protocols = protocols_to_ask(more->sources, more->source_count, &count);

	for (size_t i = 0; i < more->source_count; i++)
		for (size_t c = 0; c < more->sources[i].claim_count; c++)
			for (size_t p = 0; !changed && p < count; p++)
				changed = changed_claim(&less->db, &more->db,
							&more->sources[i].claims[c], protocols[p]);
	free(protocols);
	return changed;
}

/* All that a claim says, as text; what is hidden answers nothing. */
static char *claim_text(size_t source, const struct claim *claim, bool is_hidden)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fprintf(stream, "%zu:%lu: %s '%s' %u-%u '%s' '", source, claim->line,
		claim->is_service && !is_hidden ? "service" : "no service", claim->name,
		claim->port, claim->last_port, claim->protocol);
	for (size_t i = 0; i < claim->alias_count; i++)
		fprintf(stream, "%s%s", i > 0 ? " " : "", claim->aliases[i]);
	fputc('\'', stream);
	for (size_t i = 0; i < claim->fact_count; i++)
		fprintf(stream, " {%s=%s}", claim->facts[i].column, claim->facts[i].value);
	fclose(stream);
	return text;
}

static char *row_text(const struct portdb_claims *claims, const struct portdb_claim_row *row)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	const char *column;
	const char *value;

	fprintf(stream, "%u:%u: %s '%s' %u-%u '%s' '%s'", row->source, row->line,
		row->service ? "service" : "no service", row->name, row->port, row->last_port,
		row->protocol, row->aliases);
	for (uint32_t fact = row->facts; portdb_next_fact(claims, &fact, &column, &value);)
		fprintf(stream, " {%s=%s}", column, value);
	fclose(stream);
	return text;
}

static int compare_texts(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static bool has_name(const struct portdb_service *service, const char *name)
{
	bool has = strcmp(service->strings, name) == 0;

	for (uint32_t alias = service->protocol; !has && portdb_next_string(service, &alias);)
		has = strcmp(service->strings + alias, name) == 0;
	return has;
}

/* A claim's row must name the service that answers in its name. */
static bool is_answered_for(const struct portdb *db, const struct portdb_claim_row *row)
{
	struct portdb_service service;

	return row->service == 0 ||
	       (portdb_at(db, row->service, &service) == PORTDB_OK && service.port == row->port &&
		strcmp(service.strings + service.protocol, row->protocol) == 0 &&
		has_name(&service, row->name));
}

static char **row_texts(const struct portdb *db, size_t count, const char **wrong)
{
	char **texts = calloc(count + 1, sizeof *texts);
	struct portdb_claims claims;
	struct portdb_claim_row row;

	if (portdb_claims_open(&claims, db) != PORTDB_OK || claims.count != count)
		*wrong = "the claims are not as many as there were";
	for (uint32_t i = 0; !*wrong && i < count; i++) {
		if (portdb_claim_get(&claims, i, &row) != PORTDB_OK) {
			*wrong = "a claim cannot be read";
			break;
		}
		texts[i] = row_text(&claims, &row);
		if (!is_answered_for(db, &row))
			*wrong = complaint("%s: another service answers for it", texts[i]);
	}
	return texts;
}

/* A service's claims must be found from its first one on: those of all services, in their order. */
static const char *misplaced(const struct portdb *db)
{
	struct portdb_claims claims;
	struct portdb_claim_row row;
	struct portdb_service service;
	uint32_t cursor = 0;
	uint32_t number = 0;

	portdb_claims_open(&claims, db);
	while (portdb_next(db, &cursor, &service) == PORTDB_OK) {
		if (portdb_first_claim(db, &service) != number)
			return complaint("claim %u, of '%s', is not where its service says", number,
					 service.strings);
		while (portdb_claim_get(&claims, number, &row) == PORTDB_OK &&
		       row.service == service.offset)
			number++;
		if (number == portdb_first_claim(db, &service))
			return complaint("'%s' has no claim", service.strings);
	}
	for (; portdb_claim_get(&claims, number, &row) == PORTDB_OK; number++)
		if (row.service != 0)
			return complaint("claim %u stands apart from its service", number);
	return NULL;
}

/* Which of a source's claims are hidden. */
static void mark_hidden(const struct database *database, size_t source, bool *are_hidden)
{
	for (size_t i = 0; i < database->merged.evidence_count; i++) {
		const struct evidence *evidence = &database->merged.evidence[i];
		if (evidence->source == source)
			are_hidden[evidence->claim - database->sources[source].claims] =
			    evidence->hider != NO_SOURCE;
	}
}

static char **claim_texts(const struct database *database, size_t count)
{
	char **texts = calloc(count + 1, sizeof *texts);
	bool *are_hidden = calloc(count + 1, sizeof *are_hidden);
	size_t number = 0;

	for (size_t i = 0; i < database->source_count; i++) {
		mark_hidden(database, i, are_hidden);
		for (size_t c = 0; c < database->sources[i].claim_count; c++)
			texts[number++] =
			    claim_text(i, &database->sources[i].claims[c], are_hidden[c]);
	}
	free(are_hidden);
	return texts;
}

static void free_texts(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

static const char *difference(char **claims, char **rows, size_t count)
{
	qsort(claims, count, sizeof *claims, compare_texts);
	qsort(rows, count, sizeof *rows, compare_texts);
	for (size_t i = 0; i < count; i++)
		if (strcmp(claims[i], rows[i]) != 0)
			return complaint("of the source: %s; in the database: %s", claims[i],
					 rows[i]);
	return NULL;
}

/* By itself or by somebody above it. An alias of one that joins a higher service may be left out.
 */
static const char *unanswered(const struct database *database)
{
	struct portdb_service service;

	for (size_t i = 0; i < database->merged.evidence_count; i++) {
		const struct evidence *evidence = &database->merged.evidence[i];
		const struct claim *claim = evidence->claim;
		if (claim->is_service && evidence->hider == NO_SOURCE &&
		    (portdb_by_name(&database->db, claim->name, claim->protocol, &service) !=
			 PORTDB_OK ||
		     portdb_by_port(&database->db, claim->port, claim->protocol, &service) !=
			 PORTDB_OK))
			return complaint("'%s' %u/%s is not found", claim->name, claim->port,
					 claim->protocol);
	}
	return NULL;
}

const char *lost_claim(const struct database *database)
{
	const char *wrong = unanswered(database);
	size_t count = 0;

	for (size_t i = 0; i < database->source_count; i++)
		count += database->sources[i].claim_count;
	char **claims = claim_texts(database, count);
	char **rows = row_texts(&database->db, count, &wrong);
	if (!wrong)
		wrong = misplaced(&database->db);
	if (!wrong)
		wrong = difference(claims, rows, count);
	free_texts(claims, count);
	free_texts(rows, count);
	return wrong;
}
