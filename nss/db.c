#include "db.h"

#include <string.h>

#include "byteorder.h"
#include "format.h"
#include "hash.h"

/*
 * The one place where an offset from the file becomes an address: NULL unless length bytes from
 * offset on are within [first, end).
 */
static const void *bytes_within(const struct portdb *db, uint32_t first, uint32_t end,
				uint32_t offset, uint32_t length)
{
	if (offset < first || offset > end || end - offset < length)
		return NULL;
	return db->bytes + offset;
}

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
	uint32_t probe_limit = from_le32(header->probe_limit);
	return slot_count > 0 &&
	       slot_count <= from_le32(header->index.size) / sizeof(struct portdb_slot) &&
	       probe_limit > 0 && probe_limit <= slot_count;
}

enum portdb_result portdb_open(struct portdb *db, const void *bytes, size_t size)
{
	const struct portdb_header *header = bytes;

	if (size < sizeof *header || memcmp(header->magic, PORTDB_MAGIC, sizeof header->magic) != 0)
		return PORTDB_NOT_DATABASE;
	if (from_le16(header->major) != PORTDB_MAJOR)
		return PORTDB_OTHER_VERSION;
	if (from_le32(header->file_size) != size)
		return PORTDB_TRUNCATED;
	if (!header_is_sound(header))
		return PORTDB_BAD_HEADER;

	uint32_t records = from_le32(header->records.offset);
	*db = (struct portdb){
	    .bytes = bytes,
	    .size = (uint32_t)size,
	    .index = from_le32(header->index.offset),
	    .slot_count = from_le32(header->slot_count),
	    .probe_limit = from_le32(header->probe_limit),
	    .records = records,
	    .records_end = records + from_le32(header->records.size),
	    .hash_seed = from_le64(header->hash_seed),
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

bool portdb_superseded(const struct portdb *db)
{
	const struct portdb_header *header = (const void *)db->bytes;

	return read_le32(&header->superseded) != 0;
}

enum portdb_result portdb_at(const struct portdb *db, uint32_t offset,
			     struct portdb_service *service)
{
	const struct portdb_record *record =
	    bytes_within(db, db->records, db->records_end, offset, sizeof *record);
	if (!record || offset % _Alignof(struct portdb_record) != 0)
		return PORTDB_DAMAGED;

	uint32_t strings_size = read_le32(&record->strings_size);
	uint32_t protocol = read_le32(&record->protocol);
	const char *strings = bytes_within(db, db->records, db->records_end,
					   offset + (uint32_t)sizeof *record, strings_size);
	if (!strings || protocol >= strings_size)
		return PORTDB_DAMAGED;

	*service = (struct portdb_service){
	    .strings = strings,
	    .strings_size = strings_size,
	    .protocol = protocol,
	    .alias_count = read_le32(&record->alias_count),
	    .first_claim = read_le32(&record->first_claim),
	    .offset = offset,
	    .port = read_le16(&record->port),
	};
	return PORTDB_OK;
}

/* Where the string at start ends, NUL included; the strings' end for one that does not. */
static uint32_t behind_string(const struct portdb_service *service, uint32_t start)
{
	const char *nul = memchr(service->strings + start, '\0', service->strings_size - start);

	return nul ? (uint32_t)(nul - service->strings) + 1 : service->strings_size;
}

bool portdb_next_string(const struct portdb_service *service, uint32_t *position)
{
	uint32_t next = behind_string(service, *position);

	if (next == service->strings_size)
		return false;
	*position = next;
	return true;
}

/* A string of the question, with its length so that no comparison runs out of the strings. */
struct text {
	const char *bytes; /* NULL for no protocol */
	size_t length;     /* without the NUL */
};

static bool string_is(const struct portdb_service *service, uint32_t position, struct text text)
{
	return service->strings_size - position > text.length &&
	       memcmp(service->strings + position, text.bytes, text.length + 1) == 0;
}

static bool has_name(const struct portdb_service *service, struct text name)
{
	if (string_is(service, 0, name))
		return true;
	for (uint32_t alias = service->protocol; portdb_next_string(service, &alias);)
		if (string_is(service, alias, name))
			return true;
	return false;
}

/* A question: a name, or without one a port; and a protocol. */
struct key {
	struct text name;
	struct text protocol;
	uint16_t port;
};

static bool answers(const struct portdb_service *service, const struct key *key)
{
	if (key->protocol.bytes && !string_is(service, service->protocol, key->protocol))
		return false;
	return key->name.bytes ? has_name(service, key->name) : service->port == key->port;
}

static inline enum portdb_result look_up(const struct portdb *db, uint64_t hash,
					 const struct key *key, struct portdb_service *service)
{
	/* portdb_open checked that slot_count slots are within the file. */
	const struct portdb_slot *slots = (const void *)(db->bytes + db->index);
	uint32_t slot = (uint32_t)((hash & UINT32_MAX) * db->slot_count >> 32);
	uint32_t tag = (uint32_t)(hash >> 32);

	for (uint32_t probe = 0; probe < db->probe_limit; probe++) {
		uint32_t record = read_le32(&slots[slot].record);
		if (record == 0)
			return PORTDB_NOT_FOUND;
		if (read_le32(&slots[slot].tag) == tag) {
			enum portdb_result result = portdb_at(db, record, service);
			if (result != PORTDB_OK || answers(service, key))
				return result;
		}
		if (++slot == db->slot_count)
			slot = 0;
	}
	return PORTDB_NOT_FOUND;
}

static struct text text_of(const char *string)
{
	return (struct text){string, string ? strlen(string) : 0};
}

enum portdb_result portdb_by_name(const struct portdb *db, const char *name, const char *protocol,
				  struct portdb_service *service)
{
	struct key key = {.name = text_of(name), .protocol = text_of(protocol)};
	uint64_t hash =
	    portdb_hash_name(db->hash_seed, name, key.name.length, protocol, key.protocol.length);

	return look_up(db, hash, &key, service);
}

enum portdb_result portdb_by_port(const struct portdb *db, uint16_t port, const char *protocol,
				  struct portdb_service *service)
{
	struct key key = {.port = port, .protocol = text_of(protocol)};
	uint64_t hash = portdb_hash_port(db->hash_seed, port, protocol, key.protocol.length);

	return look_up(db, hash, &key, service);
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
