/* SPDX-License-Identifier: MIT */
/* One run of portdb-query: what is asked, and finding and printing it. */
#ifndef PORTDB_REQUEST_H
#define PORTDB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "language.h"
#include "output.h"
#include "question.h"
#include "tools/shared/port.h"

enum mode {
	LOOK_UP,
	ALL,
	SEARCH,
	RANGE,
	CONFLICTS,
	SOURCES,
	FREE,
	LISTENING,
};

struct request {
	enum mode mode;
	const char *database; /* its path */
	struct language language;
	enum format format;
	const char *base;   /* the entry below which those of LDIF go */
	const char *status; /* of the services to be shown; NULL for any */
	char *search;       /* words to search for; `words` holds more of them */
	struct port_range range;
	size_t limit;       /* of free ports */
	bool has_claims;    /* all are to be shown */
	bool has_ephemeral; /* ports of outgoing connections count as free, too */
	char **words;       /* the other arguments; "-" stands for those on standard input */
	size_t word_count;
};

/*
 * Prints the answers on standard output, and on standard error, a line each, what is wrong or was
 * not found. True if all was found.
 */
bool request_run(const struct request *request);

#endif
