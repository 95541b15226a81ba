/* SPDX-License-Identifier: MIT */
#include "guarded.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Both are there where AddressSanitizer is. */
void __asan_poison_memory_region(const volatile void *address, size_t size) __attribute__((weak));
void __asan_unpoison_memory_region(const volatile void *address, size_t size) __attribute__((weak));

static void expect(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "guarded memory: %s\n", what);
	abort();
}

static void protect(const struct guarded *guarded, int protection)
{
	expect(mprotect(guarded->end - GUARDED_MAX, GUARDED_MAX, protection) == 0, "mprotect");
}

unsigned char *guarded_bytes(struct guarded *guarded, size_t size)
{
	expect(size <= GUARDED_MAX, "too much is asked for");
	if (!guarded->end) {
		size_t page = (size_t)sysconf(_SC_PAGESIZE);
		unsigned char *start = mmap(NULL, GUARDED_MAX + page, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		expect(start != MAP_FAILED, "mmap");
		guarded->end = start + GUARDED_MAX;
		expect(mprotect(guarded->end, page, PROT_NONE) == 0, "mprotect");
	}
	return guarded->end - size;
}

const unsigned char *guarded_copy(struct guarded *guarded, const void *bytes, size_t size)
{
	size_t slack = -size % 8;
	unsigned char *copy = guarded_bytes(guarded, size + slack);

	protect(guarded, PROT_READ | PROT_WRITE);
	if (__asan_unpoison_memory_region)
		__asan_unpoison_memory_region(guarded->end - 8, 8);
	if (size > 0)
		memcpy(copy, bytes, size);
	if (__asan_poison_memory_region)
		__asan_poison_memory_region(copy + size, slack);
	protect(guarded, PROT_READ);
	return copy;
}
