/* SPDX-License-Identifier: MIT */
#include "others.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker.h"

/* Where a program is: unpacked, else as it is installed. NULL if it is neither. */
static const char *find(const char *package, const char *path)
{
	static char found[4096];
	const char *unpacked = getenv("UNPACKED");

	snprintf(found, sizeof found, "%s/%s%s", unpacked ? unpacked : "", package, path);
	if (access(found, X_OK) != 0)
		snprintf(found, sizeof found, "%s", path);
	return access(found, X_OK) == 0 ? found : NULL;
}

/* ---- nscd --------------------------------------------------------------------------------- */

static const char nscd_configuration[] = "paranoia no\n"
					 "enable-cache passwd no\n"
					 "enable-cache group no\n"
					 "enable-cache hosts no\n"
					 "enable-cache netgroup no\n"
					 "enable-cache services yes\n"
					 "positive-time-to-live services 86400\n"
					 "negative-time-to-live services 86400\n"
					 "suggested-size services 211\n"
					 "check-files services no\n"
					 "persistent services no\n"
					 "shared services yes\n";

/* Becomes nscd, with /run as its own. */
static void become_nscd(const char *program, const char *services)
{
	const struct worker_setup setup = {
	    .service = "files", .services = services, .has_file = true};
	const char *configuration = "/run/nscd.conf";
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!setup_enter(&setup) || mount("tmpfs", "/run", "tmpfs", 0, NULL) != 0 ||
	    mkdir("/run/nscd", 0755) != 0)
		_exit(126);
	FILE *file = fopen(configuration, "we");
	if (!file || fputs(nscd_configuration, file) < 0 || fclose(file) != 0)
		_exit(126);
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	execl(program, program, "--foreground", "--config-file", configuration, NULL);
	_exit(127);
}

/* Whether it answers: its socket is seen through the root directory that it has. */
static bool is_listening(pid_t nscd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "/proc/%d/root/run/nscd/socket", nscd);
	bool is_there = connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0;
	close(descriptor);
	return is_there;
}

pid_t nscd_start(const char *services)
{
	const char *program = find("nscd", "/usr/sbin/nscd");
	pid_t nscd = program ? fork() : 0;

	if (!program || nscd < 0)
		return 0;
	if (nscd == 0)
		become_nscd(program, services);
	for (unsigned tries = 0; tries < 500 && !is_listening(nscd); tries++) {
		if (waitpid(nscd, NULL, WNOHANG) == nscd)
			return 0;
		usleep(10000);
	}
	return nscd;
}

void nscd_stop(pid_t nscd)
{
	if (nscd > 0) {
		kill(nscd, SIGKILL);
		waitpid(nscd, NULL, 0);
	}
}

/* ---- libnss-db ---------------------------------------------------------------------------- */

/* A row by number, by each name, and by port; each with and without the protocol. */
static const char rows[] = "{ sub(/#.*/, \"\") }\n"
			   "NF >= 2 {\n"
			   "	split($2, port, \"/\")\n"
			   "	print \"0\" count++, $0\n"
			   "	print \"=\" port[1] \"/\" port[2], $0\n"
			   "	print \"=\" port[1] \"/\", $0\n"
			   "	for (i = 1; i <= NF; i += i == 1 ? 2 : 1) {\n"
			   "		print \".\" $i \"/\" port[2], $0\n"
			   "		print \".\" $i \"/\", $0\n"
			   "	}\n"
			   "}\n";

bool db_make(const char *services, const char *directory)
{
	const char *program = find("libnss-db", "/usr/bin/makedb");
	void *module = dlopen("libnss_db.so.2", RTLD_NOW);
	char *command;

	if (!program || !module || (mkdir(directory, 0755) != 0))
		return false;
	dlclose(module);
	if (asprintf(&command, "awk '%s' '%s' | '%s' --quiet -o '%s/services.db' - 2>/dev/null",
		     rows, services, program, directory) < 0)
		return false;
	bool is_made = system(command) == 0;
	free(command);
	return is_made;
}
