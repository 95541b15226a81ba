/* SPDX-License-Identifier: MIT */
/*
 * A database's file, as a process that trusts nobody opens it.
 */
#ifndef PORTDB_FILE_H
#define PORTDB_FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "db.h"

/* Where the system's database is. */
extern const char portdb_file_system_path[] __attribute__((visibility("hidden")));

/*
 * Where this process's database is: $PORTDB_DATABASE if that is an absolute path and the process
 * has no more privileges than its caller, else portdb_file_system_path. The environment's own
 * string.
 */
const char *portdb_file_path(void);

/*
 * Opens the file at path for reading, close-on-exec and without ever blocking, if it is what a
 * database can be: a regular file that its group and others cannot write and whose size fits the
 * format.
 * The descriptor is the caller's, who must close it; *status is the file's. -1 with errno set
 * otherwise: by open(2) or fstat(2), EACCES for a file that others may write, EINVAL for one that
 * is not regular, EFBIG for one that is too large.
 */
int portdb_file_open(const char *path, struct stat *status);

/*
 * Whether nobody owns the file who could pull it from under this process: it is root's, or the
 * effective user's, or nobody's (65534), as root's files are within a user namespace where root has
 * no other number. errno is left as it was.
 */
bool portdb_file_has_trusted_owner(const struct stat *status);

/* A database file, mapped read-only. */
struct portdb_file {
	struct portdb db;
	void *address;
	size_t length;
	struct timespec published; /* see freshness.h */
};

/*
 * Maps the file at path and opens the database in it. False with errno set if that fails:
 * ENODATA if the bytes are not a database, then *result says why; else *result is PORTDB_OK.
 */
bool portdb_file_map(struct portdb_file *file, const char *path, enum portdb_result *result);

/* Lets go of what portdb_file_map mapped. errno is left as it was. */
void portdb_file_unmap(struct portdb_file *file);

#endif
