/* SPDX-License-Identifier: MIT */
/* A set of ports: a bit for each. All zeros is the empty one. */
#ifndef PORTDB_PORT_SET_H
#define PORTDB_PORT_SET_H

#include "port.h"

struct port_set {
	unsigned char bits[(UINT16_MAX + 1) / 8];
};

void port_set_add(struct port_set *set, struct port_range range);

bool port_set_has(const struct port_set *set, uint16_t port);

#endif
