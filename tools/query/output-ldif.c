/* SPDX-License-Identifier: MIT */
/* Answers as LDIF, for a directory that keeps services as RFC 2307 has them. */
#include "output.h"

#include <resolv.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#include "tools/query/answers/fold.h"
#include "tools/shared/ascii.h"
#include "tools/shared/buffer.h"
#include "tools/shared/hidden.h"
#include "tools/shared/memory.h"
#include "tools/shared/text.h"

/* What was written so far, by keys that are equal where a directory would take two for one. */
struct written {
	void *keys; /* see tsearch(3) */
	struct arena memory;
};

static int compare(const void *one, const void *other)
{
	return strcmp(one, other);
}

static void keep(void *key)
{
	(void)key; /* it is in the arena */
}

/* False if the key was there before. */
static bool is_new(struct written *written, const char *key)
{
	const char *const *found = memory_checked(tsearch(key, &written->keys, compare));

	return *found == key;
}

/* RFC 2849: a SAFE-STRING stands as it is. Not so a blank at its end, which would be lost, and
 * control characters, which a terminal would obey. */
static bool is_safe(const char *text)
{
	size_t length = strlen(text);

	if (strchr(" :<", *text) || (length > 0 && text[length - 1] == ' '))
		return length == 0;
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static void print_base64(const char *text)
{
	size_t length = strlen(text);
	size_t size = (length + 2) / 3 * 4 + 1;
	char *base64 = memory_allocate(size);

	b64_ntop((const unsigned char *)text, length, base64, size);
	fputs(base64, stdout);
	free(base64);
}

static void print_attribute(const char *attribute, const char *value)
{
	if (is_safe(value)) {
		printf("%s: %s\n", attribute, value);
		return;
	}
	printf("%s:: ", attribute);
	print_base64(value);
	putchar('\n');
}

/* A value within a distinguished name (RFC 4514), which has no control characters. */
static void add_value(struct buffer *name, const char *value)
{
	size_t length = strlen(value);

	for (size_t i = 0; i < length; i++) {
		bool is_at_edge =
		    (i == 0 && strchr(" #", value[i])) || (i + 1 == length && value[i] == ' ');
		if (is_at_edge || strchr("\"+,;<=>\\", value[i]))
			buffer_add_character(name, '\\');
		buffer_add_character(name, value[i]);
	}
}

static const char *make_name(struct arena *memory, const struct answer *answer, bool has_port,
			     const char *base)
{
	struct buffer name = {0};

	buffer_add_string(&name, "cn=");
	add_value(&name, answer->name);
	if (has_port)
		buffer_print(&name, "+ipServicePort=%u", answer->port);
	buffer_add_string(&name, "+ipServiceProtocol=");
	add_value(&name, answer->protocol);
	buffer_print(&name, ",%s", base);
	const char *made = arena_string(memory, name.bytes, name.length);
	buffer_free(&name);
	return made;
}

static bool is_space(ucs4_t character)
{
	return (character < 0x80 && ascii_is_blank((char)character)) || character == 0x85 ||
	       uc_is_general_category(character, UC_SEPARATOR);
}

/*
 * What is equal for names that a directory takes for one (RFC 4518): those that differ in their
 * case, in how many blanks there are, or in characters that are not seen.
 */
static const char *matching_key(struct arena *memory, const char *text)
{
	struct buffer key = {0};
	ucs4_t character;
	bool is_behind_space = false;
	const uint8_t *next = (const uint8_t *)fold_case(memory, text);

	for (const uint8_t *at = next; (next = u8_next(&character, at)); at = next) {
		if (is_space(character)) {
			is_behind_space = true;
			continue;
		}
		if (text_is_harmful(character))
			continue;
		if (is_behind_space && key.length > 0)
			buffer_add_character(&key, ' ');
		is_behind_space = false;
		buffer_add(&key, at, (size_t)(next - at));
	}
	const char *kept = arena_string(memory, key.bytes, key.length);
	buffer_free(&key);
	return kept;
}

/*
 * An entry's name is made of the service's name and protocol. A further service of that name and
 * protocol, at another port, has its port in it as well. NULL if even that is there already.
 */
static const char *name_entry(struct written *written, const struct answer *answer,
			      const char *base)
{
	struct arena *memory = &written->memory;
	const char *folded = matching_key(memory, answer->name);
	const char *protocol = matching_key(memory, answer->protocol);

	bool is_first = is_new(written, arena_print(memory, "%s/%s", folded, protocol));
	if (!is_new(written, arena_print(memory, "%s/%u/%s", folded, answer->port, protocol)))
		return NULL;
	return make_name(memory, answer, !is_first, base);
}

/* The name and the aliases; a directory takes those that differ only in case for one. */
static void print_names(struct arena *memory, const struct answer *answer,
			struct left_out *left_out)
{
	const char **folded = memory_allocate((answer->alias_count + 1) * sizeof *folded);
	size_t count = 0;

	folded[count++] = matching_key(memory, answer->name);
	print_attribute("cn", answer->name);
	for (size_t i = 0; i < answer->alias_count; i++) {
		const char *alias = matching_key(memory, answer->aliases[i]);
		size_t j = 0;
		while (j < count && strcmp(folded[j], alias) != 0)
			j++;
		if (j == count && output_can_be_alias(answer->aliases[i])) {
			folded[count++] = alias;
			print_attribute("cn", answer->aliases[i]);
		} else {
			left_out->names++;
		}
	}
	free(folded);
}

/*
 * The attribute with the language as an option (RFC 3866), of which English needs none. NULL for
 * what is no language: as part of an attribute's name it could end the line and begin an entry.
 */
static const char *description_attribute(struct arena *memory, const char *language)
{
	if (!language || strcmp(language, "en") == 0)
		return "description";
	char *option = memory_copy_string(language);
	bool is_option = ascii_is_letter(*option);
	for (char *next = option; *next; next++) {
		if (*next == '_')
			*next = '-';
		/* One that ends in '-' stands for many. */
		if (!ascii_is_letter(*next) && !ascii_is_digit(*next) &&
		    (*next != '-' || next[1] == '\0'))
			is_option = false;
	}
	const char *attribute =
	    is_option ? arena_print(memory, "description;lang-%s", option) : NULL;
	free(option);
	return attribute;
}

static void print_description(struct arena *memory, const struct answer *answer,
			      struct left_out *left_out)
{
	if (!answer->description || !*answer->description)
		return;
	const char *attribute = description_attribute(memory, answer->language);
	if (attribute && text_is_utf8(answer->description))
		print_attribute(attribute, answer->description);
	else
		left_out->descriptions++;
}

/* False if the directory could not hold it. */
static bool print_entry(struct written *written, const struct answer *answer, const char *base,
			struct left_out *left_out)
{
	if (!answer->name || !*answer->name || !answer->has_port || !*answer->protocol ||
	    answer->last_port > answer->port || hidden_is_status(answer->status) ||
	    answer->port == 0 || !output_can_be_compiled(answer, answer->name))
		return false;
	const char *name = name_entry(written, answer, base);
	if (!name)
		return false;
	putchar('\n');
	print_attribute("dn", name);
	puts("objectClass: top\nobjectClass: ipService");
	print_names(&written->memory, answer, left_out);
	printf("ipServicePort: %u\n", answer->port);
	print_attribute("ipServiceProtocol", answer->protocol);
	print_description(&written->memory, answer, left_out);
	return true;
}

void output_ldif(const struct answers *answers, const char *base, struct left_out *left_out)
{
	struct written written = {0};

	puts("version: 1");
	for (size_t i = 0; i < answers->count; i++)
		if (!print_entry(&written, &answers->items[i], base, left_out))
			left_out->names++;
	tdestroy(written.keys, keep);
	arena_free(&written.memory);
}
