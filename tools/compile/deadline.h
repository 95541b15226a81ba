/* SPDX-License-Identifier: MIT */
/* Waiting for others who may never come to it: a look now and then, and an end to it. */
#ifndef PORTDB_DEADLINE_H
#define PORTDB_DEADLINE_H

#include <stdbool.h>
#include <time.h>

struct deadline {
	struct timespec time; /* of the monotonic clock */
};

struct deadline deadline_in(unsigned seconds);
bool deadline_is_over(const struct deadline *deadline);

/* Sleeps for some milliseconds between two looks. */
void deadline_pause(void);

#endif
