/* SPDX-License-Identifier: MIT */
/*
 * Which second it is, by the kernel's own clock, whatever stands before it: programs that fake the
 * time for others put functions in the place of the C library's, and with those it may stand still
 * for ever.
 */
#ifndef PORTDB_CLOCK_H
#define PORTDB_CLOCK_H

#include <time.h>

/* A function that is called like time(2), with NULL. */
typedef time_t portdb_clock(time_t *);

/*
 * The cheapest one that there is, of those that the kernel maps into every process (vdso(7)). The
 * clock is one that can be set, so that it tells only whether it is another second; where it cannot
 * be asked it is another one each time.
 */
portdb_clock *portdb_clock_find(void) __attribute__((visibility("hidden"), cold));

#endif
