/* SPDX-License-Identifier: MIT */
#include "deadline.h"

struct deadline deadline_in(unsigned seconds)
{
	struct deadline deadline;

	clock_gettime(CLOCK_MONOTONIC, &deadline.time);
	deadline.time.tv_sec += seconds;
	return deadline;
}

bool deadline_is_over(const struct deadline *deadline)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec != deadline->time.tv_sec ? now.tv_sec > deadline->time.tv_sec
						   : now.tv_nsec >= deadline->time.tv_nsec;
}

void deadline_pause(void)
{
	static const struct timespec pause = {.tv_nsec = 5000000};

	nanosleep(&pause, NULL);
}
