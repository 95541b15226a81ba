/*
 * Puts a database where processes look for it, all of it or nothing.
 */
#ifndef PORTDB_PUBLISH_H
#define PORTDB_PUBLISH_H

#include "image.h"
#include "tools/compile/sources/diagnostics.h"

enum outcome {
	FAILED, /* reported; what was at the path is there still */
	PUBLISHED,
	UNCHANGED, /* the same bytes were there already */
};

/*
 * Replaces the file at path by the image: written in full to the same directory, read back and
 * verified, synced, and renamed into place, by one compiler at a time. Processes that have the old
 * database mapped are told through it. The new file's mode is 0444.
 *
 * It is refused to replace what is no database, or a database that has services by one that has
 * none.
 */
enum outcome publish_image(const struct image *image, const char *path,
			   struct diagnostics *diagnostics);

#endif
