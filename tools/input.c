#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

/* Reads on to the end: a pipe has no size, and a file's may change. */
static bool read_all(struct input *input, int descriptor, size_t capacity)
{
	input->bytes = memory_allocate(capacity);
	for (;;) {
		input->bytes = memory_grow(input->bytes, input->size + 1, &capacity, 1);
		ssize_t got =
		    read(descriptor, input->bytes + input->size, capacity - input->size - 1);
		if (got > 0)
			input->size += (size_t)got;
		else if (got == 0 || errno != EINTR)
			return got == 0;
	}
}

bool input_read(struct input *input, const char *path)
{
	struct stat status;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	*input = (struct input){0};
	if (descriptor < 0)
		return false;
	/* One byte for the NUL, and one more so that the end is seen without growing. */
	size_t capacity = fstat(descriptor, &status) == 0 && status.st_size > 0
			      ? (size_t)status.st_size + 2
			      : 4096;
	bool complete = read_all(input, descriptor, capacity);
	int error = errno;
	close(descriptor);
	if (!complete) {
		free(input->bytes);
		errno = error;
		return false;
	}
	input->bytes[input->size] = '\0';
	return true;
}
