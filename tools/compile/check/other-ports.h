/* SPDX-License-Identifier: MIT */
/*
 * Names that a lower source has at another port. getservbyname(3) with a protocol is not affected:
 * what a higher source has stays. But getaddrinfo(3) asks for several protocols in turn, so a
 * protocol that only the lower source has can come first, with the port of another service.
 */
#ifndef PORTDB_OTHER_PORTS_H
#define PORTDB_OTHER_PORTS_H

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"

/*
 * Notes each name that a lower source answers for a protocol, at a port at which no higher one
 * answers it for another protocol, with both places. The higher one is one of the first `higher`
 * sources.
 */
void other_ports_note(const struct source *sources, size_t source_count, size_t higher,
		      struct diagnostics *diagnostics);

#endif
