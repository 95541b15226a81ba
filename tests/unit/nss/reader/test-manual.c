/* SPDX-License-Identifier: MIT */
/*
 * What portdb(5) says of the database is what the headers define: every field of every structure,
 * byte by byte; and what it says is enough to look services up.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/hash.h"
#include "tests/support/support.h"

/* ---- the page ---------------------------------------------------------------------------- */

/* The page's part under a heading, up to the next one. The caller frees it. */
static char *part_of_page(const char *heading)
{
	char *page = read_file(MANUAL, NULL);
	char *request;

	cr_assert_gt(asprintf(&request, "\n.Ss %s\n", heading), 0);
	char *start = strstr(page, request);
	cr_assert_not_null(start, "portdb(5) has no heading \"%s\"", heading);
	start += strlen(request);
	char *end = strstr(start, "\n.S");
	char *part = strndup(start, end ? (size_t)(end - start) : strlen(start));
	free(request);
	free(page);
	return part;
}

/* The same with its lines joined. */
static char *text_of_page(const char *heading)
{
	char *part = part_of_page(heading);

	for (char *at = part; (at = strchr(at, '\n')) != NULL;)
		*at = ' ';
	return part;
}

static void assert_says(const char *heading, const char *words)
{
	char *text = text_of_page(heading);

	cr_expect(strstr(text, words), "portdb(5) does not say \"%s\" under \"%s\"", words,
		  heading);
	free(text);
}

/* One field as the page has it, or as a structure has it. */
struct field {
	size_t at;
	size_t size;
	const char *words; /* of a structure's field: what its description has to begin with */
};

static size_t size_of_type(const char *type, size_t length)
{
	static const struct {
		const char *name;
		size_t size;
	} types[] = {{"8 bytes", 8}, {"u16", 2}, {"u32", 4}, {"u64", 8}, {"u32, u32", 8}};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strlen(types[i].name) == length && memcmp(types[i].name, type, length) == 0)
			return types[i].size;
	cr_assert_fail("portdb(5) has a field of the type \"%.*s\"", (int)length, type);
	return 0;
}

/* A line ".It 16 Ta u32 Ta size of the file in bytes"; false for any other, and for the strings. */
static bool parse_field(char *line, struct field *field)
{
	char *end;

	if (strncmp(line, ".It ", 4) != 0)
		return false;
	field->at = strtoul(line + 4, &end, 10);
	if (end == line + 4 || strncmp(end, " Ta ", 4) != 0 || strstr(end, " Ta strings "))
		return false;
	char *type = end + 4;
	char *words = strstr(type, " Ta ");
	cr_assert_not_null(words, "%s", line);
	field->size = size_of_type(type, (size_t)(words - type));
	field->words = words + 4;
	return true;
}

/* The page's table under a heading is that of the structure, without a gap and to its end. */
static void assert_table(const char *heading, size_t size, const struct field *fields, size_t count)
{
	char *part = part_of_page(heading);
	char *rest = part;
	char *line;
	char bytes[32];
	size_t end = 0;
	size_t i = 0;

	snprintf(bytes, sizeof bytes, "%zu bytes", size);
	line = strsep(&rest, "\n");
	cr_expect(strstr(line, bytes), "%s: \"%s\", where it has %zu", heading, line, size);
	while ((line = strsep(&rest, "\n")) != NULL) {
		struct field field;

		if (!parse_field(line, &field))
			continue;
		cr_assert_lt(i, count, "%s: one field too many, at %zu", heading, field.at);
		cr_expect_eq(field.at, end, "%s: a gap at %zu", heading, end);
		cr_expect_eq(field.at, fields[i].at, "%s: \"%s\" at %zu, where it is at %zu",
			     heading, field.words, field.at, fields[i].at);
		cr_expect_eq(field.size, fields[i].size, "%s: the size of \"%s\"", heading,
			     field.words);
		cr_expect_eq(strncmp(field.words, fields[i].words, strlen(fields[i].words)), 0,
			     "%s: \"%s\" in the place of \"%s\"", heading, field.words,
			     fields[i].words);
		end = field.at + field.size;
		i++;
	}
	cr_expect_eq(i, count, "%s: %zu fields of %zu", heading, i, count);
	cr_expect_eq(end, size, "%s ends at %zu", heading, end);
	free(part);
}

/* ---- its tables --------------------------------------------------------------------------- */

#define FIELD(type, member, words)                                                       \
	{                                                                                \
		offsetof(struct type, member), sizeof(((struct type *)0)->member), words \
	}
#define ASSERT_TABLE(heading, type, ...)                            \
	do {                                                        \
		static const struct field fields[] = {__VA_ARGS__}; \
		assert_table(heading, sizeof(struct type), fields,  \
			     sizeof fields / sizeof *fields);       \
	} while (0)
#define HEADER(member, words) FIELD(portdb_header, member, words)
#define RECORD(member, words) FIELD(portdb_record, member, words)
#define CLAIM(member, words)  FIELD(portdb_claim, member, words)
#define SOURCE(member, words) FIELD(portdb_source, member, words)

#define NUMERAL_OF(value) #value
#define NUMERAL(value)    NUMERAL_OF(value)

Test(manual, tells_every_field_of_the_header)
{
	char magic[8 * 3 + 1];

	ASSERT_TABLE("Header", portdb_header, HEADER(magic, "magic: 70 6f 72 74 64 62 0a 1a, "),
		     HEADER(major, "major version: " NUMERAL(PORTDB_MAJOR)),
		     HEADER(minor, "minor version: " NUMERAL(PORTDB_MINOR)),
		     HEADER(header_size, "size of the header in bytes: 96"),
		     HEADER(file_size, "size of the file in bytes"),
		     HEADER(superseded, "superseded"), HEADER(content_checksum, "content checksum"),
		     HEADER(slot_count, "number of slots, not 0"),
		     HEADER(probe_limit, "probe limit, from 1 to the number of slots"),
		     HEADER(seed, "seed"), HEADER(service_count, "number of services"),
		     HEADER(key_count, "number of slots in use"), HEADER(index, "index: "),
		     HEADER(records, "records: "), HEADER(claims, "claims: "),
		     HEADER(sources, "sources: "), HEADER(strings, "strings: "),
		     HEADER(header_checksum, "header checksum"));
	for (size_t i = 0; i < 8; i++)
		sprintf(magic + 3 * i, "%02x ", (unsigned char)PORTDB_MAGIC[i]);
	magic[8 * 3 - 1] = '\0';
	assert_says("Header", magic);
}

Test(manual, tells_the_bounds)
{
	assert_says("Conventions", "at most " NUMERAL(PORTDB_SOURCES_MAX) " sources");
	assert_says("Header", "at most " NUMERAL(PORTDB_PROBES_MAX));
}

Test(manual, tells_every_field_of_a_record)
{
	ASSERT_TABLE(
	    "Record", portdb_record, RECORD(strings_size, "size of the strings in bytes"),
	    RECORD(protocol, "where the protocol starts"), RECORD(alias_count, "number of aliases"),
	    RECORD(first_claim, "number of its first claim"),
	    RECORD(short_protocol, "Fn number protocol"), RECORD(port, "port"), RECORD(zero, "0"));
	assert_says("Record", "0 for more than 3 bytes");
	cr_expect_neq(portdb_short_protocol(portdb_protocol_of("tcp")), 0);
	cr_expect_eq(portdb_short_protocol(portdb_protocol_of("sctp")), 0);
	assert_says("Record", ".It 24 Ta strings Ta the name, the protocol, and the aliases");
}

Test(manual, tells_every_field_of_a_claim)
{
	ASSERT_TABLE("Claim", portdb_claim, CLAIM(service, "offset of the record"),
		     CLAIM(source, "number of its source"), CLAIM(line, "line in the source"),
		     CLAIM(port, "port"), CLAIM(last_port, "last port"),
		     CLAIM(name, "offset of the name"), CLAIM(protocol, "offset of the protocol"),
		     CLAIM(aliases, "offset of the aliases"),
		     CLAIM(facts, "offset of what else the row says"));
}

Test(manual, tells_every_field_of_a_source)
{
	char kinds[100];

	ASSERT_TABLE("Source", portdb_source, SOURCE(path, "offset of its path"),
		     SOURCE(claim_count, "number of its claims"), SOURCE(kind, "kind"),
		     SOURCE(nanoseconds, "nanoseconds of the time of modification"),
		     SOURCE(seconds, "its seconds since 1970"),
		     SOURCE(size, "size of the file in bytes; 0 for a directory"));
	snprintf(kinds, sizeof kinds, "%d nothing, ", PORTDB_UNTRACKED);
	assert_says("Source", kinds);
	snprintf(kinds, sizeof kinds, "%d a file; %d that nothing was there; %d a directory",
		 PORTDB_FILE, PORTDB_ABSENT, PORTDB_DIRECTORY);
	assert_says("Source", kinds);
	snprintf(kinds, sizeof kinds, "%d and %d are a file and a directory", PORTDB_FILE_AHEAD,
		 PORTDB_DIRECTORY_AHEAD);
	assert_says("Source", kinds);
	snprintf(kinds, sizeof kinds, "%d is added to the kind", PORTDB_LINKED);
	assert_says("Source", kinds);
}

/* The C definition has one number, which is in no field of a structure. */
Test(manual, tells_every_field_of_a_slot)
{
	static const struct field fields[] = {
	    {0, 4, "offset of the record"}, {4, 2, "where the key's name starts"}, {6, 2, "tag"}};
	struct portdb_slot slot = portdb_slot_of(0x04030201, 0x0605, 0x0807);

	assert_table("Slot", sizeof slot, fields, 3);
	cr_expect_arr_eq(&slot, "\x01\x02\x03\x04\x05\x06\x07\x08", sizeof slot);
	cr_expect_eq(PORTDB_FAR, 65535);
	assert_says("Slot", "65535 stands for it");
}

/* Where a compiled database has the section that the page's next row names; 0 behind the last. */
static uint32_t next_section(const struct portdb_header *header, char **rows)
{
	static const struct {
		const char *row;
		size_t at;
	} sections[] = {{".It index Ta ", offsetof(struct portdb_header, index)},
			{".It records Ta ", offsetof(struct portdb_header, records)},
			{".It claims Ta ", offsetof(struct portdb_header, claims)},
			{".It strings Ta ", offsetof(struct portdb_header, strings)},
			{".It sources Ta ", offsetof(struct portdb_header, sources)}};
	const char *line;

	while ((line = strsep(rows, "\n")) != NULL)
		for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
			if (strncmp(line, sections[i].row, strlen(sections[i].row)) == 0)
				return from_le32(
				    ((const struct portdb_section *)((const char *)header +
								     sections[i].at))
					->offset);
	return 0;
}

Test(manual, tells_the_sections_in_their_order)
{
	static const char *const text = "ssh 22/tcp secsh # Secure Shell\nftp 21/tcp\n";
	struct database database;
	char *part = part_of_page("Sections");
	char *rows = part;
	uint32_t last = sizeof(struct portdb_header) - 1;
	uint32_t offset;
	unsigned count = 0;

	database_make(&database, &text, 1);
	while ((offset = next_section((void *)database.image.bytes, &rows)) != 0) {
		cr_expect_gt(offset, last, "section %u is ahead of the one before", count);
		last = offset;
		count++;
	}
	cr_expect_eq(count, 5);
	assert_says("Sections", "each starts at a multiple of " NUMERAL(PORTDB_ALIGNMENT) " ");
	database_free(&database);
	free(part);
}

/* ---- a reader that knows nothing but the page --------------------------------------------- */

static uint64_t number_at(const unsigned char *bytes, unsigned size)
{
	uint64_t number = 0;

	while (size-- > 0)
		number = number << 8 | bytes[size];
	return number;
}

static uint64_t hash_word(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15;
	return hash ^ (hash >> 32);
}

static uint64_t hash_bytes(uint64_t hash, const char *string, size_t n)
{
	const unsigned char *bytes = (const void *)string;
	size_t at = 0;

	hash = hash ^ n;
	while (n - at > 8 && n >= 8) {
		hash = hash_word(hash, number_at(bytes + at, 8));
		at += 8;
	}
	if (n >= 8)
		return hash_word(hash, number_at(bytes + n - 8, 8));
	if (n >= 4)
		return hash_word(hash, number_at(bytes, 4) | number_at(bytes + n - 4, 4) << 32);
	if (n >= 1)
		return hash_word(hash, bytes[0] | (uint64_t)bytes[n / 2] << 8 |
					   (uint64_t)bytes[n - 1] << 16);
	return hash_word(hash, 0);
}

static uint64_t protocol_number(const char *protocol)
{
	const unsigned char *bytes = (const void *)protocol;
	unsigned n = protocol ? (unsigned)strlen(protocol) : 0;

	if (!protocol)
		return 0;
	if (n <= 3)
		return number_at(bytes, n) | UINT64_C(1) << 8 * n;
	return number_at(bytes + n - 4, 4) | UINT64_C(1) << 31;
}

static bool has_name(const unsigned char *record, unsigned place, const char *name)
{
	const char *strings = (const char *)record + 24;
	const char *end = strings + number_at(record, 4);

	if (place < 65535)
		return strcmp(strings + place, name) == 0;
	for (const char *at = strings; at < end; at += strlen(at) + 1)
		if (at != strings + number_at(record + 4, 4) && strcmp(at, name) == 0)
			return true;
	return false;
}

/* The record that answers, or NULL. The port counts where there is no name. */
static const unsigned char *look_up(const unsigned char *file, const char *name, unsigned port,
				    const char *protocol)
{
	uint64_t start = number_at(file + 38, 2) * 0x9e3779b97f4a7c15;
	uint64_t hash =
	    name ? hash_word(hash_bytes(start, name, strlen(name)), protocol_number(protocol))
		 : hash_word(start, protocol_number(protocol) << 32 | port);
	uint64_t slots = number_at(file + 32, 4);
	uint64_t slot = ((hash & 0xffffffff) * slots) >> 32;

	for (uint64_t probe = number_at(file + 36, 2); probe > 0; probe--) {
		const unsigned char *bytes = file + number_at(file + 48, 4) + 8 * slot;
		const unsigned char *record = file + number_at(bytes, 4);

		if (record == file)
			return NULL;
		if (number_at(bytes + 6, 2) == hash >> 48 &&
		    (name ? has_name(record, (unsigned)number_at(bytes + 4, 2), name)
			  : number_at(record + 20, 2) == port) &&
		    (!protocol ||
		     strcmp((const char *)record + 24 + number_at(record + 4, 4), protocol) == 0))
			return record;
		slot = slot + 1 < slots ? slot + 1 : 0;
	}
	return NULL;
}

/* What the page's reader finds is what the module's does. */
static void assert_same_record(const struct database *database, const char *name, uint16_t port,
			       const char *protocol)
{
	struct portdb_service service;
	const unsigned char *file = database->image.bytes;
	const unsigned char *record = look_up(file, name, port, protocol);
	enum portdb_result result = name ? portdb_by_name(&database->db, name, protocol, &service)
					 : portdb_by_port(&database->db, port, protocol, &service);

	cr_assert_eq(record ? (uint32_t)(record - file) : 0,
		     result == PORTDB_OK ? service.offset : 0, "%s %u %s", name ? name : "port",
		     port, protocol ? protocol : "-");
}

static void assert_same_answers(const struct database *database,
				const struct portdb_service *service, const char *protocol)
{
	const char *string = service->strings;

	while (string < service->strings + service->strings_size) {
		assert_same_record(database, string, 0, protocol);
		assert_same_record(database, string, 0, "none");
		string += strlen(string) + 1;
	}
	assert_same_record(database, NULL, service->port, protocol);
	assert_same_record(database, NULL, service->port, "none");
	assert_same_record(database, NULL, (uint16_t)(service->port + 1), protocol);
}

static void assert_suffices(const char *const *texts, size_t count)
{
	struct database database;
	struct portdb_service service;
	uint32_t cursor = 0;
	unsigned services = 0;

	database_make(&database, texts, count);
	while (portdb_next(&database.db, &cursor, &service) == PORTDB_OK) {
		assert_same_answers(&database, &service, NULL);
		assert_same_answers(&database, &service, service.strings + service.protocol);
		services++;
	}
	cr_expect_eq(services, number_at(database.image.bytes + 40, 4));
	cr_expect_gt(services, 0);
	database_free(&database);
}

Test(manual, suffices_to_look_services_up)
{
	struct random random = {.state = 5, .has_ports_in_range = true};

	for (unsigned round = 0; round < 20; round++) {
		char *texts[] = {random_services(&random, 200), random_services(&random, 50)};

		assert_suffices((const char *const *)texts, 2);
		free(texts[0]);
		free(texts[1]);
	}
	assert_says("Keys and their hash", "(hash ^ value) * 0x9e3779b97f4a7c15");
}

/* Aliases that start behind 65535, where a slot does not say where. */
Test(manual, suffices_to_look_far_names_up)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fputs("far 1/tcp", stream);
	for (unsigned i = 0; i < 8000; i++)
		fprintf(stream, " alias-%u", i);
	fputs("\nother 2/udp\n", stream);
	fclose(stream);
	cr_assert_gt(size, 65535 + 10000);
	assert_suffices((const char *const *)&text, 1);
	free(text);
}
