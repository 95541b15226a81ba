/* SPDX-License-Identifier: MIT */
#include "claims.h"

#include <string.h>

#include "byteorder.h"

/* Where a section is: false unless that is within the database. Read once, then checked. */
static bool section_of(const struct portdb *db, const struct portdb_section *section,
		       uint32_t *offset, uint32_t *size)
{
	*offset = read_le32(&section->offset);
	*size = read_le32(&section->size);
	return *offset % PORTDB_ALIGNMENT == 0 && *offset <= db->size &&
	       *size <= db->size - *offset;
}

enum portdb_result portdb_sources_open(struct portdb_claims *claims, const struct portdb *db)
{
	const struct portdb_header *header = (const void *)db->bytes;
	uint32_t claims_size;
	uint32_t sources_size;
	uint32_t strings_size;

	*claims = (struct portdb_claims){.db = db};
	if (!section_of(db, &header->claims, &claims->offset, &claims_size) ||
	    !section_of(db, &header->sources, &claims->sources, &sources_size) ||
	    !section_of(db, &header->strings, &claims->strings, &strings_size))
		return PORTDB_DAMAGED;
	claims->count = claims_size / (uint32_t)sizeof(struct portdb_claim);
	claims->source_count = sources_size / (uint32_t)sizeof(struct portdb_source);
	claims->strings_end = claims->strings + strings_size;
	/* portdb_open saw to it, but the bytes may be another database's by now. */
	return claims->source_count <= PORTDB_SOURCES_MAX ? PORTDB_OK : PORTDB_DAMAGED;
}

enum portdb_result portdb_claims_open(struct portdb_claims *claims, const struct portdb *db)
{
	if (portdb_sources_open(claims, db) != PORTDB_OK)
		return PORTDB_DAMAGED;
	/* Then every string ends. */
	if (claims->strings_end > claims->strings && db->bytes[claims->strings_end - 1] != '\0')
		return PORTDB_DAMAGED;
	return PORTDB_OK;
}

/* The string at offset; "" for 0; NULL for an offset that is not within the strings. */
static const char *string_at(const struct portdb_claims *claims, uint32_t offset)
{
	if (offset == 0)
		return "";
	if (offset < claims->strings || offset >= claims->strings_end)
		return NULL;
	return (const char *)claims->db->bytes + offset;
}

enum portdb_result portdb_claim_get(const struct portdb_claims *claims, uint32_t number,
				    struct portdb_claim_row *row)
{
	if (number >= claims->count)
		return PORTDB_NOT_FOUND;

	const struct portdb_claim *claim =
	    (const struct portdb_claim *)(const void *)(claims->db->bytes + claims->offset) +
	    number;
	*row = (struct portdb_claim_row){
	    .service = read_le32(&claim->service),
	    .source = read_le32(&claim->source),
	    .line = read_le32(&claim->line),
	    .port = read_le16(&claim->port),
	    .last_port = read_le16(&claim->last_port),
	    .name = string_at(claims, read_le32(&claim->name)),
	    .protocol = string_at(claims, read_le32(&claim->protocol)),
	    .aliases = string_at(claims, read_le32(&claim->aliases)),
	    .facts = read_le32(&claim->facts),
	};
	if (!row->name || !row->protocol || !row->aliases || !string_at(claims, row->facts) ||
	    row->source >= claims->source_count)
		return PORTDB_DAMAGED;
	return PORTDB_OK;
}

/* As string_at, of a string that ends within the strings, whatever is at their end. */
static const char *whole_string_at(const struct portdb_claims *claims, uint32_t offset)
{
	const char *string = string_at(claims, offset);

	if (!string || offset == 0)
		return string;
	return memchr(string, '\0', claims->strings_end - offset) ? string : NULL;
}

enum portdb_result portdb_source_get(const struct portdb_claims *claims, uint32_t number,
				     struct portdb_source_row *row)
{
	if (number >= claims->source_count)
		return PORTDB_NOT_FOUND;

	const struct portdb_source *source =
	    (const struct portdb_source *)(const void *)(claims->db->bytes + claims->sources) +
	    number;
	uint32_t kind = read_le32(&source->kind);
	uint64_t size = read_le64(&source->size);
	*row = (struct portdb_source_row){
	    .path = whole_string_at(claims, read_le32(&source->path)),
	    .claim_count = read_le32(&source->claim_count),
	    .kind = (enum portdb_source_kind)(kind & ~(uint32_t)PORTDB_LINKED),
	    .is_linked = kind & PORTDB_LINKED,
	    .nanoseconds = read_le32(&source->nanoseconds),
	    .seconds = (int64_t)read_le64(&source->seconds),
	    .size = (uint32_t)size,
	    .inode = (uint32_t)(size >> 32),
	};
	return row->path && row->kind <= PORTDB_DIRECTORY_AHEAD ? PORTDB_OK : PORTDB_DAMAGED;
}

bool portdb_next_fact(const struct portdb_claims *claims, uint32_t *position, const char **column,
		      const char **value)
{
	const char *key = string_at(claims, *position);
	if (!key || *key == '\0')
		return false;
	uint32_t behind_key = *position + (uint32_t)strlen(key) + 1;
	const char *text = string_at(claims, behind_key);
	if (!text)
		return false;

	*column = key;
	*value = text;
	/* At the strings' end the next call gets no string, and ends the walk. */
	*position = behind_key + (uint32_t)strlen(text) + 1;
	return true;
}
