/* SPDX-License-Identifier: MIT */
/*
 * A process that is asked to measure one thing at a time: it has one NSS service, and one table.
 */
#ifndef PORTDB_TESTS_WORKER_H
#define PORTDB_TESTS_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum question {
	HIT_NAME_PROTOCOL,
	HIT_NAME_UDP,
	HIT_NAME,
	HIT_ALIAS,
	MISS_NAME_PROTOCOL,
	MISS_NAME,
	HIT_PORT_PROTOCOL,
	HIT_PORT,
	MISS_PORT_PROTOCOL,
	MISS_PORT,
	TWO_THREADS,
	ENUMERATION,
	QUESTION_COUNT
};

extern const char *const question_titles[QUESTION_COUNT];

struct worker_setup {
	const char *service;  /* as nsswitch.conf has it */
	const char *services; /* what stands in /etc/services, or NULL to leave that as it is */
	const char *database; /* portdb's, or NULL */
	const char *db;       /* what stands in /var/lib/misc, or NULL */
	pid_t nscd;           /* whose mount namespace to join, instead of all that; or 0 */
	/* The switch's configuration is a file, which glibc looks at in each lookup; else it is set
	 * once for all by the process itself. */
	bool has_file;
};

struct worker {
	int process;
	int to;
	int from;
};

/* Starts a worker. False where it may not have a private /etc. */
bool worker_start(struct worker *worker, const struct worker_setup *setup);

/* Nanoseconds per lookup (or per service enumerated); less than 0 if it cannot be answered. */
double worker_ask(const struct worker *worker, enum question question);

void worker_stop(struct worker *worker);

/*
 * In this process: a mount namespace in which the setup holds. False where that is not permitted.
 */
bool setup_enter(const struct worker_setup *setup);

/*
 * Measures this process's first lookup and writes it, in nanoseconds, to standard output. service
 * is
 * "" where /etc/nsswitch.conf is to say it.
 */
int first_lookup(const char *service);

#endif
