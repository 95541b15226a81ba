/* SPDX-License-Identifier: MIT */
/*
 * Words of a row that are taken as they stand, and are likely not what its author meant: protocols
 * that nobody asks for, and aliases that are no names.
 */
#ifndef PORTDB_CHECK_WORDS_H
#define PORTDB_CHECK_WORDS_H

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"

/* What can be said of many rows of a file. */
enum words_kind {
	WORDS_PROTOCOL,
	WORDS_INVISIBLE,
	WORDS_LIST,
	WORDS_FREQUENCY,
	WORDS_DESCRIPTION,
	WORDS_KINDS,
};

/* What was said of one source. All zeros to begin with. */
struct words {
	const struct claim *last;          /* that was looked at */
	bool has_names;                    /* whether its aliases are names */
	unsigned long counts[WORDS_KINDS]; /* of rows */
};

/* Of so many rows of a source each is told of. */
#define WORDS_ROWS_MAX 10

/*
 * Reports what is odd about the words of the source's next service, or of a row that hides other
 * names, and what was probably meant.
 * Whether its aliases can be names of it, so that it makes sense to compare them with others. The
 * claims of one row, as for a range of ports, are one.
 */
bool check_words_of(struct words *words, const struct source *source, const struct claim *claim,
		    struct diagnostics *diagnostics);

/* Reports how many rows of the source were like those that were told of. */
void check_words_conclude(const struct words *words, const struct source *source,
			  struct diagnostics *diagnostics);

#endif
