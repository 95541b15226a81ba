/* SPDX-License-Identifier: MIT */
/*
 * A stock of bad databases: each is a sound one in which one thing was changed, and says why it is
 * refused. The checksums are made right again, but where they are what is wrong.
 */
#ifndef PORTDB_TESTS_BAD_DATABASES_H
#define PORTDB_TESTS_BAD_DATABASES_H

#include <stddef.h>
#include <stdint.h>

#include "nss/reader/db.h"

/* Where a field is: so many bytes from the start of … */
enum place {
	IN_HEADER,
	IN_INDEX,
	IN_RECORDS, /* its first record */
	IN_CLAIMS,
	IN_SOURCES,
	BEFORE_END, /* … or before the end of the strings */
};

enum seal {
	SEALED,        /* both checksums are right */
	HEADER_SEALED, /* only the header's is */
	UNSEALED,
};

/* Bytes with room behind them. */
struct mutant {
	unsigned char *bytes;
	size_t size;
	size_t capacity;
};

struct bad_database {
	const char *name; /* what is wrong with it */
	/* A field of `width` bytes has this value; or, if that is 0, it was changed by a function.
	 */
	enum place place;
	size_t at;
	unsigned width;
	uint64_t value;
	void (*change)(struct mutant *mutant);
	enum seal seal;
	enum portdb_result opens; /* what portdb_open says: PORTDB_OK if only lookups may notice */
	const char *reason;       /* what portdb-compile --verify says */
};

extern const struct bad_database bad_databases[];
extern const size_t bad_database_count;

/* The names and ports of the sound database, to ask for; ends with NULL. */
extern const char *const bad_database_texts[2];
extern const char *const bad_database_names[];
extern const uint16_t bad_database_ports[];
extern const size_t bad_database_port_count;

/* Makes it of the sound one, of size bytes. The bytes are the caller's, to free(3). */
void bad_database_make(struct mutant *mutant, const struct bad_database *bad,
		       const unsigned char *sound, size_t size);

/* Makes checksums right again. */
void mutant_seal(struct mutant *mutant, enum seal seal);

#endif
