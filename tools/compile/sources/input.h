/* Reads a whole source file into memory. */
#ifndef PORTDB_INPUT_H
#define PORTDB_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct input {
	char *bytes; /* size of them and a NUL behind; the caller's, to free(3) */
	size_t size;
	struct stat status; /* of the file, as it was when these bytes were in it */
};

/*
 * False with errno set if the file at path cannot be read whole. Should anybody edit the file
 * later, be it in the next moment, its time of modification will be another than in status.
 */
bool input_read(struct input *input, const char *path);

/*
 * Looks at a file or directory, with the same promise: what is done to it from now on shows in its
 * time of modification. False with errno set by stat(2).
 */
bool input_look(const char *path, struct stat *status);

#endif
