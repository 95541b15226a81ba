/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deadline.h"
#include "tools/shared/memory.h"

/* What a wait for the lock needs to know. */
struct waiting {
	int directory;
	const char *name;
	const char *shown;
	unsigned patience;
	struct diagnostics *diagnostics;
};

static void fail(const struct waiting *waiting)
{
	int error = errno;

	diagnostics_error(waiting->diagnostics, waiting->shown, "cannot lock it: %s",
			  strerror(error));
	errno = error;
}

/* A file that only this user can open. */
static bool is_private(const struct stat *status)
{
	return S_ISREG(status->st_mode) && status->st_uid == geteuid() &&
	       !(status->st_mode & (S_IRWXG | S_IRWXO));
}

/*
 * Whether all files here are like this one, which is not private. A file of our own, which is not
 * kept, shows it.
 */
static bool is_as_private_as_can_be(const struct waiting *waiting, const struct stat *status)
{
	char name[64];
	struct stat probed;

	/* As short as can be: the lock's may be as long as a name can be. */
	snprintf(name, sizeof name, ".lock.%ld", (long)getpid());
	int probe = openat(waiting->directory, name,
			   O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_alike = probe >= 0 && fstat(probe, &probed) == 0 &&
			probed.st_mode == status->st_mode && probed.st_uid == status->st_uid;
	if (probe >= 0) {
		unlinkat(waiting->directory, name, 0);
		close(probe);
	}
	return is_alike;
}

/* Opens the file that stands at the name, or makes one: *is_new. -1, and reported, if it is none.
 */
static int open_file(const struct waiting *waiting, bool *is_new)
{
	const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	int descriptor = openat(waiting->directory, waiting->name, flags | O_EXCL, 0600);
	struct stat status;

	*is_new = descriptor >= 0;
	if (descriptor < 0 && errno == EEXIST)
		descriptor = openat(waiting->directory, waiting->name, flags, 0600);
	if (descriptor < 0 || fstat(descriptor, &status) != 0)
		fail(waiting);
	else if (!is_private(&status) && !is_as_private_as_can_be(waiting, &status))
		diagnostics_error(waiting->diagnostics, waiting->shown,
				  "cannot lock it: %s is not a file of this user alone",
				  waiting->name);
	else
		return descriptor;
	if (descriptor >= 0)
		close(descriptor);
	return -1;
}

/* Whether it was locked in time. If not, *has_locks tells whether it could have been. */
static bool wait_for_others(const struct waiting *waiting, int descriptor, bool *has_locks)
{
	struct deadline first = deadline_in(1);
	struct deadline last = deadline_in(waiting->patience);
	bool is_told = false;

	*has_locks = true;
	while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			*has_locks = errno != ENOLCK && errno != EOPNOTSUPP && errno != ENOSYS &&
				     errno != EINVAL;
			fail(waiting);
			return false;
		}
		if (deadline_is_over(&last)) {
			diagnostics_error(waiting->diagnostics, waiting->shown,
					  "cannot lock it: another process has had the lock on %s "
					  "for %u seconds",
					  waiting->name, waiting->patience);
			return false;
		}
		if (!is_told && deadline_is_over(&first)) {
			diagnostics_note(waiting->diagnostics, waiting->shown, 0,
					 "waits for another process, which has locked %s",
					 waiting->name);
			is_told = true;
		}
		deadline_pause();
	}
	return true;
}

/* Whether the file is still at its name: who held it before removed it. */
static bool is_in_place(const struct waiting *waiting, int descriptor)
{
	struct stat held;
	struct stat found;

	return fstat(descriptor, &held) == 0 &&
	       fstatat(waiting->directory, waiting->name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
	       held.st_dev == found.st_dev && held.st_ino == found.st_ino;
}

/* Waits for the file that stands at the name now; *held is -1 if that has gone meanwhile. */
static bool try(const struct waiting *waiting, int *held)
{
	bool is_new;
	bool has_locks;
	int descriptor = open_file(waiting, &is_new);

	*held = -1;
	if (descriptor < 0)
		return false;
	bool is_locked = wait_for_others(waiting, descriptor, &has_locks);
	if (is_locked && is_in_place(waiting, descriptor)) {
		*held = descriptor;
		return true;
	}
	/* One that nobody can lock is of no use to anybody. */
	if (is_new && !has_locks)
		unlinkat(waiting->directory, waiting->name, 0);
	close(descriptor);
	return is_locked;
}

bool lock_take(struct lock *lock, int directory, const char *name, const char *shown,
	       unsigned patience, struct diagnostics *diagnostics)
{
	struct waiting waiting = {directory, name, shown, patience, diagnostics};

	*lock = (struct lock){.directory = directory, .descriptor = -1};
	while (lock->descriptor < 0)
		if (!try(&waiting, &lock->descriptor))
			return false;
	lock->name = memory_copy_string(name);
	return true;
}

/* Removed while it is held, so that nobody removes another's. */
void lock_release(struct lock *lock)
{
	if (!lock->name)
		return;
	unlinkat(lock->directory, lock->name, 0);
	close(lock->descriptor);
	free(lock->name);
	lock->name = NULL;
}
