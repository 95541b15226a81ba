/* SPDX-License-Identifier: MIT */
/*
 * The way from a question to its service. db.h has the contract, and the functions that take it.
 */
#ifndef PORTDB_LOOKUP_H
#define PORTDB_LOOKUP_H

#include <string.h>

#include "byteorder.h"
#include "db.h"
#include "format.h"
#include "hash.h"

/* How often another database has taken this one's place. */
PORTDB_INLINE uint32_t portdb_superseded(const struct portdb *db)
{
	const struct portdb_header *header = (const void *)db->bytes;

	return read_le32(&header->superseded);
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
	    .short_protocol = read_le32(&record->short_protocol) & ~PORTDB_LONG_PROTOCOL,
	    .offset = offset,
	    .port = read_le16(&record->port),
	};
	return service->strings_size <= db->records_end - strings && service->protocol > 0 &&
	       service->protocol < service->strings_size;
}

/* As memcmp, for the few bytes that names have: the last eight, or four, overlap those before. */
PORTDB_INLINE bool portdb_is_same(const void *one, const void *other, size_t size)
{
	const unsigned char *a = one;
	const unsigned char *b = other;

	if (PORTDB_UNLIKELY(size > 16))
		return memcmp(a, b, size) == 0;
	if (size >= 8)
		return ((portdb_hash_load64(a) ^ portdb_hash_load64(b)) |
			(portdb_hash_load64(a + size - 8) ^ portdb_hash_load64(b + size - 8))) == 0;
	if (size >= 4)
		return ((portdb_hash_load32(a) ^ portdb_hash_load32(b)) |
			(portdb_hash_load32(a + size - 4) ^ portdb_hash_load32(b + size - 4))) == 0;
	return a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1];
}

/*
 * Whether the string at position is the length bytes at bytes, and no more. The comparison stays
 * within the service's strings.
 */
PORTDB_INLINE bool portdb_string_is(const struct portdb_service *service, uint32_t position,
				    const char *bytes, size_t length)
{
	return (uint64_t)position + length < service->strings_size &&
	       portdb_is_same(service->strings + position, bytes, length + 1);
}

/* A question: a name, or where that is NULL a port; and a protocol. */
struct portdb_key {
	uint64_t hash;
	const char *name;
	size_t length; /* of the name, without the NUL */
	const char *protocol_string;
	uint32_t protocol; /* its number, see hash.h */
	uint16_t port;
};

PORTDB_INLINE struct portdb_key portdb_key_of_name(const struct portdb *db, const char *name,
						   size_t length, const char *protocol_string)
{
	uint32_t protocol = portdb_protocol_of(protocol_string);

	return (struct portdb_key){.hash = portdb_hash_name(db->hash_start, name, length, protocol),
				   .name = name,
				   .length = length,
				   .protocol_string = protocol_string,
				   .protocol = protocol};
}

PORTDB_INLINE struct portdb_key portdb_key_of_port(const struct portdb *db, uint16_t port,
						   const char *protocol_string)
{
	uint32_t protocol = portdb_protocol_of(protocol_string);

	return (struct portdb_key){.hash = portdb_hash_port(db->hash_start, port, protocol),
				   .protocol_string = protocol_string,
				   .protocol = protocol,
				   .port = port};
}

PORTDB_INLINE bool portdb_has_protocol(const struct portdb_service *service,
				       const struct portdb_key *key)
{
	if (service->short_protocol == key->protocol || key->protocol == 0)
		return true;
	return key->protocol & PORTDB_LONG_PROTOCOL &&
	       portdb_string_is(service, service->protocol, key->protocol_string,
				strlen(key->protocol_string));
}

/* Whether the service at a slot's position answers the question; not for PORTDB_FAR. */
PORTDB_INLINE bool portdb_answers(const struct portdb_service *service,
				  const struct portdb_key *key, uint16_t position)
{
	if (!portdb_has_protocol(service, key))
		return false;
	if (!key->name)
		return service->port == key->port;
	return portdb_string_is(service, position, key->name, key->length);
}

/* A walk along the index. */
struct portdb_probe {
	uint32_t number; /* of the slot that is next */
	uint32_t count;  /* of those that were seen */
};

PORTDB_INLINE struct portdb_probe portdb_probe_start(const struct portdb *db, uint64_t hash)
{
	return (struct portdb_probe){.number =
					 (uint32_t)((hash & UINT32_MAX) * db->slot_count >> 32)};
}

/* The next slot that has the hash's tag, or 0. */
PORTDB_INLINE uint64_t portdb_next_candidate(const struct portdb *db, uint64_t hash,
					     struct portdb_probe *probe)
{
	/* portdb_open checked that slot_count slots are within the file. */
	const struct portdb_slot *slots = db->slots;

	while (probe->count < db->probe_limit) {
		uint64_t slot = read_le64(&slots[probe->number].fields);
		if (portdb_slot_record(slot) == 0)
			return 0;
		probe->count++;
		if (++probe->number == db->slot_count)
			probe->number = 0;
		if (portdb_slot_tag(slot) == hash >> 48)
			return slot;
	}
	return 0;
}

#endif
