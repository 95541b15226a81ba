/* SPDX-License-Identifier: MIT */
#include "host.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/compiling.h"
#include "tests/support/support.h"

void enter_host(const char *text)
{
	char *database = scratch_path("host.db");

	/* Others would need a user namespace, which no process with threads may enter. */
	if (geteuid() != 0)
		cr_skip_test("only root can move a running test to a host of its own");
	compile_text(text, database);
	if (!enter_etc_with("", 0))
		cr_skip_test("no mount namespace is permitted here");
	write_text("/etc/nsswitch.conf", "services: portdb\n");
	write_text("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n");
	write_text("/etc/group", "root:x:0:\n");
	setenv("PORTDB_DATABASE", database, 1);
	free(database);
}

void host_hide(const char *directory)
{
	cr_assert_eq(mount("none", directory, "tmpfs", 0, "mode=755"), 0, "%s: %s", directory,
		     strerror(errno));
}

static bool is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 && path[length] == '/';
}

bool host_has_system_database(void)
{
	char path[] = PORTDB_DATABASE_PATH;
	char *end = strrchr(path, '/');
	struct stat status;

	/* The lowest directory above it that is there, and that can be hidden. */
	*end = '\0';
	while (stat(path, &status) != 0 && (end = strrchr(path, '/')) && end != path)
		*end = '\0';
	if (end == path || is_below(COMPILER, path) || is_below(scratch_directory(), path))
		return false;
	host_hide(path);
	for (size_t i = strlen(path); PORTDB_DATABASE_PATH[i] != '\0'; i++) {
		path[i] = '\0';
		mkdir(path, 0755);
		path[i] = PORTDB_DATABASE_PATH[i];
	}
	return true;
}

void host_compile(const char *text)
{
	struct run run;

	write_text("/etc/services", text);
	RUN(&run, COMPILER, "/etc/services");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	cr_expect_str_empty(run.errors);
	run_free(&run);
}

void enter_network(void)
{
	struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};

	if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0)
		cr_skip_test("no network namespace is permitted here");
	int number = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cr_assert_geq(number, 0);
	cr_assert_eq(ioctl(number, SIOCSIFFLAGS, &loopback), 0, "%s", strerror(errno));
	close(number);
}

/* Where the low half of an argument is. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST_ARGUMENT offsetof(struct seccomp_data, args)
#else
#define FIRST_ARGUMENT (offsetof(struct seccomp_data, args) + 4)
#endif

void forbid_netlink(void)
{
	struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIRST_ARGUMENT),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		cr_skip_test("no system call can be forbidden here");
	cr_assert_lt(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, 0), 0);
}

void require_linux(unsigned major, unsigned minor, const char *something)
{
	struct run run;
	unsigned own_major = 0;
	unsigned own_minor = 0;

	RUN(&run, "uname", "-r");
	cr_assert_eq(sscanf(run.output, "%u.%u", &own_major, &own_minor), 2);
	run_free(&run);
	if (own_major < major || (own_major == major && own_minor < minor))
		cr_skip_test("Linux %u.%u does not tell of %s", own_major, own_minor, something);
}

void require_module_for_all(void)
{
#ifdef IS_SANITIZED
	cr_skip_test("only programs with sanitizers in them can load a module that has them");
#endif
}

const char *module_path(void)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/libnss_portdb.so.2", MODULES);
	return path;
}

void require_program(const char *program, const char *package)
{
	struct run run;

	RUN(&run, "sh", "-c", "command -v \"$1\"", "sh", program);
	int status = run.status;
	run_free(&run);
	if (status != 0)
		cr_skip_test("there is no %s (Debian: %s)", program, package);
}
