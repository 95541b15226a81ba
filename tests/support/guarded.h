/* SPDX-License-Identifier: MIT */
/*
 * Memory at whose end there is nothing: to read or to write one byte more is a fault, under any
 * compiler. Needs no Criterion.
 */
#ifndef PORTDB_TESTS_GUARDED_H
#define PORTDB_TESTS_GUARDED_H

#include <stddef.h>

/* The most that it holds. */
#define GUARDED_MAX ((size_t)1 << 20)

/* All zeros before the first use; never let go of. Used again, it has the same place. */
struct guarded {
	unsigned char *end;
};

/* size bytes that end at the end, at whatever address that makes them start. */
unsigned char *guarded_bytes(struct guarded *guarded, size_t size);

/*
 * A copy of size bytes that starts at a multiple of 8, as a mapping does, and cannot be written. Of
 * the 7 bytes that may follow it only AddressSanitizer sees when they are read.
 */
const unsigned char *guarded_copy(struct guarded *guarded, const void *bytes, size_t size);

#endif
