/* SPDX-License-Identifier: MIT */
/*
 * Whether the sources that a database was made of are still what they were.
 */
#ifndef PORTDB_FRESHNESS_H
#define PORTDB_FRESHNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "claims.h"

/* Number n of the sources has its bit in word n / 32. */
#define PORTDB_CHANGE_WORDS (PORTDB_SOURCES_MAX / 32)

/* Which sources have changed, come or gone: a bit for each. */
struct portdb_changes {
	uint32_t words[PORTDB_CHANGE_WORDS];
};

static inline bool portdb_is_earlier(const struct timespec *one, const struct timespec *other)
{
	return one->tv_sec != other->tv_sec ? one->tv_sec < other->tv_sec
					    : one->tv_nsec < other->tv_nsec;
}

/*
 * Whether a source has changed since it was compiled. Untracked ones never have. published is the
 * database file's own ctime: the compiler sees to it that every source was touched earlier, so that
 * one that was touched at that time or later has been since.
 */
bool portdb_source_has_changed(const struct portdb_source_row *source,
			       const struct timespec *published);

/*
 * Looks at every tracked source on disk: one stat(2) each. Whether any has changed; *changes says
 * which. A source that cannot be looked at, for lack of permission say, passes for unchanged. May
 * change errno.
 */
bool portdb_look_for_changes(const struct portdb *db, const struct timespec *published,
			     struct portdb_changes *changes);

/* Whether any claim for the service is a changed source's. Reads each word once. */
bool portdb_rests_on_changes(const struct portdb *db, const struct portdb_service *service,
			     const struct portdb_changes *changes);

#endif
