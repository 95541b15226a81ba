/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <errno.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "memory.h"
#include "text.h"

const char *message_plural(unsigned long count)
{
	return count == 1 ? "" : "s";
}

static bool is_ascii(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static void print_line(FILE *stream, const char *start, const char *format, va_list arguments)
{
	struct buffer text = {0};
	struct arena memory = {0};

	buffer_add_string(&text, start);
	buffer_print_list(&text, format, arguments);
	fprintf(stream, "%s\n", text_for_people(&memory, buffer_string(&text), is_ascii()));
	buffer_free(&text);
	arena_free(&memory);
}

void message_print(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_line(stderr, "", format, arguments);
	va_end(arguments);
}

void message_tell(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_line(stdout, "", format, arguments);
	va_end(arguments);
}

void message_say(const char *format, ...)
{
	struct buffer name = {0};
	va_list arguments;

	buffer_print(&name, "%s: ", program_invocation_short_name);
	va_start(arguments, format);
	print_line(stderr, buffer_string(&name), format, arguments);
	va_end(arguments);
	buffer_free(&name);
}

/* Writes what is left of a line, and makes it harmless. */
static void write_line(const char *line, size_t length)
{
	struct arena memory = {0};
	const char *text =
	    text_for_people(&memory, arena_string(&memory, line, length), is_ascii());
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t written = write(STDERR_FILENO, text, left);
		if (written <= 0)
			break;
		text += written;
		left -= (size_t)written;
	}
	arena_free(&memory);
}

/* For fopencookie(3). Nobody could be told if it failed. */
static ssize_t write_lines(void *cookie, const char *bytes, size_t size)
{
	const char *end = bytes + size;

	(void)cookie;
	while (bytes < end) {
		const char *line_feed = memchr(bytes, '\n', (size_t)(end - bytes));
		write_line(bytes, (size_t)((line_feed ? line_feed : end) - bytes));
		if (line_feed && write(STDERR_FILENO, "\n", 1) != 1)
			break;
		bytes = line_feed ? line_feed + 1 : end;
	}
	return (ssize_t)size;
}

void message_guard(void)
{
	FILE *guarded =
	    memory_checked(fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_lines}));

	/* By whole lines, so that no character is cut in two. */
	setvbuf(guarded, NULL, _IOLBF, BUFSIZ);
	/* The C library has it as a variable that a program may set. */
	stderr = guarded;
}
