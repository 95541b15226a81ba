/* SPDX-License-Identifier: MIT */
/*
 * Mutations of databases. libFuzzer's own hardly ever hit upon an offset that leads somewhere; this
 * one also puts numbers that mean something into the fields.
 */
#include <string.h>

#include "nss/reader/byteorder.h"
#include "target.h"

/* libFuzzer's; only programs that have it need this file. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t limit);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t limit, unsigned seed);

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

static uint32_t field_of(const uint8_t *bytes, size_t offset)
{
	portdb_le32 field;

	memcpy(&field, bytes + offset, sizeof field);
	return from_le32(field);
}

/* A number on which a check may turn: an end, another field's, and what is next to them. */
static uint32_t telling_number(const uint8_t *bytes, size_t size, unsigned *seed)
{
	uint32_t other = field_of(bytes, next_random(seed) % (size / 4) * 4);
	uint32_t near = next_random(seed) % 5 - 2;

	switch (next_random(seed) % 6) {
	case 0:
		return near;
	case 1:
		return (uint32_t)size + near;
	case 2:
		return (uint32_t)(next_random(seed) % size);
	case 3:
		return UINT32_MAX - (uint32_t)(next_random(seed) % size);
	default:
		return other + near * (next_random(seed) % 2 ? 4 : 1);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t limit, unsigned seed)
{
	if (size < sizeof(struct portdb_header) || next_random(&seed) % 2 == 0)
		return LLVMFuzzerMutate(bytes, size, limit);
	for (unsigned changes = 1 + next_random(&seed) % 3; changes > 0; changes--) {
		/* Every other time one of the header, whose fields are the fewest. */
		size_t fields = next_random(&seed) % 2 ? sizeof(struct portdb_header) : size;
		portdb_le32 number = to_le32(telling_number(bytes, size, &seed));
		memcpy(bytes + next_random(&seed) % (fields / 4) * 4, &number, sizeof number);
	}
	return size;
}
