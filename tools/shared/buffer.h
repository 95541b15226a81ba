/* SPDX-License-Identifier: MIT */
/* Bytes that grow at their end. */
#ifndef PORTDB_BUFFER_H
#define PORTDB_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

/* All zeros is an empty buffer. */
struct buffer {
	char *bytes; /* length of them; NULL as long as there were none */
	size_t length;
	size_t capacity;
};

/* Room for length bytes behind those that there are, which are not counted until length grows. */
char *buffer_reserve(struct buffer *buffer, size_t length) __attribute__((returns_nonnull));

void buffer_add(struct buffer *buffer, const void *bytes, size_t length);

void buffer_add_character(struct buffer *buffer, char character);

/* Without its NUL. */
void buffer_add_string(struct buffer *buffer, const char *string);

/* What printf(3) makes of the arguments, without a NUL. */
void buffer_print(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_print_list(struct buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* The bytes as a string: a NUL is put behind them, which is no part of them. */
char *buffer_string(struct buffer *buffer) __attribute__((returns_nonnull));

void buffer_free(struct buffer *buffer);

#endif
