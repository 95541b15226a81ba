/* SPDX-License-Identifier: MIT */
#include "readback.h"

#include <csv.h>
#include <ctype.h>
#include <jansson.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "oracle.h"
#include "reading.h"
#include "tools/compile/formats/ldif-file.h"
#include "tools/compile/formats/table.h"
#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"
#include "tools/shared/text.h"

#define BASE "ou=services,dc=example,dc=org"

/* The first fault counts. */
__attribute__((format(printf, 2, 3))) static void find_fault(struct readback *readback,
							     const char *format, ...)
{
	struct buffer text = {0};
	va_list arguments;

	va_start(arguments, format);
	buffer_print_list(&text, format, arguments);
	va_end(arguments);
	if (!readback->fault)
		readback->fault = arena_string(&readback->memory, text.bytes, text.length);
	buffer_free(&text);
}

static const char *keep(struct readback *readback, const char *text)
{
	return text ? arena_string(&readback->memory, text, strlen(text)) : NULL;
}

static struct readback_entry *add_entry(struct readback *readback)
{
	readback->items = memory_grow(readback->items, readback->count, &readback->capacity,
				      sizeof *readback->items);
	readback->items[readback->count] = (struct readback_entry){0};
	return &readback->items[readback->count++];
}

static void add_alias(struct readback_entry *entry, const char *alias)
{
	entry->aliases = memory_grow(entry->aliases, entry->alias_count, &entry->alias_capacity,
				     sizeof *entry->aliases);
	entry->aliases[entry->alias_count++] = alias;
}

char *readback_print(enum format format, const struct answers *answers,
		     const struct terminal *terminal, struct left_out *left_out)
{
	const struct style style = {.format = format, .terminal = *terminal};
	FILE *usual = stdout;
	char *text;
	size_t size;

	*left_out = (struct left_out){0};
	/* The C library has stdout as a variable. */
	stdout = open_memstream(&text, &size);
	if (format == FORMAT_JSON)
		output_json(answers, false, &style, left_out);
	else if (format == FORMAT_CSV)
		output_csv(answers, &style, left_out);
	else if (format == FORMAT_SERVICES)
		output_services(answers, terminal, left_out);
	else if (format == FORMAT_LDIF)
		output_ldif(answers, BASE, left_out);
	else if (format == FORMAT_RESERVED_PORTS)
		output_reserved_ports(answers);
	else
		output_table(NULL, answers, &style);
	fclose(stdout);
	stdout = usual;
	return text;
}

static void read_service_of_json(struct readback *readback, const json_t *service)
{
	struct readback_entry *entry = add_entry(readback);
	const json_t *aliases = json_object_get(service, "aliases");

	entry->name = keep(readback, json_string_value(json_object_get(service, "name")));
	entry->protocol = keep(readback, json_string_value(json_object_get(service, "protocol")));
	entry->port = (unsigned)json_integer_value(json_object_get(service, "port"));
	entry->description =
	    keep(readback, json_string_value(json_object_get(service, "description")));
	for (size_t i = 0; i < json_array_size(aliases); i++)
		add_alias(entry, keep(readback, json_string_value(json_array_get(aliases, i))));
	if (!entry->name || !entry->protocol)
		find_fault(readback, "a service without a name or protocol");
}

static void read_json(struct readback *readback, const char *text)
{
	json_error_t error;
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!document) {
		find_fault(readback, "%s", error.text);
		return;
	}
	const json_t *services = json_object_get(document, "services");
	for (size_t i = 0; i < json_array_size(services); i++)
		read_service_of_json(readback, json_array_get(services, i));
	json_decref(document);
}

/* Of which there are as many in each row: the usual ones, and descriptions in other languages. */
#define CELLS       64
#define USUAL_CELLS 8

struct cells {
	struct readback *readback;
	const char *cells[CELLS];
	size_t count;
	const char *header[CELLS];
	size_t header_count; /* 0 before the header was read */
};

static void end_cell(void *bytes, size_t length, void *context)
{
	struct cells *cells = context;

	if (cells->count < CELLS)
		cells->cells[cells->count] =
		    arena_string(&cells->readback->memory, bytes ? bytes : "", length);
	cells->count++;
}

/* As portdb-compile does. */
static void read_aliases_of_cell(struct readback_entry *entry, char *cell)
{
	for (char *alias; (alias = strsep(&cell, " ,;"));)
		if (*alias)
			add_alias(entry, alias);
}

static void read_header(struct cells *cells)
{
	if (cells->count < USUAL_CELLS || cells->count > CELLS)
		find_fault(cells->readback, "a header of %zu cells", cells->count);
	for (size_t i = USUAL_CELLS; i < cells->count && i < CELLS; i++)
		if (strncmp(cells->cells[i], "Description[", 12) != 0)
			find_fault(cells->readback, "a column '%s'", cells->cells[i]);
	memcpy(cells->header, cells->cells, sizeof cells->header);
	cells->header_count = cells->count;
}

/* A description is English, or that of a language that the row says in another cell. */
static const char *description_of_row(struct cells *cells)
{
	const char *description = cells->cells[5];
	char column[64] = "Description";

	for (size_t i = USUAL_CELLS; i < cells->count; i++) {
		if (!*cells->cells[i])
			continue;
		if (*description)
			find_fault(cells->readback, "two descriptions of '%s'", cells->cells[0]);
		description = cells->cells[i];
		snprintf(column, sizeof column, "%s", cells->header[i]);
	}
	char expected[64] = "Description";
	if (strcmp(cells->cells[6], "en") != 0)
		snprintf(expected, sizeof expected, "Description[%s]", cells->cells[6]);
	if (*description && strcmp(column, expected) != 0)
		find_fault(cells->readback, "%s in the column %s", expected, column);
	return description;
}

static void end_row(int terminator, void *context)
{
	struct cells *cells = context;

	(void)terminator;
	if (cells->header_count == 0) {
		read_header(cells);
	} else if (cells->count != cells->header_count) {
		find_fault(cells->readback, "a row of %zu cells", cells->count);
	} else if (!cells->readback->fault) {
		struct readback_entry *entry = add_entry(cells->readback);
		entry->name = cells->cells[0];
		entry->port = (unsigned)strtoul(cells->cells[1], NULL, 10);
		entry->protocol = cells->cells[2];
		entry->description = description_of_row(cells);
		read_aliases_of_cell(entry, (char *)cells->cells[3]);
	}
	cells->count = 0;
}

static void read_csv(struct readback *readback, const char *text)
{
	struct cells cells = {.readback = readback};
	struct csv_parser parser;

	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
	if (csv_parse(&parser, text, strlen(text), end_cell, end_row, &cells) != strlen(text) ||
	    csv_fini(&parser, end_cell, end_row, &cells) != 0)
		find_fault(readback, "no CSV: %s", csv_strerror(csv_error(&parser)));
	csv_free(&parser);
}

/* As "files" does. */
static void read_services(struct readback *readback, const char *text)
{
	struct oracle oracle;

	oracle_read(&oracle, text, strlen(text), oracle_reading_here());
	if (oracle.lines != oracle.source.claim_count)
		find_fault(readback, "%zu lines, of which %zu are services", oracle.lines,
			   oracle.source.claim_count);
	for (size_t i = 0; i < oracle.source.claim_count; i++) {
		const struct claim *claim = &oracle.source.claims[i];
		struct readback_entry *entry = add_entry(readback);
		entry->name = keep(readback, claim->name);
		entry->port = claim->port;
		entry->protocol = keep(readback, claim->protocol);
		for (size_t j = 0; j < claim->alias_count; j++)
			add_alias(entry, keep(readback, claim->aliases[j]));
	}
	oracle_free(&oracle);
}

/* The string that stands there in base64; NULL if none does. */
static const char *from_base64(struct readback *readback, const char *text)
{
	size_t size = strlen(text) + 1;
	char *bytes = arena_allocate(&readback->memory, size);
	int length = b64_pton(text, (unsigned char *)bytes, size);

	if (length < 0)
		return NULL;
	bytes[length] = '\0';
	return strlen(bytes) == (size_t)length ? bytes : NULL;
}

static bool is_attribute(const char *text)
{
	if (!isalpha((unsigned char)*text))
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && *text != '-' &&
		    (*text != ';' || !isalnum((unsigned char)text[1])))
			return false;
	return true;
}

/* A value that stands there without base64, by the letter of RFC 2849. */
static bool is_safe(const char *text)
{
	if ((*text && strchr(" :<", *text)) || (*text && text[strlen(text) - 1] == ' '))
		return false;
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* The value of a line, of which the attribute stays. A line that goes on in a next one is not what
 * we print. NULL if it is no such line. */
static const char *cut_value(struct readback *readback, char *line)
{
	char *text = strchr(line, ':');
	const char *value = NULL;

	if (text) {
		*text++ = '\0';
		bool is_base64 = *text == ':';
		text += is_base64;
		if (*text == ' ' && is_base64)
			value = from_base64(readback, text + 1);
		else if (*text == ' ' && is_safe(text + 1))
			value = text + 1;
	}
	if (!value || !is_attribute(line))
		find_fault(readback, "no attribute and value: '%s'", line);
	return value;
}

static void read_attribute(struct readback *readback, struct readback_entry *entry,
			   const char *attribute, const char *value)
{
	if (strcmp(attribute, "cn") == 0 && entry->name)
		add_alias(entry, value);
	else if (strcmp(attribute, "cn") == 0)
		entry->name = value;
	else if (strcmp(attribute, "ipServicePort") == 0)
		entry->port = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(attribute, "ipServiceProtocol") == 0 && !entry->protocol)
		entry->protocol = value;
	else if ((strcmp(attribute, "description") == 0 ||
		  strncmp(attribute, "description;lang-", 17) == 0) &&
		 !entry->description)
		entry->description = value;
	else if (strcmp(attribute, "objectClass") != 0 ||
		 (strcmp(value, "top") != 0 && strcmp(value, "ipService") != 0))
		find_fault(readback, "attribute %s: %s", attribute, value);
}

/* The first line of an entry. */
static struct readback_entry *begin_entry(struct readback *readback, const char *attribute,
					  const char *value)
{
	if (strcmp(attribute, "dn") != 0 || !strstr(value, "," BASE))
		find_fault(readback, "an entry starts with %s: %s", attribute, value);
	return add_entry(readback);
}

static void read_ldif(struct readback *readback, const char *text)
{
	char *rest = (char *)keep(readback, text);
	struct readback_entry *entry = NULL;
	const char *first = strsep(&rest, "\n");

	if (!first || strcmp(first, "version: 1") != 0)
		find_fault(readback, "no version");
	for (char *line; !readback->fault && rest && (line = strsep(&rest, "\n")) && rest;) {
		if (!*line) {
			entry = NULL;
			continue;
		}
		const char *value = cut_value(readback, line);
		if (value && entry)
			read_attribute(readback, entry, line, value);
		else if (value)
			entry = begin_entry(readback, line, value);
	}
	for (size_t i = 0; i < readback->count; i++)
		if (!readback->items[i].name || !readback->items[i].protocol)
			find_fault(readback, "an entry without a name or protocol");
}

/* A claim that is the service which the entry is. What hides is none. */
static bool is_claim_of(const struct claim *claim, const struct readback_entry *entry)
{
	return (claim->is_service || claim->hides) && claim->port == entry->port &&
	       strcmp(claim->name, entry->name) == 0 &&
	       strcmp(claim->protocol, entry->protocol) == 0 &&
	       claim->alias_count == entry->alias_count;
}

/* Whether portdb-compile takes it for the same services, and has nothing to say. */
static void compare_with_reading(struct readback *readback, source_reader *read, const char *text)
{
	struct reading reading;

	reading_make(&reading, read, text, strlen(text));
	if (*reading.messages)
		find_fault(readback, "portdb-compile says %s", reading.messages);
	else if (reading.source.claim_count != readback->count)
		find_fault(readback, "%zu claims of %zu entries", reading.source.claim_count,
			   readback->count);
	for (size_t i = 0; i < readback->count && !readback->fault; i++)
		if (!is_claim_of(&reading.source.claims[i], &readback->items[i]))
			find_fault(readback, "portdb-compile takes entry %zu, '%s', for another", i,
				   readback->items[i].name);
	reading_free(&reading);
}

void readback_read(struct readback *readback, enum format format, const char *text)
{
	if (format == FORMAT_JSON)
		read_json(readback, text);
	else if (format == FORMAT_CSV)
		read_csv(readback, text);
	else if (format == FORMAT_SERVICES)
		read_services(readback, text);
	else
		read_ldif(readback, text);
	if (format == FORMAT_CSV || format == FORMAT_LDIF)
		compare_with_reading(readback, format == FORMAT_CSV ? table_read : ldif_file_read,
				     text);
}

void readback_free(struct readback *readback)
{
	for (size_t i = 0; i < readback->count; i++)
		free(readback->items[i].aliases);
	free(readback->items);
	arena_free(&readback->memory);
}

/* Whether they are those of the answer, some left out: *left_out counts these. */
static bool has_aliases_of(const struct readback_entry *entry, const struct answer *answer,
			   size_t *left_out)
{
	size_t next = 0;

	for (size_t i = 0; i < answer->alias_count; i++)
		if (next < entry->alias_count &&
		    strcmp(entry->aliases[next], answer->aliases[i]) == 0)
			next++;
		else
			++*left_out;
	return next == entry->alias_count;
}

static bool is_of(const struct readback_entry *entry, const struct answer *answer)
{
	return strcmp(entry->name, answer->name) == 0 && entry->port == answer->port &&
	       strcmp(entry->protocol, answer->protocol) == 0;
}

/*
 * Of descriptions, services files have none; LDIF has their bytes, or leaves them out and counts
 * them; the others have U+FFFD for what is not UTF-8, and CSV leaves those out that are of no
 * language.
 */
static void compare_description(struct readback *readback, enum format format,
				const struct readback_entry *entry, const struct answer *answer,
				struct left_out *left_out)
{
	bool is_empty = !entry->description || !*entry->description;

	if (format == FORMAT_SERVICES)
		return;
	if ((format == FORMAT_LDIF || format == FORMAT_CSV) && is_empty) {
		left_out->descriptions += *answer->description != '\0';
		/* Then it is not changed, either. */
		left_out->changed_texts -=
		    format == FORMAT_CSV && !text_is_utf8(answer->description);
		return;
	}
	const char *expected = format == FORMAT_LDIF
				   ? answer->description
				   : text_as_utf8(&readback->memory, answer->description);
	if (!entry->description || strcmp(entry->description, expected) != 0)
		find_fault(readback, "the description of '%s' is '%s'", answer->name,
			   entry->description ? entry->description : "(none)");
}

/* Texts of which JSON and CSV say that they are not as they were. */
static size_t count_changed(enum format format, const struct answer *answer)
{
	const char *const texts[] = {answer->status, answer->description, answer->language,
				     answer->source};
	size_t count = 0;

	for (size_t i = 0; i < LENGTH(texts); i++)
		count += texts[i] && !text_is_utf8(texts[i]);
	return format == FORMAT_JSON || format == FORMAT_CSV ? count : 0;
}

/* Every format has it. */
static bool is_plain(const struct answer *answer)
{
	const char *name = answer->name;

	return strncmp(name, "plain", 5) == 0 && name[5 + strspn(name + 5, "0123456789")] == '\0' &&
	       strcmp(answer->protocol, "tcp") == 0;
}

const char *readback_compare(struct readback *readback, enum format format,
			     const struct answers *answers, const struct left_out *said)
{
	struct left_out left_out = {0};
	size_t next = 0;

	for (size_t i = 0; i < answers->count && !readback->fault; i++) {
		const struct answer *answer = &answers->items[i];
		const struct readback_entry *entry =
		    next < readback->count ? &readback->items[next] : NULL;
		if (!entry || !is_of(entry, answer)) {
			if (is_plain(answer))
				find_fault(readback, "'%s' lacks", answer->name);
			left_out.names++;
			continue;
		}
		if (!has_aliases_of(entry, answer, &left_out.names))
			find_fault(readback, "other aliases of '%s'", answer->name);
		compare_description(readback, format, entry, answer, &left_out);
		left_out.changed_texts += count_changed(format, answer);
		next++;
	}
	if (!readback->fault && readback->items && next < readback->count)
		find_fault(readback, "'%s' is no answer", readback->items[next].name);
	if (left_out.names != said->names || left_out.descriptions != said->descriptions)
		find_fault(readback, "%zu names and %zu descriptions lack, and not %zu and %zu",
			   left_out.names, left_out.descriptions, said->names, said->descriptions);
	if (left_out.changed_texts != said->changed_texts)
		find_fault(readback, "%zu texts are changed, and not %zu", left_out.changed_texts,
			   said->changed_texts);
	return readback->fault;
}

const char *readback_find_harm(struct arena *memory, const char *text, const char *allowed)
{
	ucs4_t character;

	if (u8_check((const uint8_t *)text, strlen(text)))
		return "it is not UTF-8";
	for (const uint8_t *next = (const uint8_t *)text; (next = u8_next(&character, next));)
		if (text_is_harmful(character) &&
		    (character >= 0x80 || !strchr(allowed, (int)character)))
			return arena_print(memory, "U+%04X", (unsigned)character);
	return NULL;
}
