/*
 * services(5) files, any bytes, read in both ways.
 *
 * It asserts: the rows taken are those that the C library's own parser takes, or for the way that
 * is not this C library's the one of the tests, with the same name, port, protocol, aliases and
 * line, but for ports that it would wrap. Every other line that is neither empty nor a comment is
 * refused aloud. Where the ways take other services, there is a message about it.
 */
#include <string.h>

#include "target.h"
#include "tests/support/oracle.h"

static void check(const struct reading *reading, const struct oracle *oracle)
{
	const struct source *source = &reading->source;

	/* The C library knows nothing of descriptions. */
	for (size_t i = 0; i < source->claim_count; i++)
		source->claims[i].fact_count = 0;
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
	reading_free(&readings[0]);
	reading_free(&readings[1]);
	return 0;
}
