/* SPDX-License-Identifier: MIT */
/* What a person or a script asks for, from one word of the command line. */
#ifndef PORTDB_QUESTION_H
#define PORTDB_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

/* NAME, NAME/PROTOCOL, PORT or PORT/PROTOCOL. */
struct question {
	const char *text; /* as it was asked; the caller's */
	char *name;       /* NULL where a port is asked for; NAME is a port if it is all digits */
	char *protocol;   /* NULL if none is given */
	uint16_t port;
	bool is_out_of_range; /* it is all digits, and more than 65535 */
};

/* Reads a question, to be freed with question_free. What follows the last '/' is the protocol. */
struct question question_read(const char *text);

/* Takes the whole text for a name: there are names with a '/' in them. */
struct question question_of_name(const char *text);

void question_free(struct question *question);

#endif
