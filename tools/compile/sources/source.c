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
