/* SPDX-License-Identifier: MIT */
#include "nscd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"

#define NSCD_PROGRAM "/usr/sbin/nscd"

/* How long the program may take, which waits for the daemon: it may be stopped, or hang. */
#define PATIENCE_SECONDS 5

static const struct sockaddr_un nscd_address = {.sun_family = AF_UNIX,
						.sun_path = "/var/run/nscd/socket"};

/*
 * Somebody listens at its socket: the file alone may be left from one that has ended. One whose
 * queue is full has not come to it yet, or will never.
 */
static bool is_running(void)
{
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool is_there = descriptor >= 0 && (connect(descriptor, (const void *)&nscd_address,
						    sizeof nscd_address) == 0 ||
					    errno == EAGAIN);

	if (descriptor >= 0)
		close(descriptor);
	return is_there;
}

/* Whether the child has ended in time; it is killed if not. *status is 0 if nobody can tell. */
static bool wait_for(pid_t child, int *status)
{
	struct deadline deadline = deadline_in(PATIENCE_SECONDS);
	pid_t ended;

	*status = 0;
	while ((ended = waitpid(child, status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
		if (deadline_is_over(&deadline)) {
			kill(child, SIGKILL);
			while (waitpid(child, status, 0) < 0 && errno == EINTR)
				;
			return false;
		}
		deadline_pause();
	}
	return true;
}

void nscd_drop_services(struct diagnostics *diagnostics)
{
	static const char *const arguments[] = {NSCD_PROGRAM, "--invalidate=services", NULL};
	static char *const environment[] = {NULL};
	pid_t child;
	int status;

	if (!is_running())
		return;
	int error =
	    posix_spawn(&child, NSCD_PROGRAM, NULL, NULL, (char *const *)arguments, environment);
	if (error != 0)
		diagnostics_warning(diagnostics, NSCD_PROGRAM, 0,
				    "cannot tell nscd of the new database: %s", strerror(error));
	else if (!wait_for(child, &status))
		diagnostics_warning(diagnostics, NSCD_PROGRAM, 0,
				    "nscd does not answer, and may go on with the old services; "
				    "once it does, run: nscd -i services");
	else if (status != 0)
		diagnostics_warning(diagnostics, NSCD_PROGRAM, 0,
				    "it did not drop its cache; run: nscd -i services");
}
