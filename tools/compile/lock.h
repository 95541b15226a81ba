/* SPDX-License-Identifier: MIT */
/* One compiler at a time: a file beside the database that is locked, and removed when done. */
#ifndef PORTDB_LOCK_H
#define PORTDB_LOCK_H

#include <stdbool.h>

#include "tools/compile/claims/diagnostics.h"

/* All zeros is a lock that is not held. */
struct lock {
	char *name; /* of the file in its directory; NULL if the lock is not held */
	int directory;
	int descriptor;
};

/*
 * Waits for the lock for so many seconds, and says so after the first. False, and reported under
 * the name `shown`, if it cannot be had; then no file is left that was not there. The directory
 * must stay open until the lock is released.
 *
 * The file is one that others cannot open: whoever can open a file or a directory can lock it, and
 * keep everybody waiting. Where a file system gives all files one owner or mode, it is a file like
 * any other there.
 */
bool lock_take(struct lock *lock, int directory, const char *name, const char *shown,
	       unsigned patience, struct diagnostics *diagnostics);

/* Lets the next one have it. */
void lock_release(struct lock *lock);

#endif
