/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"

void source_open(struct source *source, const char *path)
{
	*source = (struct source){.path = path};
}

void source_close(struct source *source)
{
	arena_free(&source->memory);
	free(source->claims);
}

/* What is as much as there can be stays so. */
static uint64_t product(uint64_t one, uint64_t other)
{
	uint64_t result;

	return __builtin_mul_overflow(one, other, &result) ? UINT64_MAX : result;
}

static struct demand demand_of(const struct claim *row, size_t ports_each,
			       const char *const *protocols, size_t protocol_count)
{
	uint64_t names = row->alias_count + 1;
	uint64_t name_bytes = strlen(row->name) + 1;
	uint64_t protocol_bytes = 0;
	uint64_t claims = product(ports_each, protocol_count);

	for (size_t i = 0; i < row->alias_count; i++)
		name_bytes += strlen(row->aliases[i]) + 1;
	for (size_t i = 0; i < protocol_count; i++)
		protocol_bytes += strlen(protocols[i]) + 1;
	name_bytes = product(claims, name_bytes);
	protocol_bytes = product(product(ports_each, names), protocol_bytes);
	return (struct demand){
	    .names = product(claims, names),
	    .bytes =
		name_bytes > UINT64_MAX - protocol_bytes ? UINT64_MAX : name_bytes + protocol_bytes,
	};
}

bool source_takes(struct source *source, const struct claim *row, size_t ports_each,
		  const char *const *protocols, size_t protocol_count, bool *is_full,
		  struct diagnostics *diagnostics)
{
	struct demand demand = demand_of(row, ports_each, protocols, protocol_count);

	if (demand.names > ROW_NAMES_MAX || demand.bytes > ROW_BYTES_MAX) {
		diagnostics_refused(diagnostics, source->path, row->line,
				    "asks for more than %d names, or %d MB of them: each counts "
				    "at each port, with each protocol",
				    (int)ROW_NAMES_MAX, (int)(ROW_BYTES_MAX >> 20));
		return false;
	}
	demand.names += source->demand.names;
	demand.bytes += source->demand.bytes;
	*is_full = demand.names > NAMES_MAX || demand.bytes > BYTES_MAX;
	if (*is_full)
		diagnostics_error(diagnostics, source->path,
				  "line %lu: more than %d names, or %d MB of them, in all sources: "
				  "each counts at each port, with each protocol",
				  row->line, (int)NAMES_MAX, (int)(BYTES_MAX >> 20));
	else
		source->demand = demand;
	return !*is_full;
}

void source_add(struct source *source, const struct claim *claim)
{
	source->claims = memory_grow(source->claims, source->claim_count, &source->claim_capacity,
				     sizeof *source->claims);
	source->claims[source->claim_count++] = *claim;
}

const char *source_string(struct source *source, const char *bytes, size_t length)
{
	return arena_string(&source->memory, bytes, length);
}

void *source_copy(struct source *source, const void *bytes, size_t size)
{
	return arena_copy(&source->memory, bytes, size);
}

const char *const *source_words(struct source *source, const char *text, size_t *count)
{
	size_t words = 0;

	for (const char *word = ascii_skip_blanks(text); *word;
	     word = ascii_skip_blanks(word + ascii_word_length(word)))
		words++;
	*count = words;
	if (words == 0)
		return NULL;

	const char **list = arena_allocate(&source->memory, words * sizeof *list);
	text = ascii_skip_blanks(text);
	for (size_t i = 0; i < words; i++) {
		size_t length = ascii_word_length(text);
		list[i] = source_string(source, text, length);
		text = ascii_skip_blanks(text + length);
	}
	return list;
}
