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

/* Half of a number of 64 bits. */
typedef uint32_t __attribute__((may_alias)) portdb_half;

/*
 * A number of 64 bits that others write meanwhile. Where a word has 32 bits the halves may be of
 * two moments, but each is read once: not every such machine has an instruction for both, and a
 * function for it would be another library's.
 */
PORTDB_INLINE uint64_t portdb_load64(const uint64_t *number)
{
#if __SIZEOF_LONG__ >= 8
	return __atomic_load_n(number, __ATOMIC_RELAXED);
#else
	const portdb_half *from = (const void *)number;
	uint64_t copy;
	portdb_half *to = (void *)&copy;

	to[0] = __atomic_load_n(&from[0], __ATOMIC_RELAXED);
	to[1] = __atomic_load_n(&from[1], __ATOMIC_RELAXED);
	return copy;
#endif
}

/* The same for who writes it. */
PORTDB_INLINE void portdb_store64(uint64_t *number, uint64_t value)
{
#if __SIZEOF_LONG__ >= 8
	__atomic_store_n(number, value, __ATOMIC_RELEASE);
#else
	const portdb_half *from = (const void *)&value;
	portdb_half *to = (void *)number;

	__atomic_store_n(&to[0], from[0], __ATOMIC_RELEASE);
	__atomic_store_n(&to[1], from[1], __ATOMIC_RELEASE);
#endif
}

static inline uint64_t read_le64(const portdb_le64 *value)
{
	return le64toh(portdb_load64(&value->little));
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
