/* SPDX-License-Identifier: MIT */
#include "ldif-file.h"

#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "distinguished-name.h"
#include "ldif.h"
#include "tools/shared/ascii.h"
#include "tools/shared/language-tag.h"
#include "tools/shared/memory.h"
#include "tools/shared/port.h"

/*
 * Not by the ldif.h that comes with libldap: it is undocumented, opens by itself the files that
 * ":<" and "include:" name, tells no line of an attribute, and complains on standard error in its
 * own words. It would also load TLS and SASL libraries wherever a database is compiled. What is
 * left for us to do is to join folded lines; base64 is the C library's.
 */

/* What a line can be about. */
enum attribute {
	OTHER,
	LDIF_VERSION,
	DISTINGUISHED_NAME,
	CHANGE_TYPE,
	OBJECT_CLASS,
	COMMON_NAME,
	PORT,
	PROTOCOL,
	DESCRIPTION,
	TRAILER, /* what ldapsearch(1) prints behind the entries */
};

static const struct {
	const char *name;
	enum attribute attribute;
} attribute_names[] = {
    {"version", LDIF_VERSION},
    {"dn", DISTINGUISHED_NAME},
    {"changetype", CHANGE_TYPE},
    {"objectClass", OBJECT_CLASS},
    {"2.5.4.0", OBJECT_CLASS},
    {"cn", COMMON_NAME},
    {"commonName", COMMON_NAME},
    {"2.5.4.3", COMMON_NAME},
    {"ipServicePort", PORT},
    {"1.3.6.1.1.1.1.15", PORT},
    {"ipServiceProtocol", PROTOCOL},
    {"1.3.6.1.1.1.1.16", PROTOCOL},
    {"description", DESCRIPTION},
    {"2.5.4.13", DESCRIPTION},
    {"search", TRAILER},
    {"result", TRAILER},
    {"ref", TRAILER},
    {"control", TRAILER},
    {"pagedresults", TRAILER},
};

/* Strings of which there may be any number. */
struct strings {
	const char **items;
	size_t count;
	size_t capacity;
};

/* What an entry says of a service; the strings are the source's. */
struct entry {
	struct strings names; /* its cn, without the service's name where the dn has that */
	struct strings protocols;
	struct fact *facts;
	size_t fact_count;
	size_t fact_capacity;
	const char *name; /* that of the dn, or NULL */
	uint16_t port;
	bool has_port;
};

struct reader {
	struct source *source;
	struct diagnostics *diagnostics;
	bool is_refused; /* there is no use in reading on */
};

/* Of the options of an attribute, in a message. */
#define OPTIONS_SHOWN 100

#define REFUSE(reader, line, ...)                                                          \
	diagnostics_refused((reader)->diagnostics, (reader)->source->path, (line)->number, \
			    __VA_ARGS__)

/* What a line is about; OTHER for one that is malformed. */
static enum attribute attribute_of(const struct ldif_line *line)
{
	for (size_t i = 0; line->form != LDIF_MALFORMED && i < LENGTH(attribute_names); i++)
		if (ascii_is_word(attribute_names[i].name, line->name, line->name_length))
			return attribute_names[i].attribute;
	return OTHER;
}

static void add_string(struct strings *strings, const char *string)
{
	strings->items =
	    memory_grow(strings->items, strings->count, &strings->capacity, sizeof *strings->items);
	strings->items[strings->count++] = string;
}

static char *decode_base64(struct reader *reader, const char *base64)
{
	size_t size = strlen(base64);
	unsigned char *bytes = memory_allocate(size + 1);
	char *value = NULL;
	int length = b64_pton(base64, bytes, size + 1);

	/* No value that is wanted can have a NUL in it. */
	if (length >= 0 && !memchr(bytes, '\0', (size_t)length))
		value = (char *)source_string(reader->source, (char *)bytes, (size_t)length);
	free(bytes);
	return value;
}

/* The value of a line until its entry ends; NULL, and reported, if it has none of use. */
static const char *value_of(struct reader *reader, const struct ldif_line *line)
{
	if (line->form == LDIF_PLAIN)
		return line->value;
	if (line->form == LDIF_URL) {
		REFUSE(reader, line, "the value of %.*s is a URL, which is not followed",
		       (int)line->name_length, line->name);
		return NULL;
	}
	const char *value = decode_base64(reader, line->value);
	if (!value)
		REFUSE(reader, line, "the value of %.*s is not text in base64",
		       (int)line->name_length, line->name);
	return value;
}

/* A name or protocol as the source's own; NULL, and reported, if no answer could hold it. */
static const char *take_name(struct reader *reader, const struct ldif_line *line)
{
	const char *value = value_of(reader, line);

	if (!value)
		return NULL;
	if (*value == '\0') {
		REFUSE(reader, line, "the value of %.*s is empty", (int)line->name_length,
		       line->name);
		return NULL;
	}
	if (!ascii_is_printable(value)) {
		REFUSE(reader, line, "a name or protocol has a control character in it");
		return NULL;
	}
	return source_string(reader->source, value, strlen(value));
}

static bool take_dn(struct reader *reader, const struct ldif_line *line, struct entry *entry)
{
	const char *dn = value_of(reader, line);

	if (!dn)
		return false;
	char *name = memory_allocate(strlen(dn) + 1);
	bool is_read = distinguished_name_read(dn, name);
	if (!is_read)
		REFUSE(reader, line, "the dn does not start as one of RFC 4514: cn=NAME,...");
	else if (!ascii_is_printable(name))
		REFUSE(reader, line, "a name or protocol has a control character in it");
	else if (*name != '\0')
		entry->name = source_string(reader->source, name, strlen(name));
	is_read = is_read && ascii_is_printable(name);
	free(name);
	return is_read;
}

static bool take_port(struct reader *reader, const struct ldif_line *line, struct entry *entry)
{
	const char *value = value_of(reader, line);

	if (!value)
		return false;
	const char *next = value;
	if (!port_read(&next, &entry->port) || *next != '\0') {
		REFUSE(reader, line, "'%s' is not a port from 0 to 65535", value);
		return false;
	}
	if (entry->has_port) {
		REFUSE(reader, line, "a second ipServicePort: an entry has one");
		return false;
	}
	entry->has_port = true;
	return true;
}

/* Appends a language tag in the form of locales: "pt-br" is "pt_BR", "zh-hant" is "zh_Hant". */
static char *append_language(char *end, const char *tag, size_t length)
{
	for (size_t i = 0, start = 0, part = 0; i < length; i++) {
		char letter = tag[i];
		bool is_upper_case = false;
		if (letter == '-') {
			start = i + 1;
			const char *hyphen = memchr(tag + start, '-', length - start);
			part = (size_t)((hyphen ? hyphen : tag + length) - (tag + start));
			letter = '_';
		} else if (start > 0) {
			is_upper_case = part == 2 || (part == 4 && i == start);
		}
		letter = ascii_lower(letter);
		bool is_raised = is_upper_case && ascii_is_letter(letter);
		*end++ = (char)(is_raised ? letter - 0x20 : letter);
	}
	return end;
}

/* The column of a description in a language of that many letters; NULL if it is none. */
static const char *column_of_language(struct reader *reader, const char *tag, size_t length)
{
	char name[LANGUAGE_TAG_MAX];

	if (language_tag_length(tag) != length)
		return NULL;
	const char *end = append_language(name, tag, length);
	return arena_print(&reader->source->memory, "Description[%.*s]", (int)(end - name), name);
}

/* The column of a description with these options, as tables name it; NULL if one names no language.
 */
static const char *description_column(struct reader *reader, const char *options, size_t length)
{
	const char *end = options + length;

	while (options < end) {
		const char *option = options + 1; /* behind its ';' */
		const char *next = memchr(option, ';', (size_t)(end - option));
		options = next ? next : end;
		if (options - option > 5 && ascii_starts_with(option, "lang-"))
			return column_of_language(reader, option + 5,
						  (size_t)(options - option) - 5);
	}
	return "Description";
}

static bool take_description(struct reader *reader, const struct ldif_line *line,
			     struct entry *entry)
{
	const char *value = value_of(reader, line);

	if (!value || *value == '\0')
		return value;
	const char *column = description_column(reader, line->options, line->options_length);
	if (!column) {
		diagnostics_warning(reader->diagnostics, reader->source->path, line->number,
				    "a description is left out: '%.*s' is no language",
				    (int)(line->options_length < OPTIONS_SHOWN
					      ? line->options_length
					      : OPTIONS_SHOWN),
				    line->options);
		return true;
	}
	entry->facts = memory_grow(entry->facts, entry->fact_count, &entry->fact_capacity,
				   sizeof(struct fact));
	entry->facts[entry->fact_count++] =
	    (struct fact){column, source_string(reader->source, value, strlen(value))};
	return true;
}

/*
 * The database keeps a claim's aliases as words: one with a blank in it would be two. As the name
 * of a service it may have one.
 */
static bool has_blank(const char *name)
{
	return name[ascii_word_length(name)] != '\0';
}

static bool take_common_name(struct reader *reader, const struct ldif_line *line,
			     struct entry *entry)
{
	const char *name = take_name(reader, line);

	if (!name)
		return false;
	if (entry->name && strcmp(entry->name, name) == 0)
		return true;
	if (!entry->name && entry->names.count == 0)
		entry->name = name;
	else if (has_blank(name))
		diagnostics_warning(reader->diagnostics, reader->source->path, line->number,
				    "'%s' is not taken as an alias: it has a blank in it", name);
	else
		add_string(&entry->names, name);
	return true;
}

/* A directory compares protocols without case: "TCP" is tcp. */
static bool take_protocol(struct reader *reader, const struct ldif_line *line, struct entry *entry)
{
	char *protocol = (char *)take_name(reader, line);

	if (!protocol)
		return false;
	for (char *next = protocol; *next; next++)
		*next = ascii_lower(*next);
	add_string(&entry->protocols, protocol);
	return true;
}

/* Takes what a line says of a service. False, and reported, if the entry is of no use then. */
static bool take_line(struct reader *reader, const struct ldif_line *line, struct entry *entry)
{
	/* Of other options than languages, RFC 2307 and its users know none. */
	if (line->options_length > 0 && attribute_of(line) != DESCRIPTION)
		return true;
	switch (attribute_of(line)) {
	case DISTINGUISHED_NAME:
		return take_dn(reader, line, entry);
	case COMMON_NAME:
		return take_common_name(reader, line, entry);
	case PORT:
		return take_port(reader, line, entry);
	case PROTOCOL:
		return take_protocol(reader, line, entry);
	case DESCRIPTION:
		return take_description(reader, line, entry);
	default:
		return true;
	}
}

/* A copy of an array, which is NULL while it is empty. */
static const void *keep(struct source *source, const void *array, size_t size)
{
	return size > 0 ? source_copy(source, array, size) : NULL;
}

static void add_claims(struct reader *reader, const struct ldif_line *first,
		       const struct entry *entry)
{
	struct source *source = reader->source;
	const char *missing = !entry->name                  ? "cn"
			      : !entry->has_port            ? "ipServicePort"
			      : entry->protocols.count == 0 ? "ipServiceProtocol"
							    : NULL;

	if (missing) {
		REFUSE(reader, first, "the entry has no %s", missing);
		return;
	}
	struct claim claim = {
	    .name = entry->name,
	    .aliases =
		keep(source, entry->names.items, entry->names.count * sizeof *entry->names.items),
	    .alias_count = entry->names.count,
	    .facts = keep(source, entry->facts, entry->fact_count * sizeof(struct fact)),
	    .fact_count = entry->fact_count,
	    .line = first->number,
	    .port = entry->port,
	    .last_port = entry->port,
	    .is_service = entry->port != 0, /* it is nobody's to listen on */
	};
	if (!source_takes(source, &claim, 1, entry->protocols.items, entry->protocols.count,
			  &reader->is_refused, reader->diagnostics))
		return;
	for (size_t i = 0; i < entry->protocols.count; i++) {
		claim.protocol = entry->protocols.items[i];
		source_add(source, &claim);
	}
}

static void read_service(struct reader *reader, const struct ldif_line *lines, size_t count)
{
	struct entry entry = {0};
	bool is_taken = true;

	for (size_t i = 0; i < count && is_taken; i++)
		is_taken = take_line(reader, &lines[i], &entry);
	if (is_taken)
		add_claims(reader, &lines[0], &entry);
	free(entry.names.items);
	free(entry.protocols.items);
	free(entry.facts);
}

/* Whether the lines make an entry to add; else it is reported, unless nobody meant them to. */
static bool is_entry(struct reader *reader, const struct ldif_line *lines, size_t count)
{
	const struct ldif_line *malformed = NULL;

	if (lines[0].form != LDIF_MALFORMED && attribute_of(&lines[0]) != DISTINGUISHED_NAME) {
		if (attribute_of(&lines[0]) != TRAILER)
			REFUSE(reader, &lines[0], "an entry starts with 'dn:'");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (lines[i].form == LDIF_MALFORMED) {
			malformed = malformed ? malformed : &lines[i];
		} else if (i > 0 && attribute_of(&lines[i]) == DISTINGUISHED_NAME) {
			REFUSE(reader, &lines[i], "a second dn: an empty line ends an entry");
			return false;
		} else if (attribute_of(&lines[i]) == CHANGE_TYPE) {
			const char *change = value_of(reader, &lines[i]);
			if (change && !ascii_is_same(change, "add"))
				REFUSE(reader, &lines[i], "not an entry to add, but to %s", change);
			if (!change || !ascii_is_same(change, "add"))
				return false;
		}
	}
	if (malformed)
		REFUSE(reader, malformed,
		       "neither 'attribute: value' nor a line that continues one");
	return !malformed;
}

static bool is_service(struct reader *reader, const struct ldif_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (attribute_of(&lines[i]) != OBJECT_CLASS)
			continue;
		const char *class = value_of(reader, &lines[i]);
		if (!class)
			return false;
		if (ascii_is_same(class, "ipService") || strcmp(class, "1.3.6.1.1.1.2.3") == 0)
			return true;
	}
	return false;
}

static bool is_known_version(struct reader *reader, const struct ldif_line *line)
{
	const char *version = value_of(reader, line);

	reader->is_refused = !version || strcmp(version, "1") != 0;
	if (reader->is_refused)
		diagnostics_error(reader->diagnostics, reader->source->path,
				  "line %lu: only version 1 of LDIF is known", line->number);
	return !reader->is_refused;
}

static void read_entry(struct reader *reader, const struct ldif_line *lines, size_t count)
{
	/* Where files were put one behind the other it may stand in front of any entry. */
	if (attribute_of(&lines[0]) == LDIF_VERSION) {
		if (!is_known_version(reader, lines))
			return;
		lines++;
		count--;
	}
	if (count > 0 && is_entry(reader, lines, count) && is_service(reader, lines, count))
		read_service(reader, lines, count);
}

bool ldif_file_read(struct source *source, const char *text, size_t size,
		    struct diagnostics *diagnostics)
{
	struct reader reader = {.source = source, .diagnostics = diagnostics};
	struct ldif ldif;

	ldif_open(&ldif, text, size);
	while (!reader.is_refused && ldif_next_entry(&ldif))
		if (ldif.is_cut)
			REFUSE(&reader, ldif.lines, "an entry of more than %d lines",
			       LDIF_LINES_MAX);
		else
			read_entry(&reader, ldif.lines, ldif.line_count);
	ldif_close(&ldif);
	return !reader.is_refused;
}
