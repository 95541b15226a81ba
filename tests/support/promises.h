/* SPDX-License-Identifier: MIT */
/*
 * What merging promises, as questions to a database: Monotonicity and Losslessness.
 */
#ifndef PORTDB_TESTS_PROMISES_H
#define PORTDB_TESTS_PROMISES_H

#include "text-database.h"

/*
 * Asks both databases whatever the sources of `more` give reason to ask: every name, alias and port
 * with every protocol and with none. `less` is without some of the lower sources. What it
 * answers, `more` must answer the same, but for further aliases; and it enumerates the same first.
 * NULL, or the question whose answer changed, in static memory.
 */
const char *changed_answer(const struct database *less, const struct database *more);

/*
 * Each claim of each source must stand in the database once, with its source and line, where the
 * claims for its service stand; and what is a service and not hidden be answered by name and by
 * port. NULL, or what is lost, in static memory.
 */
const char *lost_claim(const struct database *database);

/* The protocols of all sources, each once, and NULL, "" and "tcp"; the caller frees it. */
const char **protocols_to_ask(const struct source *sources, size_t source_count, size_t *count);

#endif
