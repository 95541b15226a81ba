/* SPDX-License-Identifier: MIT */
#include "port-set.h"

void port_set_add(struct port_set *set, struct port_range range)
{
	for (unsigned port = range.first; port <= range.last; port++)
		set->bits[port / 8] |= (unsigned char)(1 << port % 8);
}

bool port_set_has(const struct port_set *set, uint16_t port)
{
	return set->bits[port / 8] >> port % 8 & 1;
}
