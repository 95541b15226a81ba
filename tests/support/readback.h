/* SPDX-License-Identifier: MIT */
/*
 * What portdb-query prints, read back by each format's own reader: are they the same answers, and
 * was what lacks counted as left out? Without Criterion.
 */
#ifndef PORTDB_TESTS_READBACK_H
#define PORTDB_TESTS_READBACK_H

#include "tools/query/output.h"
#include "tools/shared/arena.h"

/* A service as a reader found it. */
struct readback_entry {
	const char *name;
	const char *protocol;
	unsigned port;
	const char **aliases;
	size_t alias_count;
	size_t alias_capacity;
	const char *description; /* NULL for none */
};

/* All zeros to begin with; free it with readback_free. */
struct readback {
	struct readback_entry *items;
	size_t count;
	size_t capacity;
	const char *fault;   /* what is wrong with the text, NULL if nothing is */
	struct arena memory; /* of the strings */
};

/* What an output prints of the answers; the caller frees it. */
char *readback_print(enum format format, const struct answers *answers,
		     const struct terminal *terminal, struct left_out *left_out);

/* Reads what was printed in the format. */
void readback_read(struct readback *readback, enum format format, const char *text);
void readback_free(struct readback *readback);

/*
 * What keeps the entries from being the answers in their order, without those that were counted as
 * left out; NULL if nothing does. One whose name is "plain", or that and a number, may not
 * lack with the protocol tcp.
 */
const char *readback_compare(struct readback *readback, enum format format,
			     const struct answers *answers, const struct left_out *left_out);

/* What would give a terminal orders in a text, but for the control characters that are allowed. */
const char *readback_find_harm(struct arena *memory, const char *text, const char *allowed);

#endif
