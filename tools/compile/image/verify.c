/* SPDX-License-Identifier: MIT */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "nss/reader/byteorder.h"
#include "nss/reader/claims.h"
#include "nss/reader/format.h"
#include "nss/reader/hash.h"
#include "nss/reader/lookup.h"
#include "tools/compile/merge/byte-map.h"
#include "tools/shared/memory.h"

/* Whether a record starts at an offset, by a bit for each offset where one may. */
struct starts {
	unsigned char *bits;
	uint32_t records; /* offset of the first record, and of the last one's end */
	uint32_t records_end;
};

/* A key that a service has, to be looked up: NULL in place of what is wrong otherwise for none. */
struct expectation {
	struct portdb_key key;
	struct portdb_service service;
	const char *otherwise;
};

/* Where in the index a key is, memory is seldom at hand: so as many are always under way. */
#define UNDER_WAY 16

struct verifying {
	const struct portdb *db;
	const struct portdb_header *header;
	struct starts starts;
	/* Each record with each of its names that no slot can point at, as there may be thousands.
	 */
	struct byte_map far_names;
	struct buffer far_name; /* the one that is asked for */
	struct expectation expectations[UNDER_WAY];
	size_t oldest;     /* of these */
	const char *wrong; /* of those that were looked up */
};

static uint32_t bit_of(const struct starts *starts, uint32_t record)
{
	return (record - starts->records) / (uint32_t) _Alignof(struct portdb_record);
}

static void set_start(struct starts *starts, uint32_t record)
{
	uint32_t bit = bit_of(starts, record);

	starts->bits[bit / 8] |= (unsigned char)(1U << bit % 8);
}

static bool is_start(const struct starts *starts, uint32_t record)
{
	uint32_t bit = bit_of(starts, record);

	return record >= starts->records && record < starts->records_end &&
	       record % _Alignof(struct portdb_record) == 0 &&
	       starts->bits[bit / 8] & 1U << bit % 8;
}

/* A record and a name as bytes. */
static void write_far_name(struct buffer *bytes, uint32_t record, const char *name, size_t length)
{
	bytes->length = 0;
	buffer_add(bytes, &record, sizeof record);
	buffer_add(bytes, name, length);
}

static void keep_far_name(struct verifying *verifying, const struct portdb_service *service,
			  uint32_t position)
{
	const char *name = service->strings + position;
	bool is_new;

	if (position < PORTDB_FAR)
		return;
	write_far_name(&verifying->far_name, service->offset, name, strlen(name));
	byte_map_add(&verifying->far_names, verifying->far_name.bytes, verifying->far_name.length,
		     &is_new);
}

static const char *check_strings(const struct portdb_service *service)
{
	if (service->strings[service->strings_size - 1] != '\0' ||
	    strlen(service->strings) + 1 != service->protocol)
		return "a record's strings are not where it says";
	uint32_t protocol = portdb_protocol_of(service->strings + service->protocol);
	if (service->short_protocol != portdb_short_protocol(protocol))
		return "a record's protocol is not the one that it has as a number";
	return NULL;
}

/* A sound record, and where it starts. */
static const char *take_service(struct verifying *verifying, const struct portdb_service *service)
{
	const char *wrong = check_strings(service);
	uint32_t alias = service->protocol;
	uint32_t aliases = 0;

	if (wrong)
		return wrong;
	set_start(&verifying->starts, service->offset);
	for (; portdb_next_string(service, &alias); aliases++)
		keep_far_name(verifying, service, alias);
	return aliases == service->alias_count ? NULL : "a record's aliases are miscounted";
}

static const char *take_services(struct verifying *verifying)
{
	const struct portdb *db = verifying->db;
	struct portdb_service service;
	uint32_t cursor = 0;
	uint32_t count = 0;
	enum portdb_result result;

	for (; (result = portdb_next(db, &cursor, &service)) == PORTDB_OK; count++) {
		const char *wrong = take_service(verifying, &service);
		if (wrong)
			return wrong;
	}
	if (result != PORTDB_NOT_FOUND)
		return "the records do not follow one another";
	return count == from_le32(verifying->header->service_count) ? NULL
								    : "the services are miscounted";
}

/* As portdb_has_name, and without a look at all the names of a record that has many. */
static bool has_name(struct verifying *verifying, const struct portdb_service *service,
		     const struct portdb_key *key)
{
	struct portdb_service near = *service;
	size_t number;

	write_far_name(&verifying->far_name, service->offset, key->name, key->length);
	if (byte_map_find(&verifying->far_names, verifying->far_name.bytes,
			  verifying->far_name.length, &number))
		return true;
	uint64_t end = (uint64_t)PORTDB_FAR + key->length;
	if (service->protocol < PORTDB_FAR && end < near.strings_size)
		near.strings_size = (uint32_t)end;
	return portdb_has_name(&near, key->name, key->length);
}

/*
 * Whether a lookup that meets this slot, with the key's tag, ends there: as portdb_by_name would.
 * service has the key.
 */
static bool ends_lookup(struct verifying *verifying, const struct portdb_key *key,
			const struct portdb_service *service, uint64_t slot)
{
	uint16_t position = portdb_slot_position(slot);
	struct portdb_service other;

	if (key->name && position == PORTDB_FAR && portdb_slot_record(slot) == service->offset)
		return true;
	if (!is_start(&verifying->starts, portdb_slot_record(slot)) ||
	    portdb_at(verifying->db, portdb_slot_record(slot), &other) != PORTDB_OK)
		return true;
	if (key->name && position == PORTDB_FAR)
		return portdb_has_protocol(&other, key) && has_name(verifying, &other, key);
	return portdb_answers(&other, key, position);
}

/*
 * Whether a lookup of a key that the service has finds it, or a service before it. As what is found
 * has the key as well, the first service that has a key is then the one that is found, for each key
 * of each service.
 */
static bool is_found(struct verifying *verifying, const struct portdb_key *key,
		     const struct portdb_service *service)
{
	struct portdb_probe probe = portdb_probe_start(verifying->db, key->hash);
	uint64_t slot;

	while ((slot = portdb_next_candidate(verifying->db, key->hash, &probe)) != 0)
		if (ends_lookup(verifying, key, service, slot))
			return portdb_slot_record(slot) <= service->offset;
	return false;
}

/* Has the key's slot fetched, and looks the oldest of those up that are under way. */
static void expect(struct verifying *verifying, const struct expectation *expectation)
{
	struct expectation *oldest = &verifying->expectations[verifying->oldest++ % UNDER_WAY];
	const struct portdb *db = verifying->db;

	if (!verifying->wrong && oldest->otherwise &&
	    !is_found(verifying, &oldest->key, &oldest->service))
		verifying->wrong = oldest->otherwise;
	*oldest = *expectation;
	__builtin_prefetch(&db->slots[portdb_probe_start(db, expectation->key.hash).number]);
}

static void expect_rest(struct verifying *verifying)
{
	for (size_t i = 0; i < UNDER_WAY; i++)
		expect(verifying, &(struct expectation){0});
}

/* With the service's protocol, and with none. */
static void expect_name(struct verifying *verifying, const struct portdb_service *service,
			uint32_t position, const char *otherwise)
{
	const struct portdb *db = verifying->db;
	const char *name = service->strings + position;
	const char *protocol = service->strings + service->protocol;
	size_t length = strlen(name);
	struct expectation expectation = {portdb_key_of_name(db, name, length, protocol), *service,
					  otherwise};

	expect(verifying, &expectation);
	expectation.key = portdb_key_of_name(db, name, length, NULL);
	expect(verifying, &expectation);
}

static void expect_port(struct verifying *verifying, const struct portdb_service *service)
{
	const struct portdb *db = verifying->db;
	const char *protocol = service->strings + service->protocol;
	struct expectation expectation = {portdb_key_of_port(db, service->port, protocol), *service,
					  "a service is not found by its port"};

	expect(verifying, &expectation);
	expectation.key = portdb_key_of_port(db, service->port, NULL);
	expect(verifying, &expectation);
}

/* Every key of every service, of records that were all found sound. */
static const char *check_keys(struct verifying *verifying)
{
	struct portdb_service service;
	uint32_t cursor = 0;

	while (!verifying->wrong && portdb_next(verifying->db, &cursor, &service) == PORTDB_OK) {
		uint32_t alias = service.protocol;
		expect_port(verifying, &service);
		expect_name(verifying, &service, 0, "a service is not found by its name");
		while (portdb_next_string(&service, &alias))
			expect_name(verifying, &service, alias,
				    "a service is not found by its alias");
	}
	expect_rest(verifying);
	return verifying->wrong;
}

/*
 * Whether one of the service's names starts at a slot's position. Then the record has the last word
 * on what is found there. Its strings were checked.
 */
static bool is_name_at(const struct portdb_service *service, uint16_t position)
{
	if (position == 0 || position == PORTDB_FAR)
		return true;
	return position > service->protocol && position < service->strings_size &&
	       service->strings[position - 1] == '\0';
}

static const char *check_index(const struct verifying *verifying)
{
	const struct portdb *db = verifying->db;
	const struct portdb_slot *slots = db->slots;
	struct portdb_service service;
	uint32_t used = 0;

	for (uint32_t i = 0; i < db->slot_count; i++) {
		uint64_t slot = from_le64(slots[i].fields);
		if (i + UNDER_WAY < db->slot_count)
			__builtin_prefetch(
			    db->bytes + portdb_slot_record(from_le64(slots[i + UNDER_WAY].fields)));
		if (portdb_slot_record(slot) == 0)
			continue;
		used++;
		if (!is_start(&verifying->starts, portdb_slot_record(slot)) ||
		    portdb_at(db, portdb_slot_record(slot), &service) != PORTDB_OK)
			return "the index names a record that is none";
		if (!is_name_at(&service, portdb_slot_position(slot)))
			return "the index names what is no name of its record";
	}
	return used == from_le32(verifying->header->key_count) ? NULL : "the keys are miscounted";
}

/* A section, and the size of its elements. */
struct extent {
	const struct portdb_section *section;
	uint32_t element_size;
};

static bool overlap(const struct portdb_section *one, const struct portdb_section *other)
{
	uint64_t start = from_le32(one->offset);
	uint64_t other_start = from_le32(other->offset);

	return start < other_start + from_le32(other->size) &&
	       other_start < start + from_le32(one->size);
}

static const char *check_sections(const struct portdb_header *header)
{
	const struct extent extents[] = {
	    {&header->index, sizeof(struct portdb_slot)},
	    {&header->records, 1},
	    {&header->claims, sizeof(struct portdb_claim)},
	    {&header->sources, sizeof(struct portdb_source)},
	    {&header->strings, 1},
	};

	for (size_t i = 0; i < LENGTH(extents); i++) {
		if (from_le32(extents[i].section->size) % extents[i].element_size != 0)
			return "a section ends within an element";
		for (size_t j = 0; j < i; j++)
			if (overlap(extents[i].section, extents[j].section))
				return "two sections overlap";
	}
	if (from_le32(header->index.size) / sizeof(struct portdb_slot) !=
	    from_le32(header->slot_count))
		return "the index is not as large as its slots";
	return NULL;
}

static const char *check_claim(const struct verifying *verifying,
			       const struct portdb_claim_row *claim, uint32_t number)
{
	const struct portdb *db = verifying->db;
	struct portdb_service service;

	if (claim->service == 0)
		return NULL;
	if (!is_start(&verifying->starts, claim->service) ||
	    portdb_at(db, claim->service, &service) != PORTDB_OK)
		return "a claim is for a record that is none";
	if (service.port != claim->port ||
	    strcmp(service.strings + service.protocol, claim->protocol) != 0)
		return "a claim is for another port than its service";
	return portdb_first_claim(db, &service) <= number ? NULL
							  : "a service's claims start too late";
}

static const char *check_claims(const struct verifying *verifying)
{
	struct portdb_claims claims;
	struct portdb_claim_row claim;
	struct portdb_source_row source;
	uint64_t expected = 0;
	enum portdb_result result;

	if (portdb_claims_open(&claims, verifying->db) != PORTDB_OK)
		return "the strings do not end";
	for (uint32_t i = 0; i < claims.source_count; i++) {
		if (portdb_source_get(&claims, i, &source) != PORTDB_OK)
			return "a source has no path";
		expected += source.claim_count;
	}
	for (uint32_t i = 0; (result = portdb_claim_get(&claims, i, &claim)) != PORTDB_NOT_FOUND;
	     i++) {
		const char *wrong = result == PORTDB_OK ? check_claim(verifying, &claim, i)
							: "a claim refers to nothing";
		if (wrong)
			return wrong;
	}
	return expected == claims.count ? NULL : "the claims are miscounted";
}

/* Of a database whose header is sound. */
static const char *check_all(struct verifying *verifying)
{
	struct starts *starts = &verifying->starts;
	const char *wrong = check_sections(verifying->header);

	if (wrong)
		return wrong;
	starts->records = verifying->db->records;
	starts->records_end = verifying->db->records_end;
	starts->bits = memory_allocate_zeroed(bit_of(starts, starts->records_end) / 8 + 1, 1);
	wrong = take_services(verifying);
	if (!wrong)
		wrong = check_keys(verifying);
	if (!wrong)
		wrong = check_index(verifying);
	return wrong ? wrong : check_claims(verifying);
}

const char *verify_image(const void *bytes, size_t size, uint32_t *service_count)
{
	const struct portdb_header *header = bytes;
	struct portdb db;
	struct verifying verifying = {.db = &db, .header = header};
	enum portdb_result result = portdb_open(&db, bytes, size);

	if (result != PORTDB_OK)
		return portdb_strerror(result);
	if (from_le64(header->content_checksum) != image_content_checksum(bytes, size))
		return "its contents are not what was written: the checksum differs";

	const char *wrong = check_all(&verifying);
	*service_count = from_le32(header->service_count);
	byte_map_free(&verifying.far_names);
	buffer_free(&verifying.far_name);
	free(verifying.starts.bits);
	return wrong;
}
