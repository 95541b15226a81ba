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
 *
 * Where it cannot be looked at, errno tells. There is nothing any more (ENOENT, ENOTDIR), or links
 * that lead nowhere (ELOOP, ENAMETOOLONG): it has changed, unless there was nothing before. There
 * is a file, but no time_t of this machine holds its time (EOVERFLOW): it has changed. Nobody can
 * tell (EACCES, EIO, ESTALE and whatever else): it passes for unchanged.
 */
bool portdb_source_has_changed(const struct portdb_source_row *source,
			       const struct timespec *published);

/*
 * Looks at every tracked source on disk: one stat(2) each. Whether any has changed; *changes says
 * which. May change errno.
 */
bool portdb_look_for_changes(const struct portdb *db, const struct timespec *published,
			     struct portdb_changes *changes);

/* Whether any claim for the service is a changed source's. Reads each word once. */
bool portdb_rests_on_changes(const struct portdb *db, const struct portdb_service *service,
			     const struct portdb_changes *changes);

#endif
