/* SPDX-License-Identifier: MIT */
/* What verify finds in databases whose checksums are right: that answers would be wrong. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/hash.h"
#include "tests/support/support.h"
#include "tools/compile/image/verify.h"

static const char *const text = "ssh 22/tcp secsh\nftp 21/sctp\n";

static struct portdb_header *header_of(const struct database *database)
{
	return (void *)database->image.bytes;
}

/* What verify says once the checksums are those of the bytes. */
static const char *verify_checksummed(const struct database *database)
{
	struct portdb_header *header = header_of(database);
	uint32_t services;

	header->content_checksum =
	    to_le64(image_content_checksum(database->image.bytes, database->image.size));
	header->header_checksum =
	    to_le64(portdb_hash_bytes(0, header, offsetof(struct portdb_header, header_checksum)));
	return verify_image(database->image.bytes, database->image.size, &services);
}

/* The slot that leads to the first record's alias, which starts behind "ssh" and "tcp". */
static struct portdb_slot *alias_slot(const struct database *database)
{
	struct portdb_slot *slots = (void *)(uintptr_t)database->db.slots;

	for (uint32_t i = 0; i < database->db.slot_count; i++)
		if (portdb_slot_position(from_le64(slots[i].fields)) == 8)
			return &slots[i];
	cr_assert_fail("there is no alias in the index");
	return NULL;
}

static const char *verify_with_position(uint16_t position)
{
	struct database database;

	database_make(&database, &text, 1);
	struct portdb_slot *slot = alias_slot(&database);
	uint64_t fields = from_le64(slot->fields);
	*slot = portdb_slot_of(portdb_slot_record(fields), position, portdb_slot_tag(fields));
	const char *wrong = verify_checksummed(&database);
	database_free(&database);
	return wrong;
}

/* An unused slot put to use, so that all that was found still is. */
static const char *verify_with_slot(uint16_t position)
{
	struct database database;

	database_make(&database, &text, 1);
	struct portdb_slot *slots = (void *)(uintptr_t)database.db.slots;
	uint32_t free_slot = 0;
	while (from_le64(slots[free_slot].fields) != 0)
		free_slot++;
	slots[free_slot] = portdb_slot_of(database.db.records, position, 0x1234);
	struct portdb_header *header = header_of(&database);
	header->key_count = to_le32(from_le32(header->key_count) + 1);
	const char *wrong = verify_checksummed(&database);
	database_free(&database);
	return wrong;
}

Test(verify, takes_a_slot_for_any_of_its_record_s_names)
{
	cr_expect_null(verify_with_slot(0));
	cr_expect_null(verify_with_slot(8));
	cr_expect_null(verify_with_slot(PORTDB_FAR));
	cr_expect_null(verify_with_position(PORTDB_FAR));
}

Test(verify, finds_a_slot_that_is_for_no_name)
{
	static const char expected[] = "the index names what is no name of its record";
	/* Amid the name, the protocol, amid it, amid the alias, behind the strings. */
	static const uint16_t positions[] = {1, 4, 5, 9, 14, 1000};

	for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
		const char *wrong = verify_with_slot(positions[i]);
		cr_assert_not_null(wrong, "position %u", positions[i]);
		cr_expect_str_eq(wrong, expected);
	}
}

Test(verify, finds_a_protocol_that_is_another_s_number)
{
	static const char *const protocols[] = {"udp", "", "sctp", "t"};

	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
		struct database database;
		database_make(&database, &text, 1);
		struct portdb_record *record = (void *)(database.image.bytes + database.db.records);
		record->short_protocol =
		    to_le32(portdb_short_protocol(portdb_protocol_of(protocols[i])));
		const char *wrong = verify_checksummed(&database);
		cr_assert_not_null(wrong, "'%s'", protocols[i]);
		cr_expect_str_eq(wrong,
				 "a record's protocol is not the one that it has as a number");
		database_free(&database);
	}
}

/* What verify says if a key leads to the second service, by this position, and not to the first. */
static const char *verify_with_second(const char *services, uint64_t hash, uint16_t position)
{
	struct database database;
	uint32_t cursor = 0;
	struct portdb_service service;
	uint32_t changed = 0;

	database_make(&database, &services, 1);
	cr_assert_eq(portdb_next(&database.db, &cursor, &service), PORTDB_OK);
	struct portdb_slot *slots = (void *)(uintptr_t)database.db.slots;
	for (uint32_t i = 0; i < database.db.slot_count; i++) {
		uint64_t fields = from_le64(slots[i].fields);
		if (portdb_slot_record(fields) != database.db.records ||
		    portdb_slot_tag(fields) != hash >> 48)
			continue;
		slots[i] = portdb_slot_of(cursor, position, portdb_slot_tag(fields));
		changed++;
	}
	cr_assert_eq(changed, 1);
	const char *wrong = verify_checksummed(&database);
	database_free(&database);
	return wrong;
}

Test(verify, finds_an_answer_that_is_a_later_service_s)
{
	static const uint16_t positions[] = {6, PORTDB_FAR};
	uint32_t tcp = portdb_protocol_of("tcp");
	uint64_t by_port = portdb_hash_port(0, 1, tcp);
	uint64_t by_alias = portdb_hash_name(0, "x", 1, tcp);

	const char *wrong = verify_with_second("a 1/tcp\nb 1/tcp\n", by_port, 0);
	cr_assert_not_null(wrong);
	cr_expect_str_eq(wrong, "a service is not found by its port");
	for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
		wrong = verify_with_second("a 1/tcp x\nb 2/tcp x\n", by_alias, positions[i]);
		cr_assert_not_null(wrong);
		cr_expect_str_eq(wrong, "a service is not found by its alias");
	}
}
