/* SPDX-License-Identifier: MIT */
/*
 * The hash of a key, the same on every machine; part of the format.
 *
 * It mixes one 64-bit number after the other into the hash, each by one multiplication: for a name
 * its length, then its bytes, eight at a time; for a port the port; and then the protocol's number,
 * which says all of one of up to three bytes. Names can be made to collide,
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

/* This bit of a protocol's number says that it does not tell all bytes; no record has it. */
#define PORTDB_LONG_PROTOCOL (UINT32_C(1) << 31)

/*
 * A protocol as a number, 0 for NULL. One of up to three bytes is its bytes, the first one lowest,
 * and a 1 behind them. Of a longer one it has the last four, with the highest bit set.
 */
PORTDB_INLINE uint32_t portdb_protocol_of(const char *string)
{
	const unsigned char *bytes = (const void *)string;

	if (!string)
		return 0;
	/* Nearly all are of three bytes, which with the NUL are one load. */
	if (PORTDB_LIKELY(bytes[0] != '\0' && bytes[1] != '\0' && bytes[2] != '\0')) {
		uint32_t number = (uint32_t)portdb_hash_load32(bytes);
		if (PORTDB_LIKELY(number >> 24 == 0))
			return number | UINT32_C(1) << 24;
		bytes += strlen(string) - 4;
		return (uint32_t)portdb_hash_load32(bytes) | PORTDB_LONG_PROTOCOL;
	}
	if (bytes[0] == '\0')
		return 1;
	if (bytes[1] == '\0')
		return UINT32_C(1) << 8 | bytes[0];
	return UINT32_C(1) << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

/* What stands in a record: the number where it says everything, else 0. */
PORTDB_INLINE uint32_t portdb_short_protocol(uint32_t protocol)
{
	return protocol & PORTDB_LONG_PROTOCOL ? 0 : protocol;
}

/* What the hash of every key starts from: the header's seed, spread over all bits. */
PORTDB_INLINE uint64_t portdb_hash_start(uint16_t seed)
{
	return seed * UINT64_C(0x9e3779b97f4a7c15);
}

/* length is the name's, without the NUL. */
PORTDB_INLINE uint64_t portdb_hash_name(uint64_t start, const char *name, size_t length,
					uint32_t protocol)
{
	return portdb_hash_number(portdb_hash_bytes(start, name, length), protocol);
}

PORTDB_INLINE uint64_t portdb_hash_port(uint64_t start, uint16_t port, uint32_t protocol)
{
	return portdb_hash_number(start, (uint64_t)protocol << 32 | port);
}

#endif
