/* SPDX-License-Identifier: MIT */
/*
 * portdb as it was built for a kind of machine, this one or another (see build-foreign).
 */
#ifndef PORTDB_TESTS_MACHINE_H
#define PORTDB_TESTS_MACHINE_H

#include <stdint.h>

/* Never freed: tests are short. */
struct machine {
	const char *run; /* what runs its programs; NULL if nothing has to */
	const char *cc;  /* its compiler, as a shell has it */
	const char *ask; /* the test programs */
	const char *second;
	const char *compiler; /* portdb-compile */
	const char *query;    /* portdb-query */
	const char *module;
	uint64_t long_max; /* its LONG_MAX */
};

struct machine this_machine(void);

/* Builds what has changed for "i386" or "s390x"; skips the test where that cannot be done. */
struct machine foreign_machine(const char *architecture);

#endif
