#include "diagnostics.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "tools/shared/buffer.h"

/* Of a longer message the rest is left out: what it quotes may have any length. */
#define MESSAGE_MAX 1000

/* Prints what came out of a format, on one line and harmless to terminals whatever a source says.
 */
static void print_message(const char *format, va_list arguments)
{
	struct buffer message = {0};

	buffer_print_list(&message, format, arguments);
	if (message.length > MESSAGE_MAX) {
		message.length = MESSAGE_MAX;
		buffer_add_string(&message, "...");
	}
	for (size_t i = 0; i < message.length; i++)
		if ((unsigned char)message.bytes[i] < ' ' || message.bytes[i] == 0x7f)
			message.bytes[i] = '?';
	fprintf(stderr, "%s\n", buffer_string(&message));
	buffer_free(&message);
}

static void print_row(const char *path, unsigned long line, const char *kind, const char *format,
		      va_list arguments)
{
	if (line > 0)
		fprintf(stderr, "%s:%lu: %s: ", path, line, kind);
	else
		fprintf(stderr, "%s: %s: ", path, kind);
	print_message(format, arguments);
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
	va_list arguments;

	diagnostics->errors++;
	fprintf(stderr, "%s: %s: ", program_invocation_short_name, path);
	va_start(arguments, format);
	print_message(format, arguments);
	va_end(arguments);
}
