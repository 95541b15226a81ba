/* SPDX-License-Identifier: MIT */
/* Answers in each of the formats, on standard output. */
#ifndef PORTDB_OUTPUT_H
#define PORTDB_OUTPUT_H

#include "tools/query/answers/answer.h"
#include "tools/query/answers/catalog.h"
#include "tools/shared/listing.h"

enum format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_CSV,
	FORMAT_SERVICES,
	FORMAT_LDIF,
	FORMAT_RESERVED_PORTS,
};

/* How to print. */
struct style {
	enum format format;
	struct terminal terminal;
	struct listing_wish wish; /* of tables, CSV and JSON */
};

/* How many bytes musl's C library reads of a row of /etc/services; what is behind is another row.
 */
#define OUTPUT_MUSL_ROW_MAX 127

/* What the format cannot hold, or could not give back as it is. */
struct left_out {
	size_t names; /* of services, with all that is said of them, and aliases */
	size_t descriptions;
	size_t changed_texts; /* not left out, but U+FFFD stands for bytes that are not UTF-8 */
	size_t long_rows;     /* not left out, but more than musl's C library reads of a row */
};

/* How a report is printed, which comes as a table, JSON or CSV. */
enum listing_format output_listing_format(enum format format);

/* "443", "6000-6063", or "". */
const char *output_ports(struct arena *memory, const struct answer *answer);

/* Whether a name, if there is one, and a protocol are UTF-8: with something else in place of a byte
 * it would be another service. */
bool output_is_text(const char *name, const char *protocol);

/*
 * Whether portdb-compile, which reads tables and LDIF, takes the answer under this name for what it
 * is. It takes protocols in lower case, no control characters, and for services only what has a
 * name, a protocol, and a port other than 0.
 */
bool output_can_be_compiled(const struct answer *answer, const char *name);

/* Whether it takes the alias so; it must be one word. */
bool output_can_be_alias(const char *alias);

/* Says on standard error what is not as it was. */
void output_say_left_out(const struct left_out *left_out, enum format format);

/*
 * Tables, CSV and JSON have the columns that the style asks for. Each function is false if there is
 * no such column; that is said, and nothing was printed.
 */

/* A table for people: a line for each answer, the second ones below the first. */
bool output_table(struct catalog *catalog, const struct answers *answers,
		  const struct style *style);

/* A table of every claim behind the answers. */
bool output_claims_table(struct catalog *catalog, const struct answers *answers,
			 const struct style *style);

/*
 * CSV in the columns that portdb-compile reads, and a few more, of which "Hidden By" is there only
 * where something is hidden. Descriptions in other languages than English have a column each,
 * "Description[pt]", behind all others; unless the style asks for columns: then they are where
 * English ones are. A row for each answer; left out are answers and aliases that could not be
 * compiled, protocols and aliases that are not one word to a reader of tables: blanks, commas and
 * semicolons separate them, of protocols slashes as well; and a description in what is no language.
 */
bool output_csv(const struct answers *answers, const struct style *style,
		struct left_out *left_out);

/* CSV of every claim behind the answers. */
bool output_claims_csv(const struct answers *answers, const struct style *style,
		       struct left_out *left_out);

/* One JSON document; with the claims if they are asked for. Left out are names, protocols and
 * aliases that are not UTF-8. */
bool output_json(const struct answers *answers, bool has_claims, const struct style *style,
		 struct left_out *left_out);

/*
 * A services(5) file. What such a file cannot hold is left out: a name with a blank or a '#' in it,
 * a protocol that starts with a '/', a row that is no service, and what is hidden.
 */
void output_services(const struct answers *answers, const struct terminal *terminal,
		     struct left_out *left_out);

/*
 * LDIF (RFC 2849): an ipService (RFC 2307) for each answer, below the entry `base`. What the
 * directory could not hold, or could not be compiled from it, is left out.
 */
void output_ldif(const struct answers *answers, const char *base, struct left_out *left_out);

/*
 * The ports that drop-ins claim among the answers, in the form of the kernel's
 * net.ipv4.ip_local_reserved_ports: "8080,9000-9010". False if there are none.
 */
bool output_reserved_ports(const struct answers *answers);

#endif
