/* SPDX-License-Identifier: MIT */
/* Ports as people and tables write them: decimal digits, from 0 to 65535. */
#ifndef PORTDB_PORT_H
#define PORTDB_PORT_H

#include <stdbool.h>
#include <stdint.h>

/* Ports from first to last, both included. */
struct port_range {
	uint16_t first;
	uint16_t last;
};

/* Reads one port and moves *text behind it. False if there is none, with *text where it was. */
bool port_read(const char **text, uint16_t *port);

/* Reads a text that is "8000-8100", or one port. False if it is neither. */
bool port_range_read(struct port_range *range, const char *text);

#endif
