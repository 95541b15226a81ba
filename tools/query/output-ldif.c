/* Answers as LDIF, for a directory that keeps services as RFC 2307 has them. */
#include "output.h"

#include <resolv.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "fold.h"
#include "tools/shared/memory.h"
#include "tools/shared/text.h"

#define obstack_chunk_alloc memory_allocate
#define obstack_chunk_free  free

/* What was written so far, by keys that are equal where a directory would take two for one. */
struct written {
	void *keys; /* see tsearch(3) */
	struct obstack memory;
};

static int compare(const void *one, const void *other)
{
	return strcmp(one, other);
}

static void keep(void *key)
{
	(void)key; /* it is in the obstack */
}

/* False if the key was there before. */
static bool is_new(struct written *written, const char *key)
{
	const char *const *found = tsearch(key, &written->keys, compare);

	return found && *found == key;
}

/* RFC 2849: a SAFE-STRING stands as it is; a blank at its end would be lost, too. */
static bool is_safe(const char *text)
{
	size_t length = strlen(text);

	if (strchr(" :<", *text) || (length > 0 && text[length - 1] == ' '))
		return length == 0;
	for (; *text; text++)
		if (*text & 0x80 || *text == '\n' || *text == '\r')
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

/* A value within a distinguished name (RFC 4514). */
static void grow_value(struct obstack *memory, const char *value)
{
	size_t length = strlen(value);

	for (size_t i = 0; i < length; i++) {
		bool is_at_edge =
		    (i == 0 && strchr(" #", value[i])) || (i + 1 == length && value[i] == ' ');
		if (is_at_edge || strchr("\"+,;<=>\\", value[i]))
			obstack_1grow(memory, '\\');
		obstack_1grow(memory, value[i]);
	}
}

/*
 * An entry's name is made of the service's name and protocol. A further service of that name and
 * protocol, at another port, has its port in it as well. NULL if even that is there already.
 */
static const char *name_entry(struct written *written, const struct answer *answer,
			      const char *base)
{
	struct obstack *memory = &written->memory;
	const char *folded = fold_case(memory, answer->name);

	obstack_printf(memory, "%s/%s", folded, answer->protocol);
	obstack_1grow(memory, '\0');
	bool is_first = is_new(written, obstack_finish(memory));
	obstack_printf(memory, "%s/%u/%s", folded, answer->port, answer->protocol);
	obstack_1grow(memory, '\0');
	if (!is_new(written, obstack_finish(memory)))
		return NULL;

	obstack_grow(memory, "cn=", 3);
	grow_value(memory, answer->name);
	if (!is_first)
		obstack_printf(memory, "+ipServicePort=%u", answer->port);
	obstack_grow(memory, "+ipServiceProtocol=", 19);
	grow_value(memory, answer->protocol);
	obstack_printf(memory, ",%s", base);
	obstack_1grow(memory, '\0');
	return obstack_finish(memory);
}

static bool is_utf8(const char *text)
{
	return !u8_check((const uint8_t *)text, strlen(text));
}

/* The name and the aliases; a directory takes those that differ only in case for one. */
static void print_names(struct obstack *memory, const struct answer *answer, size_t *left_out)
{
	const char **folded = memory_allocate((answer->alias_count + 1) * sizeof *folded);
	size_t count = 0;

	folded[count++] = fold_case(memory, answer->name);
	print_attribute("cn", answer->name);
	for (size_t i = 0; i < answer->alias_count; i++) {
		const char *alias = fold_case(memory, answer->aliases[i]);
		size_t j = 0;
		while (j < count && strcmp(folded[j], alias) != 0)
			j++;
		if (j == count && *alias && is_utf8(answer->aliases[i])) {
			folded[count++] = alias;
			print_attribute("cn", answer->aliases[i]);
		} else {
			++*left_out;
		}
	}
	free(folded);
}

/* The attribute with the language as an option (RFC 3866), of which English needs none. */
static const char *description_attribute(struct obstack *memory, const char *language)
{
	if (!language || !*language || strcmp(language, "en") == 0)
		return "description";
	obstack_printf(memory, "description;lang-%s", language);
	obstack_1grow(memory, '\0');
	char *attribute = obstack_finish(memory);
	for (char *next = attribute; *next; next++)
		if (*next == '_')
			*next = '-';
	return attribute;
}

/* False if the directory could not hold it. */
static bool print_entry(struct written *written, const struct answer *answer, const char *base,
			size_t *left_out)
{
	if (!answer->name || !*answer->name || !answer->has_port || !*answer->protocol ||
	    answer->last_port > answer->port || !is_utf8(answer->name) ||
	    !is_utf8(answer->protocol))
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
	if (answer->description && *answer->description)
		print_attribute(description_attribute(&written->memory, answer->language),
				text_as_utf8(&written->memory, answer->description));
	return true;
}

void output_ldif(const struct answers *answers, const char *base, size_t *left_out)
{
	struct written written = {0};

	obstack_init(&written.memory);
	*left_out = 0;
	puts("version: 1");
	for (size_t i = 0; i < answers->count; i++)
		if (!print_entry(&written, &answers->items[i], base, left_out))
			++*left_out;
	tdestroy(written.keys, keep);
	obstack_free(&written.memory, NULL);
}
