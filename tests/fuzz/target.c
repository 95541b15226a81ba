/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/compile/formats/services-file.h"
#include "tools/shared/ascii.h"

void fail(const char *format, ...)
{
	va_list arguments;

	fputs("does not hold: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	fflush(stderr);
	abort();
}

bool read_base_0(struct source *source, const char *text, size_t size,
		 struct diagnostics *diagnostics)
{
	services_file_read(source, text, size, READS_BASE_0, diagnostics);
	return true;
}

bool read_decimal(struct source *source, const char *text, size_t size,
		  struct diagnostics *diagnostics)
{
	services_file_read(source, text, size, READS_DECIMAL, diagnostics);
	return true;
}

bool read_ranges(struct source *source, const char *text, size_t size,
		 struct diagnostics *diagnostics)
{
	services_file_read_ranges(source, text, size, READS_DECIMAL, diagnostics);
	return true;
}

static void check_messages(const struct reading *reading)
{
	const struct diagnostics *diagnostics = &reading->diagnostics;
	unsigned long lines = 0;

	for (const char *next = reading->messages; *next; next++) {
		lines += *next == '\n';
		if ((*next != '\n' && (unsigned char)*next < ' ') || *next == 0x7f)
			fail("a message has the control character %#x in it", *next);
	}
	unsigned long counted =
	    diagnostics->refused + diagnostics->warnings + diagnostics->notes + diagnostics->errors;
	if (lines != counted)
		fail("%lu messages of %lu lines:\n%s", counted, lines, reading->messages);
	if (!reading->is_taken && diagnostics->errors == 0)
		fail("a file was refused without a word");
}

static void check_claim(const struct claim *claim)
{
	if (claim->is_service && (claim->name[0] == '\0' || claim->port != claim->last_port))
		fail("line %lu is no service", claim->line);
	for (size_t i = 0; i < claim->alias_count; i++)
		if (claim->aliases[i][0] == '\0' || strpbrk(claim->aliases[i], " \t\n\v\f\r"))
			fail("'%s' of line %lu is no alias", claim->aliases[i], claim->line);
	for (size_t i = 0; i < claim->fact_count; i++)
		if (claim->facts[i].column[0] == '\0' || claim->facts[i].value[0] == '\0')
			fail("a fact of line %lu is empty", claim->line);
}

void check_reading(const struct reading *reading, const char *text, size_t size)
{
	unsigned long lines = 1;
	unsigned long line = 1;

	check_messages(reading);
	for (size_t i = 0; i < size; i++)
		/* Lines of tables may end in either. */
		lines += text[i] == '\n' || text[i] == '\r';
	for (size_t i = 0; i < reading->source.claim_count; i++) {
		const struct claim *claim = &reading->source.claims[i];
		if (claim->line < line || claim->line > lines)
			fail("line %lu of %lu follows line %lu", claim->line, lines, line);
		line = claim->line;
		check_claim(claim);
	}
}

void check_services(const struct source *source)
{
	for (size_t i = 0; i < source->claim_count; i++) {
		const struct claim *claim = &source->claims[i];
		bool is_sound = claim->port != 0 && *claim->protocol != '\0' &&
				ascii_is_printable(claim->name) &&
				ascii_is_printable(claim->protocol);
		for (size_t alias = 0; alias < claim->alias_count; alias++)
			is_sound = is_sound && ascii_is_printable(claim->aliases[alias]);
		if (claim->is_service && !is_sound)
			fail("'%s' %u/%s is no service to answer with", claim->name, claim->port,
			     claim->protocol);
	}
}

bool same_claim(const struct claim *one, const struct claim *other)
{
	if (strcmp(one->name, other->name) != 0 || strcmp(one->protocol, other->protocol) != 0 ||
	    one->port != other->port || one->last_port != other->last_port ||
	    one->is_service != other->is_service || one->alias_count != other->alias_count ||
	    one->fact_count != other->fact_count)
		return false;
	for (size_t i = 0; i < one->alias_count; i++)
		if (strcmp(one->aliases[i], other->aliases[i]) != 0)
			return false;
	for (size_t i = 0; i < one->fact_count; i++)
		if (strcmp(one->facts[i].column, other->facts[i].column) != 0 ||
		    strcmp(one->facts[i].value, other->facts[i].value) != 0)
			return false;
	return true;
}

void check_same_claims(const struct source *one, const struct source *other, const char *what)
{
	bool is_same = one->claim_count == other->claim_count;

	for (size_t i = 0; is_same && i < one->claim_count; i++)
		is_same = same_claim(&one->claims[i], &other->claims[i]);
	if (!is_same)
		fail("%s:\n%sis not\n%s", what, rows_of(one), rows_of(other));
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static size_t number_at(const char *text, const char *end)
{
	size_t number = 0;

	for (; text < end && is_digit(*text) && number <= UINT16_MAX; text++)
		number = 10 * number + (size_t)(*text - '0');
	return number;
}

size_t claims_in_prospect(const char *text, size_t size)
{
	static const char separators[] = " ,;/\n";
	const char *end = text + size;
	size_t ports = 1;
	size_t protocols = 1;

	for (const char *next = text; next < end; next++) {
		/* Whatever follows a range that is too long is not taken either. */
		if (*next == '-' && next > text && is_digit(next[-1]))
			ports += number_at(next + 1, end);
		else if (memchr(separators, *next, sizeof separators - 1))
			protocols++;
	}
	return ports * protocols;
}
