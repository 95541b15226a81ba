/*
 * Memory at whose end the machine notices a byte too many.
 */
#ifndef PORTDB_TESTS_GUARDED_H
#define PORTDB_TESTS_GUARDED_H

#include <stddef.h>

/*
 * A copy of size bytes right in front of a page that cannot be touched, aligned as a mapping is: to
 * 8, so that only with a multiple of 8 the very next byte is a fault. Free it with unguard.
 */
unsigned char *guarded_copy(const void *bytes, size_t size);
void unguard(unsigned char *copy, size_t size);

#endif
