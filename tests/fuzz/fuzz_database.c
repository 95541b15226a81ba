/* SPDX-License-Identifier: MIT */
/*
 * The database's reader, on any bytes: as they are; with a header whose checksums are right, as
 * else hardly any would be opened; and as bytes that changed after they were opened, which in a
 * process that takes up another database is every day's business. All that reads a database is
 * called.
 *
 * It asserts: no byte beyond the database is read, and none written. An answer is well-formed,
 * whatever the bytes, and answers the question if the database is sound. Every walk ends. A
 * database that verify finds nothing wrong with can be read to its end. The caller's buffer is
 * written nowhere but in its size bytes, and is said to be too small if and only if it is; sizes
 * and alignments are all sorts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "nss/reader/byteorder.h"
#include "nss/reader/claims.h"
#include "nss/reader/freshness.h"
#include "nss/reader/lookup.h"
#include "nss/servent.h"
#include "target.h"
#include "tests/support/guarded.h"
#include "tools/compile/image/image.h"
#include "tools/compile/image/verify.h"

/* More services than that are only counted. */
#define SERVICES_FILLED 48
#define CANARY          0xa5
#define CANARIES        32

/* A database, and whether verify finds nothing wrong with it. */
struct opened {
	struct portdb db;
	bool is_sound;
};

static struct guarded database;
static struct guarded buffers;

/* Fills an entry in a buffer of that size, which ends where nothing can be written. */
static int fill(const struct portdb_service *service, size_t size, struct servent *entry)
{
	unsigned char *start = guarded_bytes(&buffers, size + CANARIES);
	char *buffer = (char *)start + CANARIES;
	struct servent before;

	memset(start, CANARY, size + CANARIES);
	memset(&before, CANARY, sizeof before);
	*entry = before;
	int error = portdb_servent_fill(entry, service, buffer, size);
	for (size_t i = 0; i < CANARIES; i++)
		if (start[i] != CANARY)
			fail("written in front of the buffer");
	if (error == 0)
		check_entry(entry, buffer, size);
	/* Its padding, too. NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-*) */
	else if (memcmp(entry, &before, sizeof before) != 0)
		fail("an entry that is not filled was changed");
	return error;
}

static void fill_one_size(const struct portdb_service *service, size_t size)
{
	uint64_t pointers = ((uint64_t)service->alias_count + 1) * sizeof(char *);
	size_t padding = -((uintptr_t)guarded_bytes(&buffers, size)) % _Alignof(char *);
	struct servent entry;
	int error = fill(service, size, &entry);

	if (error != 0 && error != ERANGE && error != EBADMSG)
		fail("error %d of a buffer", error);
	bool is_enough = padding + pointers + service->strings_size <= size;
	if (is_enough ? error == ERANGE : error == 0)
		fail("a buffer of %zu bytes gives %d", size, error);
}

static void fill_all_sorts(const struct portdb_service *service)
{
	uint64_t pointers = ((uint64_t)service->alias_count + 1) * sizeof(char *);
	uint64_t least = pointers + service->strings_size;

	for (size_t size = 0; size < 18; size++)
		fill_one_size(service, size);
	if (least < GUARDED_MAX / 2)
		for (size_t size = least - 1; size < least + 9; size++)
			fill_one_size(service, size);
}

static void check_service(const struct portdb *db, const struct portdb_service *service)
{
	const char *first = (const char *)db->bytes + db->records;
	const char *end = (const char *)db->bytes + db->records_end;
	uint32_t position = service->protocol;
	uint32_t strings = 0;

	if (service->strings < first || service->strings + service->strings_size > end ||
	    service->protocol >= service->strings_size)
		fail("a service's strings are not in the records");
	while (portdb_next_string(service, &position))
		if (position >= service->strings_size || ++strings > service->strings_size)
			fail("a string is not in its service");
}

static void ask(const struct question *question, void *context)
{
	const struct opened *opened = context;
	const struct portdb *db = &opened->db;
	struct portdb_service service;
	struct servent entry;
	enum portdb_result result =
	    question->name ? portdb_by_name(db, question->name, question->protocol, &service)
			   : portdb_by_port(db, question->port, question->protocol, &service);

	if (result != PORTDB_OK && result != PORTDB_NOT_FOUND && result != PORTDB_DAMAGED)
		fail("a lookup gives %d", result);
	if (result != PORTDB_OK)
		return;
	check_service(db, &service);
	uint64_t pointers = ((uint64_t)service.alias_count + 1) * sizeof(char *);
	if (pointers + service.strings_size + 8 < GUARDED_MAX / 2 &&
	    fill(&service, pointers + service.strings_size + 7, &entry) == 0)
		check_answer(&entry, question, opened->is_sound);
}

static uint32_t enumerate(const struct portdb *db)
{
	struct portdb_changes changes;
	struct portdb_service service;
	uint32_t cursor = 0;
	uint32_t count = 0;
	enum portdb_result result;

	memset(&changes, 0x55, sizeof changes);
	for (; (result = portdb_next(db, &cursor, &service)) == PORTDB_OK; count++) {
		check_service(db, &service);
		portdb_first_claim(db, &service);
		if (count < SERVICES_FILLED) {
			fill_all_sorts(&service);
			portdb_rests_on_changes(db, &service, &changes);
		}
		if (count > db->size / sizeof(struct portdb_record))
			fail("the enumeration has no end");
	}
	uint32_t stays = cursor;
	if (portdb_next(db, &cursor, &service) != result || cursor != stays)
		fail("the enumeration goes on behind its end");
	return count;
}

/* Every string is read to its end. */
static size_t read_facts(const struct portdb_claims *claims, uint32_t facts)
{
	const char *column;
	const char *value;
	size_t length = 0;

	while (portdb_next_fact(claims, &facts, &column, &value))
		length += strlen(column) + strlen(value) + 2;
	if (length > claims->db->size)
		fail("facts have no end");
	return length;
}

static void read_claims(const struct portdb *db)
{
	struct portdb_claims claims;
	struct portdb_claim_row claim;
	struct portdb_source_row source;
	uint32_t number = 0;
	/* Rows may share their facts, and then each walks through them all. */
	size_t patience = 1 << 20;

	if (portdb_claims_open(&claims, db) != PORTDB_OK)
		return;
	for (; portdb_claim_get(&claims, number, &claim) != PORTDB_NOT_FOUND; number++)
		if (portdb_claim_get(&claims, number, &claim) == PORTDB_OK && patience > 0) {
			if (claim.source >= claims.source_count)
				fail("claim %u is of a source that is none", number);
			size_t length = strlen(claim.name) + strlen(claim.protocol) +
					strlen(claim.aliases) + read_facts(&claims, claim.facts);
			patience -= length < patience ? length : patience;
		}
	if (number != claims.count)
		fail("%u claims of %u were read", number, claims.count);
	for (number = 0; portdb_source_get(&claims, number, &source) != PORTDB_NOT_FOUND; number++)
		if (portdb_source_get(&claims, number, &source) == PORTDB_OK &&
		    strlen(source.path) >= db->size)
			fail("a source's path has no end");
}

static uint32_t read_opened(struct opened *opened)
{
	uint32_t services = enumerate(&opened->db);

	portdb_superseded(&opened->db);
	ask_questions(opened->db.bytes, opened->db.size, ask, opened);
	read_claims(&opened->db);
	return services;
}

static void read_database(const unsigned char *bytes, size_t size)
{
	const struct portdb_header *header = (const void *)bytes;
	struct opened opened;
	uint32_t services = 0;
	enum portdb_result result = portdb_open(&opened.db, bytes, size);
	const char *wrong = verify_image(bytes, size, &services);

	opened.is_sound = !wrong;
	if (!portdb_strerror(result))
		fail("result %d has no words", result);
	if (opened.is_sound && result != PORTDB_OK)
		fail("verify finds nothing wrong with what cannot be opened");
	if (result != PORTDB_OK)
		return;
	uint32_t count = read_opened(&opened);
	if (opened.is_sound && count != services)
		fail("%u services are enumerated, and %u were verified", count, services);
	if (opened.is_sound &&
	    from_le64(header->content_checksum) != image_content_checksum(bytes, size))
		fail("verify does not see that the contents are others");
}

/* Opens the first bytes, and reads the others by what was found there. */
static void read_changed(const unsigned char *first, const unsigned char *bytes, size_t size)
{
	struct opened opened = {.is_sound = false};

	if (portdb_open(&opened.db, guarded_copy(&database, first, size), size) != PORTDB_OK)
		return;
	guarded_copy(&database, bytes, size); /* to the same place */
	read_opened(&opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size > GUARDED_MAX / 2)
		return 0;
	read_database(guarded_copy(&database, bytes, size), size);

	unsigned char *repaired = malloc(size + 1);
	if (size > 0)
		memcpy(repaired, bytes, size);
	repair_header(repaired, size);
	if (size > 0 && memcmp(repaired, bytes, size) != 0)
		read_database(guarded_copy(&database, repaired, size), size);
	if (size > 0 && repair_sections(repaired, size))
		read_changed(repaired, bytes, size);
	free(repaired);
	return 0;
}
