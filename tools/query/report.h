/* SPDX-License-Identifier: MIT */
/* What portdb-query tells that is no list of services: sources, free ports, listening sockets. */
#ifndef PORTDB_REPORTS_H
#define PORTDB_REPORTS_H

#include "catalog.h"
#include "output.h"
#include "tools/shared/port.h"

/* Each source of the database: its rows, when it was modified, and whether it has changed since
 * the database was published, see freshness.h. */
void report_sources(struct catalog *catalog, const struct timespec *published, enum format format,
		    const struct terminal *terminal);

/*
 * Ports of a range that no source claims, at most `limit` of them, without those of outgoing
 * connections unless `has_ephemeral`. False if there are none.
 */
bool report_free(struct catalog *catalog, struct port_range range, size_t limit, bool has_ephemeral,
		 enum format format, const struct terminal *terminal);

/*
 * The sockets of this host that listen, and what the database says of each. False with errno set if
 * they cannot be read; *hidden is how many there are whose process this user may not see.
 */
bool report_listening(struct catalog *catalog, enum format format, const struct terminal *terminal,
		      size_t *hidden);

#endif
