/* SPDX-License-Identifier: MIT */
/*
 * services(5) files, any bytes, read in both ways.
 *
 * It asserts: the rows taken are those that the C library's own parser takes, or for the way that
 * is not this C library's the one of the tests, with the same name, port, protocol, aliases and
 * line, but for ports that it would wrap. Every other line that is neither empty nor a comment is
 * refused aloud. Where the ways take other services, there is a message about it. With ranges, what
 * is taken without is taken as well, and no line is refused that was not.
 */
#include <string.h>

#include "target.h"
#include "tests/support/oracle.h"

/* A range asks for more than can be read in no time. */
#define CLAIMS_MAX 200000

/* The C library knows nothing of them. */
static void forget_descriptions(const struct source *source)
{
	for (size_t i = 0; i < source->claim_count; i++)
		source->claims[i].fact_count = 0;
}

static void check(const struct reading *reading, const struct oracle *oracle)
{
	const struct source *source = &reading->source;

	forget_descriptions(source);
	check_same_claims(source, &oracle->source, "what we read");
	for (size_t i = 0; i < oracle->source.claim_count; i++)
		if (source->claims[i].line != oracle->source.claims[i].line)
			fail("line %lu is said to be line %lu", oracle->source.claims[i].line,
			     source->claims[i].line);
	if (source->claim_count + reading->diagnostics.refused != oracle->lines ||
	    reading->diagnostics.refused < oracle->wrapped)
		fail("of %zu lines %zu are taken and %lu refused", oracle->lines,
		     source->claim_count, reading->diagnostics.refused);
}

/* How many messages say that the ways differ. */
static unsigned count_differences(const struct reading *reading)
{
	unsigned count = 0;

	for (const char *next = reading->messages; (next = strstr(next, " to later ones")); next++)
		count++;
	return count;
}

static void check_ranges(const struct reading *plain, const char *text, size_t size)
{
	struct reading reading;
	size_t found = 0;

	if (claims_in_prospect(text, size) > CLAIMS_MAX)
		return;
	reading_make(&reading, read_ranges, text, size);
	check_reading(&reading, text, size);
	forget_descriptions(&reading.source);
	for (size_t i = 0; i < reading.source.claim_count; i++)
		if (found < plain->source.claim_count &&
		    reading.source.claims[i].line == plain->source.claims[found].line &&
		    same_claim(&reading.source.claims[i], &plain->source.claims[found]))
			found++;
	if (found != plain->source.claim_count ||
	    reading.diagnostics.refused > plain->diagnostics.refused)
		fail("with ranges %zu of %zu rows are taken, and %lu refused in place of %lu",
		     found, plain->source.claim_count, reading.diagnostics.refused,
		     plain->diagnostics.refused);
	reading_free(&reading);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static source_reader *const readers[] = {
	    [READS_BASE_0] = read_base_0,
	    [READS_DECIMAL] = read_decimal,
	};
	const char *text = (const char *)bytes;
	struct reading readings[2] = {0};

	for (int way = READS_BASE_0; way <= READS_DECIMAL; way++) {
		struct oracle oracle;
		reading_make(&readings[way], readers[way], text, size);
		check_reading(&readings[way], text, size);
		oracle_read(&oracle, text, size, (enum services_reading)way);
		check(&readings[way], &oracle);
		oracle_free(&oracle);
	}
	bool is_same = readings[0].source.claim_count == readings[1].source.claim_count;
	for (size_t i = 0; is_same && i < readings[0].source.claim_count; i++)
		is_same = same_claim(&readings[0].source.claims[i], &readings[1].source.claims[i]);
	if (!is_same && count_differences(&readings[0]) == 0)
		fail("that the ways differ is not said:\n%s", readings[0].messages);
	if (count_differences(&readings[0]) != count_differences(&readings[1]))
		fail("the ways differ in their differences");
	check_ranges(&readings[READS_DECIMAL], text, size);
	reading_free(&readings[0]);
	reading_free(&readings[1]);
	return 0;
}
