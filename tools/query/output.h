/* SPDX-License-Identifier: MIT */
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

/* What the format cannot hold, or could not give back as it is. */
struct left_out {
	size_t names; /* of services, with all that is said of them, and aliases */
	size_t descriptions;
};

/*
 * CSV in the columns that portdb-compile reads, and a few more, of which "Hidden By" is there only
 * where something is hidden. A row for each answer; left out are
 * names, protocols and aliases that are not UTF-8, and an alias that is not one word to a reader of
 * tables: blanks, commas and semicolons separate them.
 */
void output_csv(const struct answers *answers, const struct terminal *terminal,
		struct left_out *left_out);

/* CSV of every claim behind the answers. */
void output_claims_csv(const struct answers *answers, const struct terminal *terminal,
		       struct left_out *left_out);

/* One JSON document; with the claims if they are asked for. Left out are names, protocols and
 * aliases that are not UTF-8. */
void output_json(const struct answers *answers, bool has_claims, struct left_out *left_out);

/*
 * A services(5) file. What such a file cannot hold is left out: a name with a blank or a '#' in it,
 * a protocol that starts with a '/', a row that is no service, and what is hidden.
 */
void output_services(const struct answers *answers, const struct terminal *terminal,
		     struct left_out *left_out);

/*
 * LDIF (RFC 2849): an ipService (RFC 2307) for each answer, below the entry `base`. What the
 * directory could not hold is left out.
 */
void output_ldif(const struct answers *answers, const char *base, struct left_out *left_out);

#endif
