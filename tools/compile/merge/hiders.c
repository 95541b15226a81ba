/* SPDX-License-Identifier: MIT */
#include "hiders.h"

#include <stdlib.h>

#include "tools/shared/memory.h"

/* One key for each of the ports, whose number the reader of the claim has bounded. */
void hiders_add(struct hiders *hiders, const struct claim *claim, uint32_t source)
{
	for (unsigned port = claim->port; port <= claim->last_port; port++) {
		bool is_new;
		size_t number =
		    key_map_add(&hiders->keys,
				&(struct key){*claim->name ? claim->name : NULL,
					      *claim->protocol ? claim->protocol : NULL, (int)port},
				&is_new);
		if (!is_new)
			continue;
		hiders->sources = memory_grow(hiders->sources, number, &hiders->capacity,
					      sizeof *hiders->sources);
		hiders->sources[number] = source;
	}
}

void hiders_free(struct hiders *hiders)
{
	key_map_free(&hiders->keys);
	free(hiders->sources);
}

uint32_t hiders_find(struct hiders *hiders, const struct claim *claim, const char *name,
		     uint32_t source)
{
	const struct key keys[] = {{NULL, NULL, claim->port},
				   {NULL, claim->protocol, claim->port},
				   {name, NULL, claim->port},
				   {name, claim->protocol, claim->port}};
	uint32_t hider = NO_SOURCE;
	size_t number;

	if (key_map_count(&hiders->keys) == 0)
		return NO_SOURCE;
	for (size_t i = 0; i < LENGTH(keys); i++)
		if (key_map_find(&hiders->keys, &keys[i], &number) &&
		    hiders->sources[number] < source && hiders->sources[number] < hider)
			hider = hiders->sources[number];
	return hider;
}
