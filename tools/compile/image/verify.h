/* SPDX-License-Identifier: MIT */
/* Whether a database is what the compiler makes: nothing in it is wrong, and nothing is missing. */
#ifndef PORTDB_VERIFY_H
#define PORTDB_VERIFY_H

#include <stddef.h>

#include "nss/reader/db.h"

/*
 * Checks the size bytes at bytes (aligned to 8) from end to end: header and checksums, every
 * record, that every name, alias and port is found by the keys it has and by no more of them, every
 * claim. NULL if all is well, and then *service_count is set; else what is wrong, in a few words.
 */
const char *verify_image(const void *bytes, size_t size, uint32_t *service_count);

#endif
