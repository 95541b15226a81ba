#include "claims.h"

#include <string.h>

#include "byteorder.h"
#include "format.h"

enum portdb_result portdb_claims_open(struct portdb_claims *claims, const struct portdb *db)
{
	/* portdb_open checked the header and that each section is within the file. */
	const struct portdb_header *header = (const void *)db->bytes;
	uint32_t strings = from_le32(header->strings.offset);
	uint32_t strings_end = strings + from_le32(header->strings.size);

	if (strings_end > strings && db->bytes[strings_end - 1] != '\0')
		return PORTDB_DAMAGED;
	*claims = (struct portdb_claims){
	    .db = db,
	    .offset = from_le32(header->claims.offset),
	    .count = from_le32(header->claims.size) / (uint32_t)sizeof(struct portdb_claim),
	    .sources = from_le32(header->sources.offset),
	    .source_count =
		from_le32(header->sources.size) / (uint32_t)sizeof(struct portdb_source),
	    .strings = strings,
	    .strings_end = strings_end,
	};
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
	    .service = from_le32(claim->service),
	    .source = from_le32(claim->source),
	    .line = from_le32(claim->line),
	    .port = from_le16(claim->port),
	    .last_port = from_le16(claim->last_port),
	    .name = string_at(claims, from_le32(claim->name)),
	    .protocol = string_at(claims, from_le32(claim->protocol)),
	    .aliases = string_at(claims, from_le32(claim->aliases)),
	    .facts = from_le32(claim->facts),
	};
	if (!row->name || !row->protocol || !row->aliases || !string_at(claims, row->facts) ||
	    row->source >= claims->source_count)
		return PORTDB_DAMAGED;
	return PORTDB_OK;
}

enum portdb_result portdb_source_get(const struct portdb_claims *claims, uint32_t number,
				     struct portdb_source_row *row)
{
	if (number >= claims->source_count)
		return PORTDB_NOT_FOUND;

	const struct portdb_source *source =
	    (const struct portdb_source *)(const void *)(claims->db->bytes + claims->sources) +
	    number;
	*row = (struct portdb_source_row){
	    .path = string_at(claims, from_le32(source->path)),
	    .claim_count = from_le32(source->claim_count),
	};
	return row->path ? PORTDB_OK : PORTDB_DAMAGED;
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
