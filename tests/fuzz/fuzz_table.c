/* SPDX-License-Identifier: MIT */
/*
 * Tables in CSV, any bytes.
 *
 * It asserts: claims are well-formed, fit to be answered, and stand in order; what is left out is
 * spoken of, in one line each. A claim that is written as a table of its own, with every field
 * quoted, reads back the same and without complaint. A line feed more or less at the end of the
 * text changes nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"
#include "tools/compile/formats/table.h"
#include "tools/shared/registry.h"

/* Ranges of ports and lists of protocols ask for more than can be read in no time. */
#define CLAIMS_MAX     200000
#define CLAIMS_WRITTEN 64

static void write_field(FILE *table, const char *before, const char *value)
{
	fprintf(table, "%s\"", before);
	for (; *value; value++)
		fprintf(table, *value == '"' ? "\"\"" : "%c", *value);
	fputc('"', table);
}

static void write_row(FILE *table, const struct claim *claim)
{
	write_field(table, "", claim->name);
	if (claim->port > claim->last_port)
		fprintf(table, ",");
	else if (claim->port < claim->last_port)
		fprintf(table, ",%u-%u", claim->port, claim->last_port);
	else
		fprintf(table, ",%u", claim->port);
	write_field(table, ",", claim->protocol);
	fputs(",\"", table);
	/* An alias is a word; it may have a quote in it. */
	for (size_t i = 0; i < claim->alias_count; i++) {
		for (const char *next = claim->aliases[i]; *next; next++)
			fprintf(table, *next == '"' ? "\"\"" : "%c", *next);
		fputc(' ', table);
	}
	fputc('"', table);
	for (size_t i = 0; i < claim->fact_count; i++)
		write_field(table, ",", claim->facts[i].value);
	fputc('\n', table);
}

/* That a row is the registry's own is said by a column that only the registry has. */
static const char *column_of(const struct fact *fact)
{
	return strcmp(fact->column, REGISTRY_COLUMN) == 0 ? "Edition" : fact->column;
}

static char *table_of(const struct claim *claim, size_t *size)
{
	char *text;
	FILE *table = open_memstream(&text, size);

	fputs("Service Name,Port Number,Transport Protocol,Aliases", table);
	for (size_t i = 0; i < claim->fact_count; i++)
		write_field(table, ",", column_of(&claim->facts[i]));
	fputc('\n', table);
	write_row(table, claim);
	fclose(table);
	return text;
}

static void check_round_trip(const struct claim *claim)
{
	struct reading again;
	size_t size;
	char *text = table_of(claim, &size);

	reading_make(&again, table_read, text, size);
	if (again.source.claim_count != 1 || again.messages[0] != '\0' ||
	    !same_claim(claim, &again.source.claims[0]) || again.source.claims[0].line < 2)
		fail("written and read again, line %lu is %s%sof\n%s", claim->line,
		     rows_of(&again.source), again.messages, text);
	reading_free(&again);
	free(text);
}

/* What ends the last row ends nothing else, unless a quoted field is open, or an '\r' before. */
static void check_end(const struct reading *reading, const char *text, size_t size)
{
	char *longer = malloc(size + 1);
	struct reading again;

	if (size > 0)
		memcpy(longer, text, size);
	longer[size] = '\n';
	reading_make(&again, table_read, longer, size + 1);
	if (again.is_taken != reading->is_taken ||
	    again.diagnostics.refused != reading->diagnostics.refused)
		fail("a line feed at the end changes what is said:\n%sis\n%s", reading->messages,
		     again.messages);
	check_same_claims(&reading->source, &again.source, "what we read without a line feed");
	reading_free(&again);
	free(longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct reading reading;

	if (claims_in_prospect(text, size) > CLAIMS_MAX)
		return 0;
	reading_make(&reading, table_read, text, size);
	check_reading(&reading, text, size);
	check_services(&reading.source);
	check_end(&reading, text, size);
	for (size_t i = 0; i < reading.source.claim_count && i < CLAIMS_WRITTEN; i++)
		check_round_trip(&reading.source.claims[i]);
	reading_free(&reading);
	return 0;
}
