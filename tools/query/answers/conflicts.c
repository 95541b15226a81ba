/* SPDX-License-Identifier: MIT */
#include "conflicts.h"

#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "tools/shared/ascii.h"
#include "tools/shared/hidden.h"

/* What is said about one port and protocol. */
struct place {
	const struct answer *services;
	size_t count;
	const struct answer *rows; /* those without a service, of all ports */
	size_t row_count;
};

static bool claims_one(const struct answer *answer, uint32_t source)
{
	for (size_t i = 0; i < answer->claim_count; i++)
		if (answer->claims[i].source_number == source)
			return true;
	return false;
}

static bool have_one_in_common(const struct place *place, uint32_t source, uint32_t other)
{
	for (size_t i = 0; i < place->count; i++)
		if (claims_one(&place->services[i], source) &&
		    claims_one(&place->services[i], other))
			return true;
	return false;
}

static bool disagree(const struct place *place, const struct answer *one,
		     const struct answer *other)
{
	for (size_t i = 0; i < one->claim_count; i++)
		for (size_t j = 0; j < other->claim_count; j++)
			if (!have_one_in_common(place, one->claims[i].source_number,
						other->claims[j].source_number))
				return true;
	return false;
}

static bool disagree_about_names(const struct place *place)
{
	for (size_t i = 0; i < place->count; i++)
		for (size_t j = i + 1; j < place->count; j++)
			if (disagree(place, &place->services[i], &place->services[j]))
				return true;
	return false;
}

/* Whether a claim gives another status than *status, which it sets where nothing was said. */
static bool is_other_status(const struct answer *answer, const char **status)
{
	for (size_t i = 0; i < answer->claim_count; i++) {
		const char *said = answer->claims[i].status;
		if (!said)
			continue;
		if (ascii_is_same(said, "conflict"))
			return true;
		if (*status && !ascii_is_same(*status, said))
			return true;
		*status = said;
	}
	return false;
}

static bool is_about(const struct answer *row, const struct answer *service)
{
	/* A row that hides names says nothing of the use. */
	return !row->name && !hidden_is_status(row->status) && row->has_port &&
	       row->port <= service->port && row->last_port >= service->port &&
	       (!*row->protocol || strcmp(row->protocol, service->protocol) == 0);
}

static bool disagree_about_status(const struct place *place)
{
	for (size_t i = 0; i < place->count; i++) {
		const char *status = NULL;
		if (is_other_status(&place->services[i], &status))
			return true;
		for (size_t j = 0; j < place->row_count; j++)
			if (is_about(&place->rows[j], &place->services[i]) &&
			    is_other_status(&place->rows[j], &status))
				return true;
	}
	return false;
}

static void consider(const struct place *place, struct answers *answers)
{
	static const char *const kinds[] = {NULL, "names", "status", "names, status"};
	const char *disagreement =
	    kinds[disagree_about_names(place) + 2 * disagree_about_status(place)];

	if (!disagreement)
		return;
	for (size_t i = 0; i < place->count + place->row_count; i++) {
		bool is_row = i >= place->count;
		struct answer answer = is_row ? place->rows[i - place->count] : place->services[i];
		if (is_row && !is_about(&answer, place->services))
			continue;
		answer.disagreement = disagreement;
		answers_add(answers, &answer);
	}
}

static bool is_same_place(const struct answer *one, const struct answer *other)
{
	return one->port == other->port && strcmp(one->protocol, other->protocol) == 0;
}

void conflicts_find(struct catalog *catalog, struct answers *answers)
{
	struct answers all = {0};
	size_t services = 0;

	find_range(catalog, (struct port_range){0, UINT16_MAX}, NULL, &all);
	while (services < all.count && all.items[services].aliases)
		services++;
	for (size_t i = 0; i < services;) {
		struct place place = {.services = &all.items[i],
				      .rows = all.items + services,
				      .row_count = all.count - services};
		while (i < services && is_same_place(&all.items[i], place.services)) {
			place.count++;
			i++;
		}
		consider(&place, answers);
	}
	free(all.items);
}
