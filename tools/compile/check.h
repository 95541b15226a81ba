/* SPDX-License-Identifier: MIT */
/*
 * Looks for what a person would want to know before a change of a source is merged.
 */
#ifndef PORTDB_CHECK_H
#define PORTDB_CHECK_H

#include "tools/compile/sources/diagnostics.h"
#include "tools/compile/sources/source.h"

/*
 * Reports rows that say again what a row of their own source said, names and ports that an earlier
 * row or a higher source already takes (with both places), as warnings; and as notes names that
 * break RFC 6335, and those that a lower source has at another port (other-ports.h). That a lower
 * source says the same as a higher one is no finding.
 */
void check_sources(const struct source *sources, size_t source_count,
		   struct diagnostics *diagnostics);

#endif
