/* SPDX-License-Identifier: MIT */
/*
 * The lock of the look at the disk, which one thread at a time takes.
 *
 * A child that is forked meanwhile has no such thread, and finds nobody's lock: the kernel empties
 * its page where memory is copied, and only there. A child of vfork(2), or whoever else shares this
 * memory, finds the lock as it is, held or not. Nobody asks whose process it is: numbers of
 * processes are alike in two namespaces, and differ where memory is one.
 */
#ifndef PORTDB_LOOK_LOCK_H
#define PORTDB_LOOK_LOCK_H

#include <stdbool.h>

/* False where no other thread can come, nor a fork, before the look is done. */
bool portdb_look_lock_is_needed(void) __attribute__((visibility("hidden")));

/* False if somebody has it. time, which is not 0, is kept for who asks since when. */
bool portdb_look_lock_take(unsigned long time) __attribute__((visibility("hidden")));

void portdb_look_lock_release(void) __attribute__((visibility("hidden")));

/* The time at which who has it took it, or 0 if nobody has. */
unsigned long portdb_look_lock_taken(void) __attribute__((visibility("hidden")));

#endif
