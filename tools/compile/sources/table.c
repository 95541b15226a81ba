/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/buffer.h"
#include "tools/shared/hidden.h"
#include "tools/shared/language-tag.h"
#include "tools/shared/memory.h"
#include "tools/shared/port.h"
#include "tools/shared/registry.h"

/* The columns that make a service; the others are facts. */
enum column {
	SERVICE_NAME,
	PORT_NUMBER,
	TRANSPORT_PROTOCOL,
	ALIASES,
	FACT,    /* kept under its own name */
	IGNORED, /* unknown */
};

static const char *const column_names[] = {
    [SERVICE_NAME] = "Service Name",
    [PORT_NUMBER] = "Port Number",
    [TRANSPORT_PROTOCOL] = "Transport Protocol",
    [ALIASES] = "Aliases",
};

static const char *const fact_columns[] = {
    "Status",
    "Description",
    "Reference",
    "Registration Date",
    "Unauthorized Use Reported",
    "Known Unauthorized Uses", /* the same, in older editions */
    "Assignment Notes",
};

/*
 * Columns that only IANA's registry has: as IANA publishes it, and as data/refresh-registry writes
 * it. Its rows say of themselves whose they are, and whether they are in use.
 */
static const char *const registry_columns[] = {"Assignee", "Edition"};
static const struct fact of_registry = {REGISTRY_COLUMN, "IANA"};

/* A field of the current row; bytes are in the reader's text. */
struct field {
	size_t start;
	size_t length;
};

struct reader {
	struct source *source;
	struct diagnostics *diagnostics;

	enum column *columns; /* of the header row; NULL until it was read */
	const char **names;   /* what the header calls them */
	size_t column_count;
	bool is_registry;

	struct field *fields; /* of the current row */
	size_t field_count;
	size_t field_capacity;
	struct buffer text; /* the fields, each with a NUL behind */

	unsigned long row_line; /* where the current row starts, */
	unsigned long line;     /* and where the parser is */
	bool is_in_row;         /* behind the row's first line */
	bool has_nul;           /* in a field of the current row */
	bool is_refused;        /* there is no use in reading on */
};

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

static enum column column_of(const char *name)
{
	for (size_t i = 0; i < LENGTH(column_names); i++)
		if (strcmp(name, column_names[i]) == 0)
			return (enum column)i;
	for (size_t i = 0; i < LENGTH(fact_columns); i++)
		if (strcmp(name, fact_columns[i]) == 0)
			return FACT;
	return is_description_in_language(name) ? FACT : IGNORED;
}

static bool has_column(const struct reader *reader, enum column column)
{
	for (size_t i = 0; i < reader->column_count; i++)
		if (reader->columns[i] == column)
			return true;
	return false;
}

/* What separates the columns of a header that has but one; NULL for what nobody can tell. */
static const char *separator_of(const struct reader *reader)
{
	if (reader->field_count != 1)
		return NULL;
	if (strchr(reader->names[0], ';'))
		return "semicolons";
	return strchr(reader->names[0], '\t') ? "tabs" : NULL;
}

/* A table has the columns that make a service. */
static void check_header(struct reader *reader)
{
	const char *separator = separator_of(reader);

	for (size_t i = 0; i < ALIASES && !reader->is_refused; i++) {
		if (has_column(reader, (enum column)i))
			continue;
		if (separator)
			diagnostics_error(reader->diagnostics, reader->source->path,
					  "not a table: its columns have %s between them, as some "
					  "spreadsheets save them; they must be commas",
					  separator);
		else
			diagnostics_error(reader->diagnostics, reader->source->path,
					  "not a table: its first row names no column '%s'",
					  column_names[i]);
		reader->is_refused = true;
	}
}

static void read_header(struct reader *reader)
{
	reader->column_count = reader->field_count;
	reader->columns =
	    source_copy(reader->source, reader->fields, reader->field_count * sizeof(enum column));
	reader->names = memory_allocate_zeroed(reader->field_count, sizeof *reader->names);
	for (size_t i = 0; i < reader->field_count; i++) {
		const struct field *field = &reader->fields[i];
		reader->names[i] =
		    source_string(reader->source, reader->text.bytes + field->start, field->length);
		/* A name with a NUL in it is none that we know. */
		bool is_whole = strlen(reader->names[i]) == field->length;
		reader->columns[i] = is_whole ? column_of(reader->names[i]) : IGNORED;
		for (size_t j = 0; is_whole && j < LENGTH(registry_columns); j++)
			if (strcmp(reader->names[i], registry_columns[j]) == 0)
				reader->is_registry = true;
	}
	check_header(reader);
}

/* The current row's field in a column, "" if it has none. */
static const char *field_in(const struct reader *reader, enum column column)
{
	for (size_t i = 0; i < reader->column_count && i < reader->field_count; i++)
		if (reader->columns[i] == column)
			return reader->text.bytes + reader->fields[i].start;
	return "";
}

/* A port, a range of them, or nothing: then *port is more than *last. */
static bool read_ports(const char *text, uint16_t *port, uint16_t *last)
{
	struct port_range range = {1, 0};

	if (*text != '\0' && !port_range_read(&range, text))
		return false;
	*port = range.first;
	*last = range.last;
	return true;
}

static const struct fact *find_fact(const struct fact *facts, size_t count, const char *column)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(facts[i].column, column) == 0)
			return &facts[i];
	return NULL;
}

/* IANA's own file has no status: what has a name is registered, and what has none is set aside. */
static void add_facts_of_registry(const struct reader *reader, struct fact *facts, size_t *count)
{
	if (!find_fact(facts, *count, "Status"))
		facts[(*count)++] = (struct fact){
		    "Status", *field_in(reader, SERVICE_NAME) ? "official" : "reserved"};
	facts[(*count)++] = of_registry;
}

static const struct fact *take_facts(struct reader *reader, size_t *count)
{
	/* A header may have any number of columns, and each row few. */
	size_t most =
	    reader->field_count < reader->column_count ? reader->field_count : reader->column_count;
	struct fact *facts = memory_allocate_zeroed(most + 2, sizeof *facts);

	*count = 0;
	for (size_t i = 0; i < most; i++) {
		const struct field *field = &reader->fields[i];
		if (reader->columns[i] == FACT && field->length > 0)
			facts[(*count)++] = (struct fact){
			    reader->names[i],
			    source_string(reader->source, reader->text.bytes + field->start,
					  field->length)};
	}
	if (reader->is_registry && *count + (*field_in(reader, SERVICE_NAME) != '\0') > 0)
		add_facts_of_registry(reader, facts, count);
	const struct fact *kept = source_copy(reader->source, facts, *count * sizeof *facts);
	free(facts);
	return kept;
}

/* Other names, with blanks, commas or semicolons between them. */
static const char *const *take_aliases(struct reader *reader, const char *list, size_t *count)
{
	char *text = (char *)source_string(reader->source, list, strlen(list));

	for (char *next = text; *next; next++)
		if (*next == ',' || *next == ';')
			*next = ' ';
	return source_words(reader->source, text, count);
}

/* The protocols of the row, in lower case: "TCP,UDP" is two. None gives one that is empty. */
static const char *const *take_protocols(struct reader *reader, const char *list, size_t *count)
{
	static const char *const none[] = {""};
	char *text = (char *)source_string(reader->source, list, strlen(list));

	for (char *next = text; *next; next++) {
		if (*next == ',' || *next == ';' || *next == '/')
			*next = ' ';
		else
			*next = ascii_lower(*next);
	}
	const char *const *protocols = source_words(reader->source, text, count);
	if (*count > 0)
		return protocols;
	*count = 1;
	return none;
}

static void add_claims(struct reader *reader, const struct claim *row)
{
	/* A service needs a name, a port and a protocol; port 0 is nobody's to listen on. */
	bool has_port = row->port <= row->last_port;

	if (!*row->name || !*row->protocol || !has_port || row->hides) {
		source_add(reader->source, row);
		return;
	}
	for (unsigned port = row->port; port <= row->last_port; port++) {
		struct claim claim = *row;
		claim.port = claim.last_port = (uint16_t)port;
		claim.is_service = port != 0;
		source_add(reader->source, &claim);
	}
}

/* IANA writes "Unassigned", and where an entry was withdrawn also "unassigned" and "(unassigned)".
 */
static bool is_unassigned(const char *description)
{
	return ascii_starts_with(description + (*description == '('), "unassigned");
}

static bool says_nothing(const struct claim *row)
{
	const char *description = claim_fact(row, "Description");

	return !*row->name && (row->fact_count == 0 || (description && is_unassigned(description)));
}

#define REFUSE(reader, ...)                                                                    \
	diagnostics_refused((reader)->diagnostics, (reader)->source->path, (reader)->row_line, \
			    __VA_ARGS__)

static void read_row(struct reader *reader)
{
	struct source *source = reader->source;
	const char *name = field_in(reader, SERVICE_NAME);
	const char *ports = field_in(reader, PORT_NUMBER);
	const char *protocol_list = field_in(reader, TRANSPORT_PROTOCOL);
	const char *aliases = field_in(reader, ALIASES);
	struct claim row = {.line = reader->row_line};

	/* No text that we keep can hold one; cut there, it would be another. */
	if (reader->has_nul) {
		REFUSE(reader, "a field has a NUL in it");
		return;
	}
	if (!read_ports(ports, &row.port, &row.last_port)) {
		REFUSE(reader, "'%s' is not a port or a range of ports from 0 to 65535", ports);
		return;
	}
	if (!ascii_is_printable(name) || !ascii_is_printable(protocol_list) ||
	    !ascii_is_printable(aliases)) {
		REFUSE(reader, "a name or protocol has a control character in it");
		return;
	}
	row.name = source_string(source, name, strlen(name));
	row.aliases = take_aliases(reader, aliases, &row.alias_count);
	row.facts = take_facts(reader, &row.fact_count);
	row.hides = hidden_is_status(claim_fact(&row, STATUS_COLUMN));
	if (!row.hides && says_nothing(&row))
		return;

	size_t count;
	const char *const *protocols = take_protocols(reader, protocol_list, &count);
	/* Before they are made: one row may ask for 65536 ports of any number of protocols. */
	size_t ports_each = row.port < row.last_port ? row.last_port - row.port + 1U : 1;
	if (!source_takes(source, &row, ports_each, protocols, count, &reader->is_refused,
			  reader->diagnostics))
		return;
	for (size_t i = 0; i < count; i++) {
		row.protocol = protocols[i];
		add_claims(reader, &row);
	}
}

static void field_ended(void *bytes, size_t length, void *context)
{
	struct reader *reader = context;

	reader->fields = memory_grow(reader->fields, reader->field_count, &reader->field_capacity,
				     sizeof *reader->fields);
	if (bytes && memchr(bytes, '\0', length))
		reader->has_nul = true;
	reader->fields[reader->field_count++] = (struct field){reader->text.length, length};
	buffer_add(&reader->text, bytes, length);
	buffer_add_character(&reader->text, '\0');
}

static void row_ended(int terminator, void *context)
{
	struct reader *reader = context;

	(void)terminator;
	if (!reader->is_refused) {
		if (reader->columns)
			read_row(reader);
		else
			read_header(reader);
	}
	reader->field_count = 0;
	reader->text.length = 0;
	reader->is_in_row = false;
	reader->has_nul = false;
}

/* Behind the end of the line that starts at text: a line feed, a carriage return, or both. */
static const char *line_end(const char *text, const char *end)
{
	while (text < end && *text != '\n' && *text != '\r')
		text++;
	if (text == end)
		return end;
	return text[0] == '\r' && text + 1 < end && text[1] == '\n' ? text + 2 : text + 1;
}

/* Blank lines are no rows. */
static bool is_blank_line(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!ascii_is_blank(line[i]))
			return false;
	return true;
}

/* A line at a time, so that a row can say on which one it starts. */
static bool parse_lines(struct reader *reader, struct csv_parser *parser, const char *text,
			size_t size)
{
	const char *end = text + size;

	while (text < end && !reader->is_refused) {
		size_t length = (size_t)(line_end(text, end) - text);
		reader->line++;
		if (!reader->is_in_row && !is_blank_line(text, length)) {
			reader->row_line = reader->line;
			reader->is_in_row = true;
		}
		if (csv_parse(parser, text, length, field_ended, row_ended, reader) != length)
			return false;
		text += length;
	}
	return true;
}

static void read_rows(struct reader *reader, struct csv_parser *parser, const char *text,
		      size_t size)
{
	bool is_parsed = parse_lines(reader, parser, text, size);

	if (reader->is_refused)
		return;
	/* Quotes in odd places are read as they are; one that is never ended has swallowed rows. */
	csv_set_opts(parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
	if (!is_parsed || csv_fini(parser, field_ended, row_ended, reader) != 0)
		REFUSE(reader, "the rest of the table is lost: %s",
		       csv_error(parser) == CSV_EPARSE ? "a quoted field is not ended"
						       : csv_strerror(csv_error(parser)));
	if (!reader->columns && !reader->is_refused)
		diagnostics_error(reader->diagnostics, reader->source->path,
				  "not a table: it has no rows");
}

bool table_read(struct source *source, const char *text, size_t size,
		struct diagnostics *diagnostics)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	struct reader reader = {.source = source, .diagnostics = diagnostics, .row_line = 1};
	struct csv_parser parser;

	if (size >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
		text += 3;
		size -= 3;
	}
	csv_init(&parser, CSV_APPEND_NULL);
	csv_set_realloc_func(&parser, memory_resize);
	read_rows(&reader, &parser, text, size);
	csv_free(&parser);
	free(reader.names);
	free(reader.fields);
	buffer_free(&reader.text);
	return reader.columns && !reader.is_refused;
}
