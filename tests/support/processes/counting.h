/* SPDX-License-Identifier: MIT */
/*
 * What this process holds of the kernel's: to tell whether it grows. Needs no Criterion.
 */
#ifndef PORTDB_TESTS_COUNTING_H
#define PORTDB_TESTS_COUNTING_H

#include <stdbool.h>
#include <stddef.h>

/* As RUNS_UNDER_VALGRIND in the environment says. */
bool runs_under_valgrind(void);

struct mappings {
	unsigned count;
	size_t bytes; /* of addresses */
};

/*
 * The mappings of this process. In a program built with sanitizers, or run by valgrind, only those
 * that can be read and no more, as are all that the module makes: those make others of their own.
 */
struct mappings count_mappings(void);

/* Its open descriptors, without the one that looks. */
unsigned count_descriptors(void);

/* Of the first 64 those that are open: where /proc is not to be read, or a call may fail. */
unsigned count_low_descriptors(void);

#endif
