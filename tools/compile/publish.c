/* SPDX-License-Identifier: MIT */
#include "publish.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "deadline.h"
#include "lock.h"
#include "nss/reader/byteorder.h"
#include "nss/reader/format.h"
#include "nss/reader/freshness.h"
#include "tools/compile/image/verify.h"
#include "tools/shared/memory.h"

struct publishing {
	const struct image *image;
	const char *path; /* as it was given, for messages */
	struct diagnostics *diagnostics;
	char *for_name;  /* a copy of the path, of which name is a part */
	char *name;      /* of the file in its directory */
	char *temporary; /* the same for the new file; the lock makes its name ours alone */
	int directory;
	struct lock lock;
	int old; /* the file that is replaced, or -1 */
};

/* Reports what failed and why, by errno. */
static bool fail(const struct publishing *publishing, const char *what)
{
	diagnostics_error(publishing->diagnostics, publishing->path, "%s: %s", what,
			  strerror(errno));
	return false;
}

static bool refuse(const struct publishing *publishing, const char *why)
{
	diagnostics_error(publishing->diagnostics, publishing->path, "%s", why);
	return false;
}

/* Whether the path can be a file's: basename(3) would take "directory/" for "directory". */
static bool names_a_file(const struct publishing *publishing)
{
	size_t length = strlen(publishing->path);

	return (length > 0 && publishing->path[length - 1] != '/') ||
	       refuse(publishing, "the name of a directory, not of a database");
}

static bool open_directory(struct publishing *publishing, const struct root *root,
			   const char *directory)
{
	publishing->directory = root_open_file(root, directory, O_RDONLY | O_DIRECTORY);
	if (publishing->directory >= 0)
		return true;
	int error = errno;
	char *shown = memory_copy_string(publishing->path);
	diagnostics_error(publishing->diagnostics, dirname(shown), "cannot open the directory: %s",
			  strerror(error));
	free(shown);
	return false;
}

/* ".NAME.SUFFIX", to be freed. */
static char *hidden_name(const char *name, const char *suffix)
{
	size_t size = strlen(name) + strlen(suffix) + sizeof "..";
	char *hidden = memory_allocate(size);

	snprintf(hidden, size, ".%s.%s", name, suffix);
	return hidden;
}

/* Of the names beside the database's the lock's is the longest. How long one may be differs. */
static bool takes_names(const struct publishing *publishing, const char *lock_name)
{
	struct stat status;
	size_t more = strlen(lock_name) - strlen(publishing->name);

	if (fstatat(publishing->directory, lock_name, &status, AT_SYMLINK_NOFOLLOW) == 0 ||
	    errno != ENAMETOOLONG)
		return true;
	diagnostics_error(publishing->diagnostics, publishing->path,
			  "its name is too long: that of the lock beside it has %zu bytes more",
			  more);
	return false;
}

/* What stands at the path now: publishing->old stays -1 if that is nothing. */
static bool open_old(struct publishing *publishing)
{
	struct stat status;

	if (fstatat(publishing->directory, publishing->name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT || fail(publishing, "cannot look at the old file");
	if (!S_ISREG(status.st_mode))
		return refuse(publishing, "not replaced, as it is not a regular file");
	publishing->old = openat(publishing->directory, publishing->name,
				 O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	return publishing->old >= 0 || fail(publishing, "cannot read the old file");
}

/* A file's bytes, mapped; NULL if there are none. */
struct bytes {
	const unsigned char *address;
	size_t size;
};

/* False with errno set if the file cannot be mapped: what is in it is not known then. */
static bool map(int descriptor, struct bytes *bytes)
{
	struct stat status;

	*bytes = (struct bytes){0};
	if (fstat(descriptor, &status) != 0)
		return false;
	if (status.st_size <= 0)
		return true;
	void *address = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, descriptor, 0);
	if (address == MAP_FAILED)
		return false;
	*bytes = (struct bytes){address, (size_t)status.st_size};
	return true;
}

static void unmap(const struct bytes *bytes)
{
	if (bytes->address)
		munmap((void *)bytes->address, bytes->size);
}

/* As it would be, were it written anew by this user. */
static bool is_as_written(int descriptor)
{
	struct stat status;

	return fstat(descriptor, &status) == 0 && status.st_uid == geteuid() &&
	       (status.st_mode & 07777) == 0444;
}

static bool is_database(const struct bytes *file)
{
	return file->size >= sizeof PORTDB_MAGIC - 1 &&
	       memcmp(file->address, PORTDB_MAGIC, sizeof PORTDB_MAGIC - 1) == 0;
}

static bool is_sound_with_services(const struct bytes *file)
{
	uint32_t services;

	return file->address && !verify_image(file->address, file->size, &services) && services > 0;
}

/* Whether there would be no services any more where there are some. */
static bool loses_services(const struct publishing *publishing, const struct bytes *old)
{
	const struct portdb_header *header = (const void *)publishing->image->bytes;

	return from_le32(header->service_count) == 0 && is_sound_with_services(old);
}

static bool is_same(const struct publishing *publishing, const struct bytes *old)
{
	const struct image *image = publishing->image;

	return old->address && old->size == image->size &&
	       memcmp(old->address, image->bytes, old->size) == 0 && is_as_written(publishing->old);
}

/* Some file systems have even seconds. */
#define YOUNGER_SECONDS 4

/* By giving it its mode; where modes are fixed, by its times. */
static bool touch(int descriptor)
{
	if (fchmod(descriptor, 0444) == 0)
		return true;
	return (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) &&
	       futimens(descriptor, NULL) == 0;
}

/*
 * Touches the database's file until it is younger than all of its sources: on a file system with
 * whole seconds that may take one. False with errno set if that fails.
 */
static bool make_younger(const struct publishing *publishing, int descriptor)
{
	struct deadline deadline = deadline_in(YOUNGER_SECONDS);
	struct stat status;

	while (!deadline_is_over(&deadline)) {
		if (!touch(descriptor) || fstat(descriptor, &status) != 0)
			return false;
		if (portdb_is_earlier(&publishing->image->sources_touched, &status.st_ctim))
			return true;
		deadline_pause();
	}
	errno = ETIME;
	return false;
}

/* Reports why by errno. A file server has a clock of its own, by which its files are stamped. */
static bool fail_to_make_younger(const struct publishing *publishing, int descriptor)
{
	struct stat status;

	if (errno != ETIME || fstat(descriptor, &status) != 0)
		return fail(publishing, "cannot touch the new database");
	intmax_t behind = publishing->image->sources_touched.tv_sec - status.st_ctim.tv_sec;
	diagnostics_error(publishing->diagnostics, publishing->path,
			  "not written, as it would be older than a source: the clock of its file "
			  "system is %jd seconds behind; set that clock right, and compile again",
			  behind);
	return false;
}

static bool write_all(int descriptor, const unsigned char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(descriptor, bytes, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			errno = written == 0 ? EIO : errno;
			return false;
		}
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

static bool read_back(const struct publishing *publishing, int descriptor)
{
	const struct image *image = publishing->image;
	struct bytes bytes;
	uint32_t services;

	if (!map(descriptor, &bytes))
		return fail(publishing, "cannot read the new database back");
	const char *wrong = verify_image(bytes.address, bytes.size, &services);
	if (!wrong &&
	    (bytes.size != image->size || memcmp(bytes.address, image->bytes, bytes.size) != 0))
		wrong = "it is not what was written";
	unmap(&bytes);
	if (wrong)
		diagnostics_error(publishing->diagnostics, publishing->path,
				  "the new database was read back damaged: %s", wrong);
	return !wrong;
}

/* Where the file system fixes modes, there may be no use in the database at this place. */
static void check_mode(const struct publishing *publishing, int descriptor)
{
	struct stat status;

	if (fstat(descriptor, &status) != 0)
		return;
	unsigned mode = status.st_mode & 07777;
	if (mode & (S_IWGRP | S_IWOTH))
		diagnostics_warning(
		    publishing->diagnostics, publishing->path, 0,
		    "its mode is %04o, whatever is asked for: others may write it, so "
		    "libnss_portdb does not use it",
		    mode);
	else if ((mode & 0444) != 0444)
		diagnostics_warning(
		    publishing->diagnostics, publishing->path, 0,
		    "its mode is %04o, whatever is asked for: others cannot read it", mode);
}

static bool write_new(const struct publishing *publishing)
{
	/* A compiler that was killed may have left one. */
	if (unlinkat(publishing->directory, publishing->temporary, 0) != 0 && errno != ENOENT)
		return fail(publishing, "cannot remove what is left of a former attempt");
	int descriptor = openat(publishing->directory, publishing->temporary,
				O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (descriptor < 0)
		return fail(publishing, "cannot create the new database");

	bool is_written = true;
	if (!write_all(descriptor, publishing->image->bytes, publishing->image->size))
		is_written = fail(publishing, "cannot write the new database");
	else if (!read_back(publishing, descriptor))
		is_written = false;
	else if (!make_younger(publishing, descriptor))
		is_written = fail_to_make_younger(publishing, descriptor);
	else if (fsync(descriptor) != 0)
		is_written = fail(publishing, "cannot sync the new database");
	else
		check_mode(publishing, descriptor);
	if (close(descriptor) != 0 && is_written)
		is_written = fail(publishing, "cannot write the new database");
	return is_written;
}

/*
 * Tells the processes that have the old file mapped, by the one field of it that may change. The
 * file is read-only, for who owns it too, so it is opened anew for writing. Nothing is lost if that
 * cannot be: they look at the disk within a second.
 */
static void mark_superseded(const struct publishing *publishing)
{
	portdb_le32 superseded = {0};
	struct stat status;
	char link[64];

	/* A file that ends before the field is no longer mapped by anybody. */
	if (fstat(publishing->old, &status) != 0 ||
	    (size_t)status.st_size < sizeof(struct portdb_header))
		return;
	/* Nobody is waited for who has a lease on it. */
	snprintf(link, sizeof link, "/proc/self/fd/%d", publishing->old);
	int descriptor = open(link, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0 && fchmod(publishing->old, (status.st_mode & 07777) | S_IWUSR) == 0) {
		descriptor = open(link, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
		/* It may have another name, by which it is somebody's copy. */
		fchmod(publishing->old, status.st_mode & 07777);
	}
	if (descriptor < 0)
		return;
	/* One more than before, lest who found it put back take it for what it said then. */
	if (pread(publishing->old, &superseded, sizeof superseded,
		  offsetof(struct portdb_header, superseded)) < 0)
		superseded = to_le32(0);
	superseded = to_le32(from_le32(superseded) + 1);
	ssize_t written = pwrite(descriptor, &superseded, sizeof superseded,
				 offsetof(struct portdb_header, superseded));
	(void)written;
	close(descriptor);
}

static bool put_in_place(const struct publishing *publishing)
{
	if (renameat(publishing->directory, publishing->temporary, publishing->directory,
		     publishing->name) != 0)
		return fail(publishing, "cannot put the new database in place");
	if (publishing->old >= 0)
		mark_superseded(publishing);
	/* EINVAL: this file system does not sync directories. */
	if (fsync(publishing->directory) != 0 && errno != EINVAL)
		fail(publishing, "the new database is in place, but may be lost in a power "
				 "failure: cannot sync its directory");
	return true;
}

/* From here on the path is a database's, or nobody's, and the temporary name is ours. */
static enum outcome replace_database(const struct publishing *publishing, const struct bytes *old)
{
	enum outcome outcome = FAILED;

	if (loses_services(publishing, old))
		refuse(publishing, "not replaced, as the new database has no services");
	else if (is_same(publishing, old) && make_younger(publishing, publishing->old))
		outcome = UNCHANGED;
	else if (write_new(publishing) && put_in_place(publishing))
		return PUBLISHED;
	/* What this compiler left, or one that was killed. Gone already, if it is in place. */
	unlinkat(publishing->directory, publishing->temporary, 0);
	return outcome;
}

enum outcome publish_replace(struct publishing *publishing, const struct image *image)
{
	struct bytes old = {0};
	enum outcome outcome = FAILED;

	publishing->image = image;
	if (!open_old(publishing))
		return FAILED;
	if (publishing->old >= 0 && !map(publishing->old, &old))
		fail(publishing, "cannot read the old file");
	else if (old.address && !is_database(&old))
		refuse(publishing, "not replaced, as it is not a portdb database; if it is to "
				   "become one, remove it first");
	else
		outcome = replace_database(publishing, &old);
	unmap(&old);
	if (publishing->old >= 0)
		close(publishing->old);
	publishing->old = -1;
	return outcome;
}

struct publishing *publish_begin(const struct root *root, const char *path, const char *shown,
				 unsigned patience, struct diagnostics *diagnostics)
{
	char *for_directory = memory_copy_string(path);
	struct publishing *publishing = memory_allocate(sizeof *publishing);

	*publishing = (struct publishing){
	    .path = shown,
	    .diagnostics = diagnostics,
	    .for_name = memory_copy_string(path),
	    .directory = -1,
	    .old = -1,
	};
	publishing->name = basename(publishing->for_name);
	publishing->temporary = hidden_name(publishing->name, "new");
	char *lock_name = hidden_name(publishing->name, "lock");
	bool is_begun = names_a_file(publishing) &&
			open_directory(publishing, root, dirname(for_directory)) &&
			takes_names(publishing, lock_name) &&
			lock_take(&publishing->lock, publishing->directory, lock_name, shown,
				  patience, diagnostics);
	free(lock_name);
	free(for_directory);
	if (is_begun)
		return publishing;
	publish_end(publishing);
	return NULL;
}

void publish_end(struct publishing *publishing)
{
	if (!publishing)
		return;
	lock_release(&publishing->lock);
	if (publishing->directory >= 0)
		close(publishing->directory);
	free(publishing->temporary);
	free(publishing->for_name);
	free(publishing);
}
