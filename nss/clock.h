/* SPDX-License-Identifier: MIT */
/*
 * Which second it is, by the kernel's own clock, whatever stands before it: programs that fake the
 * time for others put functions in the place of the C library's, and with those it may stand still
 * for ever. errno is left as it was.
 */
#ifndef PORTDB_CLOCK_H
#define PORTDB_CLOCK_H

#include <stdbool.h>
#include <time.h>

/*
 * A function that is called like time(2), with NULL. What it says is not negative: where a long has
 * 32 bits it is the lower 31 of the second, so that after 2038 each is another one still.
 */
typedef time_t portdb_clock(time_t *);

/*
 * The cheapest one that there is, of those that the kernel maps into every process (vdso(7)). The
 * clock is one that can be set, so that it tells only whether it is another second; where it cannot
 * be asked it is another one each time.
 */
portdb_clock *portdb_clock_find(void) __attribute__((visibility("hidden"), cold));

/*
 * The seconds of a clock that nobody can set, for how long something takes; after portdb_clock_find
 * by the kernel's own function. False where it cannot be asked.
 */
bool portdb_clock_uptime(unsigned long *seconds) __attribute__((visibility("hidden"), cold));

#endif
