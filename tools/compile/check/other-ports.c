/* SPDX-License-Identifier: MIT */
#include "other-ports.h"

#include <stdlib.h>

#include "tools/compile/merge/key-map.h"
#include "tools/compile/merge/merge.h"
#include "tools/shared/memory.h"

/*
 * Three kinds of key are in one map: a name with a protocol, a name at a port, and a name alone. Of
 * each the first evidence is remembered.
 */
struct noting {
	const struct source *sources;
	size_t higher; /* so many of them */
	struct diagnostics *diagnostics;
	struct key_map keys;
	const struct evidence **firsts; /* of each key */
	size_t first_capacity;
	struct key_map names; /* of the services, each with its service's number for a port */
	bool *is_seen;        /* of each name */
	size_t seen_capacity;
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
	if (at_port == evidence && first->source < evidence->source &&
	    first->source < noting->higher)
		note(noting, name, evidence, first);
}

/* A name for the service, by its evidence: the first that has it counts, if it is one of its own.
 */
static void look_at_name_once(struct noting *noting, const char *name,
			      const struct evidence *evidence)
{
	size_t number;

	if (!key_map_find(&noting->names, &(struct key){name, NULL, (int)evidence->service},
			  &number) ||
	    noting->is_seen[number])
		return;
	noting->is_seen[number] = true;
	look_at_name(noting, name, evidence);
}

static void take_name(struct noting *noting, const char *name, uint32_t service)
{
	bool is_new;
	size_t number =
	    key_map_add(&noting->names, &(struct key){name, NULL, (int)service}, &is_new);

	if (!is_new)
		return;
	noting->is_seen =
	    memory_grow(noting->is_seen, number, &noting->seen_capacity, sizeof *noting->is_seen);
	noting->is_seen[number] = false;
}

/* In the order of the services, in which the evidence is: the first that has a key answers it. */
static void look_at_services(struct noting *noting, const struct merged *merged)
{
	for (size_t i = 0; i < merged->evidence_count; i++) {
		const struct evidence *evidence = &merged->evidence[i];
		const struct claim *claim = evidence->claim;
		if (evidence->service == NO_SERVICE)
			continue;
		const struct service *service = &merged->services[evidence->service];
		if (i == 0 || evidence[-1].service != evidence->service) {
			take_name(noting, service->name, evidence->service);
			for (size_t alias = 0; alias < service->alias_count; alias++)
				take_name(noting, service->aliases[alias], evidence->service);
		}
		look_at_name_once(noting, claim->name, evidence);
		for (size_t alias = 0; alias < claim->alias_count; alias++)
			look_at_name_once(noting, claim->aliases[alias], evidence);
	}
}

void other_ports_note(const struct source *sources, size_t source_count, size_t higher,
		      struct diagnostics *diagnostics)
{
	struct noting noting = {.sources = sources, .higher = higher, .diagnostics = diagnostics};
	struct merged merged;

	merge_sources(&merged, sources, source_count);
	look_at_services(&noting, &merged);
	merge_free(&merged);
	key_map_free(&noting.keys);
	key_map_free(&noting.names);
	free(noting.is_seen);
	free(noting.firsts);
}
