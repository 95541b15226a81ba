/* SPDX-License-Identifier: MIT */
/*
 * What the tests share: databases made of text, scratch directories, programs run, random sources.
 */
#ifndef PORTDB_TESTS_SUPPORT_H
#define PORTDB_TESTS_SUPPORT_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text-database.h"

/* As database_compile, of texts as glibc 2.43 reads them; fails a test if the image is unsound. */
void database_make(struct database *database, const char *const *texts, size_t count);

/* A directory of the running test's own, removed with all that is in it when the test ends. */
const char *scratch_directory(void);

/* The path of a file in the scratch directory. Never freed: tests are short. */
char *scratch_path(const char *name);

void write_file(const char *path, const void *bytes, size_t size);
void write_text(const char *path, const char *text);

/* The bytes of a file and a NUL behind them; *size may be NULL. The caller frees them. */
char *read_file(const char *path, size_t *size);

/* Skips the test where there is no openat2(2), as under valgrind: nothing is done below a root. */
void require_roots(void);

/* As mkdir -p. */
void make_directories(const char *path);

/* How many entries a directory has, hidden ones too. */
unsigned count_entries(const char *directory);

/* The exit status of a program (128 + signal if it was killed), and what it wrote. */
struct run {
	int status;
	char *output; /* standard output; freed with run_free, as is the other */
	char *errors; /* standard error */
};

/* Runs a program with this process's environment; arguments end with NULL. */
void run_program(struct run *run, const char *const *arguments);
void run_free(struct run *run);

#define RUN(run, ...) run_program((run), (const char *const[]){__VA_ARGS__, NULL})

/* Numbers that are the same in each run of the tests; 0 … limit - 1. */
struct random {
	uint64_t state;
	bool has_ports_in_range; /* random_services makes no others */
};
unsigned random_below(struct random *random, unsigned limit);

/*
 * A services(5) file of about `rows` rows, out of few names, ports and protocols so that they meet
 * often, with the oddities that the C library takes or skips. The caller frees it.
 */
char *random_services(struct random *random, unsigned rows);

/*
 * For a forked child: puts the process into a mount namespace of its own in which /etc holds
 * nothing but a services file of these bytes. False where that is not permitted.
 */
bool enter_etc_with(const char *text, size_t size);

/*
 * An exhaustive test takes every so many-th case: each, unless TEST_STRIDE in the environment is
 * another number, as it is where a case takes fifty times as long. An odd one still reaches all
 * bytes of a word.
 */
unsigned stride(void);

/* Whether both are the same service: name, port, protocol, and aliases in their order. */
bool same_servent(const struct servent *one, const struct servent *other);

/* A service in one line, "name port/protocol alias…", for messages; in static memory. */
const char *servent_text(const struct servent *entry);

#endif
