/* SPDX-License-Identifier: MIT */
/*
 * A process of which one look at a file, stat(2), takes as long as the test wants, as it does where
 * a disk does not answer. What the others do meanwhile is counted: nothing is timed.
 */
#ifndef PORTDB_TESTS_HOLDING_H
#define PORTDB_TESTS_HOLDING_H

#include <stdbool.h>

/*
 * Runs `start` in a child process, in which this may be done; *status is what it returns, or 128 +
 * the signal that ended it. With denies_wiping the kernel knows no MADV_WIPEONFORK. False if this
 * kernel, or who started this process, does not allow it: see FAULTS_ARE_NOT_ALLOWED.
 */
bool run_with_held_look(int *status, bool denies_wiping, int (*start)(const void *argument),
			const void *argument);

/* For `start` and its children. The next look is held, whoever makes it. */
void hold_next_look(void);

/* Returns once it is. */
void hold_wait(void);

/* How often others looked since then, and how often they slept or yielded. */
unsigned hold_count_looks(void);
unsigned hold_count_waits(void);

/* Lets it go on. */
void hold_end(void);

#endif
