/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. Each target is a file with one LLVMFuzzerTestOneInput, as libFuzzer
 * calls it: with any bytes, again and again. It ends the process when something does not hold.
 */
#ifndef PORTDB_TESTS_TARGET_H
#define PORTDB_TESTS_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Says what does not hold, and aborts. */
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* The text as services(5) file, in either way, in the form that reading_make wants. */
bool read_base_0(struct source *source, const char *text, size_t size,
		 struct diagnostics *diagnostics);
bool read_decimal(struct source *source, const char *text, size_t size,
		  struct diagnostics *diagnostics);
bool read_ranges(struct source *source, const char *text, size_t size,
		 struct diagnostics *diagnostics);

/*
 * Fails unless the claims are what merging and the database rely on: a service has a name and one
 * port; lines are lines of a text of `size` bytes and ascend; aliases and facts are not empty. And
 * unless each message is one line, harmless to a terminal, and counted.
 */
void check_reading(const struct reading *reading, const char *text, size_t size);

/*
 * Fails if a service has port 0, no protocol, or a control character in a name: no table and no
 * directory may have NSS answer so. In services(5) files the C library takes them all.
 */
void check_services(const struct source *source);

/* Whether both say the same, wherever it stands. */
bool same_claim(const struct claim *one, const struct claim *other);

/* Fails unless both have the same claims, in their order, whatever their lines. */
void check_same_claims(const struct source *one, const struct source *other, const char *what);

/*
 * How many claims a table of these bytes could ask for, or somewhat more. A range of ports is
 * 65536 of them in ten bytes: what takes seconds teaches nothing.
 */
size_t claims_in_prospect(const char *text, size_t size);

#endif
