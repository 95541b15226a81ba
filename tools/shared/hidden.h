/* SPDX-License-Identifier: MIT */
/*
 * Rows that hide: a row of a table with this status is no service. It takes the names that lower
 * sources have at its ports out of the answers, or just its own name if it has one. See portdb(5).
 */
#ifndef PORTDB_HIDDEN_H
#define PORTDB_HIDDEN_H

#include <stdbool.h>

#include "ascii.h"

#define STATUS_COLUMN "Status"
#define STATUS_HIDDEN "hidden"

/* In upper or lower case, as statuses are; NULL is none. */
static inline bool hidden_is_status(const char *status)
{
	return status && ascii_is_same(status, STATUS_HIDDEN);
}

#endif
