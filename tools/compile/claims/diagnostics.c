/* SPDX-License-Identifier: MIT */
#include "diagnostics.h"

#include <stdarg.h>
#include <stdlib.h>

#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"

/* Of a longer message the rest is left out: what it quotes may have any length. */
#define MESSAGE_MAX 1000

/* What comes out of a format. */
static char *text_of(const char *format, va_list arguments)
{
	struct buffer message = {0};

	buffer_print_list(&message, format, arguments);
	if (message.length > MESSAGE_MAX) {
		message.length = MESSAGE_MAX;
		buffer_add_string(&message, "...");
	}
	return buffer_string(&message);
}

static void record_row(struct diagnostics_record *record, const char *path, unsigned long line,
		       const char *kind, char *message)
{
	record->findings = memory_grow(record->findings, record->count, &record->capacity,
				       sizeof *record->findings);
	record->findings[record->count++] =
	    (struct finding){kind, memory_copy_string(path), line, message};
}

static void print_row(const char *path, unsigned long line, const char *kind, const char *message)
{
	if (line > 0)
		message_print("%s:%lu: %s: %s", path, line, kind, message);
	else
		message_print("%s: %s: %s", path, kind, message);
}

/* Tells of a row, and counts it. */
static void report_row(struct diagnostics *diagnostics, unsigned long *count, const char *path,
		       unsigned long line, const char *kind, const char *format, va_list arguments)
{
	if (diagnostics->is_quiet)
		return;
	++*count;
	char *message = text_of(format, arguments);
	if (diagnostics->record) {
		record_row(diagnostics->record, path, line, kind, message);
		return;
	}
	print_row(path, line, kind, message);
	free(message);
}

void diagnostics_refused(struct diagnostics *diagnostics, const char *path, unsigned long line,
			 const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_row(diagnostics, &diagnostics->refused, path, line,
		   diagnostics->strict ? "error" : "warning", format, arguments);
	va_end(arguments);
}

void diagnostics_warning(struct diagnostics *diagnostics, const char *path, unsigned long line,
			 const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_row(diagnostics, &diagnostics->warnings, path, line, "warning", format, arguments);
	va_end(arguments);
}

void diagnostics_note(struct diagnostics *diagnostics, const char *path, unsigned long line,
		      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_row(diagnostics, &diagnostics->notes, path, line, "note", format, arguments);
	va_end(arguments);
}

void diagnostics_error(struct diagnostics *diagnostics, const char *path, const char *format, ...)
{
	va_list arguments;

	diagnostics->errors++;
	va_start(arguments, format);
	char *message = text_of(format, arguments);
	va_end(arguments);
	message_say("%s: %s", path, message);
	free(message);
}

void diagnostics_record_free(struct diagnostics_record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		free(record->findings[i].path);
		free(record->findings[i].message);
	}
	free(record->findings);
}
