/* SPDX-License-Identifier: MIT */
/* One run of portdb-query: what is asked, and finding and printing it. */
#ifndef PORTDB_REQUEST_H
#define PORTDB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "output.h"
#include "tools/query/answers/language.h"
#include "tools/query/answers/question.h"
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
	DIFF,
};

struct request {
	enum mode mode;
	const char *database; /* its path */
	struct language language;
	enum format format;
	struct listing_wish wish; /* of what is listed */
	const char *base;         /* the entry below which those of LDIF go */
	const char *status;       /* of the services to be shown; NULL for any */
	char *search;             /* words to search for; `words` holds more of them */
	struct port_range range;
	size_t limit;         /* of free ports */
	bool has_claims;      /* all are to be shown */
	bool has_ephemeral;   /* ports of outgoing connections count as free, too */
	const char *for_name; /* the service that a free port is for, or NULL */
	char **words;         /* the other arguments; "-" stands for those on standard input */
	size_t word_count;
};

/* Wrong usage, which main finds out but for a column that there is not; and trouble with what is
 * compared, as diff(1) has it. */
#define REQUEST_USAGE 2

/*
 * Prints the answers on standard output, and on standard error, a line each, what is wrong or was
 * not found. The exit status: EXIT_SUCCESS if all was found, or nothing is different; EXIT_FAILURE;
 * or REQUEST_USAGE.
 */
int request_run(const struct request *request);

#endif
