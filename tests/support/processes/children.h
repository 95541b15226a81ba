/* SPDX-License-Identifier: MIT */
/*
 * What must happen in processes of their own, several at a time: each has a module that has not
 * looked for its database yet, and may wait for the next second of the clock.
 */
#ifndef PORTDB_TESTS_CHILDREN_H
#define PORTDB_TESTS_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Before any other. */
void children_prepare(void);

/* Starts run(argument) in a child, which is called by a name if it does not end as it should. */
void children_start(const char *name, void (*run)(const void *argument), const void *argument);

/* For a child: it ends with its parent, and after half a minute at any rate. */
void child_settle(void);

/* What is wrong, in a child or below; the test fails for it in children_expect_content. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Waits for all. The test fails if one complained or did not exit with 0. */
void children_expect_content(void);

/* Which descriptors are open, and what they refer to. */
struct descriptors {
	struct {
		bool is_open;
		dev_t device;
		ino_t inode;
	} each[256];
};

void descriptors_look(struct descriptors *descriptors);

/* Complains if they are not what they were. */
void descriptors_expect_same(const struct descriptors *before, const char *where);

/* Sleeps until it is another second of the clock, in which the module looks at the disk again. */
void wait_for_next_second(void);

#endif
