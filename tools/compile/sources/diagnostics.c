#include "diagnostics.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Prints what came out of a format, on one line and harmless to terminals whatever a source says.
 */
static void print_message(const char *format, va_list arguments)
{
	char *message;
	int length = vasprintf(&message, format, arguments);

	if (length < 0)
		return;
	for (int i = 0; i < length; i++)
		if ((unsigned char)message[i] < ' ' || message[i] == 0x7f)
			message[i] = '?';
	fprintf(stderr, "%s\n", message);
	free(message);
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

void report_refused(struct diagnostics *diagnostics, const char *path, unsigned long line,
		    const char *format, ...)
{
	va_list arguments;

	diagnostics->refused++;
	va_start(arguments, format);
	print_row(path, line, diagnostics->strict ? "error" : "warning", format, arguments);
	va_end(arguments);
}

void report_warning(struct diagnostics *diagnostics, const char *path, unsigned long line,
		    const char *format, ...)
{
	va_list arguments;

	diagnostics->warnings++;
	va_start(arguments, format);
	print_row(path, line, "warning", format, arguments);
	va_end(arguments);
}

void report_note(struct diagnostics *diagnostics, const char *path, unsigned long line,
		 const char *format, ...)
{
	va_list arguments;

	diagnostics->notes++;
	va_start(arguments, format);
	print_row(path, line, "note", format, arguments);
	va_end(arguments);
}

void report_error(struct diagnostics *diagnostics, const char *path, const char *format, ...)
{
	va_list arguments;

	diagnostics->errors++;
	fprintf(stderr, "%s: %s: ", program_invocation_short_name, path);
	va_start(arguments, format);
	print_message(format, arguments);
	va_end(arguments);
}
