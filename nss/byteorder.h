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

static inline uint64_t read_le64(const portdb_le64 *value)
{
	return le64toh(__atomic_load_n(&value->little, __ATOMIC_RELAXED));
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

#endif
