/* SPDX-License-Identifier: MIT */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "index.h"
#include "nss/reader/byteorder.h"
#include "nss/reader/format.h"
#include "nss/reader/freshness.h"
#include "nss/reader/hash.h"
#include "tools/compile/merge/byte-map.h"
#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"

#define NUMERAL_OF(number) #number
#define NUMERAL(macro)     NUMERAL_OF(macro)

/* How many claims ahead their names' memory is fetched. */
#define UNDER_WAY 16

struct layout {
	struct index_keys keys;
	struct byte_map strings; /* of claims and sources, each once */
	struct byte_map lists;   /* by where it stands, each list of aliases or facts, */
	uint32_t *list_texts;    /* and its text in the database: a row's claims share it */
	size_t list_capacity;
	size_t *records; /* where each service's record will stand */
	size_t sources;  /* offsets of the sections, and of the file's end */
	size_t strings_start;
	size_t index;
	size_t records_start;
	size_t records_end;
	size_t claims;
	size_t size;
	unsigned char *bytes;
};

static size_t aligned(size_t offset)
{
	return (offset + PORTDB_ALIGNMENT - 1) / PORTDB_ALIGNMENT * PORTDB_ALIGNMENT;
}

static size_t strings_size(const struct service *service)
{
	size_t size = strlen(service->name) + 1 + strlen(service->protocol) + 1;

	for (size_t i = 0; i < service->alias_count; i++)
		size += strlen(service->aliases[i]) + 1;
	return size;
}

static size_t record_size(const struct service *service)
{
	size_t size = sizeof(struct portdb_record) + strings_size(service);

	return (size + 3) / 4 * 4;
}

static void lay_out_records(struct layout *layout, const struct merged *merged)
{
	size_t offset = layout->records_start;

	layout->records = memory_allocate_zeroed(merged->service_count + 1, sizeof(size_t));
	for (size_t i = 0; i < merged->service_count; i++) {
		layout->records[i] = offset;
		offset += record_size(&merged->services[i]);
	}
	layout->records_end = offset;
}

/* The offset of text in the database, 0 for none. It must hold its own NUL. */
static uint32_t pool_text(struct layout *layout, const char *bytes, size_t length)
{
	bool is_new;

	if (length <= 1)
		return 0;
	size_t number = byte_map_add(&layout->strings, bytes, length, &is_new);
	return (uint32_t)(layout->strings_start + byte_map_start(&layout->strings, number));
}

static uint32_t pool_string(struct layout *layout, const char *string)
{
	return pool_text(layout, string, strlen(string) + 1);
}

static void prefetch_string(const struct layout *layout, const char *string)
{
	byte_map_prefetch(&layout->strings, string, strlen(string) + 1);
}

/* Whether a list has no text yet; then *to is where to keep it. *to is valid until the next list.
 */
static bool is_new_list(struct layout *layout, const void *list, uint32_t **to)
{
	bool is_new;
	size_t number = byte_map_add(&layout->lists, &list, sizeof list, &is_new);

	layout->list_texts = memory_grow(layout->list_texts, number, &layout->list_capacity,
					 sizeof *layout->list_texts);
	*to = &layout->list_texts[number];
	return is_new;
}

static uint32_t pool_aliases(struct layout *layout, const struct claim *claim, struct buffer *text)
{
	uint32_t *kept;

	if (claim->alias_count == 0)
		return 0;
	if (!is_new_list(layout, claim->aliases, &kept))
		return *kept;
	text->length = 0;
	for (size_t i = 0; i < claim->alias_count; i++) {
		buffer_add(text, claim->aliases[i], strlen(claim->aliases[i]));
		buffer_add(text, i + 1 < claim->alias_count ? " " : "", 1);
	}
	return *kept = pool_text(layout, text->bytes, text->length);
}

static uint32_t pool_facts(struct layout *layout, const struct claim *claim, struct buffer *text)
{
	uint32_t *kept;

	if (claim->fact_count == 0)
		return 0;
	if (!is_new_list(layout, claim->facts, &kept))
		return *kept;
	text->length = 0;
	for (size_t i = 0; i < claim->fact_count; i++) {
		buffer_add(text, claim->facts[i].column, strlen(claim->facts[i].column) + 1);
		buffer_add(text, claim->facts[i].value, strlen(claim->facts[i].value) + 1);
	}
	buffer_add(text, "", 1);
	return *kept = pool_text(layout, text->bytes, text->length);
}

static struct portdb_claim claim_bytes(struct layout *layout, const struct evidence *evidence,
				       struct buffer *text)
{
	const struct claim *claim = evidence->claim;

	return (struct portdb_claim){
	    .source = to_le32(evidence->source),
	    .line = to_le32((uint32_t)claim->line),
	    .port = to_le16(claim->port),
	    .last_port = to_le16(claim->last_port),
	    .name = to_le32(pool_string(layout, claim->name)),
	    .protocol = to_le32(pool_string(layout, claim->protocol)),
	    .aliases = to_le32(pool_aliases(layout, claim, text)),
	    .facts = to_le32(pool_facts(layout, claim, text)),
	};
}

static struct portdb_source source_bytes(struct layout *layout, const struct source *source)
{
	const struct tracking *tracking = &source->tracking;

	return (struct portdb_source){
	    .path = to_le32(pool_string(layout, source->path)),
	    .claim_count = to_le32((uint32_t)source->claim_count),
	    .kind = to_le32(tracking->kind | (tracking->is_linked ? PORTDB_LINKED : 0U)),
	    .nanoseconds = to_le32((uint32_t)tracking->time.tv_nsec),
	    .seconds = to_le64((uint64_t)tracking->time.tv_sec),
	    .size = to_le64(tracking->size | (uint64_t)tracking->inode << 32),
	};
}

/*
 * What is no answer, in memory of its own: how large the pool is comes out as it is made, and
 * then where the records will be, which the claims refer to.
 */
struct cold {
	struct portdb_claim *claims;
	struct portdb_source *sources;
};

static void make_cold(struct cold *cold, struct layout *layout, const struct merged *merged,
		      const struct source *sources, size_t source_count)
{
	struct buffer text = {0};

	cold->claims = memory_allocate_zeroed(merged->evidence_count + 1, sizeof *cold->claims);
	cold->sources = memory_allocate_zeroed(source_count + 1, sizeof *cold->sources);
	/*
	 * First, so that their paths stand behind them: with the header they are what a process
	 * reads to begin with, and the kernel gives it what is close together at once.
	 */
	for (size_t i = 0; i < source_count; i++)
		cold->sources[i] = source_bytes(layout, &sources[i]);
	/* Mostly each claim has a name of its own, or the one before it has the same. */
	byte_map_expect(&layout->strings, merged->evidence_count);
	for (size_t i = 0; i < merged->evidence_count; i++) {
		if (i + UNDER_WAY < merged->evidence_count)
			prefetch_string(layout, merged->evidence[i + UNDER_WAY].claim->name);
		cold->claims[i] = claim_bytes(layout, &merged->evidence[i], &text);
	}
	buffer_free(&text);
}

static void write_claims(const struct layout *layout, const struct cold *cold,
			 const struct merged *merged)
{
	struct portdb_claim *claims = (void *)(layout->bytes + layout->claims);

	for (size_t i = 0; i < merged->evidence_count; i++) {
		uint32_t service = merged->evidence[i].service;
		claims[i] = cold->claims[i];
		if (service != NO_SERVICE)
			claims[i].service = to_le32((uint32_t)layout->records[service]);
	}
}

static void write_strings(char *to, const struct service *service)
{
	to = stpcpy(to, service->name) + 1;
	to = stpcpy(to, service->protocol) + 1;
	for (size_t i = 0; i < service->alias_count; i++)
		to = stpcpy(to, service->aliases[i]) + 1;
}

static void write_records(const struct layout *layout, const struct merged *merged)
{
	size_t claim = 0;

	for (size_t i = 0; i < merged->service_count; i++) {
		const struct service *service = &merged->services[i];
		struct portdb_record *record = (void *)(layout->bytes + layout->records[i]);
		*record = (struct portdb_record){
		    .strings_size = to_le32((uint32_t)strings_size(service)),
		    .protocol = to_le32((uint32_t)strlen(service->name) + 1),
		    .alias_count = to_le32((uint32_t)service->alias_count),
		    .first_claim = to_le32((uint32_t)claim),
		    .short_protocol =
			to_le32(portdb_short_protocol(portdb_protocol_of(service->protocol))),
		    .port = to_le16(service->port),
		};
		write_strings((char *)(record + 1), service);
		while (claim < merged->evidence_count && merged->evidence[claim].service == i)
			claim++;
	}
}

static struct portdb_section section(size_t start, size_t end)
{
	return (struct portdb_section){to_le32((uint32_t)start), to_le32((uint32_t)(end - start))};
}

static void write_header(const struct layout *layout, const struct merged *merged,
			 size_t source_count, uint16_t probe_limit, uint16_t seed)
{
	struct portdb_header *header = (void *)layout->bytes;

	*header = (struct portdb_header){
	    .major = to_le16(PORTDB_MAJOR),
	    .minor = to_le16(PORTDB_MINOR),
	    .header_size = to_le32(sizeof *header),
	    .file_size = to_le32((uint32_t)layout->size),
	    .content_checksum = to_le64(image_content_checksum(layout->bytes, layout->size)),
	    .slot_count = to_le32((uint32_t)layout->keys.slot_count),
	    .probe_limit = to_le16(probe_limit),
	    .seed = to_le16(seed),
	    .service_count = to_le32((uint32_t)merged->service_count),
	    .key_count = to_le32((uint32_t)layout->keys.count),
	    .index = section(layout->index,
			     layout->index + layout->keys.slot_count * sizeof(struct portdb_slot)),
	    .records = section(layout->records_start, layout->records_end),
	    .claims = section(layout->claims, layout->claims + merged->evidence_count *
								   sizeof(struct portdb_claim)),
	    .sources = section(layout->sources,
			       layout->sources + source_count * sizeof(struct portdb_source)),
	    .strings = section(layout->strings_start,
			       layout->strings_start + layout->strings.bytes.length),
	};
	/* Its eight bytes have no NUL behind them, of which compilers warn where one is left out.
	 */
	memcpy(header->magic, PORTDB_MAGIC, sizeof header->magic);
	header->header_checksum =
	    to_le64(portdb_hash_bytes(0, header, offsetof(struct portdb_header, header_checksum)));
}

uint64_t image_content_checksum(const unsigned char *bytes, size_t size)
{
	size_t start = sizeof(struct portdb_header);

	return XXH3_64bits(bytes + start, size - start);
}

/* Where the strings will be, which come in as claims and sources are made. */
static void lay_out_strings(struct layout *layout, size_t source_count)
{
	layout->sources = aligned(sizeof(struct portdb_header));
	layout->strings_start =
	    aligned(layout->sources + source_count * sizeof(struct portdb_source));
}

/* And then all the rest. False if offsets do not reach. */
static bool lay_out(struct layout *layout, const struct merged *merged)
{
	index_count(&layout->keys, merged);
	layout->index = aligned(layout->strings_start + layout->strings.bytes.length);
	layout->records_start =
	    aligned(layout->index + layout->keys.slot_count * sizeof(struct portdb_slot));
	lay_out_records(layout, merged);
	layout->claims = aligned(layout->records_end);
	layout->size = layout->claims + merged->evidence_count * sizeof(struct portdb_claim);
	return layout->size <= UINT32_MAX;
}

static bool write_image(struct layout *layout, const struct cold *cold, const struct merged *merged,
			size_t source_count)
{
	layout->bytes = memory_allocate_zeroed(layout->size, 1);
	write_records(layout, merged);
	write_claims(layout, cold, merged);
	memcpy(layout->bytes + layout->sources, cold->sources,
	       source_count * sizeof *cold->sources);
	if (layout->strings.bytes.length > 0)
		memcpy(layout->bytes + layout->strings_start, layout->strings.bytes.bytes,
		       layout->strings.bytes.length);
	uint16_t seed;
	uint16_t probe_limit =
	    index_write((struct portdb_slot *)(void *)(layout->bytes + layout->index),
			&layout->keys, merged, layout->records, &seed);
	if (probe_limit == 0)
		return false;
	write_header(layout, merged, source_count, probe_limit, seed);
	return true;
}

/* When the last of the tracked sources was touched, of those that were touched in the past. */
static struct timespec last_touch(const struct source *sources, size_t source_count)
{
	struct timespec last = {0};

	for (size_t i = 0; i < source_count; i++) {
		const struct tracking *tracking = &sources[i].tracking;
		const struct timespec *touched = &tracking->touched;
		bool is_known = tracking->kind == PORTDB_FILE || tracking->kind == PORTDB_DIRECTORY;
		if (is_known && portdb_is_earlier(&last, touched))
			last = *touched;
	}
	return last;
}

static void free_layout(struct layout *layout)
{
	free(layout->records);
	index_free(&layout->keys);
	free(layout->list_texts);
	byte_map_free(&layout->lists);
	byte_map_free(&layout->strings);
}

const char *image_make(struct image *image, const struct merged *merged,
		       const struct source *sources, size_t source_count)
{
	struct layout layout = {0};
	struct cold cold = {0};
	const char *wrong = NULL;
	bool has_few_sources = source_count <= PORTDB_SOURCES_MAX;
	bool fits = false;

	if (has_few_sources) {
		lay_out_strings(&layout, source_count);
		make_cold(&cold, &layout, merged, sources, source_count);
		fits = lay_out(&layout, merged);
	}
	if (!has_few_sources)
		wrong = "more than " NUMERAL(PORTDB_SOURCES_MAX) " sources";
	else if (!fits)
		wrong = "it would be larger than 4 GiB";
	else if (!write_image(&layout, &cold, merged, source_count))
		wrong = "too many names or protocols are alike: more than " NUMERAL(
		    PORTDB_PROBES_MAX) " want one place in the index";
	if (wrong) {
		free(layout.bytes);
		layout.bytes = NULL;
		layout.size = 0;
	}
	*image =
	    (struct image){layout.bytes, (uint32_t)layout.size, last_touch(sources, source_count)};
	free(cold.claims);
	free(cold.sources);
	free_layout(&layout);
	return wrong;
}
