/* SPDX-License-Identifier: MIT */
#include "hiding.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/hidden.h"
#include "tools/shared/memory.h"

bool hiding_is_by(const struct portdb_claims *claims, const struct portdb_claim_row *row)
{
	uint32_t position = row->facts;
	const char *column;
	const char *value;

	if (row->service != 0)
		return false;
	while (portdb_next_fact(claims, &position, &column, &value))
		if (strcmp(column, STATUS_COLUMN) == 0)
			return hidden_is_status(value);
	return false;
}

static int compare_ports(const void *one, const void *other)
{
	const struct hiding_row *first = one;
	const struct hiding_row *second = other;

	return first->row.port - second->row.port;
}

enum portdb_result hiding_gather(struct hiding *hiding, const struct portdb_claims *claims,
				 uint32_t first)
{
	struct portdb_claim_row row;
	enum portdb_result result;

	for (uint32_t number = first;
	     (result = portdb_claim_get(claims, number, &row)) == PORTDB_OK; number++) {
		if (!hiding_is_by(claims, &row))
			continue;
		hiding->rows = memory_grow(hiding->rows, hiding->count, &hiding->capacity,
					   sizeof *hiding->rows);
		hiding->rows[hiding->count++] = (struct hiding_row){.row = row};
	}
	if (hiding->count > 0)
		qsort(hiding->rows, hiding->count, sizeof *hiding->rows, compare_ports);
	for (size_t i = 0; i < hiding->count; i++) {
		uint16_t before = i > 0 ? hiding->rows[i - 1].reach : 0;
		uint16_t last = hiding->rows[i].row.last_port;
		hiding->rows[i].reach = last > before ? last : before;
	}
	return result == PORTDB_NOT_FOUND ? PORTDB_OK : result;
}

void hiding_free(struct hiding *hiding)
{
	free(hiding->rows);
}

/* Whether the one hides a name of the other. */
static bool hides(const struct portdb_claim_row *one, const struct portdb_claim_row *other,
		  const char *name)
{
	return one->source < other->source && one->port <= other->port &&
	       other->port <= one->last_port &&
	       (!*one->protocol || strcmp(one->protocol, other->protocol) == 0) &&
	       (!*one->name || strcmp(one->name, name) == 0);
}

static bool is_higher(const struct portdb_claim_row *one, const struct portdb_claim_row *other)
{
	return one->source != other->source ? one->source < other->source : one->line < other->line;
}

/* How many rows begin at the port or before it. */
static size_t count_up_to(const struct hiding *hiding, uint16_t port)
{
	size_t first = 0;
	size_t end = hiding->count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (hiding->rows[middle].row.port <= port)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

static const struct portdb_claim_row *
find_highest(const struct hiding *hiding, const struct portdb_claim_row *row, const char *name)
{
	const struct portdb_claim_row *highest = NULL;

	for (size_t i = count_up_to(hiding, row->port);
	     i > 0 && hiding->rows[i - 1].reach >= row->port; i--) {
		const struct portdb_claim_row *hider = &hiding->rows[i - 1].row;
		if (hides(hider, row, name) && (!highest || is_higher(hider, highest)))
			highest = hider;
	}
	return highest;
}

const struct portdb_claim_row *hiding_find(const struct hiding *hiding,
					   const struct portdb_claims *claims,
					   const struct portdb_claim_row *row)
{
	/* No more is hidden than what would have been a service. */
	if (row->service != 0 || !*row->name || !*row->protocol || row->port != row->last_port)
		return NULL;
	const struct portdb_claim_row *highest = find_highest(hiding, row, row->name);
	return highest && !hiding_is_by(claims, row) ? highest : NULL;
}

const struct portdb_claim_row *hiding_find_alias(const struct hiding *hiding,
						 const struct portdb_claim_row *row,
						 const char *alias)
{
	const struct portdb_claim_row *of_name = find_highest(hiding, row, row->name);
	const struct portdb_claim_row *of_alias = find_highest(hiding, row, alias);

	return of_alias && (!of_name || is_higher(of_alias, of_name)) ? of_alias : of_name;
}
