/*
 * The way from a question to its service: what every lookup in every program runs through, and so
 * inline as a whole. db.h has the same as functions, and the contract.
 */
#ifndef PORTDB_LOOKUP_H
#define PORTDB_LOOKUP_H

#include <string.h>

#include "byteorder.h"
#include "db.h"
#include "format.h"
#include "hash.h"

/* Whether another database has taken this one's place. */
PORTDB_INLINE bool portdb_superseded(const struct portdb *db)
{
	const struct portdb_header *header = (const void *)db->bytes;

	return read_le32(&header->superseded) != 0;
}

/*
 * The record at offset. False unless it and its strings are within the records section, which
 * portdb_open found within the file.
 */
PORTDB_INLINE bool portdb_record_read(const struct portdb *db, uint32_t offset,
				      struct portdb_service *service)
{
	/* 64 bits, lest a sum overflow. */
	uint64_t strings = (uint64_t)offset + sizeof(struct portdb_record);

	if (offset < db->records || strings > db->records_end ||
	    offset % _Alignof(struct portdb_record) != 0)
		return false;
	const struct portdb_record *record = (const void *)(db->bytes + offset);
	*service = (struct portdb_service){
	    .strings = (const char *)(record + 1),
	    .strings_size = read_le32(&record->strings_size),
	    .protocol = read_le32(&record->protocol),
	    .alias_count = read_le32(&record->alias_count),
	    .short_protocol = read_le32(&record->short_protocol),
	    .offset = offset,
	    .port = read_le16(&record->port),
	};
	return strings + service->strings_size <= db->records_end && service->protocol > 0 &&
	       service->protocol < service->strings_size;
}

/*
 * Whether the string at position is the length bytes at bytes, and no more. The comparison stays
 * within the service's strings.
 */
PORTDB_INLINE bool portdb_string_is(const struct portdb_service *service, uint32_t position,
				    const char *bytes, size_t length)
{
	return (uint64_t)position + length < service->strings_size &&
	       memcmp(service->strings + position, bytes, length + 1) == 0;
}

/* A question: a name, or where that is NULL a port; and a protocol. */
struct portdb_key {
	const char *name;
	size_t length; /* of the name, without the NUL */
	const char *protocol_string;
	struct portdb_protocol protocol;
	uint16_t port;
};

PORTDB_INLINE bool portdb_has_protocol(const struct portdb_service *service,
				       const struct portdb_key *key)
{
	if (key->protocol.number == 0)
		return true;
	if (key->protocol.length <= PORTDB_SHORT_PROTOCOL)
		return service->short_protocol == key->protocol.number;
	return portdb_string_is(service, service->protocol, key->protocol_string,
				key->protocol.length);
}

/* Whether any of the service's names, its aliases among them, is this one. */
bool portdb_has_name(struct portdb_service service, const char *name, size_t length);

PORTDB_INLINE bool portdb_answers(const struct portdb_service *service,
				  const struct portdb_key *key, uint16_t position)
{
	if (!portdb_has_protocol(service, key))
		return false;
	if (!key->name)
		return service->port == key->port;
	if (__builtin_expect(position == PORTDB_FAR, 0))
		return portdb_has_name(*service, key->name, key->length);
	return portdb_string_is(service, position, key->name, key->length);
}

PORTDB_INLINE enum portdb_result portdb_look_up(const struct portdb *db, uint64_t hash,
						const struct portdb_key *key,
						struct portdb_service *service)
{
	/* portdb_open checked that slot_count slots are within the file. */
	const struct portdb_slot *slots = (const void *)(db->bytes + db->index);
	uint32_t number = (uint32_t)((hash & UINT32_MAX) * db->slot_count >> 32);
	/*
	 * How many bytes of strings may be walked through in vain. Where it is that many times what
	 * there is, somebody made a database to keep us busy.
	 */
	uint64_t patience = UINT64_C(16) * (db->records_end - db->records);

	for (uint32_t probe = 0; probe < db->probe_limit; probe++) {
		uint64_t slot = read_le64(&slots[number].fields);
		uint32_t record = portdb_slot_record(slot);
		if (record == 0)
			return PORTDB_NOT_FOUND;
		if (portdb_slot_tag(slot) == hash >> 48) {
			if (!portdb_record_read(db, record, service))
				return PORTDB_DAMAGED;
			if (portdb_answers(service, key, portdb_slot_position(slot)))
				return PORTDB_OK;
			if (portdb_slot_position(slot) == PORTDB_FAR) {
				if (service->strings_size > patience)
					return PORTDB_DAMAGED;
				patience -= service->strings_size;
			}
		}
		if (++number == db->slot_count)
			number = 0;
	}
	return PORTDB_NOT_FOUND;
}

/* length is the name's, without the NUL. */
PORTDB_INLINE enum portdb_result portdb_look_up_name(const struct portdb *db, const char *name,
						     size_t length, const char *protocol,
						     struct portdb_service *service)
{
	struct portdb_key key = {.name = name,
				 .length = length,
				 .protocol_string = protocol,
				 .protocol = portdb_protocol_of(protocol)};

	return portdb_look_up(db, portdb_hash_name(name, length, key.protocol), &key, service);
}

PORTDB_INLINE enum portdb_result portdb_look_up_port(const struct portdb *db, uint16_t port,
						     const char *protocol,
						     struct portdb_service *service)
{
	struct portdb_key key = {
	    .protocol_string = protocol, .protocol = portdb_protocol_of(protocol), .port = port};

	return portdb_look_up(db, portdb_hash_port(port, key.protocol), &key, service);
}

#endif
