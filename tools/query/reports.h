/* What portdb-query tells that is no list of services: sources, free ports, listening sockets. */
#ifndef PORTDB_REPORTS_H
#define PORTDB_REPORTS_H

#include "answer.h"
#include "output.h"
#include "question.h"

/* Each source of the database: its rows, when it was modified, and whether it has changed since. */
void report_sources(struct knowledge *knowledge, enum format format, const struct manner *manner);

/*
 * Ports of a range that no source claims, at most `limit` of them, without those of outgoing
 * connections unless `has_ephemeral`. False if there are none.
 */
bool report_free(struct knowledge *knowledge, struct port_range range, size_t limit,
		 bool has_ephemeral, enum format format, const struct manner *manner);

/*
 * The sockets of this host that listen, and what the database says of each. False with errno set if
 * they cannot be read; *hidden is how many there are whose process this user may not see.
 */
bool report_listening(struct knowledge *knowledge, enum format format, const struct manner *manner,
		      size_t *hidden);

#endif
