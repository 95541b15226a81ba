/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check-words.h"
#include "other-ports.h"
#include "tools/compile/merge/hiders.h"
#include "tools/compile/merge/key-map.h"
#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"

/* Where a claim stands. */
struct place {
	const struct source *source;
	const struct claim *claim;
};

struct checking {
	struct key_map keys;
	size_t *takers; /* of each key: the number of the place that took it */
	size_t taker_capacity;
	struct place *places;
	size_t place_count;
	size_t place_capacity;
	const struct source *sources;
	const struct check_scope *scope;
	struct hiders hiders;
	struct words words;           /* of the current source */
	unsigned long ephemeral_line; /* of it, the last row that was told of for its port */
	struct diagnostics *diagnostics;
};

/* What keeps the name from being a service name of RFC 6335, section 5.1; NULL if nothing does. */
static const char *name_fault(const char *name)
{
	size_t length = strlen(name);
	bool has_letter = false;

	if (length > 15)
		return "is longer than 15 characters";
	for (const char *next = name; *next; next++) {
		if (!ascii_is_letter(*next) && !ascii_is_digit(*next) && *next != '-')
			return "has characters other than letters, digits and hyphens";
		has_letter = has_letter || ascii_is_letter(*next);
	}
	if (!has_letter)
		return "has no letter";
	if (name[0] == '-' || name[length - 1] == '-')
		return "begins or ends with a hyphen";
	return strstr(name, "--") ? "has two hyphens in a row" : NULL;
}

static void check_name(const struct place *place, const char *name, struct diagnostics *diagnostics)
{
	const char *fault = name_fault(name);

	if (fault)
		diagnostics_note(diagnostics, place->source->path, place->claim->line,
				 "the name '" MESSAGE_QUOTED "' %s (RFC 6335)", name, fault);
}

static bool is_own(const struct checking *checking, const struct place *place)
{
	return (size_t)(place->source - checking->sources) < checking->scope->own_count;
}

/* Whether what the place has in common with an earlier one is to be told. */
static bool is_of_interest(const struct checking *checking, const struct place *place)
{
	return !checking->scope->has_only_own || is_own(checking, place);
}

/* Who took the key before; NULL if nobody did, and then this place takes it. */
static const struct place *take(struct checking *checking, const struct key *key, size_t number)
{
	bool is_new;
	size_t taken = key_map_add(&checking->keys, key, &is_new);

	if (!is_new)
		return &checking->places[checking->takers[taken]];
	checking->takers = memory_grow(checking->takers, taken, &checking->taker_capacity,
				       sizeof *checking->takers);
	checking->takers[taken] = number;
	return NULL;
}

/* The key is this place's from now on. */
static void take_over(struct checking *checking, const struct key *key, size_t number)
{
	size_t taken;

	if (key_map_find(&checking->keys, key, &taken))
		checking->takers[taken] = number;
}

static void check_taken_name(struct checking *checking, size_t number, const char *name)
{
	const struct place *place = &checking->places[number];
	const struct place *first =
	    take(checking, &(struct key){name, place->claim->protocol, -1}, number);

	/* A row of a range, as x11 6000-6063, is one row. */
	bool is_same_row =
	    first && first->source == place->source && first->claim->line == place->claim->line;
	if (!first || is_same_row || first->claim->port == place->claim->port ||
	    !is_of_interest(checking, first))
		return;
	if (is_own(checking, first) && !is_own(checking, place))
		diagnostics_warning(checking->diagnostics, first->source->path, first->claim->line,
				    "the name '" MESSAGE_QUOTED "/" MESSAGE_QUOTED
				    "' hides that of %s:%lu, for port %u",
				    name, place->claim->protocol, place->source->path,
				    place->claim->line, place->claim->port);
	else
		diagnostics_warning(checking->diagnostics, place->source->path, place->claim->line,
				    "the name '" MESSAGE_QUOTED "/" MESSAGE_QUOTED
				    "' is taken by %s:%lu, for port %u",
				    name, place->claim->protocol, first->source->path,
				    first->claim->line, first->claim->port);
}

/*
 * Whether a place that took a port has the name. Its names are keys of their own, with its number:
 * any number of others may want the port.
 */
static bool has_name(struct checking *checking, const struct place *place, const char *name)
{
	size_t taken;
	struct key key = {name, NULL, (int)(place - checking->places)};

	return key_map_find(&checking->keys, &key, &taken);
}

static void take_names(struct checking *checking, size_t number)
{
	const struct claim *claim = checking->places[number].claim;

	take(checking, &(struct key){claim->name, NULL, (int)number}, number);
	for (size_t i = 0; i < claim->alias_count; i++)
		take(checking, &(struct key){claim->aliases[i], NULL, (int)number}, number);
}

static void check_taken_port(struct checking *checking, size_t number)
{
	const struct place *place = &checking->places[number];
	const struct place *first =
	    take(checking, &(struct key){NULL, place->claim->protocol, place->claim->port}, number);

	if (!first) {
		take_names(checking, number);
		return;
	}
	if (has_name(checking, first, place->claim->name) || !is_of_interest(checking, first))
		return;
	if (is_own(checking, first) && !is_own(checking, place))
		diagnostics_warning(checking->diagnostics, first->source->path, first->claim->line,
				    "'" MESSAGE_QUOTED "' hides '" MESSAGE_QUOTED
				    "' of %s:%lu at port %u/" MESSAGE_QUOTED,
				    first->claim->name, place->claim->name, place->source->path,
				    place->claim->line, place->claim->port, place->claim->protocol);
	else
		diagnostics_warning(checking->diagnostics, place->source->path, place->claim->line,
				    "port %u/" MESSAGE_QUOTED " of '" MESSAGE_QUOTED
				    "' is taken by %s:%lu, for '" MESSAGE_QUOTED "'",
				    place->claim->port, place->claim->protocol, place->claim->name,
				    first->source->path, first->claim->line, first->claim->name);
}

/* That the source itself has the same name, port and protocol before. */
static bool is_duplicate(struct checking *checking, size_t number)
{
	const struct place *place = &checking->places[number];
	const struct claim *claim = place->claim;
	struct key key = {claim->name, claim->protocol, claim->port};
	const struct place *first = take(checking, &key, number);

	if (!first)
		return false;
	if (first->source != place->source) {
		/* The same said by another source; the next is compared with this one's. */
		take_over(checking, &key, number);
		return false;
	}
	if (!is_of_interest(checking, place))
		return true;
	diagnostics_warning(checking->diagnostics, place->source->path, claim->line,
			    "'" MESSAGE_QUOTED " %u/" MESSAGE_QUOTED
			    "' is there already, on line %lu",
			    claim->name, claim->port, claim->protocol, first->claim->line);
	return true;
}

/* A server may find the port in use, by chance, and then only after years. */
static void check_ephemeral(struct checking *checking, const struct place *place)
{
	const struct ephemeral *ephemeral = checking->scope->ephemeral;
	const struct claim *claim = place->claim;

	/* A range of ports is one row. */
	if (!ephemeral || !is_own(checking, place) || !ephemeral_has(ephemeral, claim->port) ||
	    checking->ephemeral_line == claim->line)
		return;
	checking->ephemeral_line = claim->line;
	diagnostics_warning(checking->diagnostics, place->source->path, claim->line,
			    "port %u/" MESSAGE_QUOTED " of '" MESSAGE_QUOTED
			    "' may be taken by an outgoing connection (%u-%u), as "
			    "net.ipv4.ip_local_reserved_ports does not have it",
			    claim->port, claim->protocol, claim->name, ephemeral->range.first,
			    ephemeral->range.last);
}

/* The row by itself. Whether its aliases are names. */
static bool check_row(struct checking *checking, const struct place *place)
{
	if (!is_of_interest(checking, place))
		return true;
	check_name(place, place->claim->name, checking->diagnostics);
	check_ephemeral(checking, place);
	return check_words_of(&checking->words, place->source, place->claim, checking->diagnostics);
}

/* Whether a higher source takes the name, of the claim or an alias, out of the answers. */
static bool is_hidden(struct checking *checking, const struct place *place, const char *name)
{
	return hiders_find(&checking->hiders, place->claim, name,
			   (uint32_t)(place->source - checking->sources)) != NO_SOURCE;
}

/* Nobody finds what is hidden: it takes nothing from others, and others take nothing from it. */
static void check_taken(struct checking *checking, size_t number, bool has_names)
{
	const struct place place = checking->places[number];
	const struct claim *claim = place.claim;

	if (is_hidden(checking, &place, claim->name))
		return;
	check_taken_port(checking, number);
	check_taken_name(checking, number, claim->name);
	for (size_t i = 0; has_names && i < claim->alias_count; i++)
		if (!is_hidden(checking, &place, claim->aliases[i]))
			check_taken_name(checking, number, claim->aliases[i]);
}

static void check_claim(struct checking *checking, const struct source *source,
			const struct claim *claim)
{
	size_t number = checking->place_count;

	checking->places = memory_grow(checking->places, number, &checking->place_capacity,
				       sizeof *checking->places);
	checking->places[checking->place_count++] = (struct place){source, claim};
	bool has_names = check_row(checking, &checking->places[number]);
	if (!is_duplicate(checking, number))
		check_taken(checking, number, has_names);
}

/* A row that hides claims no name; where it does not hide what was probably meant, that is told. */
static void check_hider(struct checking *checking, const struct source *source,
			const struct claim *claim)
{
	const struct place place = {source, claim};
	const struct claim *last = checking->words.last;
	bool is_same_row = last && last->line == claim->line;

	hiders_add(&checking->hiders, claim, (uint32_t)(source - checking->sources));
	if (!is_of_interest(checking, &place))
		return;
	check_words_of(&checking->words, source, claim, checking->diagnostics);
	if (claim->port > claim->last_port)
		diagnostics_warning(checking->diagnostics, source->path, claim->line,
				    "it hides nothing, as it has no port");
	else if (claim->alias_count > 0 && !is_same_row)
		diagnostics_warning(checking->diagnostics, source->path, claim->line,
				    "its aliases hide nothing: each name takes a row of its own");
}

static void check_source(struct checking *checking, const struct source *source)
{
	checking->words = (struct words){0};
	checking->ephemeral_line = 0;
	for (size_t i = 0; i < source->claim_count; i++)
		if (source->claims[i].is_service)
			check_claim(checking, source, &source->claims[i]);
		else if (source->claims[i].hides)
			check_hider(checking, source, &source->claims[i]);
	check_words_conclude(&checking->words, source, checking->diagnostics);
}

void check_sources(const struct source *sources, size_t source_count,
		   const struct check_scope *scope, struct diagnostics *diagnostics)
{
	struct checking checking = {.sources = sources, .scope = scope, .diagnostics = diagnostics};

	for (size_t i = 0; i < source_count; i++)
		check_source(&checking, &sources[i]);
	other_ports_note(sources, source_count, scope->has_only_own ? scope->own_count : SIZE_MAX,
			 diagnostics);
	key_map_free(&checking.keys);
	hiders_free(&checking.hiders);
	free(checking.takers);
	free(checking.places);
}
