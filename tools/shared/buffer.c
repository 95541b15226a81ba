/* SPDX-License-Identifier: MIT */
#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static void make_room(struct buffer *buffer, size_t length)
{
	size_t needed = memory_sum(buffer->length, length);

	if (needed <= buffer->capacity)
		return;
	size_t larger = buffer->capacity + buffer->capacity / 2;
	buffer->capacity = needed > larger ? needed : larger;
	buffer->bytes = memory_resize(buffer->bytes, buffer->capacity);
}

char *buffer_reserve(struct buffer *buffer, size_t length)
{
	/* One byte more, so that there is a place even where nothing is to come. */
	make_room(buffer, memory_sum(length, 1));
	return buffer->bytes + buffer->length;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	make_room(buffer, length);
	memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
}

void buffer_add_character(struct buffer *buffer, char character)
{
	make_room(buffer, 1);
	buffer->bytes[buffer->length++] = character;
}

void buffer_add_string(struct buffer *buffer, const char *string)
{
	buffer_add(buffer, string, strlen(string));
}

void buffer_print_list(struct buffer *buffer, const char *format, va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0) { /* more than an int can count */
		buffer_add_string(buffer, "(a text too long to be shown)");
		return;
	}
	make_room(buffer, (size_t)length + 1);
	vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
	buffer->length += (size_t)length;
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	buffer_print_list(buffer, format, arguments);
	va_end(arguments);
}

char *buffer_string(struct buffer *buffer)
{
	make_room(buffer, 1);
	buffer->bytes[buffer->length] = '\0';
	return buffer->bytes;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}
