/* Answers in each of the formats, on standard output. */
#ifndef PORTDB_OUTPUT_H
#define PORTDB_OUTPUT_H

#include "answer.h"
#include "tools/shared/listing.h"

enum format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_CSV,
	FORMAT_SERVICES,
	FORMAT_LDIF,
};

/* A table for people: a line for each answer, the second ones below the first. */
void output_table(const struct answers *answers, const struct terminal *terminal);

/* A table of every claim behind the answers. */
void output_claims_table(const struct answers *answers, const struct terminal *terminal);

/* CSV in the columns that portdb-compile reads, and a few more. */
void output_csv(const struct answers *answers);

/* CSV of every claim behind the answers. */
void output_claims_csv(const struct answers *answers);

/* One JSON document; with the claims if they are asked for. */
void output_json(const struct answers *answers, bool has_claims);

/*
 * A services(5) file. What such a file cannot hold (a name with a blank or a '#' in it, a row that
 * is no service) is left out: *left_out counts it.
 */
void output_services(const struct answers *answers, size_t *left_out);

/*
 * LDIF (RFC 2849): an ipService (RFC 2307) for each answer, below the entry `base`. What the
 * directory could not hold is left out: *left_out counts it.
 */
void output_ldif(const struct answers *answers, const char *base, size_t *left_out);

#endif
