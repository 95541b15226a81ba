/* From a question to answers: first what NSS answers, then who else claims the same. */
#ifndef PORTDB_FIND_H
#define PORTDB_FIND_H

#include "answer.h"
#include "question.h"

/*
 * Adds the answers to a question; false if there are none. For each protocol that it leaves open,
 * that of NSS's own answer first, comes what NSS answers with that protocol; then, as second,
 * further services that have the name, and that have the port. Last come rows that are no
 * services.
 */
bool look_up(struct knowledge *knowledge, const struct question *question, struct answers *answers);

/* The same for every port of a range, in their order. */
bool look_up_range(struct knowledge *knowledge, struct port_range range, struct answers *answers);

#endif
