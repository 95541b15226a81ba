/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a database, as nss/reader/format.h has them. Equal services and claims give equal
 * bytes.
 */
#ifndef PORTDB_IMAGE_H
#define PORTDB_IMAGE_H

#include "tools/compile/merge/merge.h"

struct image {
	unsigned char *bytes; /* size of them; the caller's, to free(3) */
	uint32_t size;
	/* The database's file must be younger: this is when the last of its sources was touched. */
	struct timespec sources_touched;
};

/*
 * NULL, or in a few words what keeps them from being made: that they would be more than the
 * format's 4 GiB - 1, or of more than its PORTDB_SOURCES_MAX, or take more than its
 * PORTDB_PROBES_MAX, whatever the seed.
 */
const char *image_make(struct image *image, const struct merged *merged,
		       const struct source *sources, size_t source_count);

/* The content checksum that the header of a whole database should carry. */
uint64_t image_content_checksum(const unsigned char *bytes, size_t size);

#endif
