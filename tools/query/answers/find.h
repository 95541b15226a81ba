/* SPDX-License-Identifier: MIT */
/* From a question to answers: first what NSS answers, then who else claims the same. */
#ifndef PORTDB_FIND_H
#define PORTDB_FIND_H

#include "catalog.h"
#include "question.h"
#include "tools/shared/port.h"

/*
 * Adds the answers to a question; false if there are none. For each protocol that it leaves open,
 * that of NSS's own answer first, comes what NSS answers with that protocol; then, as second,
 * further services that have the name, and that have the port. Last come rows that are no
 * services.
 */
bool find_answers(struct catalog *catalog, const struct question *question,
		  struct answers *answers);

/* The same for every port of a range, in their order; with a protocol or, if that is NULL, any. */
bool find_range(struct catalog *catalog, struct port_range range, const char *protocol,
		struct answers *answers);

#endif
