/* SPDX-License-Identifier: MIT */
/*
 * Publishing all at once, without Criterion.
 */
#ifndef PORTDB_TESTS_PUBLISHING_H
#define PORTDB_TESTS_PUBLISHING_H

#include "tools/compile/publish.h"

/* What portdb-compile does with an image, as publish.h has it: begin, replace, end. */
enum outcome publish_image(const struct image *image, const char *path,
			   struct diagnostics *diagnostics);

#endif
