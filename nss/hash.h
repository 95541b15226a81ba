/*
 * The hash of a key, the same on every machine; part of the format.
 *
 * It takes eight bytes at a time, read little-endian, and mixes each with one 64-bit
 * multiplication. A name and a protocol are hashed one after the other, each with its length, so
 * that no two keys feed it the same words. It keeps nobody from making collisions on purpose: who
 * can write a source can as well write whole answers.
 */
#ifndef PORTDB_HASH_H
#define PORTDB_HASH_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t portdb_hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/* length bytes at bytes, 0 … 8, as a little-endian number; reads no byte beyond them. */
static inline uint64_t portdb_hash_load(const unsigned char *bytes, size_t length)
{
	if (length == 8) {
		uint64_t word;
		memcpy(&word, bytes, 8);
		return le64toh(word);
	}
	if (length >= 4) {
		uint32_t low;
		uint32_t high;
		memcpy(&low, bytes, 4);
		memcpy(&high, bytes + length - 4, 4);
		return (uint64_t)le32toh(high) << (8 * (length - 4)) | le32toh(low);
	}
	uint64_t word = 0;
	for (size_t i = 0; i < length; i++)
		word |= (uint64_t)bytes[i] << (8 * i);
	return word;
}

static inline uint64_t portdb_hash_bytes(uint64_t hash, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	hash = portdb_hash_word(hash, length);
	for (; length > 8; bytes += 8, length -= 8)
		hash = portdb_hash_word(hash, portdb_hash_load(bytes, 8));
	return portdb_hash_word(hash, portdb_hash_load(bytes, length));
}

/* The protocol's share of a key: protocol may be NULL, which is not the same as "". */
static inline uint64_t portdb_hash_protocol(uint64_t hash, const char *protocol, size_t length)
{
	return protocol ? portdb_hash_bytes(hash, protocol, length)
			: portdb_hash_word(hash, UINT64_MAX);
}

/* Lengths are those of the strings, without the NUL. */
static inline uint64_t portdb_hash_name(uint64_t seed, const char *name, size_t name_length,
					const char *protocol, size_t protocol_length)
{
	return portdb_hash_protocol(portdb_hash_bytes(seed, name, name_length), protocol,
				    protocol_length);
}

static inline uint64_t portdb_hash_port(uint64_t seed, uint16_t port, const char *protocol,
					size_t protocol_length)
{
	/* The complement keeps ports apart from the lengths that names start with. */
	return portdb_hash_protocol(portdb_hash_word(seed, ~(uint64_t)port), protocol,
				    protocol_length);
}

#endif
