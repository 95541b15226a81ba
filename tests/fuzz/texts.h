/* SPDX-License-Identifier: MIT */
/* Inputs that are sources, and databases made of them. */
#ifndef PORTDB_TESTS_TEXTS_H
#define PORTDB_TESTS_TEXTS_H

#include "target.h"
#include "tests/support/text-database.h"

/*
 * Cuts the input at lines that are "%%" into texts, limit of them at most; the last one takes the
 * rest. How many there are.
 */
size_t texts_of(const uint8_t *bytes, size_t size, struct text *texts, size_t limit);

/* As database_compile, without a word on standard error. Fails if the image is unsound. */
void compile_quietly(struct database *database, const struct text *texts, size_t count);

#endif
