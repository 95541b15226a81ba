/* SPDX-License-Identifier: MIT */
#include "catalog.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/hidden.h"
#include "tools/shared/memory.h"
#include "tools/shared/registry.h"

#define DESCRIPTION "Description"
#define ENGLISH     "en"
#define OFFICIAL    "official"
#define CONFLICT    "conflict"

enum portdb_result catalog_open(struct catalog *catalog, const struct portdb *db,
				struct language language)
{
	*catalog = (struct catalog){.db = db, .language = language};
	return portdb_claims_open(&catalog->claims, db);
}

void catalog_close(struct catalog *catalog)
{
	hiding_free(&catalog->hiding);
	free(catalog->aliases.items);
	arena_free(&catalog->memory);
}

/* Whether the result is PORTDB_OK, and the service one whose strings have an end. */
static bool is_sound(struct catalog *catalog, enum portdb_result result,
		     const struct portdb_service *service)
{
	if (result == PORTDB_OK && service->strings[service->strings_size - 1] == '\0')
		return true;
	if (result != PORTDB_NOT_FOUND)
		catalog->is_damaged = true;
	return false;
}

bool catalog_next_service(struct catalog *catalog, uint32_t *cursor, struct portdb_service *service)
{
	return is_sound(catalog, portdb_next(catalog->db, cursor, service), service);
}

bool catalog_ask(struct catalog *catalog, const char *name, uint16_t port, const char *protocol,
		 struct portdb_service *service)
{
	enum portdb_result result = name ? portdb_by_name(catalog->db, name, protocol, service)
					 : portdb_by_port(catalog->db, port, protocol, service);

	return is_sound(catalog, result, service);
}

bool catalog_get_claim(struct catalog *catalog, uint32_t number, struct portdb_claim_row *row)
{
	enum portdb_result result = portdb_claim_get(&catalog->claims, number, row);

	if (result == PORTDB_DAMAGED)
		catalog->is_damaged = true;
	return result == PORTDB_OK;
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

/* How far a description is from what is wanted; UINT_MAX where it cannot be read. */
static unsigned distance_of(const struct catalog *catalog, const char *language, const char *text)
{
	bool is_own = language_is_of(&catalog->language, language);
	bool takes_any =
	    catalog->scripts == ANY_SCRIPT || (catalog->scripts == LATIN_AND_OWN && is_own);

	if (!takes_any && !language_is_latin(text))
		return UINT_MAX;
	return language_distance(&catalog->language, language);
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
		else if (strcmp(column, "Registration Date") == 0)
			claim->registered = value;
		else if (strcmp(column, "Reference") == 0)
			claim->reference = value;
		else if (strcmp(column, REGISTRY_COLUMN) == 0)
			claim->is_of_registry = true;
		const char *language = language_of_column(catalog, column);
		if (!language)
			continue;
		unsigned distance = distance_of(catalog, language, value);
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

/* Whether the database has IANA's registry; looked for once. */
static bool has_registry(struct catalog *catalog)
{
	struct portdb_claim_row row;
	struct answer_claim claim;

	for (uint32_t number = 0; !catalog->is_registry_known; number++) {
		bool is_claim = catalog_get_claim(catalog, number, &row);
		catalog->has_registry =
		    is_claim && claim_of_row(catalog, &row, &claim) && claim.is_of_registry;
		catalog->is_registry_known = catalog->has_registry || !is_claim;
	}
	return catalog->has_registry;
}

static bool is_among_words(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *found = words; (found = strstr(found, word)); found++)
		if ((found == words || found[-1] == ' ') &&
		    (found[length] == ' ' || found[length] == '\0'))
			return true;
	return false;
}

/* Whether the registry has the service: under its name, or another that its own source gives it. */
static bool is_registered(const struct answer *answer)
{
	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (claim->is_of_registry && claim->name && answer->name &&
		    (strcmp(claim->name, answer->name) == 0 ||
		     is_among_words(answer->claims[0].aliases, claim->name)))
			return true;
	}
	return false;
}

/* The first row without a service: such stand behind those of all services. */
static uint32_t first_row(struct catalog *catalog)
{
	struct portdb_claim_row row;
	uint32_t low = 0;
	uint32_t high = catalog->claims.count;

	if (catalog->first_row > 0)
		return catalog->first_row;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (catalog_get_claim(catalog, middle, &row) && row.service != 0)
			low = middle + 1;
		else
			high = middle;
	}
	catalog->first_row = low;
	return low;
}

/* Whether the registry holds the port for the name with any protocol, as 27000-27009 for flex-lm.
 */
static bool is_held(struct catalog *catalog, const struct answer *answer)
{
	struct portdb_claim_row row;
	struct answer_claim claim;

	for (uint32_t number = first_row(catalog); catalog_get_claim(catalog, number, &row);
	     number++)
		if (!*row.protocol && row.port <= answer->port && answer->port <= row.last_port &&
		    answer->name && strcmp(row.name, answer->name) == 0 &&
		    claim_of_row(catalog, &row, &claim) && claim.is_of_registry)
			return true;
	return false;
}

static bool is_about_registration(const char *status)
{
	return ascii_is_same(status, OFFICIAL) || ascii_is_same(status, "unofficial") ||
	       ascii_is_same(status, CONFLICT);
}

static bool have_one_name(const struct answer_claim *claim, const struct answer *answer)
{
	return claim->name == answer->name ||
	       (claim->name && answer->name && strcmp(claim->name, answer->name) == 0);
}

/*
 * The first claim about the service's own name that states one: what is said of another name, say
 * smtps, is not said of the service that has it as an alias, say submissions. But whether a use is
 * registered is for the registry to say, wherever it stands: no other source makes it official, and
 * none denies it.
 */
static const char *status_of(struct catalog *catalog, const struct answer *answer)
{
	bool is_official = is_registered(answer);

	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (!claim->status || !have_one_name(claim, answer))
			continue;
		if (claim->is_of_registry || !is_about_registration(claim->status))
			return claim->status;
		if (!is_official && (!ascii_is_same(claim->status, OFFICIAL) ||
				     !has_registry(catalog) || is_held(catalog, answer)))
			return claim->status;
	}
	return is_official ? OFFICIAL : NULL;
}

/* Words to fall back on: a disputed claim's, or a comment in the C library's services file. */
static bool is_weak(const struct answer_claim *claim)
{
	const char *slash = strrchr(claim->source, '/');

	return strcmp(slash ? slash + 1 : claim->source, "services") == 0 ||
	       (claim->status && ascii_is_same(claim->status, CONFLICT));
}

/* The description nearest to the reader's language; of several, the first that is not weak. */
static void choose_description(struct catalog *catalog, struct answer *answer)
{
	unsigned nearest = UINT_MAX;
	bool has_weak = false;

	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (!claim->description)
			continue;
		unsigned distance = distance_of(catalog, claim->language, claim->description);
		if (distance < nearest || (distance == nearest && has_weak && !is_weak(claim))) {
			nearest = distance;
			has_weak = is_weak(claim);
			answer->description = claim->description;
			answer->language = claim->language;
		}
	}
}

/* The registry's word comes first; and only of the service's own name is it said. */
static void choose_registration(struct answer *answer, bool is_of_registry)
{
	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (claim->is_of_registry != is_of_registry || !have_one_name(claim, answer))
			continue;
		if (!answer->registered)
			answer->registered = claim->registered;
		if (!answer->reference)
			answer->reference = claim->reference;
	}
}

/* What all the claims come to. */
static void sum_up_claims(struct catalog *catalog, struct answer *answer)
{
	if (answer->claim_count > 0)
		answer->source = answer->claims[0].source;
	answer->status = status_of(catalog, answer);
	choose_description(catalog, answer);
	choose_registration(answer, true);
	choose_registration(answer, false);
}

static void take_claims(struct catalog *catalog, const struct portdb_service *service,
			struct answer *answer)
{
	struct portdb_claim_row row;

	uint32_t first = portdb_first_claim(catalog->db, service);
	uint32_t number = first;
	while (catalog_get_claim(catalog, number, &row) && row.service == service->offset)
		number++;
	size_t count = number - first;
	struct answer_claim *claims = arena_allocate(&catalog->memory, count * sizeof *claims);
	for (size_t i = 0; i < count; i++) {
		if (!catalog_get_claim(catalog, first + (uint32_t)i, &row) ||
		    !claim_of_row(catalog, &row, &claims[i])) {
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
	struct answer answer = {
	    .name = service->strings,
	    .protocol = service->strings + service->protocol,
	    .has_port = true,
	    .port = service->port,
	    .last_port = service->port,
	};

	take_aliases(catalog, service, &answer);
	take_claims(catalog, service, &answer);
	return answer;
}

static const struct hiding *hiding_of(struct catalog *catalog)
{
	if (!catalog->is_hiding_known &&
	    hiding_gather(&catalog->hiding, &catalog->claims, first_row(catalog)) != PORTDB_OK)
		catalog->is_damaged = true;
	catalog->is_hiding_known = true;
	return &catalog->hiding;
}

/* Who hides the answer, if anybody does: then that is its status, whatever it says itself. */
static void take_hider(struct catalog *catalog, const struct portdb_claim_row *hider,
		       struct answer *answer)
{
	struct portdb_source_row source;

	if (!hider || portdb_source_get(&catalog->claims, hider->source, &source) != PORTDB_OK)
		return;
	answer->status = STATUS_HIDDEN;
	answer->hidden_by = source.path;
	answer->hidden_source = hider->source;
	answer->hidden_line = hider->line;
}

/* What the row says under its name or an alias; *claim is to be its claim. */
static struct answer answer_of(struct catalog *catalog, const struct portdb_claim_row *row,
			       const char *name, struct answer_claim **claim)
{
	struct answer answer = {
	    .name = *name ? name : NULL,
	    .protocol = row->protocol,
	    .has_port = row->port <= row->last_port,
	    .port = row->port,
	    .last_port = row->last_port,
	};

	*claim = arena_allocate(&catalog->memory, sizeof **claim);
	if (!claim_of_row(catalog, row, *claim)) {
		catalog->is_damaged = true;
		return answer;
	}
	answer.claims = *claim;
	answer.claim_count = 1;
	sum_up_claims(catalog, &answer);
	return answer;
}

struct answer catalog_answer_of_row(struct catalog *catalog, const struct portdb_claim_row *row)
{
	struct answer_claim *claim;
	struct answer answer = answer_of(catalog, row, row->name, &claim);

	take_hider(catalog, hiding_find(hiding_of(catalog), &catalog->claims, row), &answer);
	return answer;
}

/* What the row says of its own name, as its status and its RFCs, it does not say of an alias. */
static void add_alias(struct catalog *catalog, const struct portdb_claim_row *row,
		      const char *alias, const struct portdb_claim_row *hider)
{
	struct answer_claim *claim;
	struct answer answer = answer_of(catalog, row, alias, &claim);

	claim->name = alias;
	claim->status = claim->registered = claim->reference = NULL;
	take_hider(catalog, hider, &answer);
	answers_add(&catalog->aliases, &answer);
}

/* Those of a row that its service does not have, for they are hidden. */
static void add_hidden_aliases(struct catalog *catalog, const struct portdb_claim_row *row)
{
	struct portdb_service service;

	if (portdb_at(catalog->db, row->service, &service) != PORTDB_OK) {
		catalog->is_damaged = true;
		return;
	}
	for (const char *alias = row->aliases; *alias;) {
		size_t length = strcspn(alias, " ");
		const char *name = arena_string(&catalog->memory, alias, length);
		const struct portdb_claim_row *hider =
		    hiding_find_alias(&catalog->hiding, row, name);
		if (hider && !portdb_has_name(&service, name, length))
			add_alias(catalog, row, name, hider);
		alias += length + strspn(alias + length, " ");
	}
}

const struct answers *catalog_hidden_aliases(struct catalog *catalog)
{
	struct portdb_claim_row row;

	if (!catalog->are_aliases_known && hiding_of(catalog)->count > 0)
		for (uint32_t number = 0;
		     catalog_get_claim(catalog, number, &row) && row.service != 0; number++)
			add_hidden_aliases(catalog, &row);
	catalog->are_aliases_known = true;
	return &catalog->aliases;
}

bool catalog_next_row(struct catalog *catalog, uint32_t *number, struct portdb_claim_row *row)
{
	if (*number == 0)
		*number = first_row(catalog);
	while (catalog_get_claim(catalog, *number, row)) {
		++*number;
		if (row->service == 0)
			return true;
	}
	return false;
}

void catalog_add_all(struct answers *answers, struct catalog *catalog)
{
	struct portdb_service service;
	uint32_t cursor = 0;

	while (catalog_next_service(catalog, &cursor, &service)) {
		struct answer answer = catalog_answer(catalog, &service);
		answers_add(answers, &answer);
	}
}
