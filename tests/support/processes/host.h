/* SPDX-License-Identifier: MIT */
/*
 * A host of the running test's own: a mount namespace with another /etc, in which programs ask
 * portdb and nobody else for services.
 */
#ifndef PORTDB_TESTS_HOST_H
#define PORTDB_TESTS_HOST_H

#include <stdbool.h>

/*
 * Moves this test into such a host for good. Its /etc holds a nsswitch.conf with "services:
 * portdb", an empty services file, and root among the users; PORTDB_DATABASE is a database of the
 * services(5) text. The test is skipped where no namespace is permitted.
 */
void enter_host(const char *text);

/* Hides what is in a directory of the host behind an empty one. */
void host_hide(const char *directory);

/*
 * Gives the host an empty directory for the system's database, which portdb-compile writes without
 * -o. False if that cannot be without hiding the build.
 */
bool host_has_system_database(void);

/* Compiles the system's database there, of a services(5) text. */
void host_compile(const char *text);

/*
 * Gives this test a network of its own for good, which has loopback and where nobody listens. The
 * test is skipped where that is not permitted.
 */
void enter_network(void);

/* Skips the test where the kernel is older than that Linux, and so does not tell of something. */
void require_linux(unsigned major, unsigned minor, const char *something);

/* No netlink from now on, for this test and what it runs, as sandboxes have it. */
void forbid_netlink(void);

/*
 * Skips the test if the module cannot be loaded by this machine's own programs, as it is built with
 * sanitizers and they are not.
 */
void require_module_for_all(void);

/* The path of the module that was just built. */
const char *module_path(void);

/* Skips the test unless there is such a program; package is Debian's. */
void require_program(const char *program, const char *package);

#endif
