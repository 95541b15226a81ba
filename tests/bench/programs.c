/* SPDX-License-Identifier: MIT */
#include "programs.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void become(const struct worker_setup *setup, const char *const *arguments, int output)
{
	if (setup && !setup_enter(setup))
		_exit(126);
	dup2(output, STDOUT_FILENO);
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	execvp(arguments[0], (char *const *)arguments);
	_exit(127);
}

struct usage program_run(const struct worker_setup *setup, const char *const *arguments)
{
	struct usage usage = {-1, 0};
	struct rusage resources;
	double start = milliseconds_now();
	int status;
	pid_t child = fork();

	if (child == 0)
		become(setup, arguments, open("/dev/null", O_WRONLY));
	if (child > 0 && wait4(child, &status, 0, &resources) == child && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0) {
		usage.milliseconds = milliseconds_now() - start;
		usage.kibibytes = (double)resources.ru_maxrss;
	}
	return usage;
}

double program_first_lookup(const struct worker_setup *setup)
{
	const char *const arguments[] = {"/proc/self/exe", "--first",
					 setup->nscd > 0 ? "" : setup->service, NULL};
	double nanoseconds = -1;
	int channel[2];

	if (pipe(channel) != 0)
		return -1;
	pid_t child = fork();
	if (child == 0)
		become(setup, arguments, channel[1]);
	close(channel[1]);
	if (read(channel[0], &nanoseconds, sizeof nanoseconds) != sizeof nanoseconds)
		nanoseconds = -1;
	close(channel[0]);
	if (child > 0)
		waitpid(child, NULL, 0);
	return nanoseconds;
}

static bool enter_network(void)
{
	struct ifreq request = {.ifr_flags = IFF_UP};
	int descriptor;

	if (unshare(CLONE_NEWNET) != 0)
		return false;
	strcpy(request.ifr_name, "lo");
	descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_up = descriptor >= 0 && ioctl(descriptor, SIOCSIFFLAGS, &request) == 0;
	close(descriptor);
	return is_up;
}

/* Ports all over the range, as an ephemeral port's name is what takes longest to look up. */
static bool open_socket(unsigned number, unsigned count)
{
	bool is_tcp = number % 2 == 0;
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)(1024 + number / 2 * (64000 / (count / 2)))),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int descriptor = socket(AF_INET, is_tcp ? SOCK_STREAM : SOCK_DGRAM, 0);

	return descriptor >= 0 &&
	       bind(descriptor, (const struct sockaddr *)&address, sizeof address) == 0 &&
	       (!is_tcp || listen(descriptor, 1) == 0);
}

unsigned open_sockets(unsigned count)
{
	struct rlimit limit = {count + 64, count + 64};
	unsigned opened = 0;

	if (!enter_network() || setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	while (opened < count && open_socket(opened, count))
		opened++;
	return opened;
}
