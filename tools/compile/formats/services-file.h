/* SPDX-License-Identifier: MIT */
/*
 * services(5) files, read exactly as a C library's "files" service reads /etc/services; and
 * drop-ins that are written in the same way.
 */
#ifndef PORTDB_SERVICES_FILE_H
#define PORTDB_SERVICES_FILE_H

#include "services-reading.h"
#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"

/*
 * Adds the rows of the size bytes at text to the source, in order. What the C library would skip
 * without a word is reported and skipped, and so is a port outside 0 … 65535, which it would wrap.
 * Of a row from which the other reading makes another service, or one more or less, that is
 * reported. A comment behind a service is its Description.
 */
void services_file_read(struct source *source, const char *text, size_t size,
			enum services_reading reading, struct diagnostics *diagnostics);

/*
 * The same for a file that no C library reads, which may have ranges: of "x11 6000-6063/tcp" it
 * makes a row for each of the ports. They are decimal, and one slash follows.
 */
void services_file_read_ranges(struct source *source, const char *text, size_t size,
			       enum services_reading reading, struct diagnostics *diagnostics);

#endif
