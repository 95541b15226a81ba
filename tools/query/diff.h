/* SPDX-License-Identifier: MIT */
/* Which questions get another answer from one database than from another. */
#ifndef PORTDB_DIFF_H
#define PORTDB_DIFF_H

#include "nss/reader/db.h"
#include "output.h"

enum diff_result {
	DIFF_SAME,
	DIFF_OTHER,
	DIFF_DAMAGED,   /* one of the databases */
	DIFF_NO_COLUMN, /* that the style asks for; that was said */
};

/*
 * Prints each question that the name service switch can be asked, a name or port with a protocol or
 * without, whose answers differ in name, port, protocol or aliases: names in the order of their
 * bytes, then ports. A protocol's question stands behind that without one.
 */
enum diff_result diff_print(const struct portdb *old, const struct portdb *new,
			    const struct style *style);

#endif
