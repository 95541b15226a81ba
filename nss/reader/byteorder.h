/* SPDX-License-Identifier: MIT */
/*
 * Conversions between the database's little-endian integers and the machine's own.
 *
 * read_le32 and its kin read a mapped database: exactly once, as the bytes may change between two
 * reads (see live.c), and what was checked must be what is used.
 */
#ifndef PORTDB_BYTEORDER_H
#define PORTDB_BYTEORDER_H

#include <endian.h>

#include "format.h"

/* For what every lookup runs through: a call for it would cost as much as it does. */
#define PORTDB_INLINE static inline __attribute__((always_inline))

/* For the compiler, which puts the usual way in a line. */
#define PORTDB_LIKELY(condition)   __builtin_expect((condition), 1)
#define PORTDB_UNLIKELY(condition) __builtin_expect((condition), 0)

static inline uint16_t from_le16(portdb_le16 value)
{
	return le16toh(value.little);
}

static inline uint32_t from_le32(portdb_le32 value)
{
	return le32toh(value.little);
}

static inline uint64_t from_le64(portdb_le64 value)
{
	return le64toh(value.little);
}

static inline uint16_t read_le16(const portdb_le16 *value)
{
	return le16toh(__atomic_load_n(&value->little, __ATOMIC_RELAXED));
}

static inline uint32_t read_le32(const portdb_le32 *value)
{
	return le32toh(__atomic_load_n(&value->little, __ATOMIC_RELAXED));
}

/* Two reads where a word has 32 bits: the halves may be of two moments, but each is read once. */
static inline uint64_t read_le64(const portdb_le64 *value)
{
#if __SIZEOF_LONG__ >= 8
	return le64toh(__atomic_load_n(&value->little, __ATOMIC_RELAXED));
#else
	const portdb_le32 *halves = (const void *)value;

	return read_le32(&halves[0]) | (uint64_t)read_le32(&halves[1]) << 32;
#endif
}

static inline portdb_le16 to_le16(uint16_t value)
{
	return (portdb_le16){htole16(value)};
}

static inline portdb_le32 to_le32(uint32_t value)
{
	return (portdb_le32){htole32(value)};
}

static inline portdb_le64 to_le64(uint64_t value)
{
	return (portdb_le64){htole64(value)};
}

/* The fields of a slot, see format.h. */
static inline uint32_t portdb_slot_record(uint64_t slot)
{
	return (uint32_t)slot;
}

static inline uint16_t portdb_slot_position(uint64_t slot)
{
	return (uint16_t)(slot >> 32);
}

static inline uint16_t portdb_slot_tag(uint64_t slot)
{
	return (uint16_t)(slot >> 48);
}

static inline struct portdb_slot portdb_slot_of(uint32_t record, uint16_t position, uint16_t tag)
{
	return (struct portdb_slot){
	    to_le64((uint64_t)tag << 48 | (uint64_t)position << 32 | record)};
}

#endif
