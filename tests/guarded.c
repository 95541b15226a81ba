#include "guarded.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t whole_pages(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

unsigned char *guarded_copy(const void *bytes, size_t size)
{
	size_t pages = whole_pages(size);
	size_t guard = whole_pages(1);
	unsigned char *memory =
	    mmap(NULL, pages + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(memory, MAP_FAILED);
	cr_assert_eq(mprotect(memory + pages, guard, PROT_NONE), 0);
	unsigned char *copy = memory + pages - (size + 7) / 8 * 8;
	return memcpy(copy, bytes, size);
}

void unguard(unsigned char *copy, size_t size)
{
	size_t pages = whole_pages(size);

	munmap(copy + (size + 7) / 8 * 8 - pages, pages + whole_pages(1));
}
