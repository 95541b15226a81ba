/* SPDX-License-Identifier: MIT */
/*
 * What else answers for services on a Debian system, where it is installed or was unpacked beside
 * the build: nscd, and libnss-db. $UNPACKED names the directory for the latter.
 */
#ifndef PORTDB_TESTS_OTHERS_H
#define PORTDB_TESTS_OTHERS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Starts nscd in a mount namespace of its own, in which "files" reads a services file. For who is
 * in that namespace, it caches. Its process; 0 where there is no nscd, or none that works here. It
 * ends with this process at the latest.
 */
pid_t nscd_start(const char *services);
void nscd_stop(pid_t nscd);

/*
 * Makes what libnss-db reads of a services file, in a directory that is to be in the place of
 * /var/lib/misc. False where there is no libnss-db.
 */
bool db_make(const char *services, const char *directory);

#endif
