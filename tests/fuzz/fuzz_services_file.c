/*
 * services(5) files, any bytes.
 *
 * It asserts: the rows taken are those that the C library's own parser takes, with the same name,
 * port, protocol, aliases and line, but for ports that it would wrap. Every other line that is
 * neither empty nor a comment is refused aloud.
 */
#include "target.h"
#include "tests/support/oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct reading reading;
	struct oracle oracle;

	reading_make(&reading, services_read, text, size);
	check_reading(&reading, text, size);
	oracle_read(&oracle, text, size);
	/* The C library knows nothing of descriptions. */
	for (size_t i = 0; i < reading.source.claim_count; i++)
		reading.source.claims[i].fact_count = 0;
	check_same_claims(&reading.source, &oracle.source, "what we read");
	for (size_t i = 0; i < oracle.source.claim_count; i++)
		if (reading.source.claims[i].line != oracle.source.claims[i].line)
			fail("line %lu is said to be line %lu", oracle.source.claims[i].line,
			     reading.source.claims[i].line);
	if (reading.source.claim_count + reading.diagnostics.refused != oracle.lines ||
	    reading.diagnostics.refused < oracle.wrapped)
		fail("of %zu lines %zu are taken and %lu refused", oracle.lines,
		     reading.source.claim_count, reading.diagnostics.refused);
	oracle_free(&oracle);
	reading_free(&reading);
	return 0;
}
