/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/language-tag.h"
#include "tools/shared/memory.h"

static const char *const names[] = {
    [SERVICE_NAME] = "Service Name",
    [PORT_NUMBER] = "Port Number",
    [TRANSPORT_PROTOCOL] = "Transport Protocol",
    [ALIASES] = "Aliases",
};

static const char *const facts[] = {
    "Status",
    "Description",
    "Reference",
    "Registration Date",
    "Unauthorized Use Reported",
    "Known Unauthorized Uses", /* the same, in older editions */
    "Assignment Notes",
};

_Static_assert(LENGTH(names) + LENGTH(facts) == COLUMNS_KNOWN, "as columns.h says");

/*
 * As IANA publishes its registry, and as data/refresh-registry writes it. Its rows say of
 * themselves whose they are, and whether they are in use.
 */
static const char *const of_registry[] = {"Assignee", "Edition"};

static bool is_among(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* A description in a language, Description[pt], and nothing but that: it may become the name of an
 * attribute or an option wherever the database is shown. */
static bool is_description_in_language(const char *name)
{
	static const char start[] = "Description[";

	if (strncmp(name, start, sizeof start - 1) != 0)
		return false;
	const char *tag = name + sizeof start - 1;
	size_t length = language_tag_length(tag);
	return length > 0 && strcmp(tag + length, "]") == 0;
}

enum column columns_find(const char *name)
{
	for (size_t i = 0; i < LENGTH(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum column)i;
	return is_among(facts, LENGTH(facts), name) || is_description_in_language(name) ? FACT
											: IGNORED;
}

const char *columns_name(enum column column)
{
	return names[column];
}

bool columns_is_registry(const char *name)
{
	return is_among(of_registry, LENGTH(of_registry), name);
}

static bool is_letter(char character)
{
	return ascii_lower(character) >= 'a' && ascii_lower(character) <= 'z';
}

static const char *skip_to_letter(const char *text)
{
	while (*text && !is_letter(*text))
		text++;
	return text;
}

/* Letters that are not those of the other name, from where the two begin to differ. */
static size_t rest_of(const char *text)
{
	size_t count = 0;

	for (; *(text = skip_to_letter(text)); text++)
		count++;
	return count;
}

/* "ALIAS" is like "Aliases", and "port-number" like "Port Number". */
static bool is_like(const char *name, const char *known)
{
	for (;;) {
		name = skip_to_letter(name);
		known = skip_to_letter(known);
		if (!*name || ascii_lower(*name) != ascii_lower(*known))
			break;
		name++;
		known++;
	}
	return (!*name || !*known) && rest_of(name) + rest_of(known) <= strlen("es");
}

static const char *find_like(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (is_like(name, list[i]))
			return list[i];
	return NULL;
}

const char *columns_meant(const char *name)
{
	const char *meant;

	if (strchr(name, '[') && ascii_starts_with(name, "Description"))
		return "Description[LANGUAGE]";
	meant = find_like(names, LENGTH(names), name);
	return meant ? meant : find_like(facts, LENGTH(facts), name);
}
