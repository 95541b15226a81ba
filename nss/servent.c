/* SPDX-License-Identifier: MIT */
#include "servent.h"

bool portdb_point_at_aliases(char **aliases, uint32_t count, char *strings, uint32_t position,
			     uint32_t size)
{
	for (uint32_t i = 0; i < count; i++) {
		position += (uint32_t)strlen(strings + position) + 1;
		if (position >= size)
			return false;
		aliases[i] = strings + position;
	}
	aliases[count] = NULL;
	/* The last one ends with the strings, at the latest: its length would take time to find
	 * out. */
	return true;
}
