/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* By write(2): what stands behind stderr, see message.h, would want memory. */
static _Noreturn void give_up(void)
{
	static const char message[] = "portdb: out of memory\n";

	if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
		_exit(EXIT_FAILURE);
	exit(EXIT_FAILURE);
}

void *memory_checked(void *memory)
{
	if (!memory)
		give_up();
	return memory;
}

void memory_check_result(int result)
{
	if (result < 0)
		give_up();
}

void *memory_allocate(size_t size)
{
	return memory_checked(malloc(size));
}

void *memory_allocate_zeroed(size_t count, size_t element_size)
{
	return memory_checked(calloc(count, element_size));
}

void *memory_resize(void *memory, size_t size)
{
	return memory_checked(realloc(memory, size));
}

size_t memory_sum(size_t one, size_t other)
{
	size_t sum;

	if (__builtin_add_overflow(one, other, &sum))
		give_up();
	return sum;
}

void *memory_grow(void *array, size_t count, size_t *capacity, size_t element_size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity ? 2 * *capacity : 4;
	return memory_checked(reallocarray(array, *capacity, element_size));
}

char *memory_copy_string(const char *string)
{
	return memory_checked(strdup(string));
}
