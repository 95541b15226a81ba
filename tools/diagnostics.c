#include "diagnostics.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static void print_row(const char *path, unsigned long line, const char *kind, const char *format,
		      va_list arguments)
{
	if (line > 0)
		fprintf(stderr, "%s:%lu: %s: ", path, line, kind);
	else
		fprintf(stderr, "%s: %s: ", path, kind);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
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
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}
