/* SPDX-License-Identifier: MIT */
/*
 * Looks for what a person would want to know before a change of a source is merged.
 */
#ifndef PORTDB_CHECK_H
#define PORTDB_CHECK_H

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"
#include "tools/shared/ephemeral.h"

/* Whose rows findings are about. */
struct check_scope {
	size_t own_count;  /* so many of the first sources are the site's own; 0: nobody can tell */
	bool has_only_own; /* what others' rows have is no finding, unless an own one hides it */
	const struct ephemeral *ephemeral; /* ports that are none for the site's own */
};

/*
 * Reports rows that say again what a row of their own source said, names and ports that an earlier
 * row or a higher source already takes (with both places), words that are likely not what was meant
 * (check-words.h), and own ports that outgoing connections may have, as warnings; and as notes
 * names that break RFC 6335, and those that a lower source has at another port (other-ports.h).
 * What an own row takes from others' is said of the own one, which hides it. That a lower source
 * says the same as a higher one is no finding.
 */
void check_sources(const struct source *sources, size_t source_count,
		   const struct check_scope *scope, struct diagnostics *diagnostics);

#endif
