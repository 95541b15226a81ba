/* SPDX-License-Identifier: MIT */
#include "merge.h"

#include <stdlib.h>

#include "hiders.h"
#include "key-map.h"
#include "tools/shared/memory.h"

/*
 * Who answers a key so far: the first service that has it, by which of its names (0, or 1 for its
 * first alias, …), and the source that saw to that.
 */
struct answerer {
	uint32_t service;
	uint32_t name;
	uint32_t source;
};

/* How many claims ahead the memory of their names' keys is fetched: three keys for each name. */
#define AHEAD 8

/*
 * Four kinds of key are in one map: a name at a port and protocol (which claim joins which
 * service), a name with a protocol, and a name whatever the protocol (what is answered so far); and
 * where several services share a name at a port and protocol, the name and the number of each but
 * the first (whether it has the name).
 */
struct merging {
	struct merged *merged;
	struct key_map keys;
	struct answerer *answerers; /* of each key */
	size_t answerer_capacity;
	struct hiders hiders;
};

/* Who does not answer the key, of this one and who answered it so far; NO_SERVICE if none. */
static uint32_t take_key(struct merging *merging, const struct key *key,
			 const struct answerer *answerer)
{
	bool is_new;
	size_t number = key_map_add(&merging->keys, key, &is_new);
	uint32_t former = is_new ? NO_SERVICE : merging->answerers[number].service;

	if (!is_new && former <= answerer->service)
		return former < answerer->service ? answerer->service : NO_SERVICE;
	merging->answerers = memory_grow(merging->answerers, number, &merging->answerer_capacity,
					 sizeof *merging->answerers);
	merging->answerers[number] = *answerer;
	return former;
}

static struct key sharing_key(const char *name, uint32_t service)
{
	return (struct key){name, NULL, (int)service};
}

/* Who answers the key so far; NULL if nobody does. */
static const struct answerer *answerer_of(struct merging *merging, const struct key *key)
{
	size_t number;

	return key_map_find(&merging->keys, key, &number) ? &merging->answerers[number] : NULL;
}

/* The service answers to the last of its names from now on. */
static void take_name(struct merging *merging, uint32_t number, uint32_t source)
{
	const struct service *service = &merging->merged->services[number];
	struct answerer answerer = {number, (uint32_t)service->alias_count, source};
	const char *name = answerer.name > 0 ? service->aliases[answerer.name - 1] : service->name;

	uint32_t behind =
	    take_key(merging, &(struct key){name, service->protocol, service->port}, &answerer);
	if (behind != NO_SERVICE) {
		struct key key = sharing_key(name, behind);
		take_key(merging, &key, &(struct answerer){behind, 0, source});
	}
	take_key(merging, &(struct key){name, service->protocol, -1}, &answerer);
	take_key(merging, &(struct key){name, NULL, -1}, &answerer);
}

static bool is_hidden(struct merging *merging, const struct claim *claim, const char *name,
		      uint32_t source)
{
	return hiders_find(&merging->hiders, claim, name, source) != NO_SOURCE;
}

static void append_alias(struct service *service, const char *alias)
{
	service->aliases = memory_grow(service->aliases, service->alias_count,
				       &service->alias_capacity, sizeof *service->aliases);
	service->aliases[service->alias_count++] = alias;
}

static bool has_name(struct merging *merging, uint32_t number, const char *name)
{
	const struct service *service = &merging->merged->services[number];
	const struct answerer *first =
	    answerer_of(merging, &(struct key){name, service->protocol, service->port});

	struct key key = sharing_key(name, number);

	/* The first service with that name there is this one, or one before it that shares it. */
	return first && (first->service == number ||
			 (first->service < number && answerer_of(merging, &key)));
}

static uint32_t make_service(struct merging *merging, const struct claim *claim, uint32_t source)
{
	struct merged *merged = merging->merged;
	uint32_t number = (uint32_t)merged->service_count;

	merged->services = memory_grow(merged->services, merged->service_count,
				       &merged->service_capacity, sizeof *merged->services);
	struct service *service = &merged->services[merged->service_count++];
	*service = (struct service){
	    .name = claim->name,
	    .protocol = claim->protocol,
	    .port = claim->port,
	    .source = source,
	};
	take_name(merging, number, source);
	for (size_t i = 0; i < claim->alias_count; i++) {
		if (is_hidden(merging, claim, claim->aliases[i], source))
			continue;
		append_alias(service, claim->aliases[i]);
		take_name(merging, number, source);
	}
	return number;
}

/* Whether the key has an answer behind service that a source above limit, or limit itself, gives.
 */
static bool is_answered_behind(struct merging *merging, const struct key *key, uint32_t service,
			       uint32_t limit)
{
	const struct answerer *first = answerer_of(merging, key);

	return first && first->service > service && first->source <= limit;
}

/* Gives the service a further alias, on the word of a source below its own. */
static void offer_alias(struct merging *merging, uint32_t number, const char *alias,
			uint32_t source)
{
	struct service *service = &merging->merged->services[number];

	if (has_name(merging, number, alias))
		return;
	/*
	 * In front of who answers now it would take the answer. From a higher source, never; within
	 * the source itself the earlier line keeps it, but one of another protocol must not
	 * leave this protocol without any.
	 */
	if (is_answered_behind(merging, &(struct key){alias, service->protocol, -1}, number,
			       source) ||
	    (source > 0 &&
	     is_answered_behind(merging, &(struct key){alias, NULL, -1}, number, source - 1)))
		return;
	append_alias(service, alias);
	take_name(merging, number, source);
}

static void prefetch_name(struct merging *merging, const struct claim *claim, const char *name)
{
	key_map_prefetch(&merging->keys, &(struct key){name, claim->protocol, claim->port});
	key_map_prefetch(&merging->keys, &(struct key){name, claim->protocol, -1});
	key_map_prefetch(&merging->keys, &(struct key){name, NULL, -1});
}

static void prefetch_claim(struct merging *merging, const struct claim *claim)
{
	if (!claim->is_service)
		return;
	prefetch_name(merging, claim, claim->name);
	for (size_t i = 0; i < claim->alias_count; i++)
		prefetch_name(merging, claim, claim->aliases[i]);
}

/* The service that answers in the claim's name, and in *hider who hides it. */
static uint32_t take_claim(struct merging *merging, const struct claim *claim, uint32_t source,
			   uint32_t *hider)
{
	*hider = NO_SOURCE;
	if (claim->hides)
		hiders_add(&merging->hiders, claim, source);
	if (!claim->is_service)
		return NO_SERVICE;

	const struct answerer *first =
	    answerer_of(merging, &(struct key){claim->name, claim->protocol, claim->port});
	*hider = hiders_find(&merging->hiders, claim, claim->name, source);
	if (*hider != NO_SOURCE && !first)
		return NO_SERVICE;
	if (!first || merging->merged->services[first->service].source == source)
		return make_service(merging, claim, source);

	uint32_t number = first->service;
	/* It is named all the same, and not by this claim. */
	if (*hider != NO_SOURCE) {
		*hider = NO_SOURCE;
		return number;
	}
	for (size_t i = 0; i < claim->alias_count; i++)
		if (!is_hidden(merging, claim, claim->aliases[i], source))
			offer_alias(merging, number, claim->aliases[i], source);
	return number;
}

/* What each name of each service answers, now that nobody can come in front any more. */
static void note_answers(const struct merging *merging)
{
	struct merged *merged = merging->merged;
	size_t *firsts = memory_allocate_zeroed(merged->service_count + 1, sizeof *firsts);

	for (size_t i = 0; i < merged->service_count; i++)
		firsts[i + 1] = firsts[i] + 1 + merged->services[i].alias_count;
	merged->answers = memory_allocate_zeroed(firsts[merged->service_count] + 1, 1);
	for (size_t i = 0; i < key_map_count(&merging->keys); i++) {
		/* Where there are keys there are answers. */
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		const struct answerer *answerer = &merging->answerers[i];
		struct key key = key_map_key(&merging->keys, i);
		if (key.port == -1)
			merged->answers[firsts[answerer->service] + answerer->name] |=
			    key.protocol ? ANSWERS_WITH_PROTOCOL : ANSWERS_WITHOUT;
	}
	free(firsts);
}

/* A counting sort: the claims of the first service, of the second, …, and of none. */
static void sort_evidence(struct merged *merged, struct evidence *unsorted)
{
	size_t *starts = memory_allocate_zeroed(merged->service_count + 2, sizeof *starts);

	for (size_t i = 0; i < merged->evidence_count; i++)
		if (unsorted[i].service != NO_SERVICE)
			starts[unsorted[i].service + 1]++;
	for (size_t i = 1; i <= merged->service_count; i++)
		starts[i] += starts[i - 1];

	merged->evidence = memory_allocate_zeroed(merged->evidence_count + 1, sizeof *unsorted);
	for (size_t i = 0; i < merged->evidence_count; i++) {
		size_t service =
		    unsorted[i].service != NO_SERVICE ? unsorted[i].service : merged->service_count;
		merged->evidence[starts[service]++] = unsorted[i];
	}
	free(starts);
}

void merge_sources(struct merged *merged, const struct source *sources, size_t source_count)
{
	struct merging merging = {.merged = merged};
	struct evidence *evidence;
	size_t claim_count = 0;

	*merged = (struct merged){0};
	for (size_t i = 0; i < source_count; i++)
		claim_count += sources[i].claim_count;
	evidence = memory_allocate_zeroed(claim_count + 1, sizeof *evidence);
	/* Mostly a claim is a service of one name. */
	key_map_expect(&merging.keys, 3 * claim_count);

	for (uint32_t source = 0; source < source_count; source++)
		for (size_t i = 0; i < sources[source].claim_count; i++) {
			const struct claim *claim = &sources[source].claims[i];
			if (i + AHEAD < sources[source].claim_count)
				prefetch_claim(&merging, claim + AHEAD);
			struct evidence *next = &evidence[merged->evidence_count++];
			*next = (struct evidence){.claim = claim, .source = source};
			next->service = take_claim(&merging, claim, source, &next->hider);
		}
	note_answers(&merging);
	sort_evidence(merged, evidence);
	free(evidence);
	key_map_free(&merging.keys);
	hiders_free(&merging.hiders);
	free(merging.answerers);
}

void merge_free(struct merged *merged)
{
	for (size_t i = 0; i < merged->service_count; i++)
		free(merged->services[i].aliases);
	free(merged->services);
	free(merged->answers);
	free(merged->evidence);
}
