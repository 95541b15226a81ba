#include "verify.h"

#include <string.h>

#include "image.h"
#include "nss/reader/byteorder.h"
#include "nss/reader/claims.h"
#include "nss/reader/format.h"
#include "nss/reader/hash.h"
#include "tools/shared/memory.h"

/* The name or the port of the service, with its protocol or without, finds it or one before it. */
static bool is_found(const struct portdb *db, const struct portdb_service *service,
		     const char *name, const char *protocol)
{
	struct portdb_service found;
	enum portdb_result result = name ? portdb_by_name(db, name, protocol, &found)
					 : portdb_by_port(db, service->port, protocol, &found);

	return result == PORTDB_OK && found.offset <= service->offset;
}

static bool is_found_both_ways(const struct portdb *db, const struct portdb_service *service,
			       const char *name)
{
	return is_found(db, service, name, service->strings + service->protocol) &&
	       is_found(db, service, name, NULL);
}

static const char *check_strings(const struct portdb_service *service)
{
	if (service->strings[service->strings_size - 1] != '\0' ||
	    strlen(service->strings) + 1 != service->protocol)
		return "a record's strings are not where it says";
	struct portdb_protocol protocol = portdb_protocol_of(service->strings + service->protocol);
	if (service->short_protocol != portdb_short_protocol(protocol))
		return "a record's protocol is not the one that it has as a number";
	return NULL;
}

static const char *check_service(const struct portdb *db, const struct portdb_service *service)
{
	const char *wrong = check_strings(service);
	uint32_t alias = service->protocol;
	uint32_t aliases = 0;

	if (wrong)
		return wrong;
	if (!is_found_both_ways(db, service, NULL))
		return "a service is not found by its port";
	if (!is_found_both_ways(db, service, service->strings))
		return "a service is not found by its name";
	for (; portdb_next_string(service, &alias); aliases++)
		if (!is_found_both_ways(db, service, service->strings + alias))
			return "a service is not found by its alias";
	return aliases == service->alias_count ? NULL : "a record's aliases are miscounted";
}

static const char *check_services(const struct portdb *db, const struct portdb_header *header)
{
	struct portdb_service service;
	uint32_t cursor = 0;
	uint32_t count = 0;
	enum portdb_result result;

	for (; (result = portdb_next(db, &cursor, &service)) == PORTDB_OK; count++) {
		const char *wrong = check_service(db, &service);
		if (wrong)
			return wrong;
	}
	if (result != PORTDB_NOT_FOUND)
		return "the records do not follow one another";
	return count == from_le32(header->service_count) ? NULL : "the services are miscounted";
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

static const char *check_index(const struct portdb *db, const struct portdb_header *header)
{
	const struct portdb_slot *slots = (const void *)(db->bytes + db->index);
	struct portdb_service service;
	uint32_t used = 0;

	for (uint32_t i = 0; i < db->slot_count; i++) {
		uint64_t slot = from_le64(slots[i].fields);
		if (portdb_slot_record(slot) == 0)
			continue;
		used++;
		if (portdb_at(db, portdb_slot_record(slot), &service) != PORTDB_OK ||
		    check_strings(&service))
			return "the index names a record that is none";
		if (!is_name_at(&service, portdb_slot_position(slot)))
			return "the index names what is no name of its record";
	}
	return used == from_le32(header->key_count) ? NULL : "the keys are miscounted";
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

static const char *check_claim(const struct portdb *db, const struct portdb_claim_row *claim,
			       uint32_t number)
{
	struct portdb_service service;

	if (claim->service == 0)
		return NULL;
	if (portdb_at(db, claim->service, &service) != PORTDB_OK)
		return "a claim is for a record that is none";
	if (service.strings[service.strings_size - 1] != '\0' || service.port != claim->port ||
	    strcmp(service.strings + service.protocol, claim->protocol) != 0)
		return "a claim is for another port than its service";
	return portdb_first_claim(db, &service) <= number ? NULL
							  : "a service's claims start too late";
}

static const char *check_claims(const struct portdb *db)
{
	struct portdb_claims claims;
	struct portdb_claim_row claim;
	struct portdb_source_row source;
	uint64_t expected = 0;
	enum portdb_result result;

	if (portdb_claims_open(&claims, db) != PORTDB_OK)
		return "the strings do not end";
	for (uint32_t i = 0; i < claims.source_count; i++) {
		if (portdb_source_get(&claims, i, &source) != PORTDB_OK)
			return "a source has no path";
		expected += source.claim_count;
	}
	for (uint32_t i = 0; (result = portdb_claim_get(&claims, i, &claim)) != PORTDB_NOT_FOUND;
	     i++) {
		const char *wrong =
		    result == PORTDB_OK ? check_claim(db, &claim, i) : "a claim refers to nothing";
		if (wrong)
			return wrong;
	}
	return expected == claims.count ? NULL : "the claims are miscounted";
}

const char *verify_image(const void *bytes, size_t size, uint32_t *service_count)
{
	const struct portdb_header *header = bytes;
	struct portdb db;
	enum portdb_result result = portdb_open(&db, bytes, size);

	if (result != PORTDB_OK)
		return portdb_strerror(result);
	if (from_le64(header->content_checksum) != image_content_checksum(bytes, size))
		return "its contents are not what was written: the checksum differs";

	const char *wrong = check_sections(header);
	if (!wrong)
		wrong = check_services(&db, header);
	if (!wrong)
		wrong = check_index(&db, header);
	if (!wrong)
		wrong = check_claims(&db);
	*service_count = from_le32(header->service_count);
	return wrong;
}
