/* SPDX-License-Identifier: MIT */
/*
 * portdb-compile, as tests run it.
 */
#ifndef PORTDB_TESTS_COMPILING_H
#define PORTDB_TESTS_COMPILING_H

#include <stdint.h>
#include <sys/types.h>

/* Compiles a services(5) text to the database at path. */
void compile_text(const char *text, const char *path);

/* Starts a compiler that nobody waits for yet; what it says on standard output is left out. */
pid_t start_compiler(const char *output, const char *source);

/* A services(5) file of so many services. */
void write_services(const char *path, unsigned number);

/* How many services the whole and sound database at path has; 0 if it is none. */
uint32_t services_at(const char *path);

#endif
