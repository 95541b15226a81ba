/* SPDX-License-Identifier: MIT */
/* What portdb-query tells that is no list of services: sources, free ports, listening sockets. */
#ifndef PORTDB_REPORT_H
#define PORTDB_REPORT_H

#include "output.h"
#include "tools/query/answers/catalog.h"
#include "tools/shared/port.h"

enum report_result {
	REPORT_DONE,
	REPORT_NOTHING,   /* there is nothing to report */
	REPORT_FAILED,    /* what it is about cannot be read; that was said */
	REPORT_NO_COLUMN, /* the style asks for a column that there is not; that was said */
};

/* Each source of the database: its rows, when it was modified, and whether it has changed since
 * the database was published, see freshness.h. */
enum report_result report_sources(struct catalog *catalog, const struct timespec *published,
				  const struct style *style);

/* What port somebody looks for. */
struct free_wish {
	struct port_range range;
	size_t limit;       /* at most so many ports */
	bool has_ephemeral; /* those of outgoing connections are good as well */
	const char *name;   /* of the service that is to have it, or NULL; see free_ports_start */
};

/*
 * Ports of a range that no source claims, and no socket of this host has now. If the latter cannot
 * be told, that is said.
 */
enum report_result report_free(struct catalog *catalog, const struct free_wish *wish,
			       const struct style *style);

/*
 * The sockets of this host that listen, and what the database says of each. *hidden is how many
 * there are whose process this user may not see.
 */
enum report_result report_listening(struct catalog *catalog, const struct style *style,
				    size_t *hidden);

#endif
