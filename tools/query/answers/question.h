/* SPDX-License-Identifier: MIT */
/* What a person or a script asks for, from one word of the command line. */
#ifndef PORTDB_QUESTION_H
#define PORTDB_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/shared/port.h"

/* A name, or ports; with a protocol or without. */
struct question {
	const char *text; /* as it was asked; the caller's */
	char *name;       /* NULL where ports are asked for */
	char *protocol;   /* NULL if none is given */
	struct port_range ports;
	bool is_out_of_range; /* a port that is more than 65535 */
};

/*
 * Reads NAME, NAME/PROTOCOL, PORT or PORT/PROTOCOL, to be freed with question_free. What follows
 * the last '/' is the protocol; what is all digits is a port. typed.h reads more than that.
 */
struct question question_read(const char *text);

/* Takes the name for ports if it is all digits; with `takes_range`, A-B as well. */
void question_take_ports(struct question *question, bool takes_range);

/* Takes the whole text for a name: there are names with a '/' in them. */
struct question question_of_name(const char *text);

/* Takes what follows the first '/' for the protocol: there are such, too. */
struct question question_of_protocol(const char *text);

void question_free(struct question *question);

#endif
