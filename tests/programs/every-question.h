/* SPDX-License-Identifier: MIT */
/*
 * Every question there is, put to bytes that may be a database. Whatever is answered has to be well
 * formed; what is not is complained of (children.h).
 */
#ifndef PORTDB_TESTS_EVERY_QUESTION_H
#define PORTDB_TESTS_EVERY_QUESTION_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>

#include "nss/reader/db.h"

/*
 * Asks the reader: of size bytes, aligned to 8, placed so that a byte beyond them is a fault. What
 * portdb_open says. If it is thorough, then with buffers of every length and at every offset.
 */
enum portdb_result ask_reader(const void *bytes, size_t size, bool is_thorough, const char *where);

/*
 * Asks the module, whose first look finds the database at PORTDB_DATABASE, and libc through it. It
 * must be unavailable unless `opens` is PORTDB_OK. If it is thorough, then with buffers of every
 * length, as it is at any rate in the enumeration.
 */
void ask_module(enum portdb_result opens, bool is_thorough, const char *where);

/* Before children are started that ask the module. */
void questions_prepare(void);

#endif
