/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

const char portdb_file_system_path[] = PORTDB_DATABASE_PATH;

const char *portdb_file_path(void)
{
	/* A relative one would lead elsewhere with each chdir(2), into other people's directories.
	 */
	const char *path = secure_getenv("PORTDB_DATABASE");

	return path && path[0] == '/' ? path : portdb_file_system_path;
}

static int refusal(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return EINVAL;
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return EACCES;
	if ((uintmax_t)status->st_size > UINT32_MAX)
		return EFBIG;
	return 0;
}

int portdb_file_open(const char *path, struct stat *status)
{
	/* Without O_NONBLOCK a FIFO in the database's place would hang the process. */
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor < 0)
		return -1;

	int error = fstat(descriptor, status) != 0 ? errno : refusal(status);
	if (error != 0) {
		close(descriptor);
		errno = error;
		return -1;
	}
	return descriptor;
}

/* What the kernel calls who has no number of its own here, unless it was told another. */
#define OVERFLOW_USER 65534

bool portdb_file_has_trusted_owner(const struct stat *status)
{
	return status->st_uid == 0 || status->st_uid == OVERFLOW_USER ||
	       status->st_uid == geteuid();
}

bool portdb_file_map(struct portdb_file *file, const char *path, enum portdb_result *result)
{
	struct stat status;
	int descriptor = portdb_file_open(path, &status);

	*result = PORTDB_OK;
	if (descriptor < 0)
		return false;
	if (status.st_size == 0) { /* which mmap refuses */
		close(descriptor);
		*result = PORTDB_NOT_DATABASE;
		errno = ENODATA;
		return false;
	}

	file->length = (size_t)status.st_size;
	file->published = status.st_ctim;
	file->address = mmap(NULL, file->length, PROT_READ, MAP_SHARED, descriptor, 0);
	int error = errno;
	close(descriptor);
	if (file->address == MAP_FAILED) {
		errno = error;
		return false;
	}

	*result = portdb_open(&file->db, file->address, file->length);
	if (*result != PORTDB_OK) {
		portdb_file_unmap(file);
		errno = ENODATA;
		return false;
	}
	return true;
}

void portdb_file_unmap(struct portdb_file *file)
{
	int saved_errno = errno;

	munmap(file->address, file->length);
	file->address = NULL;
	errno = saved_errno;
}
