/* SPDX-License-Identifier: MIT */
/*
 * Answers as nobody means them. The input is cut at its NULs into strings: eight of them are the
 * name, protocol, status, description, language, source and two aliases of an answer.
 *
 * It asserts: what each format of portdb-query prints is read back by the format's own reader as
 * the same answers, and what is not there was counted as left out. On a terminal no format prints
 * what would give it orders, and in ASCII nothing but that. The ports to be reserved are those of
 * drop-ins, and no other.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "target.h"
#include "tests/support/readback.h"
#include "tools/shared/memory.h"

#define ANSWERS_MAX 16
#define ALIASES     2

/* The next string of the input, "" where it has ended. */
static const char *take_string(struct arena *memory, const char **next, const char *end)
{
	const char *start = *next;
	const char *nul = start < end ? memchr(start, '\0', (size_t)(end - start)) : NULL;
	size_t length = (size_t)((nul ? nul : end) - start);

	*next = nul ? nul + 1 : end;
	return arena_string(memory, start, length);
}

static void add_answer(struct answers *answers, struct arena *memory, const char **next,
		       const char *end)
{
	struct answer answer = {.has_port = true, .aliases = NULL};
	const char *aliases[ALIASES];

	answer.name = take_string(memory, next, end);
	answer.protocol = take_string(memory, next, end);
	answer.status = take_string(memory, next, end);
	answer.description = take_string(memory, next, end);
	answer.language = take_string(memory, next, end);
	answer.source = take_string(memory, next, end);
	for (size_t i = 0; i < ALIASES; i++) {
		aliases[answer.alias_count] = take_string(memory, next, end);
		/* No service has an alias without a character. */
		answer.alias_count += *aliases[answer.alias_count] != '\0';
	}
	answer.aliases = arena_copy(memory, aliases, sizeof aliases);
	answer.port = answer.last_port = (uint16_t)(answers->count * 4001 + 1);
	answers_add(answers, &answer);
}

static void check_reading_back(const struct answers *answers, enum format format)
{
	static const struct terminal no_terminal = {.is_ascii = false};
	struct readback readback = {0};
	struct left_out left_out;
	char *text = readback_print(format, answers, &no_terminal, &left_out);

	readback_read(&readback, format, text);
	if (readback_compare(&readback, format, answers, &left_out))
		fail("format %d: %s, in:\n%s", format, readback.fault, text);
	readback_free(&readback);
	free(text);
}

static void check_harmlessness(const struct answers *answers, enum format format)
{
	static const struct terminal terminal = {.is_terminal = true};
	static const struct terminal plain = {.is_terminal = true, .is_ascii = true};
	struct arena memory = {0};
	struct left_out left_out;
	char *text = readback_print(format, answers, &terminal, &left_out);
	const char *harm = readback_find_harm(&memory, text, "\n\t");

	if (harm)
		fail("format %d gives orders to a terminal: %s, in:\n%s", format, harm, text);
	free(text);
	text = readback_print(format, answers, &plain, &left_out);
	for (const char *next = text; format != FORMAT_JSON && *next; next++)
		if ((*next < ' ' || *next > '~') && *next != '\n' && *next != '\t')
			fail("format %d is not ASCII: %s", format, text);
	free(text);
	arena_free(&memory);
}

/* Of a file whose directory has the name services.d; what hides claims nothing. */
static bool is_reserved(const struct answer *answer)
{
	static const char name[] = "services.d";
	const char *end = strrchr(answer->source, '/');
	size_t length = end ? (size_t)(end - answer->source) : 0;
	size_t start = length - strlen(name);

	return length >= strlen(name) && (start == 0 || answer->source[start - 1] == '/') &&
	       memcmp(answer->source + start, name, strlen(name)) == 0 &&
	       strcasecmp(answer->status, "hidden") != 0;
}

/* Reads what the kernel does: numbers and ranges with commas between, upwards, and no more. */
static void check_reserved_ports(struct answers *answers, struct arena *memory)
{
	static const struct terminal no_terminal = {.is_ascii = false};
	struct left_out left_out;

	for (size_t i = 0; i < answers->count; i++) {
		struct answer *answer = &answers->items[i];
		const struct answer_claim claim = {.source = answer->source,
						   .status = answer->status};
		answer->claims = arena_copy(memory, &claim, sizeof claim);
		answer->claim_count = 1;
	}
	char *text = readback_print(FORMAT_RESERVED_PORTS, answers, &no_terminal, &left_out);
	char *next = text;
	for (size_t i = 0; i < answers->count; i++) {
		if (!is_reserved(&answers->items[i]))
			continue;
		if (next > text && *next++ != ',')
			fail("no comma in front of %u: %s", answers->items[i].port, text);
		if (strtoul(next, &next, 10) != answers->items[i].port)
			fail("%u is not reserved, but %s", answers->items[i].port, text);
	}
	if (strcmp(next, "\n") != 0)
		fail("more is reserved: %s", text);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *next = (const char *)bytes;
	const char *end = next + size;
	struct answers answers = {0};
	struct arena memory = {0};

	while (next < end && answers.count < ANSWERS_MAX)
		add_answer(&answers, &memory, &next, end);
	for (enum format format = FORMAT_JSON; format <= FORMAT_LDIF; format++)
		check_reading_back(&answers, format);
	for (enum format format = FORMAT_TABLE; format <= FORMAT_LDIF; format++)
		check_harmlessness(&answers, format);
	check_reserved_ports(&answers, &memory);
	free(answers.items);
	arena_free(&memory);
	return 0;
}
