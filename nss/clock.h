/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own clock, whatever stands before it: programs that fake the time for others put
 * functions in the place of the C library's, and with those it may stand still for ever.
 */
#ifndef PORTDB_CLOCK_H
#define PORTDB_CLOCK_H

#include <time.h>

/* clock_gettime(2) or a function that is called like it. */
typedef int portdb_clock(clockid_t clock, struct timespec *time);

/*
 * The function that the kernel maps into every process for that (vdso(7)), or the C library's where
 * there is none. Makes no system call, takes no lock.
 */
portdb_clock *portdb_clock_find(void) __attribute__((visibility("hidden"), cold));

#endif
