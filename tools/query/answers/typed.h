/* SPDX-License-Identifier: MIT */
/*
 * What somebody means who does not type a question in its own form: 443/TCP, SSH, tcp/443, :443,
 * 0.0.0.0:443, 443,80, 6000-6063, "https (443)".
 *
 * What a text means as it stands comes first, so that a name with such characters in it is that
 * name. Only what is nothing by itself is read in another way.
 */
#ifndef PORTDB_TYPED_H
#define PORTDB_TYPED_H

#include "catalog.h"
#include "question.h"

/*
 * The texts of which a text is made: "443,80/tcp" is "443/tcp" and "80/tcp", "https (443)" is
 * "https" and "443". Their number; at most 1 if it is a whole. They, and *parts, are in memory.
 */
size_t typed_parts(struct arena *memory, const char *text, const char *const **parts);

/* How a text was read. */
struct typed {
	struct question question; /* to be freed */
	const char *found; /* what is there, in the case that it has; NULL if that was typed */
};

/* Adds the answers to a text that is a whole. False if there are none. */
bool typed_answer(struct catalog *catalog, const char *text, struct answers *answers,
		  struct typed *typed);

#endif
