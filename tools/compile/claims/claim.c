/* SPDX-License-Identifier: MIT */
#include "claim.h"

#include <string.h>

const char *claim_fact(const struct claim *claim, const char *column)
{
	for (size_t i = 0; i < claim->fact_count; i++)
		if (strcmp(claim->facts[i].column, column) == 0)
			return claim->facts[i].value;
	return NULL;
}

bool claim_has_name(const struct claim *claim, const char *name)
{
	for (size_t i = 0; i < claim->alias_count; i++)
		if (strcmp(claim->aliases[i], name) == 0)
			return true;
	return strcmp(claim->name, name) == 0;
}
