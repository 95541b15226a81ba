/* SPDX-License-Identifier: MIT */
/*
 * Whole programs, timed: the compiler, processes for the sake of their first lookup, and programs
 * that print names of services.
 */
#ifndef PORTDB_TESTS_PROGRAMS_H
#define PORTDB_TESTS_PROGRAMS_H

#include <stdbool.h>

#include "worker.h"

struct usage {
	double milliseconds; /* less than 0 if the program failed */
	double kibibytes;    /* at most, resident */
};

/* Runs a program, its output thrown away, with a setup or (NULL) as things are. */
struct usage program_run(const struct worker_setup *setup, const char *const *arguments);

/* Nanoseconds of the first lookup in a fresh process; less than 0 if it failed. */
double program_first_lookup(const struct worker_setup *setup);

/*
 * Moves this process into a network of its own, with nothing but the loopback interface, and opens
 * sockets on it, half of them tcp and listening, half udp. How many there are; they stay open.
 */
unsigned open_sockets(unsigned count);

#endif
