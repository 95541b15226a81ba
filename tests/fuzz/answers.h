/* SPDX-License-Identifier: MIT */
/*
 * Asking a database of any bytes, and what must hold of each answer all the same. Shared by the
 * targets of the reader and of the module.
 */
#ifndef PORTDB_TESTS_ANSWERS_H
#define PORTDB_TESTS_ANSWERS_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nss/reader/format.h"

struct question {
	const char *name;     /* NULL for a port */
	const char *protocol; /* NULL for whatever protocol */
	uint16_t port;
};

/*
 * Calls ask with the questions that the size bytes give reason to, be they a sound database or not:
 * the strings and the port behind each of up to 64 places that may be a record, and some strings of
 * the bytes; and what no database has.
 */
void ask_questions(const void *bytes, size_t size,
		   void (*ask)(const struct question *question, void *context), void *context);

/* Fails unless the entry is well-formed and all of it is in the size bytes at buffer. */
void check_entry(const struct servent *entry, const char *buffer, size_t size);

/*
 * Fails unless the entry, which is well-formed, is an answer to the question. In a database that is
 * not sound the index may take any byte for the start of a name, and a record have the number of
 * another protocol or fewer aliases than it has strings.
 */
void check_answer(const struct servent *entry, const struct question *question, bool is_sound);

/* Makes what is in front of the sections, and the checksums, right for size bytes at bytes. */
void repair_header(void *bytes, size_t size);

/*
 * Moves sections that are not within the size bytes, and makes slots fewer that are not within the
 * index; whether there was any need. The header is right afterwards.
 */
bool repair_sections(void *bytes, size_t size);

#endif
