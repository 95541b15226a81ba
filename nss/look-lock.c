/* SPDX-License-Identifier: MIT */
#include "look-lock.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif
#include <unistd.h>

/* When it was taken, or 0. NULL until it is needed. */
static _Atomic(atomic_ulong *) current;

/* It stands here where the kernel has no page that it empties for children. */
static atomic_ulong unwiped;

/*
 * What pthread_atfork calls, which itself needs a compiler's start files. NULL: it is for as long
 * as the process lives, as the module is.
 */
extern int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void),
			     void *library);

static void forget_lock(void)
{
	atomic_store(&unwiped, 0);
}

/* The lock, which no child is given that is not in this memory. */
static atomic_ulong *find_lock(void)
{
	atomic_ulong *lock = NULL;
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	atomic_ulong *page =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	atomic_ulong *fresh = page;

	/*
	 * A kernel before 4.14, or a filter of system calls, may not do it; then the C library
	 * does, in those children that it makes itself.
	 */
	if (page == MAP_FAILED || madvise(page, size, MADV_WIPEONFORK) != 0) {
		__register_atfork(NULL, NULL, forget_lock, NULL);
		fresh = &unwiped;
	}
	if (atomic_compare_exchange_strong(&current, &lock, fresh))
		lock = fresh;
	if (page != MAP_FAILED && page != lock)
		munmap(page, size);
	return lock;
}

/*
 * As the C library's own allocator does, this goes by its word for that (glibc 2.32). Then there is
 * nothing to ask of the kernel, either.
 */
bool portdb_look_lock_is_needed(void)
{
#if __has_include(<sys/single_threaded.h>)
	return !__libc_single_threaded;
#else
	return true;
#endif
}

bool portdb_look_lock_take(unsigned long time)
{
	atomic_ulong *lock = atomic_load(&current);
	unsigned long nobody = 0;

	if (!lock)
		lock = find_lock();
	return atomic_compare_exchange_strong(lock, &nobody, time);
}

void portdb_look_lock_release(void)
{
	atomic_store(atomic_load(&current), 0);
}

unsigned long portdb_look_lock_taken(void)
{
	atomic_ulong *lock = atomic_load(&current);

	return lock ? atomic_load(lock) : 0;
}
