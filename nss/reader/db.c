/* SPDX-License-Identifier: MIT */
#include "db.h"

#include <string.h>

#include "byteorder.h"
#include "format.h"
#include "hash.h"
#include "lookup.h"

static bool section_fits(const struct portdb_section *section, uint32_t header_size, uint32_t size)
{
	uint32_t offset = from_le32(section->offset);

	return offset % PORTDB_ALIGNMENT == 0 && offset >= header_size && offset <= size &&
	       size - offset >= from_le32(section->size);
}

static uint64_t header_checksum(const struct portdb_header *header)
{
	struct portdb_header copy = *header;

	copy.superseded = to_le32(0);
	return portdb_hash_bytes(0, &copy, offsetof(struct portdb_header, header_checksum));
}

static bool header_is_sound(const struct portdb_header *header)
{
	uint32_t size = from_le32(header->file_size);
	uint32_t header_size = from_le32(header->header_size);
	const struct portdb_section *const sections[] = {
	    &header->index, &header->records, &header->claims, &header->sources, &header->strings};

	if (from_le64(header->header_checksum) != header_checksum(header))
		return false;
	if (header_size < sizeof *header)
		return false;
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		if (!section_fits(sections[i], header_size, size))
			return false;

	uint32_t slot_count = from_le32(header->slot_count);
	uint16_t probe_limit = from_le16(header->probe_limit);
	return from_le32(header->sources.size) <=
		   PORTDB_SOURCES_MAX * sizeof(struct portdb_source) &&
	       slot_count > 0 &&
	       slot_count <= from_le32(header->index.size) / sizeof(struct portdb_slot) &&
	       probe_limit > 0 && probe_limit <= slot_count && probe_limit <= PORTDB_PROBES_MAX;
}

/*
 * In how many places, one after the other, a record may start that has a block of bytes behind it:
 * of a section of records of that size, which starts so many bytes before the file's end.
 */
static uint32_t block_starts(uint32_t records_size, uint32_t before_end)
{
	uint32_t record = sizeof(struct portdb_record);

	if (records_size < record || before_end < record + PORTDB_BLOCK)
		return 0;
	uint32_t last = records_size - record;
	uint32_t last_with_block = before_end - record - PORTDB_BLOCK;
	return (last < last_with_block ? last : last_with_block) + 1;
}

enum portdb_result portdb_open(struct portdb *db, const void *bytes, size_t size)
{
	struct portdb_header copy;
	const struct portdb_header *header = &copy;

	if (size < sizeof copy)
		return PORTDB_NOT_DATABASE;
	/* What is found sound is what is used, even if the bytes change meanwhile. */
	memcpy(&copy, bytes, sizeof copy);
	if (memcmp(header->magic, PORTDB_MAGIC, sizeof header->magic) != 0)
		return PORTDB_NOT_DATABASE;
	if (from_le16(header->major) != PORTDB_MAJOR)
		return PORTDB_OTHER_VERSION;
	if (from_le32(header->file_size) != size)
		return PORTDB_TRUNCATED;
	if (!header_is_sound(header))
		return PORTDB_BAD_HEADER;

	uint32_t records = from_le32(header->records.offset);
	uint32_t records_size = from_le32(header->records.size);
	*db = (struct portdb){
	    .bytes = bytes,
	    .size = (uint32_t)size,
	    .slot_count = from_le32(header->slot_count),
	    .slots = (const void *)((const char *)bytes + from_le32(header->index.offset)),
	    .hash_start = portdb_hash_start(from_le16(header->seed)),
	    .probe_limit = from_le16(header->probe_limit),
	    .records = records,
	    .records_end = records + records_size,
	    .block_starts = block_starts(records_size, (uint32_t)size - records),
	};
	return PORTDB_OK;
}

const char *portdb_strerror(enum portdb_result result)
{
	switch (result) {
	case PORTDB_OK:
		return "no error";
	case PORTDB_NOT_FOUND:
		return "not found";
	case PORTDB_DAMAGED:
		return "the database is damaged";
	case PORTDB_NOT_DATABASE:
		return "not a portdb database";
	case PORTDB_OTHER_VERSION:
		return "the database is of another version";
	case PORTDB_TRUNCATED:
		return "the database is not as long as its header says";
	case PORTDB_BAD_HEADER:
		return "the database's header is damaged";
	}
	return "unknown error";
}

enum portdb_result portdb_at(const struct portdb *db, uint32_t offset,
			     struct portdb_service *service)
{
	return portdb_record_read(db, offset, service) ? PORTDB_OK : PORTDB_DAMAGED;
}

uint32_t portdb_first_claim(const struct portdb *db, const struct portdb_service *service)
{
	const struct portdb_record *record = (const void *)(db->bytes + service->offset);

	return read_le32(&record->first_claim);
}

/* Where the string at start ends, NUL included; the strings' end for one that does not. */
static uint32_t behind_string(const struct portdb_service *service, uint32_t start)
{
	while (start < service->strings_size)
		if (service->strings[start++] == '\0')
			break;
	return start;
}

bool portdb_next_string(const struct portdb_service *service, uint32_t *position)
{
	uint32_t next = behind_string(service, *position);

	if (next == service->strings_size)
		return false;
	*position = next;
	return true;
}

bool portdb_has_name(const struct portdb_service *service, const char *name, size_t length)
{
	if (portdb_string_is(service, 0, name, length))
		return true;
	/* An alias stands behind a NUL, the first behind the protocol's. There may be thousands. */
	const char *end = service->strings + service->strings_size;
	const char *at = service->strings + behind_string(service, service->protocol);
	while ((at = memmem(at, (size_t)(end - at), name, length + 1)) != NULL) {
		if (at[-1] == '\0')
			return true;
		at++;
	}
	return false;
}

static enum portdb_result look_up(const struct portdb *db, const struct portdb_key *key,
				  struct portdb_service *service)
{
	struct portdb_probe probe = portdb_probe_start(db, key->hash);
	/*
	 * How many bytes of strings may be walked through in vain. Where it is that many times what
	 * there is, somebody made a database to keep us busy.
	 */
	uint64_t bytes_left = UINT64_C(16) * (db->records_end - db->records);
	uint64_t slot;

	while ((slot = portdb_next_candidate(db, key->hash, &probe)) != 0) {
		bool is_far = key->name && portdb_slot_position(slot) == PORTDB_FAR;
		if (!portdb_record_read(db, portdb_slot_record(slot), service))
			return PORTDB_DAMAGED;
		if (is_far ? portdb_has_protocol(service, key) &&
				 portdb_has_name(service, key->name, key->length)
			   : portdb_answers(service, key, portdb_slot_position(slot)))
			return PORTDB_OK;
		if (is_far) {
			if (service->strings_size > bytes_left)
				return PORTDB_DAMAGED;
			bytes_left -= service->strings_size;
		}
	}
	return PORTDB_NOT_FOUND;
}

enum portdb_result portdb_by_name(const struct portdb *db, const char *name, const char *protocol,
				  struct portdb_service *service)
{
	struct portdb_key key = portdb_key_of_name(db, name, strlen(name), protocol);

	return look_up(db, &key, service);
}

enum portdb_result portdb_by_port(const struct portdb *db, uint16_t port, const char *protocol,
				  struct portdb_service *service)
{
	struct portdb_key key = portdb_key_of_port(db, port, protocol);

	return look_up(db, &key, service);
}

enum portdb_result portdb_next(const struct portdb *db, uint32_t *cursor,
			       struct portdb_service *service)
{
	uint32_t offset = *cursor ? *cursor : db->records;

	if (offset == db->records_end)
		return PORTDB_NOT_FOUND;
	if (portdb_at(db, offset, service) != PORTDB_OK)
		return PORTDB_DAMAGED;

	/* portdb_at found the record within records_end, a section's end within 4 GiB. */
	uint32_t end = offset + (uint32_t)sizeof(struct portdb_record) + service->strings_size;
	uint32_t next = end + -end % _Alignof(struct portdb_record);
	*cursor = next < end || next > db->records_end ? db->records_end : next;
	return PORTDB_OK;
}
