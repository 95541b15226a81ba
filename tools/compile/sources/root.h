/* SPDX-License-Identifier: MIT */
/*
 * Files of this system, or of one whose root is a directory here: an image that is being made. In
 * there every link is followed as it would be from inside, so that none leads out.
 */
#ifndef PORTDB_ROOT_H
#define PORTDB_ROOT_H

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

struct root {
	const char *path; /* "" for this system */
	int descriptor;   /* of the directory; AT_FDCWD for this system */
};

/* This system. */
#define ROOT_HERE ((struct root){.path = "", .descriptor = AT_FDCWD})

/* Opens the system below path, "" or "/" for this one. False with errno set if it cannot be. */
bool root_open(struct root *root, const char *path);
void root_close(struct root *root);

/*
 * As open(2), of a path as that system knows it: close-on-exec, and never waiting for anybody. A
 * relative one is from the working directory, and only of this system. -1 with errno set; ENOSYS
 * where the kernel cannot keep links inside of the root.
 */
int root_open_file(const struct root *root, const char *path, int flags);

/* As stat(2). */
bool root_look(const struct root *root, const char *path, struct stat *status);

/* Whether a symbolic link stands at path. */
bool root_is_link(const struct root *root, const char *path);

/*
 * Whether a symbolic link stands at path, which is absolute, and its text leads to target: by its
 * words alone, as in an image that is being made nothing may be there.
 */
bool root_is_link_to(const struct root *root, const char *path, const char *target);

/* Whether path, which is absolute, leads through any. False with errno set if nobody can tell. */
bool root_is_linked(const struct root *root, const char *path, bool *is_linked);

/*
 * Makes the directory at path, which is absolute, and those above it that are missing. What is made
 * has mode 0755, whatever the umask. False with errno set if that cannot be.
 */
bool root_make_directories(const struct root *root, const char *path);

#endif
