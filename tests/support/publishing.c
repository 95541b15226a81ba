/* SPDX-License-Identifier: MIT */
#include "publishing.h"

enum outcome publish_image(const struct image *image, const char *path,
			   struct diagnostics *diagnostics)
{
	struct publishing *publishing =
	    publish_begin(&ROOT_HERE, path, path, PUBLISH_PATIENCE, diagnostics);
	enum outcome outcome = publishing ? publish_replace(publishing, image) : FAILED;

	publish_end(publishing);
	return outcome;
}
