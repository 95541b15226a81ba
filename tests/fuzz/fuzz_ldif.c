/* SPDX-License-Identifier: MIT */
/*
 * LDIF, any bytes.
 *
 * It asserts: claims are well-formed, fit to be answered, and stand in order; what is left out is
 * spoken of, in one line each. Folding every line, and ending every line with a carriage return,
 * changes no claim (RFC 2849). A claim that is written as an entry of its own, in base64, reads
 * back the same and without complaint.
 */
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"
#include "tools/compile/formats/ldif-file.h"

/* The text with every line folded behind its first character, or ended by "\r\n", or both. */
static char *refold(const char *text, size_t size, bool folds, bool returns, size_t *length)
{
	char *folded;
	FILE *stream = open_memstream(&folded, length);
	size_t start = 0;

	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		fwrite(text, 1, 3, stream);
		start = 3;
	}
	for (size_t i = start, column = 0; i < size; i++) {
		bool is_end = text[i] == '\n';
		/* Of "\r\n" no part may be taken for the line. */
		if (folds && column == 1 && !is_end && text[i] != '\r' && text[i - 1] != '\r')
			fputs(returns ? "\r\n " : "\n ", stream);
		if (returns && is_end && (i == start || text[i - 1] != '\r'))
			fputc('\r', stream);
		fputc(text[i], stream);
		column = is_end ? 0 : column + 1;
	}
	fclose(stream);
	return folded;
}

static void check_refolded(const struct reading *reading, const char *text, size_t size, bool folds,
			   bool returns)
{
	struct reading again;
	size_t length;
	char *folded = refold(text, size, folds, returns, &length);

	reading_make(&again, ldif_file_read, folded, length);
	if (again.is_taken != reading->is_taken ||
	    again.diagnostics.refused != reading->diagnostics.refused)
		fail("folding changes what is said:\n%sis\n%s", reading->messages, again.messages);
	check_same_claims(&reading->source, &again.source, "what we read before folding");
	reading_free(&again);
	free(folded);
}

static void write_value(FILE *entry, const char *attribute, const char *value)
{
	size_t size = strlen(value);
	size_t room = 4 * ((size + 2) / 3) + 1;
	char *base64 = malloc(room);

	if (b64_ntop((const unsigned char *)value, size, base64, room) < 0)
		fail("no base64");
	fprintf(entry, "%s:: %s\n", attribute, base64);
	free(base64);
}

/* "Description[pt]" is a description;lang-pt. */
static void write_description(FILE *entry, const struct fact *fact)
{
	const char *tag = strchr(fact->column, '[');
	char *attribute;

	if (asprintf(&attribute, "description%s%.*s", tag ? ";lang-" : "",
		     tag ? (int)strlen(tag + 1) - 1 : 0, tag ? tag + 1 : "") < 0)
		fail("no memory");
	write_value(entry, attribute, fact->value);
	free(attribute);
}

static char *entry_of(const struct claim *claim, size_t *size)
{
	char *text;
	FILE *entry = open_memstream(&text, size);

	fprintf(entry, "dn: ou=services\nobjectClass: ipService\nipServicePort: %u\n", claim->port);
	write_value(entry, "cn", claim->name);
	for (size_t i = 0; i < claim->alias_count; i++)
		write_value(entry, "cn", claim->aliases[i]);
	write_value(entry, "ipServiceProtocol", claim->protocol);
	for (size_t i = 0; i < claim->fact_count; i++)
		write_description(entry, &claim->facts[i]);
	fclose(entry);
	return text;
}

/* lang-pt-br and lang-pt_br are different columns, whose names do not tell which it was. */
static bool has_ambiguous_language(const struct claim *claim)
{
	for (size_t i = 0; i < claim->fact_count; i++)
		if (strchr(claim->facts[i].column, '_'))
			return true;
	return false;
}

static void check_round_trip(const struct claim *claim)
{
	struct reading again;
	size_t size;

	if (has_ambiguous_language(claim))
		return;
	char *text = entry_of(claim, &size);

	reading_make(&again, ldif_file_read, text, size);
	if (again.source.claim_count != 1 || again.messages[0] != '\0' ||
	    !same_claim(claim, &again.source.claims[0]))
		fail("written and read again, the entry of line %lu is %s%sof\n%s", claim->line,
		     rows_of(&again.source), again.messages, text);
	reading_free(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct reading reading;

	reading_make(&reading, ldif_file_read, text, size);
	check_reading(&reading, text, size);
	check_services(&reading.source);
	check_refolded(&reading, text, size, true, false);
	check_refolded(&reading, text, size, true, true);
	check_refolded(&reading, text, size, false, true);
	for (size_t i = 0; i < reading.source.claim_count && i < 64; i++)
		check_round_trip(&reading.source.claims[i]);
	reading_free(&reading);
	return 0;
}
