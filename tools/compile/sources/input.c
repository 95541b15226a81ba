/* SPDX-License-Identifier: MIT */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "tools/shared/memory.h"

/* How often a file is read again that changes while it is read. */
#define ATTEMPTS 10

static bool is_too_large(uint64_t size, size_t most)
{
	if (size > most)
		errno = EFBIG;
	return size > most;
}

/* Room for one byte more and a NUL. What is larger than `most` by one byte is all there is to see.
 */
static void make_room(struct input *input, size_t *capacity, size_t most)
{
	if (input->size + 1 < *capacity)
		return;
	*capacity = *capacity < most / 2 ? 2 * *capacity : most + 2;
	input->bytes = memory_resize(input->bytes, *capacity);
}

/* Reads on to the end: a pipe has no size, and a file's may change. */
static bool read_all(struct input *input, int descriptor, size_t most)
{
	/* One byte for the NUL, and one more so that the end is seen without growing. */
	size_t capacity = input->status.st_size > 0 ? (size_t)input->status.st_size + 2 : 4096;

	input->size = 0;
	if (S_ISREG(input->status.st_mode) && is_too_large((uint64_t)input->status.st_size, most))
		return false;
	input->bytes = memory_allocate(capacity);
	for (;;) {
		if (is_too_large(input->size, most))
			return false;
		make_room(input, &capacity, most);
		ssize_t got =
		    read(descriptor, input->bytes + input->size, capacity - input->size - 1);
		if (got > 0)
			input->size += (size_t)got;
		else if (got == 0 || errno != EINTR)
			return got == 0;
	}
}

/* Whether the time stands in a tick of the file system's clock that is over. */
static bool is_over(const struct timespec *stamp, const struct timespec *now)
{
	/* File systems that have whole seconds have no nanoseconds. */
	if (stamp->tv_sec != now->tv_sec || stamp->tv_nsec == 0)
		return stamp->tv_sec < now->tv_sec;
	return stamp->tv_nsec < now->tv_nsec;
}

/*
 * File systems stamp files by a clock that stands still for some milliseconds, or a second. A file
 * touched within its present tick could be touched again without a trace: wait for the next one.
 */
static void wait_for_next_tick(const struct stat *status)
{
	static const struct timespec pause = {.tv_nsec = 2000000};

	for (int i = 0; i < 600; i++) {
		struct timespec now;
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
		/* A time to come, by a wrong clock, is nothing to wait for. */
		if (is_over(&status->st_ctim, &now) || status->st_ctim.tv_sec > now.tv_sec)
			return;
		nanosleep(&pause, NULL);
	}
}

bool input_is_ahead(const struct stat *status)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return !is_over(&status->st_ctim, &now);
}

bool input_look(const struct root *root, const char *path, struct stat *status)
{
	if (!root_look(root, path, status))
		return false;
	wait_for_next_tick(status);
	return true;
}

static bool is_unchanged(const struct stat *before, int descriptor)
{
	struct stat after;

	return fstat(descriptor, &after) == 0 && after.st_size == before->st_size &&
	       after.st_mtim.tv_sec == before->st_mtim.tv_sec &&
	       after.st_mtim.tv_nsec == before->st_mtim.tv_nsec &&
	       after.st_ctim.tv_sec == before->st_ctim.tv_sec &&
	       after.st_ctim.tv_nsec == before->st_ctim.tv_nsec;
}

/* One attempt; *is_done if there is no use in another. */
static bool read_once(struct input *input, int descriptor, size_t most, bool *is_done)
{
	*is_done = true;
	if (fstat(descriptor, &input->status) != 0)
		return false;
	if (S_ISREG(input->status.st_mode))
		wait_for_next_tick(&input->status);
	bool is_complete = read_all(input, descriptor, most);
	*is_done = !is_complete || !S_ISREG(input->status.st_mode) ||
		   is_unchanged(&input->status, descriptor);
	return is_complete;
}

/* What is read from where it stands, be it a file, is read once. */
static bool read_standard(struct input *input, int descriptor)
{
	bool is_done;

	return read_once(input, descriptor, INPUT_ANY_MAX, &is_done);
}

static bool read_stable(struct input *input, int descriptor, size_t most)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		bool is_done;
		if (!read_once(input, descriptor, most, &is_done))
			return false;
		if (is_done)
			return true;
		free(input->bytes);
		input->bytes = NULL;
		if (lseek(descriptor, 0, SEEK_SET) != 0)
			return false;
	}
	errno = EBUSY;
	return false;
}

bool input_is_nothing(const struct input *input)
{
	return S_ISCHR(input->status.st_mode) && input->status.st_rdev == makedev(1, 3);
}

/* Whether the file is of the kind that was asked for. */
static bool is_of_kind(struct input *input, int descriptor, enum input_kind kind)
{
	if (fstat(descriptor, &input->status) != 0)
		return false;
	if (kind == INPUT_REGULAR && !S_ISREG(input->status.st_mode) && !input_is_nothing(input)) {
		errno = EINVAL;
		return false;
	}
	return true;
}

static int open_input(const struct root *root, const char *path, enum input_kind kind)
{
	if (kind == INPUT_STANDARD)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return kind == INPUT_ANY ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
				 : root_open_file(root, path, O_RDONLY);
}

bool input_read(struct input *input, const struct root *root, const char *path,
		enum input_kind kind)
{
	int descriptor = open_input(root, path, kind);

	*input = (struct input){0};
	if (descriptor < 0)
		return false;
	bool is_complete = is_of_kind(input, descriptor, kind);
	if (is_complete && kind == INPUT_STANDARD)
		is_complete = read_standard(input, descriptor);
	else if (is_complete)
		is_complete = read_stable(input, descriptor,
					  kind == INPUT_ANY ? INPUT_ANY_MAX : INPUT_REGULAR_MAX);
	int error = errno;
	close(descriptor);
	if (!is_complete) {
		free(input->bytes);
		input->bytes = NULL;
		errno = error;
		return false;
	}
	input->bytes[input->size] = '\0';
	return true;
}
