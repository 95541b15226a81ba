/* SPDX-License-Identifier: MIT */
#include "shape.h"

#include <string.h>

#include "tools/shared/ascii.h"

static bool starts_with(const char *text, size_t size, const char *start, size_t length)
{
	return size >= length && memcmp(text, start, length) == 0;
}

/* By its mark, or by letters each of which has a NUL beside it. */
static bool is_utf_16(const char *text, size_t size)
{
	if (starts_with(text, size, "\xff\xfe", 2) || starts_with(text, size, "\xfe\xff", 2))
		return true;
	if (size < 8)
		return false;
	size_t letters = text[0] == '\0' ? 1 : 0;
	for (size_t i = 0; i < 8; i++)
		if ((text[i] != '\0') != (i % 2 == letters))
			return false;
	return true;
}

/* Whether lines end in CR and never in LF. One at the very end ends no line but the last. */
static bool ends_lines_in_cr(const char *text, size_t size)
{
	const char *cr = memchr(text, '\r', size);

	return cr && cr + 1 < text + size && !memchr(text, '\n', size);
}

bool shape_check(const char *path, const char *text, size_t size, enum shape_format format,
		 struct diagnostics *diagnostics)
{
	if (is_utf_16(text, size)) {
		diagnostics_warning(diagnostics, path, 1,
				    "this is UTF-16, of which nothing can be read: save it as "
				    "UTF-8");
		return false;
	}
	/* Tables may end their lines so; they and LDIF may start with a mark. */
	if (format == SHAPE_TABLE)
		return true;
	if (format == SHAPE_SERVICES && starts_with(text, size, "\xef\xbb\xbf", 3))
		diagnostics_warning(diagnostics, path, 1,
				    "a byte order mark (U+FEFF) stands before the first word, and "
				    "is taken as part of it: save it without");
	if (!ends_lines_in_cr(text, size))
		return true;
	diagnostics_warning(diagnostics, path, 1,
			    "its lines end in CR alone, so that all of it is one line: they must "
			    "end in LF");
	return false;
}

/* Whether a line says anything. A NUL is no blank. */
static bool has_content(const char *line, const char *end)
{
	while (line < end && ascii_is_blank(*line))
		line++;
	return line < end && *line != '#';
}

void shape_check_emptiness(const struct source *source, const char *text, size_t size,
			   enum shape_format format, struct diagnostics *diagnostics)
{
	const char *end = text + size;

	/* A table has its header at least. */
	if (source->claim_count > 0 || format == SHAPE_TABLE)
		return;
	while (text < end) {
		const char *line_feed = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = line_feed ? line_feed : end;
		if (has_content(text, line_end)) {
			diagnostics_warning(diagnostics, source->path, 0,
					    format == SHAPE_LDIF
						? "no entry of the class ipService could be read"
						: "not one row could be read");
			return;
		}
		text = line_feed ? line_feed + 1 : end;
	}
}
