#include "claim.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

#define obstack_chunk_alloc memory_allocate
#define obstack_chunk_free  free

void source_open(struct source *source, const char *path)
{
	*source = (struct source){.path = path};
	obstack_init(&source->memory);
}

void source_close(struct source *source)
{
	obstack_free(&source->memory, NULL);
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
	return obstack_copy0(&source->memory, bytes, length);
}

void *source_copy(struct source *source, const void *bytes, size_t size)
{
	return obstack_copy(&source->memory, bytes, size);
}

bool is_blank(char character)
{
	return character == ' ' || (character >= '\t' && character <= '\r');
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

static size_t word_length(const char *text)
{
	size_t length = 0;

	while (text[length] != '\0' && !is_blank(text[length]))
		length++;
	return length;
}

const char *const *source_words(struct source *source, const char *text, size_t *count)
{
	size_t words = 0;

	for (const char *word = skip_blanks(text); *word;
	     word = skip_blanks(word + word_length(word)))
		words++;
	*count = words;
	if (words == 0)
		return NULL;

	const char **list = obstack_alloc(&source->memory, words * sizeof *list);
	text = skip_blanks(text);
	for (size_t i = 0; i < words; i++) {
		size_t length = word_length(text);
		list[i] = source_string(source, text, length);
		text = skip_blanks(text + length);
	}
	return list;
}

const char *claim_fact(const struct claim *claim, const char *column)
{
	for (size_t i = 0; i < claim->fact_count; i++)
		if (strcmp(claim->facts[i].column, column) == 0)
			return claim->facts[i].value;
	return NULL;
}

bool is_printable_text(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

bool read_port(const char **text, uint16_t *port)
{
	unsigned long value = 0;
	const char *next = *text;

	while (*next >= '0' && *next <= '9' && value <= UINT16_MAX)
		value = 10 * value + (unsigned long)(*next++ - '0');
	if (next == *text || value > UINT16_MAX)
		return false;
	*port = (uint16_t)value;
	*text = next;
	return true;
}
