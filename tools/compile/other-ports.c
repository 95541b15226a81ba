#include "other-ports.h"

#include <stdlib.h>

#include "key-map.h"
#include "merge.h"
#include "tools/shared/memory.h"

/*
 * Three kinds of key are in one map: a name with a protocol, a name at a port, and a name alone. Of
 * each the first evidence is remembered.
 */
struct noting {
	const struct source *sources;
	struct diagnostics *diagnostics;
	struct key_map keys;
	const struct evidence **firsts; /* of each key */
	size_t first_capacity;
};

/* The first evidence of the key, which is this one if there was none before. */
static const struct evidence *first_of(struct noting *noting, const struct key *key,
				       const struct evidence *evidence)
{
	bool is_new;
	size_t number = key_map_add(&noting->keys, key, &is_new);

	if (is_new) {
		noting->firsts = memory_grow(noting->firsts, number, &noting->first_capacity,
					     sizeof *noting->firsts);
		noting->firsts[number] = evidence;
	}
	return noting->firsts[number];
}

static void note(struct noting *noting, const char *name, const struct evidence *evidence,
		 const struct evidence *first)
{
	diagnostics_note(noting->diagnostics, noting->sources[evidence->source].path,
			 evidence->claim->line, "the name '%s' is %u/%s here, and %u/%s in %s:%lu",
			 name, evidence->claim->port, evidence->claim->protocol, first->claim->port,
			 first->claim->protocol, noting->sources[first->source].path,
			 first->claim->line);
}

/* The evidence is what gave the service this name. What answers nobody is not looked at. */
static void look_at_name(struct noting *noting, const char *name, const struct evidence *evidence)
{
	const struct claim *claim = evidence->claim;

	if (first_of(noting, &(struct key){name, claim->protocol, -1}, evidence) != evidence)
		return;
	const struct evidence *at_port =
	    first_of(noting, &(struct key){name, NULL, claim->port}, evidence);
	const struct evidence *first = first_of(noting, &(struct key){name, NULL, -1}, evidence);
	if (at_port == evidence && first->source < evidence->source)
		note(noting, name, evidence, first);
}

/* The first of the service's evidence, which is sorted, that has the name. */
static const struct evidence *who_said(const struct merged *merged, size_t start, const char *name)
{
	uint32_t service = merged->evidence[start].service;

	for (size_t i = start; i < merged->evidence_count; i++)
		if (merged->evidence[i].service == service &&
		    claim_has_name(merged->evidence[i].claim, name))
			return &merged->evidence[i];
	return &merged->evidence[start];
}

/* In the order of the services: the first that has a key answers it. */
static void look_at_services(struct noting *noting, const struct merged *merged)
{
	for (size_t i = 0; i < merged->evidence_count; i++) {
		uint32_t number = merged->evidence[i].service;
		if (number == NO_SERVICE || (i > 0 && merged->evidence[i - 1].service == number))
			continue;
		const struct service *service = &merged->services[number];
		look_at_name(noting, service->name, who_said(merged, i, service->name));
		for (size_t alias = 0; alias < service->alias_count; alias++)
			look_at_name(noting, service->aliases[alias],
				     who_said(merged, i, service->aliases[alias]));
	}
}

void other_ports_note(const struct source *sources, size_t source_count,
		      struct diagnostics *diagnostics)
{
	struct noting noting = {.sources = sources, .diagnostics = diagnostics};
	struct merged merged;

	merge_sources(&merged, sources, source_count);
	look_at_services(&noting, &merged);
	merge_free(&merged);
	key_map_free(&noting.keys);
	free(noting.firsts);
}
