/* SPDX-License-Identifier: MIT */
/*
 * The hash of a key, the same on every machine; part of the format.
 *
 * It mixes one 64-bit number after the other into the hash, each by one multiplication: for a name
 * its length, then its bytes, eight at a time; for a port the port; and then the protocol, which is
 * hardly ever longer than the four bytes that fit into one number. Names can be made to collide,
 * for one seed; then the compiler takes another, which it writes into the header.
 */
#ifndef PORTDB_HASH_H
#define PORTDB_HASH_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "byteorder.h"

PORTDB_INLINE uint64_t portdb_hash_number(uint64_t hash, uint64_t number)
{
	hash = (hash ^ number) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

PORTDB_INLINE uint64_t portdb_hash_load64(const unsigned char *bytes)
{
	uint64_t number;

	memcpy(&number, bytes, sizeof number);
	return le64toh(number);
}

PORTDB_INLINE uint64_t portdb_hash_load32(const unsigned char *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof number);
	return le32toh(number);
}

/* Eight bytes at a time; the last eight, or what there is of fewer, overlap those before. */
PORTDB_INLINE uint64_t portdb_hash_bytes(uint64_t hash, const void *data, size_t length)
{
	const unsigned char *bytes = data;
	const unsigned char *end = bytes + length;

	hash ^= length;
	if (length >= 8) {
		for (; end - bytes > 8; bytes += 8)
			hash = portdb_hash_number(hash, portdb_hash_load64(bytes));
		return portdb_hash_number(hash, portdb_hash_load64(end - 8));
	}
	if (length >= 4)
		return portdb_hash_number(hash, portdb_hash_load32(bytes) |
						    portdb_hash_load32(end - 4) << 32);
	if (length > 0)
		return portdb_hash_number(hash, bytes[0] | (uint64_t)bytes[length / 2] << 8 |
						    (uint64_t)end[-1] << 16);
	return portdb_hash_number(hash, 0);
}

/* A protocol, or none, as a number. */
struct portdb_protocol {
	uint32_t
	    number; /* 0 for none; else 1, and behind it its bytes, of which the last four stay */
	size_t length;
};

/* Of more bytes than this, the number does not say which they are. */
#define PORTDB_SHORT_PROTOCOL 3

PORTDB_INLINE struct portdb_protocol portdb_protocol_of(const char *string)
{
	const unsigned char *bytes = (const void *)string;
	struct portdb_protocol protocol = {1, 3};

	if (!string)
		return (struct portdb_protocol){0, 0};
	/* Nearly all are of three bytes, which a loop would take for more. */
	if (bytes[0] != '\0' && bytes[1] != '\0' && bytes[2] != '\0')
		protocol.number = UINT32_C(1) << 24 | (uint32_t)bytes[0] << 16 |
				  (uint32_t)bytes[1] << 8 | bytes[2];
	else
		protocol.length = 0;
	for (; bytes[protocol.length] != '\0'; protocol.length++)
		protocol.number = protocol.number << 8 | bytes[protocol.length];
	return protocol;
}

/* What stands in a record: the number where it says everything, else 0. */
PORTDB_INLINE uint32_t portdb_short_protocol(struct portdb_protocol protocol)
{
	return protocol.length <= PORTDB_SHORT_PROTOCOL ? protocol.number : 0;
}

/* What the hash of every key starts from: the header's seed, spread over all bits. */
PORTDB_INLINE uint64_t portdb_hash_start(uint16_t seed)
{
	return seed * UINT64_C(0x9e3779b97f4a7c15);
}

/* length is the name's, without the NUL. */
PORTDB_INLINE uint64_t portdb_hash_name(uint64_t start, const char *name, size_t length,
					struct portdb_protocol protocol)
{
	return portdb_hash_number(portdb_hash_bytes(start, name, length), protocol.number);
}

PORTDB_INLINE uint64_t portdb_hash_port(uint64_t start, uint16_t port,
					struct portdb_protocol protocol)
{
	return portdb_hash_number(start, (uint64_t)protocol.number << 32 | port);
}

#endif
