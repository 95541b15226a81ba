/* Reads a whole source file into memory. */
#ifndef PORTDB_INPUT_H
#define PORTDB_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct input {
	char *bytes; /* size of them and a NUL behind; the caller's, to free(3) */
	size_t size;
};

/* False with errno set if the file at path cannot be read whole. */
bool input_read(struct input *input, const char *path);

#endif
