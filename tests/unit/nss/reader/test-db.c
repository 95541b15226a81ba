/* SPDX-License-Identifier: MIT */
/* The reader, on sound databases and on every kind of damage. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/claims.h"
#include "nss/reader/format.h"
#include "nss/reader/hash.h"
#include "nss/servent.h"
#include "tests/support/guarded.h"
#include "tests/support/support.h"

/* The parser has something to say about "bare". */
TestSuite(db, .init = cr_redirect_stderr);

#define SMALL                               \
	"ssh 22/tcp secsh # Secure Shell\n" \
	"domain 53/tcp\n"                   \
	"domain 53/udp nameserver dns\n"    \
	"bare 7\n"

static void make_small(struct database *database)
{
	database_make(database, (const char *const[]){SMALL}, 1);
}

static const char *by_name(const struct portdb *db, const char *name, const char *protocol)
{
	static struct servent entry;
	static char buffer[1024];
	struct portdb_service service;

	if (portdb_by_name(db, name, protocol, &service) != PORTDB_OK ||
	    portdb_servent_fill(&entry, &service, buffer, sizeof buffer) != 0)
		return "nothing";
	return servent_text(&entry);
}

static const char *by_port(const struct portdb *db, uint16_t port, const char *protocol)
{
	static struct servent entry;
	static char buffer[1024];
	struct portdb_service service;

	if (portdb_by_port(db, port, protocol, &service) != PORTDB_OK ||
	    portdb_servent_fill(&entry, &service, buffer, sizeof buffer) != 0)
		return "nothing";
	return servent_text(&entry);
}

Test(db, answers_by_name_and_alias)
{
	struct database database;

	make_small(&database);
	cr_expect_str_eq(by_name(&database.db, "ssh", "tcp"), "ssh 22/tcp secsh");
	cr_expect_str_eq(by_name(&database.db, "secsh", NULL), "ssh 22/tcp secsh");
	cr_expect_str_eq(by_name(&database.db, "domain", NULL), "domain 53/tcp");
	cr_expect_str_eq(by_name(&database.db, "domain", "udp"), "domain 53/udp nameserver dns");
	cr_expect_str_eq(by_name(&database.db, "dns", "udp"), "domain 53/udp nameserver dns");
	cr_expect_str_eq(by_name(&database.db, "dns", "tcp"), "nothing");
	cr_expect_str_eq(by_name(&database.db, "bare", ""), "bare 7/");
	cr_expect_str_eq(by_name(&database.db, "SSH", "tcp"), "nothing");
	cr_expect_str_eq(by_name(&database.db, "", NULL), "nothing");
	database_free(&database);
}

Test(db, answers_by_port)
{
	struct database database;

	make_small(&database);
	cr_expect_str_eq(by_port(&database.db, 53, NULL), "domain 53/tcp");
	cr_expect_str_eq(by_port(&database.db, 53, "udp"), "domain 53/udp nameserver dns");
	cr_expect_str_eq(by_port(&database.db, 7, NULL), "bare 7/");
	cr_expect_str_eq(by_port(&database.db, 7, ""), "bare 7/");
	cr_expect_str_eq(by_port(&database.db, 7, "tcp"), "nothing");
	cr_expect_str_eq(by_port(&database.db, 0, NULL), "nothing");
	database_free(&database);
}

Test(db, enumerates_in_order)
{
	static const char *const expected[] = {"ssh", "domain", "domain", "bare"};
	struct database database;
	struct portdb_service service;
	uint32_t cursor = 0;

	make_small(&database);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(portdb_next(&database.db, &cursor, &service), PORTDB_OK);
		cr_expect_str_eq(service.strings, expected[i]);
	}
	cr_expect_eq(portdb_next(&database.db, &cursor, &service), PORTDB_NOT_FOUND);
	cr_expect_eq(portdb_next(&database.db, &cursor, &service), PORTDB_NOT_FOUND);
	database_free(&database);
}

Test(db, is_empty_without_services)
{
	struct database database;
	struct portdb_service service;
	uint32_t cursor = 0;

	database_make(&database, (const char *const[]){"# nothing\n"}, 1);
	cr_expect_eq(portdb_next(&database.db, &cursor, &service), PORTDB_NOT_FOUND);
	cr_expect_str_eq(by_name(&database.db, "ssh", NULL), "nothing");
	cr_expect_str_eq(by_port(&database.db, 22, NULL), "nothing");
	database_free(&database);
}

Test(db, tells_what_a_claim_says)
{
	struct database database;
	struct portdb_claims claims;
	struct portdb_claim_row claim;
	struct portdb_service service;
	struct portdb_source_row source;
	const char *column;
	const char *value;

	make_small(&database);
	cr_assert_eq(portdb_by_name(&database.db, "ssh", NULL, &service), PORTDB_OK);
	cr_assert_eq(portdb_claims_open(&claims, &database.db), PORTDB_OK);
	uint32_t first = portdb_first_claim(&database.db, &service);
	cr_assert_eq(portdb_claim_get(&claims, first, &claim), PORTDB_OK);
	cr_expect_eq(claim.service, service.offset);
	cr_expect_eq(claim.line, 1);
	cr_expect_eq(claim.port, 22);
	cr_expect_str_eq(claim.name, "ssh");
	cr_expect_str_eq(claim.protocol, "tcp");
	cr_expect_str_eq(claim.aliases, "secsh");
	uint32_t position = claim.facts;
	cr_assert(portdb_next_fact(&claims, &position, &column, &value));
	cr_expect_str_eq(column, "Description");
	cr_expect_str_eq(value, "Secure Shell");
	cr_expect_not(portdb_next_fact(&claims, &position, &column, &value));
	cr_assert_eq(portdb_source_get(&claims, claim.source, &source), PORTDB_OK);
	cr_expect_str_eq(source.path, "source 0");
	cr_expect_eq(portdb_claim_get(&claims, claims.count, &claim), PORTDB_NOT_FOUND);
	database_free(&database);
}

/* Reads all that can be read, without a care for what comes of it. */
static void read_everything(const struct portdb *db)
{
	static const char *const names[] = {"ssh", "secsh", "domain", "dns", "bare", "none"};
	static const char *const protocols[] = {NULL, "tcp", "udp", ""};
	static const uint16_t ports[] = {0, 7, 22, 53, 65535};
	struct portdb_service service;
	struct portdb_claims claims;
	uint32_t cursor = 0;

	for (size_t p = 0; p < 4; p++) {
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			by_name(db, names[i], protocols[p]);
		for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
			by_port(db, ports[i], protocols[p]);
	}
	while (portdb_next(db, &cursor, &service) == PORTDB_OK)
		for (uint32_t alias = service.protocol; portdb_next_string(&service, &alias);)
			;
	if (portdb_claims_open(&claims, db) != PORTDB_OK)
		return;
	struct portdb_claim_row claim;
	struct portdb_source_row source;
	for (uint32_t i = 0; portdb_claim_get(&claims, i, &claim) != PORTDB_NOT_FOUND; i++)
		for (const char *column, *value;
		     portdb_next_fact(&claims, &claim.facts, &column, &value);)
			;
	for (uint32_t i = 0; portdb_source_get(&claims, i, &source) != PORTDB_NOT_FOUND; i++)
		;
}

/* Where each database is read, so that what is behind it cannot be. */
static struct guarded guarded;

static void read_guarded(const unsigned char *bytes, size_t size)
{
	struct portdb db;

	if (portdb_open(&db, guarded_copy(&guarded, bytes, size), size) == PORTDB_OK)
		read_everything(&db);
}

Test(db, refuses_every_truncation)
{
	struct database database;
	struct portdb db;

	make_small(&database);
	for (size_t size = 0; size < database.image.size; size++) {
		const unsigned char *copy = guarded_copy(&guarded, database.image.bytes, size);
		cr_expect_neq(portdb_open(&db, copy, size), PORTDB_OK, "at %zu bytes", size);
	}
	database_free(&database);
}

/* A header whose checksum is right however wrong the rest of it may be. */
static void seal(unsigned char *bytes)
{
	struct portdb_header *header = (void *)bytes;
	portdb_le32 superseded = header->superseded;

	header->superseded = to_le32(0);
	header->header_checksum =
	    to_le64(portdb_hash_bytes(0, header, offsetof(struct portdb_header, header_checksum)));
	header->superseded = superseded;
}

static void survives_flips(bool sealed)
{
	struct database database;

	make_small(&database);
	size_t size = database.image.size;
	unsigned char *bytes = malloc(size);
	for (size_t at = 0; at < size; at += stride())
		for (unsigned flip = 1; flip < 256; flip += flip < 128 ? flip : 127) {
			memcpy(bytes, database.image.bytes, size);
			bytes[at] ^= (unsigned char)flip;
			if (sealed)
				seal(bytes);
			read_guarded(bytes, size);
		}
	free(bytes);
	database_free(&database);
}

Test(db, survives_a_flip_of_every_byte)
{
	survives_flips(false);
}

Test(db, survives_a_flip_of_every_byte_under_a_right_checksum)
{
	survives_flips(true);
}

Test(db, notices_a_flip_of_every_byte_of_its_header)
{
	struct database database;
	struct portdb db;

	make_small(&database);
	for (size_t at = 0; at < sizeof(struct portdb_header); at++) {
		bool may_change = at - offsetof(struct portdb_header, superseded) < 4;
		/* A reader accepts any minor version, but the checksum covers it as well. */
		database.image.bytes[at] ^= 0x40;
		cr_expect_eq(portdb_open(&db, database.image.bytes, database.image.size) ==
				 PORTDB_OK,
			     may_change, "byte %zu", at);
		database.image.bytes[at] ^= 0x40;
	}
	database_free(&database);
}

Test(db, refuses_another_major_version)
{
	struct database database;
	struct portdb db;

	make_small(&database);
	struct portdb_header *header = (void *)database.image.bytes;
	header->minor = to_le16(PORTDB_MINOR + 7);
	seal(database.image.bytes);
	cr_expect_eq(portdb_open(&db, header, database.image.size), PORTDB_OK);
	header->major = to_le16(PORTDB_MAJOR + 1);
	seal(database.image.bytes);
	cr_expect_eq(portdb_open(&db, header, database.image.size), PORTDB_OTHER_VERSION);
	database_free(&database);
}

/* Services at one port whose names are alike, as far as seed 0 goes. */
static char *make_alike(unsigned count, bool (*is_one)(uint64_t hash))
{
	size_t size;
	char *text = NULL;
	char name[16];
	FILE *stream = open_memstream(&text, &size);

	for (unsigned i = 0; count > 0; i++) {
		int length = snprintf(name, sizeof name, "x%u", i);
		if (is_one(portdb_hash_name(0, name, (size_t)length, portdb_protocol_of("tcp")))) {
			fprintf(stream, "%s 1/tcp\n", name);
			count--;
		}
	}
	fclose(stream);
	return text;
}

static void expect_short_lookups(char *text, unsigned count)
{
	struct database database;
	struct portdb_service service;
	uint32_t cursor = 0;
	unsigned found = 0;

	database_make(&database, (const char *const[]){text}, 1);
	const struct portdb_header *header = (const void *)database.image.bytes;
	cr_expect_neq(from_le16(header->seed), 0);
	cr_expect_leq(from_le16(header->probe_limit), PORTDB_PROBES_MAX);
	while (portdb_next(&database.db, &cursor, &service) == PORTDB_OK) {
		struct portdb_service same;
		found += portdb_by_name(&database.db, service.strings, "tcp", &same) == PORTDB_OK &&
			 same.offset == service.offset;
	}
	cr_expect_eq(found, count);
	database_free(&database);
	free(text);
}

static bool wants_one_place(uint64_t hash)
{
	return (hash & UINT32_MAX) < UINT32_MAX / 500;
}

static bool has_one_tag_and_place(uint64_t hash)
{
	return hash >> 48 == 4711 && (hash & UINT32_MAX) < UINT32_MAX / 32;
}

/* Then there is another seed, with which they are not. */
Test(db, finds_in_few_steps_what_was_made_to_take_many)
{
	expect_short_lookups(make_alike(2000, wants_one_place), 2000);
	/* One in two million names is such. */
	if (stride() == 1)
		expect_short_lookups(make_alike(6, has_one_tag_and_place), 6);
}

Test(db, has_seed_0_where_nothing_was_made_to_collide)
{
	struct random random = {.state = 8, .has_ports_in_range = true};

	for (unsigned rows = 1; rows <= 4096; rows *= 4) {
		struct database database;
		char *text = random_services(&random, rows);
		database_make(&database, (const char *const[]){text}, 1);
		const struct portdb_header *header = (const void *)database.image.bytes;
		cr_expect_eq(from_le16(header->seed), 0, "%u rows", rows);
		database_free(&database);
		free(text);
	}
}

/* A database whose sources section, at its end, has more of them. */
static enum portdb_result open_with_sources(uint32_t count)
{
	struct database database;
	struct portdb db;

	make_small(&database);
	size_t start = (database.image.size + 7) / 8 * 8;
	size_t size = start + count * sizeof(struct portdb_source);
	unsigned char *bytes = calloc(size, 1);
	struct portdb_header *header = (void *)bytes;
	memcpy(bytes, database.image.bytes, database.image.size);
	header->sources.offset = to_le32((uint32_t)start);
	header->sources.size = to_le32((uint32_t)(size - start));
	header->file_size = to_le32((uint32_t)size);
	seal(bytes);
	enum portdb_result result = portdb_open(&db, bytes, size);
	free(bytes);
	database_free(&database);
	return result;
}

/* Every process would look at each of them. */
Test(db, has_no_more_sources_than_a_process_may_look_at)
{
	cr_expect_eq(open_with_sources(PORTDB_SOURCES_MAX), PORTDB_OK);
	cr_expect_eq(open_with_sources(PORTDB_SOURCES_MAX + 1), PORTDB_BAD_HEADER);
	cr_expect_eq(open_with_sources(1000000), PORTDB_BAD_HEADER);
}

/* Each 32-bit word of the file in turn set to values that overflow, loop or point elsewhere. */
Test(db, survives_extreme_words)
{
	static const uint32_t values[] = {0,          1,          4,          0x7fffffff,
					  0x80000000, 0xfffffff0, 0xfffffffc, 0xffffffff};
	struct database database;

	make_small(&database);
	size_t size = database.image.size;
	unsigned char *bytes = malloc(size);
	for (size_t at = 0; at + 4 <= size; at += 2 * stride())
		for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
			portdb_le32 value = to_le32(values[i]);
			memcpy(bytes, database.image.bytes, size);
			memcpy(bytes + at, &value, 4);
			if (at >= 8 && at < sizeof(struct portdb_header))
				seal(bytes);
			read_guarded(bytes, size);
		}
	free(bytes);
	database_free(&database);
}

Test(db, is_the_same_for_the_same_sources)
{
	struct database one;
	struct database other;
	const char *const texts[] = {SMALL, "Service Name,Port Number,Transport Protocol\n"
					    "ssh,22,tcp\nnew,1000-1002,\"tcp,udp\"\n"};

	database_make(&one, texts, 2);
	database_make(&other, texts, 2);
	cr_assert_eq(one.image.size, other.image.size);
	cr_expect_arr_eq(one.image.bytes, other.image.bytes, one.image.size);
	database_free(&one);
	database_free(&other);
}

/* A key that several services have is in the index once, for the first of them. */
Test(db, answers_each_question_once)
{
	struct database database;

	make_small(&database);
	const struct portdb_header *header = (const void *)database.image.bytes;
	/* ssh, secsh, 22; domain, 53; then for udp domain, 53, nameserver, dns; bare, 7. */
	cr_expect_eq(from_le32(header->key_count), 6 + 4 + 2 + 4 + 4);
	database_free(&database);
}

/* No comparison runs out of a record's strings, whatever the index says and however long the
 * question. */
Test(db, compares_no_further_than_a_record_reaches)
{
	static char name[8192];
	struct database database;
	struct portdb_service service;

	memset(name, 'a', sizeof name - 1);
	database_make(&database, (const char *const[]){"a 1/tcp\n"}, 1);
	struct portdb db = database.db;
	struct portdb_slot *slots = (void *)(uintptr_t)db.slots;
	uint16_t tag = (uint16_t)(portdb_hash_name(0, name, sizeof name - 1, 0) >> 48);
	const uint16_t positions[] = {0, 1, 3, 7, 1000, PORTDB_FAR - 1, PORTDB_FAR};
	db.size = db.records_end;
	for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
		for (uint32_t slot = 0; slot < db.slot_count; slot++)
			slots[slot] = portdb_slot_of(db.records, positions[i], tag);
		db.bytes = guarded_copy(&guarded, database.image.bytes, db.size);
		cr_expect_eq(portdb_by_name(&db, name, NULL, &service), PORTDB_NOT_FOUND);
	}
	database_free(&database);
}

/* Names whose place in the record no longer fits into the index. */
Test(db, finds_aliases_however_far_back)
{
	struct database database;
	struct portdb_service service;
	char *text = text_of_many_aliases(10000);
	char name[32];

	database_make(&database, (const char *const[]){text}, 1);
	for (unsigned i = 0; i < 10000; i += 33) {
		snprintf(name, sizeof name, "alias-%05u", i);
		cr_expect_eq(portdb_by_name(&database.db, name, "tcp", &service), PORTDB_OK, "%s",
			     name);
		cr_expect_eq(portdb_by_name(&database.db, name, "udp", &service), PORTDB_NOT_FOUND);
	}
	cr_expect_eq(portdb_by_name(&database.db, "alias-10000", NULL, &service), PORTDB_NOT_FOUND);
	/* The end of an alias is none. */
	unsigned char *records = database.image.bytes + database.db.records;
	unsigned char *last =
	    memmem(records, database.db.records_end - database.db.records, "alias-09999", 12);
	cr_assert_not_null(last);
	last[-1] = '-';
	cr_expect_eq(portdb_by_name(&database.db, "alias-09999", NULL, &service), PORTDB_NOT_FOUND);
	cr_expect_eq(portdb_by_name(&database.db, "alias-09998", NULL, &service), PORTDB_NOT_FOUND);
	database_free(&database);
	free(text);
}

/* Where the first four bytes, or the last ones, are those of another protocol. */
Test(db, tells_long_protocols_apart)
{
	struct database database;
	struct portdb_service service;

	database_make(&database,
		      (const char *const[]){"a 1/sctp\nb 1/xsctp\nc 1/sctpx\nd 1/\001tcp\ne 2/\n"},
		      1);
	const struct {
		const char *protocol;
		const char *name;
	} expected[] = {{"sctp", "a"}, {"xsctp", "b"}, {"sctpx", "c"}, {"\001tcp", "d"}};
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		cr_assert_eq(portdb_by_port(&database.db, 1, expected[i].protocol, &service),
			     PORTDB_OK, "%s", expected[i].protocol);
		cr_expect_str_eq(service.strings, expected[i].name);
	}
	cr_expect_eq(portdb_by_port(&database.db, 1, "tcp", &service), PORTDB_NOT_FOUND);
	cr_expect_eq(portdb_by_port(&database.db, 1, "", &service), PORTDB_NOT_FOUND);
	cr_expect_eq(portdb_by_port(&database.db, 2, "", &service), PORTDB_OK);
	cr_expect_eq(portdb_by_name(&database.db, "d", "tcp", &service), PORTDB_NOT_FOUND);
	database_free(&database);
}

Test(db, has_another_name_for_each_result)
{
	static const enum portdb_result results[] = {
	    PORTDB_OK,           PORTDB_NOT_FOUND,        PORTDB_DAMAGED,
	    PORTDB_NOT_DATABASE, PORTDB_OTHER_VERSION,    PORTDB_TRUNCATED,
	    PORTDB_BAD_HEADER,   (enum portdb_result)4711};
	const size_t count = sizeof results / sizeof *results;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			cr_expect_str_neq(portdb_strerror(results[i]), portdb_strerror(results[j]),
					  "%zu and %zu", i, j);
	cr_expect_str_eq(portdb_strerror((enum portdb_result)4711), "unknown error");
}
