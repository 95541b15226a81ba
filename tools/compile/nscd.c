/* SPDX-License-Identifier: MIT */
#include "nscd.h"

#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define NSCD_PROGRAM "/usr/sbin/nscd"

static const struct sockaddr_un nscd_address = {.sun_family = AF_UNIX,
						.sun_path = "/var/run/nscd/socket"};

/* Somebody listens at its socket: the file alone may be left from one that has ended. */
static bool is_running(void)
{
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_there = descriptor >= 0 &&
			connect(descriptor, (const void *)&nscd_address, sizeof nscd_address) == 0;

	if (descriptor >= 0)
		close(descriptor);
	return is_there;
}

void nscd_drop_services(struct diagnostics *diagnostics)
{
	static const char *const arguments[] = {NSCD_PROGRAM, "--invalidate=services", NULL};
	static char *const environment[] = {NULL};
	pid_t child;
	int status = 0;

	if (!is_running())
		return;
	int error =
	    posix_spawn(&child, NSCD_PROGRAM, NULL, NULL, (char *const *)arguments, environment);
	if (error != 0)
		diagnostics_warning(diagnostics, NSCD_PROGRAM, 0,
				    "cannot tell nscd of the new database: %s", strerror(error));
	else if (waitpid(child, &status, 0) == child && status != 0)
		diagnostics_warning(diagnostics, NSCD_PROGRAM, 0,
				    "it did not drop its cache; run: nscd -i services");
}
