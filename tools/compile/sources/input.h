/* SPDX-License-Identifier: MIT */
/* Reads a whole source file into memory. */
#ifndef PORTDB_INPUT_H
#define PORTDB_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "root.h"

struct input {
	char *bytes; /* size of them and a NUL behind; the caller's, to free(3) */
	size_t size;
	struct stat status; /* of the file, as it was when these bytes were in it */
};

/* What the file at path may be, and how large. */
enum input_kind {
	/* A pipe or a terminal as well, to which nobody can be kept from writing. */
	INPUT_ANY,
	INPUT_REGULAR,  /* a regular file, or /dev/null, which holds nothing */
	INPUT_STANDARD, /* standard input, from where it stands; the path does not matter */
};

#define INPUT_ANY_MAX     ((size_t)512 << 20)
#define INPUT_REGULAR_MAX ((size_t)64 << 20)

/*
 * False with errno set if the file at path cannot be read whole: EINVAL if it is of no such kind,
 * EFBIG if it is larger than that.
 * Should anybody touch the file later, be it in the next moment, its times will be others than in
 * status.
 */
bool input_read(struct input *input, const struct root *root, const char *path,
		enum input_kind kind);

/* Whether it is /dev/null, which stands for a source that is left out. */
bool input_is_nothing(const struct input *input);

/*
 * Looks at a file or directory, with the same promise: what is done to it from now on shows in its
 * times. False with errno set by stat(2).
 */
bool input_look(const struct root *root, const char *path, struct stat *status);

/* Whether the file was touched at a time that is still to come, by a clock that was set since. */
bool input_is_ahead(const struct stat *status);

#endif
