/* SPDX-License-Identifier: MIT */
#include "freshness.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static bool is_directory(const struct portdb_source_row *source)
{
	return source->kind == PORTDB_DIRECTORY || source->kind == PORTDB_DIRECTORY_AHEAD;
}

static bool is_ahead(const struct portdb_source_row *source)
{
	return source->kind == PORTDB_FILE_AHEAD || source->kind == PORTDB_DIRECTORY_AHEAD;
}

static bool is_at(const struct portdb_source_row *source, const struct timespec *time)
{
	if (source->seconds != (int64_t)time->tv_sec)
		return false;
	/* Archives of system images keep whole seconds: 0 says nothing. */
	uint32_t nanoseconds = (uint32_t)time->tv_nsec;
	return source->nanoseconds == nanoseconds || source->nanoseconds == 0 || nanoseconds == 0;
}

/* By why it cannot be looked at. */
static bool has_changed_by(const struct portdb_source_row *source, int error)
{
	switch (error) {
	case EOVERFLOW:
		return true;
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG: /* by what a link has in it */
		return source->kind != PORTDB_ABSENT;
	default:
		return false;
	}
}

bool portdb_source_has_changed(const struct portdb_source_row *source,
			       const struct timespec *published)
{
	struct stat status;

	if (source->kind == PORTDB_UNTRACKED)
		return false;
	/* What was no link and is one now shows the link, which has neither its size nor its time.
	 */
	if (fstatat(AT_FDCWD, source->path, &status, source->is_linked ? 0 : AT_SYMLINK_NOFOLLOW) !=
	    0)
		return has_changed_by(source, errno);
	if (source->kind == PORTDB_ABSENT || S_ISLNK(status.st_mode))
		return true;
	if (source->is_linked && source->inode != (uint32_t)status.st_ino)
		return true;
	if (!is_directory(source) && (uint64_t)status.st_size != source->size)
		return true;
	if (is_ahead(source))
		return !is_at(source, &status.st_ctim);
	/* Size and time stay with cp -p and its kin; but nobody can set when a file was touched. */
	return !is_at(source, &status.st_mtim) || !portdb_is_earlier(&status.st_ctim, published);
}

bool portdb_look_for_changes(const struct portdb *db, const struct timespec *published,
			     struct portdb_changes *changes)
{
	struct portdb_claims claims;
	struct portdb_source_row source;
	bool is_any = false;

	memset(changes, 0, sizeof *changes);
	if (portdb_sources_open(&claims, db) != PORTDB_OK)
		return false;
	for (uint32_t i = 0; portdb_source_get(&claims, i, &source) == PORTDB_OK; i++)
		if (portdb_source_has_changed(&source, published)) {
			changes->words[i / 32] |= UINT32_C(1) << i % 32;
			is_any = true;
		}
	return is_any;
}

static bool is_marked(const struct portdb_changes *changes, uint32_t source)
{
	uint32_t word = __atomic_load_n(&changes->words[source / 32], __ATOMIC_RELAXED);

	return word >> source % 32 & 1;
}

bool portdb_rests_on_changes(const struct portdb *db, const struct portdb_service *service,
			     const struct portdb_changes *changes)
{
	struct portdb_claims claims;
	struct portdb_claim_row claim;

	if (portdb_claims_open(&claims, db) != PORTDB_OK)
		return true;
	for (uint32_t i = portdb_first_claim(db, service);
	     portdb_claim_get(&claims, i, &claim) == PORTDB_OK && claim.service == service->offset;
	     i++)
		if (is_marked(changes, claim.source))
			return true;
	return false;
}
