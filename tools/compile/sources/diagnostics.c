/* SPDX-License-Identifier: MIT */
#include "diagnostics.h"

#include <errno.h>
#include <stdarg.h>

#include "tools/shared/buffer.h"
#include "tools/shared/message.h"

/* Of a longer message the rest is left out: what it quotes may have any length. */
#define MESSAGE_MAX 1000

/* Prints `place`, and behind it what comes out of a format. */
static void print_line(const char *place, const char *format, va_list arguments)
{
	struct buffer message = {0};

	buffer_print_list(&message, format, arguments);
	bool is_cut = message.length > MESSAGE_MAX;
	if (is_cut)
		message.length = MESSAGE_MAX;
	message_print("%s%s%s", place, buffer_string(&message), is_cut ? "..." : "");
	buffer_free(&message);
}

static void print_row(const char *path, unsigned long line, const char *kind, const char *format,
		      va_list arguments)
{
	struct buffer place = {0};

	buffer_add_string(&place, path);
	if (line > 0)
		buffer_print(&place, ":%lu", line);
	buffer_print(&place, ": %s: ", kind);
	print_line(buffer_string(&place), format, arguments);
	buffer_free(&place);
}

void diagnostics_refused(struct diagnostics *diagnostics, const char *path, unsigned long line,
			 const char *format, ...)
{
	va_list arguments;

	diagnostics->refused++;
	va_start(arguments, format);
	print_row(path, line, diagnostics->strict ? "error" : "warning", format, arguments);
	va_end(arguments);
}

void diagnostics_warning(struct diagnostics *diagnostics, const char *path, unsigned long line,
			 const char *format, ...)
{
	va_list arguments;

	diagnostics->warnings++;
	va_start(arguments, format);
	print_row(path, line, "warning", format, arguments);
	va_end(arguments);
}

void diagnostics_note(struct diagnostics *diagnostics, const char *path, unsigned long line,
		      const char *format, ...)
{
	va_list arguments;

	diagnostics->notes++;
	va_start(arguments, format);
	print_row(path, line, "note", format, arguments);
	va_end(arguments);
}

void diagnostics_error(struct diagnostics *diagnostics, const char *path, const char *format, ...)
{
	struct buffer place = {0};
	va_list arguments;

	diagnostics->errors++;
	buffer_print(&place, "%s: %s: ", program_invocation_short_name, path);
	va_start(arguments, format);
	print_line(buffer_string(&place), format, arguments);
	va_end(arguments);
	buffer_free(&place);
}
