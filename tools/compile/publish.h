/* SPDX-License-Identifier: MIT */
/*
 * Puts a database where processes look for it, all of it or nothing.
 */
#ifndef PORTDB_PUBLISH_H
#define PORTDB_PUBLISH_H

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/image/image.h"
#include "tools/compile/sources/root.h"

enum outcome {
	FAILED,    /* reported; what was at the path is there still */
	PUBLISHED, /* it is in place; that it could not be synced there was reported */
	UNCHANGED, /* the same bytes were there already */
};

/*
 * How many seconds a compiler waits for another: fewer than portdb.service may take, which is ended
 * without a word then. tests/system/check-units compares the two.
 */
#define PUBLISH_PATIENCE 50

/*
 * Begins to replace the file at path of the system, by one compiler at a time: waits for any other,
 * for so many seconds, and says so after the first. NULL, and reported under the name `shown`, if
 * it cannot be begun. What is read from then on is as new as what any compiler published before.
 */
struct publishing *publish_begin(const struct root *root, const char *path, const char *shown,
				 unsigned patience, struct diagnostics *diagnostics);

/*
 * Replaces the file by the image: written in full to the same directory, read back and verified,
 * synced, and renamed into place. Processes that have the old database mapped are told through it.
 * The new file's mode is 0444, and it is younger than the image's sources, see freshness.h.
 *
 * It is refused to replace what is no database, or a database that has services by one that has
 * none.
 */
enum outcome publish_replace(struct publishing *publishing, const struct image *image);

/* Lets the next one begin. NULL is nothing to end. */
void publish_end(struct publishing *publishing);

#endif
