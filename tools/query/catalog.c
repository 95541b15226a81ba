#include "catalog.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

#define DESCRIPTION "Description"
#define ENGLISH     "en"

enum portdb_result catalog_open(struct catalog *catalog, const struct portdb *db,
				struct language language)
{
	*catalog = (struct catalog){.db = db, .language = language};
	return portdb_claims_open(&catalog->claims, db);
}

void catalog_close(struct catalog *catalog)
{
	arena_free(&catalog->memory);
}

/* The language of a column of descriptions: "Description" or "Description[pt]". NULL for others. */
static const char *language_of_column(struct catalog *catalog, const char *column)
{
	size_t length = strlen(DESCRIPTION);

	if (strncmp(column, DESCRIPTION, length) != 0)
		return NULL;
	if (column[length] == '\0')
		return ENGLISH;
	const char *tag = column + length + 1;
	const char *end = strchr(tag, ']');
	if (column[length] != '[' || !end)
		return NULL;
	return arena_string(&catalog->memory, tag, (size_t)(end - tag));
}

static void take_facts(struct catalog *catalog, struct answer_claim *claim)
{
	uint32_t position = claim->facts;
	const char *column;
	const char *value;
	unsigned nearest = UINT_MAX;

	while (portdb_next_fact(&catalog->claims, &position, &column, &value)) {
		if (strcmp(column, "Status") == 0)
			claim->status = value;
		else if (strcmp(column, "Assignment Notes") == 0)
			claim->notes = value;
		const char *language = language_of_column(catalog, column);
		if (!language)
			continue;
		unsigned distance = language_distance(&catalog->language, language);
		if (distance < nearest) {
			nearest = distance;
			claim->description = value;
			claim->language = language;
		}
	}
}

/* False if the claim cannot be read. */
static bool claim_of_row(struct catalog *catalog, const struct portdb_claim_row *row,
			 struct answer_claim *claim)
{
	struct portdb_source_row source;

	if (portdb_source_get(&catalog->claims, row->source, &source) != PORTDB_OK)
		return false;
	*claim = (struct answer_claim){
	    .source = source.path,
	    .source_number = row->source,
	    .line = row->line,
	    .name = *row->name ? row->name : NULL,
	    .aliases = row->aliases,
	    .facts = row->facts,
	};
	take_facts(catalog, claim);
	return true;
}

/* What all the claims come to. */
static void sum_up_claims(struct catalog *catalog, struct answer *answer)
{
	unsigned nearest = UINT_MAX;

	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (!answer->source)
			answer->source = claim->source;
		if (!answer->status)
			answer->status = claim->status;
		if (!claim->description)
			continue;
		unsigned distance = language_distance(&catalog->language, claim->language);
		if (distance < nearest) {
			nearest = distance;
			answer->description = claim->description;
			answer->language = claim->language;
		}
	}
}

static void take_claims(struct catalog *catalog, const struct portdb_service *service,
			struct answer *answer)
{
	struct portdb_claim_row row;
	enum portdb_result result;

	uint32_t first = portdb_first_claim(catalog->db, service);
	uint32_t number = first;
	while ((result = portdb_claim_get(&catalog->claims, number, &row)) == PORTDB_OK &&
	       row.service == service->offset)
		number++;
	if (result == PORTDB_DAMAGED)
		catalog->is_damaged = true;
	size_t count = number - first;
	struct answer_claim *claims = arena_allocate(&catalog->memory, count * sizeof *claims);
	for (size_t i = 0; i < count; i++) {
		portdb_claim_get(&catalog->claims, first + (uint32_t)i, &row);
		if (!claim_of_row(catalog, &row, &claims[i])) {
			catalog->is_damaged = true;
			return;
		}
	}
	answer->claims = claims;
	answer->claim_count = count;
	sum_up_claims(catalog, answer);
}

static void take_aliases(struct catalog *catalog, const struct portdb_service *service,
			 struct answer *answer)
{
	size_t count = 0;

	for (uint32_t alias = service->protocol; portdb_next_string(service, &alias);)
		count++;
	answer->aliases = arena_allocate(&catalog->memory, count * sizeof *answer->aliases);
	for (uint32_t alias = service->protocol; portdb_next_string(service, &alias);)
		answer->aliases[answer->alias_count++] = service->strings + alias;
}

struct answer catalog_answer(struct catalog *catalog, const struct portdb_service *service)
{
	struct answer answer = {.name = "", .protocol = "", .has_port = true};

	answer.port = answer.last_port = service->port;
	/* With a NUL at their end the strings can be used where they are. */
	if (service->strings[service->strings_size - 1] != '\0') {
		catalog->is_damaged = true;
		return answer;
	}
	answer.name = service->strings;
	answer.protocol = service->strings + service->protocol;
	take_aliases(catalog, service, &answer);
	take_claims(catalog, service, &answer);
	return answer;
}

static struct answer answer_of_row(struct catalog *catalog, const struct portdb_claim_row *row)
{
	struct answer_claim *claim = arena_allocate(&catalog->memory, sizeof *claim);
	struct answer answer = {
	    .name = *row->name ? row->name : NULL,
	    .protocol = row->protocol,
	    .has_port = row->port <= row->last_port,
	    .port = row->port,
	    .last_port = row->last_port,
	};

	if (!claim_of_row(catalog, row, claim)) {
		catalog->is_damaged = true;
		return answer;
	}
	answer.claims = claim;
	answer.claim_count = 1;
	sum_up_claims(catalog, &answer);
	return answer;
}

bool catalog_next_row(struct catalog *catalog, uint32_t *number, struct answer *answer)
{
	struct portdb_claim_row row;
	enum portdb_result result;

	while ((result = portdb_claim_get(&catalog->claims, *number, &row)) == PORTDB_OK) {
		(*number)++;
		if (row.service == 0) {
			*answer = answer_of_row(catalog, &row);
			return true;
		}
	}
	if (result == PORTDB_DAMAGED)
		catalog->is_damaged = true;
	return false;
}

void catalog_add_all(struct answers *answers, struct catalog *catalog)
{
	struct portdb_service service;
	uint32_t cursor = 0;
	enum portdb_result result;

	while ((result = portdb_next(catalog->db, &cursor, &service)) == PORTDB_OK) {
		struct answer answer = catalog_answer(catalog, &service);
		answers_add(answers, &answer);
	}
	if (result == PORTDB_DAMAGED)
		catalog->is_damaged = true;
}
