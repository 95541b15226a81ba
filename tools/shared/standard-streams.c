/* SPDX-License-Identifier: MIT */
#include "standard-streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

static int lost_status;

/* Of what was lost before the last write the C library keeps the fact, and no errno. */
static void write_out(void)
{
	if (fflush(stdout) != 0)
		message_say("standard output: %s", strerror(errno));
	else if (ferror(stdout))
		message_say("standard output: not all of it could be written");
	else
		return;
	_exit(lost_status);
}

/* By what every system has, as some have no /dev. The number is the lowest that is free. */
static void fill_gaps(void)
{
	for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++)
		if (fcntl(number, F_GETFD) < 0 && errno == EBADF)
			open("/", O_PATH);
}

void standard_streams_guard(int status_if_lost)
{
	fill_gaps();
	lost_status = status_if_lost;
	atexit(write_out);
}

void standard_streams_set_status(int status_if_lost)
{
	lost_status = status_if_lost;
}
