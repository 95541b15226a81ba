#include "answer.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tools/shared/memory.h"

#define obstack_chunk_alloc memory_allocate
#define obstack_chunk_free  free

#define DESCRIPTION "Description"
#define ENGLISH     "en"

enum portdb_result knowledge_open(struct knowledge *knowledge, const struct portdb *db,
				  struct language language)
{
	*knowledge = (struct knowledge){.db = db, .language = language};
	obstack_init(&knowledge->memory);
	return portdb_claims_open(&knowledge->claims, db);
}

void knowledge_close(struct knowledge *knowledge)
{
	obstack_free(&knowledge->memory, NULL);
}

/* The language of a column of descriptions: "Description" or "Description[pt]". NULL for others. */
static const char *language_of_column(struct knowledge *knowledge, const char *column)
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
	return obstack_copy0(&knowledge->memory, tag, (int)(end - tag));
}

static void take_facts(struct knowledge *knowledge, struct answer_claim *claim)
{
	uint32_t position = claim->facts;
	const char *column;
	const char *value;
	unsigned nearest = UINT_MAX;

	while (portdb_next_fact(&knowledge->claims, &position, &column, &value)) {
		if (strcmp(column, "Status") == 0)
			claim->status = value;
		else if (strcmp(column, "Assignment Notes") == 0)
			claim->notes = value;
		const char *language = language_of_column(knowledge, column);
		if (!language)
			continue;
		unsigned distance = language_distance(&knowledge->language, language);
		if (distance < nearest) {
			nearest = distance;
			claim->description = value;
			claim->language = language;
		}
	}
}

/* False if the claim cannot be read. */
static bool claim_of_row(struct knowledge *knowledge, const struct portdb_claim_row *row,
			 struct answer_claim *claim)
{
	struct portdb_source_row source;

	if (portdb_source_get(&knowledge->claims, row->source, &source) != PORTDB_OK)
		return false;
	*claim = (struct answer_claim){
	    .source = source.path,
	    .source_number = row->source,
	    .line = row->line,
	    .name = *row->name ? row->name : NULL,
	    .aliases = row->aliases,
	    .facts = row->facts,
	};
	take_facts(knowledge, claim);
	return true;
}

/* What all the claims come to. */
static void sum_up_claims(struct knowledge *knowledge, struct answer *answer)
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
		unsigned distance = language_distance(&knowledge->language, claim->language);
		if (distance < nearest) {
			nearest = distance;
			answer->description = claim->description;
			answer->language = claim->language;
		}
	}
}

static void take_claims(struct knowledge *knowledge, const struct portdb_service *service,
			struct answer *answer)
{
	struct portdb_claim_row row;
	enum portdb_result result;

	/* They grow in the obstack, where take_facts makes strings as well: so count them first. */
	uint32_t first = portdb_first_claim(knowledge->db, service);
	uint32_t number = first;
	while ((result = portdb_claim_get(&knowledge->claims, number, &row)) == PORTDB_OK &&
	       row.service == service->offset)
		number++;
	if (result == PORTDB_DAMAGED)
		knowledge->is_damaged = true;
	size_t count = number - first;
	struct answer_claim *claims = obstack_alloc(&knowledge->memory, count * sizeof *claims);
	for (size_t i = 0; i < count; i++) {
		portdb_claim_get(&knowledge->claims, first + (uint32_t)i, &row);
		if (!claim_of_row(knowledge, &row, &claims[i])) {
			knowledge->is_damaged = true;
			return;
		}
	}
	answer->claims = claims;
	answer->claim_count = count;
	sum_up_claims(knowledge, answer);
}

static void take_aliases(struct knowledge *knowledge, const struct portdb_service *service,
			 struct answer *answer)
{
	size_t count = 0;

	for (uint32_t alias = service->protocol; portdb_next_string(service, &alias);)
		count++;
	answer->aliases = obstack_alloc(&knowledge->memory, count * sizeof *answer->aliases);
	for (uint32_t alias = service->protocol; portdb_next_string(service, &alias);)
		answer->aliases[answer->alias_count++] = service->strings + alias;
}

struct answer answer_of_service(struct knowledge *knowledge, const struct portdb_service *service)
{
	struct answer answer = {.name = "", .protocol = "", .has_port = true};

	answer.port = answer.last_port = service->port;
	/* With a NUL at their end the strings can be used where they are. */
	if (service->strings[service->strings_size - 1] != '\0') {
		knowledge->is_damaged = true;
		return answer;
	}
	answer.name = service->strings;
	answer.protocol = service->strings + service->protocol;
	take_aliases(knowledge, service, &answer);
	take_claims(knowledge, service, &answer);
	return answer;
}

static struct answer answer_of_row(struct knowledge *knowledge, const struct portdb_claim_row *row)
{
	struct answer_claim *claim = obstack_alloc(&knowledge->memory, sizeof *claim);
	struct answer answer = {
	    .name = *row->name ? row->name : NULL,
	    .protocol = row->protocol,
	    .has_port = row->port <= row->last_port,
	    .port = row->port,
	    .last_port = row->last_port,
	};

	if (!claim_of_row(knowledge, row, claim)) {
		knowledge->is_damaged = true;
		return answer;
	}
	answer.claims = claim;
	answer.claim_count = 1;
	sum_up_claims(knowledge, &answer);
	return answer;
}

bool next_row_without_service(struct knowledge *knowledge, uint32_t *number, struct answer *answer)
{
	struct portdb_claim_row row;
	enum portdb_result result;

	while ((result = portdb_claim_get(&knowledge->claims, *number, &row)) == PORTDB_OK) {
		(*number)++;
		if (row.service == 0) {
			*answer = answer_of_row(knowledge, &row);
			return true;
		}
	}
	if (result == PORTDB_DAMAGED)
		knowledge->is_damaged = true;
	return false;
}

void answers_add(struct answers *answers, const struct answer *answer)
{
	answers->items =
	    memory_grow(answers->items, answers->count, &answers->capacity, sizeof *answers->items);
	answers->items[answers->count++] = *answer;
}

void answers_add_all(struct answers *answers, struct knowledge *knowledge)
{
	struct portdb_service service;
	uint32_t cursor = 0;
	enum portdb_result result;

	while ((result = portdb_next(knowledge->db, &cursor, &service)) == PORTDB_OK) {
		struct answer answer = answer_of_service(knowledge, &service);
		answers_add(answers, &answer);
	}
	if (result == PORTDB_DAMAGED)
		knowledge->is_damaged = true;
}

void answers_keep_status(struct answers *answers, const char *status)
{
	size_t kept = 0;

	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		if (answer->status && strcasecmp(answer->status, status) == 0)
			answers->items[kept++] = *answer;
	}
	answers->count = kept;
}
