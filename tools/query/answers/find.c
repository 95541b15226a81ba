/* SPDX-License-Identifier: MIT */
#include "find.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"
#include "tools/shared/port-set.h"

/* Services that have something to do with a question, in the order of enumeration. */
struct candidates {
	struct portdb_service *items;
	size_t count;
	size_t capacity;
};

static const char *protocol_of(const struct portdb_service *service)
{
	return service->strings + service->protocol;
}

static bool is_of(const struct portdb_service *service, const char *protocol)
{
	return !protocol || strcmp(protocol_of(service), protocol) == 0;
}

/* Most services have no alias, and another name. */
static bool has_name(const struct portdb_service *service, const char *name)
{
	if (service->alias_count == 0)
		return strcmp(service->strings, name) == 0;
	return portdb_has_name(service, name, strlen(name));
}

static void add_candidate(struct candidates *candidates, const struct portdb_service *service)
{
	candidates->items = memory_grow(candidates->items, candidates->count, &candidates->capacity,
					sizeof *candidates->items);
	candidates->items[candidates->count++] = *service;
}

/* All services that have the name, or without one a port of the range. */
static struct candidates find_candidates(struct catalog *catalog, const char *name,
					 struct port_range range, const char *protocol)
{
	struct candidates candidates = {0};
	struct portdb_service service;
	uint32_t cursor = 0;

	while (catalog_next_service(catalog, &cursor, &service)) {
		bool matches = name ? has_name(&service, name)
				    : service.port >= range.first && service.port <= range.last;
		if (matches && is_of(&service, protocol))
			add_candidate(&candidates, &service);
	}
	return candidates;
}

/* All services at the ports of others, with whatever protocol: one walk for all of them. */
static struct candidates find_neighbours(struct catalog *catalog, const struct candidates *others)
{
	struct candidates neighbours = {0};
	struct port_set ports = {{0}};
	struct portdb_service service;

	for (size_t i = 0; i < others->count; i++)
		port_set_add(&ports,
			     (struct port_range){others->items[i].port, others->items[i].port});
	for (uint32_t cursor = 0; catalog_next_service(catalog, &cursor, &service);)
		if (port_set_has(&ports, service.port))
			add_candidate(&neighbours, &service);
	return neighbours;
}

static void add_service(struct catalog *catalog, const struct portdb_service *service,
			bool is_second, struct answers *answers)
{
	struct answer answer = catalog_answer(catalog, service);

	answer.is_second = is_second;
	answers_add(answers, &answer);
}

/* Who else has the port that a name stands on, with the same protocol. */
static void add_others_on_port(struct catalog *catalog, const char *name,
			       const struct portdb_service *first,
			       const struct candidates *neighbours, struct answers *answers)
{
	for (size_t i = 0; i < neighbours->count; i++) {
		const struct portdb_service *other = &neighbours->items[i];
		if (other->port == first->port && is_of(other, protocol_of(first)) &&
		    !has_name(other, name))
			add_service(catalog, other, true, answers);
	}
}

/* Services that have the name that is asked for, or where that is NULL the port. */
struct search {
	const char *name;
	uint16_t port;
	const struct candidates *candidates;
	struct candidates neighbours; /* of those that have the name */
};

/* What there is with the protocol of one candidate: NSS's answer, then the others. */
static void add_group(struct catalog *catalog, const struct search *search, const char *protocol,
		      struct answers *answers)
{
	const struct candidates *candidates = search->candidates;
	struct portdb_service first;

	if (!catalog_ask(catalog, search->name, search->port, protocol, &first))
		return;
	add_service(catalog, &first, false, answers);
	for (size_t i = 0; i < candidates->count; i++) {
		const struct portdb_service *service = &candidates->items[i];
		if (service->offset != first.offset && is_of(service, protocol))
			add_service(catalog, service, true, answers);
	}
	if (search->name)
		add_others_on_port(catalog, search->name, &first, &search->neighbours, answers);
}

static bool is_first_of_protocol(const struct candidates *candidates, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (is_of(&candidates->items[i], protocol_of(&candidates->items[number])))
			return false;
	return true;
}

/* Candidates have the name, or without one the port. */
static void add_groups(struct catalog *catalog, const char *name, uint16_t port,
		       const char *protocol, const struct candidates *candidates,
		       struct answers *answers)
{
	struct search search = {.name = name, .port = port, .candidates = candidates};
	struct portdb_service first;

	if (!catalog_ask(catalog, name, port, protocol, &first))
		return;
	if (name)
		search.neighbours = find_neighbours(catalog, candidates);
	add_group(catalog, &search, protocol_of(&first), answers);
	for (size_t i = 0; i < candidates->count; i++) {
		const char *other = protocol_of(&candidates->items[i]);
		if (!is_of(&first, other) && is_first_of_protocol(candidates, i))
			add_group(catalog, &search, other, answers);
	}
	free(search.neighbours.items);
}

static bool has_alias(const struct portdb_claim_row *row, const char *name)
{
	size_t length = strlen(name);

	for (const char *word = row->aliases; *word;) {
		size_t word_length = strcspn(word, " ");
		if (word_length == length && memcmp(word, name, length) == 0)
			return true;
		word += word_length + strspn(word + word_length, " ");
	}
	return false;
}

static bool row_matches(const struct portdb_claim_row *row, const char *name,
			struct port_range range, const char *protocol)
{
	if (protocol && *row->protocol && strcmp(row->protocol, protocol) != 0)
		return false;
	if (name)
		return *row->name && (strcmp(row->name, name) == 0 || has_alias(row, name));
	return row->port <= row->last_port && row->port <= range.last &&
	       row->last_port >= range.first;
}

static void add_rows(struct catalog *catalog, const char *name, struct port_range range,
		     const char *protocol, bool is_second, struct answers *answers)
{
	struct portdb_claim_row row;

	for (uint32_t number = 0; catalog_next_row(catalog, &number, &row);) {
		if (!row_matches(&row, name, range, protocol))
			continue;
		struct answer answer = catalog_answer_of_row(catalog, &row);
		/* Only where it is hidden, so are its aliases. */
		if (name && strcmp(row.name, name) != 0 && !answer.hidden_by)
			continue;
		answer.is_second = is_second;
		answers_add(answers, &answer);
	}
}

static void add_hidden_aliases(struct catalog *catalog, const char *name, struct port_range range,
			       const char *protocol, bool is_second, struct answers *answers)
{
	const struct answers *aliases = catalog_hidden_aliases(catalog);

	for (size_t i = 0; i < aliases->count; i++) {
		struct answer alias = aliases->items[i];
		if ((protocol && strcmp(alias.protocol, protocol) != 0) ||
		    (name ? strcmp(alias.name, name) != 0
			  : alias.port < range.first || alias.port > range.last))
			continue;
		alias.is_second = is_second;
		answers_add(answers, &alias);
	}
}

/* What is no service, or is hidden from those that are. */
static void add_others(struct catalog *catalog, const char *name, struct port_range range,
		       const char *protocol, bool is_second, struct answers *answers)
{
	add_rows(catalog, name, range, protocol, is_second, answers);
	add_hidden_aliases(catalog, name, range, protocol, is_second, answers);
}

static bool find_name_or_port(struct catalog *catalog, const struct question *question,
			      struct answers *answers)
{
	size_t before = answers->count;
	const char *protocol = question->protocol;
	struct candidates candidates =
	    find_candidates(catalog, question->name, question->ports, protocol);

	add_groups(catalog, question->name, question->ports.first, protocol, &candidates, answers);
	free(candidates.items);
	add_others(catalog, question->name, question->ports, protocol, answers->count > before,
		   answers);
	return answers->count > before;
}

bool find_answers(struct catalog *catalog, const struct question *question, struct answers *answers)
{
	if (question->is_out_of_range)
		return false;
	if (question->ports.first < question->ports.last)
		return find_range(catalog, question->ports, question->protocol, answers);
	return find_name_or_port(catalog, question, answers);
}

static int compare_ports(const void *one, const void *other)
{
	const struct portdb_service *first = one;
	const struct portdb_service *second = other;

	if (first->port != second->port)
		return first->port < second->port ? -1 : 1;
	return first->offset < second->offset ? -1 : first->offset > second->offset;
}

bool find_range(struct catalog *catalog, struct port_range range, const char *protocol,
		struct answers *answers)
{
	size_t before = answers->count;
	struct candidates all = find_candidates(catalog, NULL, range, protocol);

	if (all.count > 0)
		qsort(all.items, all.count, sizeof *all.items, compare_ports);
	for (size_t i = 0; i < all.count;) {
		struct candidates here = {.items = all.items + i};
		while (i < all.count && all.items[i].port == here.items->port) {
			here.count++;
			i++;
		}
		add_groups(catalog, NULL, here.items->port, protocol, &here, answers);
	}
	free(all.items);
	/* Behind a range of ports these belong to no answer in particular. */
	add_others(catalog, NULL, range, protocol, false, answers);
	return answers->count > before;
}
