/* SPDX-License-Identifier: MIT */
#include "typing.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 30000 /* milliseconds without a word */

/* What the terminal shows, until nobody has it open any more. */
static bool read_screen(int terminal, FILE *screen)
{
	for (;;) {
		struct pollfd wait = {.fd = terminal, .events = POLLIN};
		char bytes[4096];
		if (poll(&wait, 1, PATIENCE) <= 0)
			return false;
		ssize_t count = read(terminal, bytes, sizeof bytes);
		if (count <= 0)
			return true;
		fwrite(bytes, 1, (size_t)count, screen);
	}
}

char *type_at(const char *const *arguments, const char *keys)
{
	struct winsize size = {.ws_row = 50, .ws_col = 200};
	int terminal;
	char *text;
	size_t length;
	FILE *screen = open_memstream(&text, &length);
	pid_t child = forkpty(&terminal, NULL, NULL, &size);

	cr_assert_geq(child, 0);
	if (child == 0) {
		execvp(arguments[0], (char *const *)arguments);
		_exit(127);
	}
	cr_assert_eq(write(terminal, keys, strlen(keys)), (ssize_t)strlen(keys));
	bool has_ended = read_screen(terminal, screen);
	fclose(screen);
	if (!has_ended)
		kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(terminal);
	cr_assert(has_ended, "%s did not end: %s", arguments[0], text);
	return text;
}
