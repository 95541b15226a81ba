/* SPDX-License-Identifier: MIT */
/*
 * Linked into every program that tests/coverage builds, and into nothing else: lets processes write
 * down what they ran when they end by _exit(2), too, as gcc's library does at exit(3).
 */
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/processes/faults.h"

/* gcc's. */
void __gcov_dump(void);

/* What the linker makes of calls of _exit in the program, and what it was (ld --wrap). */
_Noreturn void __wrap__exit(int status);
_Noreturn void __real__exit(int status);

/*
 * What is written then is none of the program's doing: neither faults nor limits that a test made
 * for the program are for it. It is the last destructor to run.
 */
static __attribute__((destructor)) void leave_the_program(void)
{
	struct rlimit limit;

	syscall(SYS_getpriority, FAULTS_MARK, 0);
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_FSIZE, &limit);
	}
}

/* A module that the process has loaded is a program to itself: what is to run at its end runs. */
static void end_module(void)
{
	const struct link_map *module = dlopen("libnss_portdb.so.2", RTLD_LAZY | RTLD_NOLOAD);
	void (*const *ends)(void) = NULL;
	size_t size = 0;

	for (const ElfW(Dyn) *entry = module ? module->l_ld : NULL; entry && entry->d_tag; entry++)
		if (entry->d_tag == DT_FINI_ARRAY)
			ends = (const void *)(module->l_addr + entry->d_un.d_ptr);
		else if (entry->d_tag == DT_FINI_ARRAYSZ)
			size = entry->d_un.d_val;
	for (size_t i = ends ? size / sizeof *ends : 0; i > 0; i--)
		ends[i - 1]();
}

_Noreturn void __wrap__exit(int status)
{
	leave_the_program();
	end_module();
	__gcov_dump();
	__real__exit(status);
}
