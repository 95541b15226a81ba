/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "csv-rows.h"
#include "tools/shared/ascii.h"
#include "tools/shared/hidden.h"
#include "tools/shared/memory.h"
#include "tools/shared/port.h"
#include "tools/shared/registry.h"

static const struct fact of_registry = {REGISTRY_COLUMN, "IANA"};

struct reader {
	struct source *source;
	struct diagnostics *diagnostics;

	enum column *columns; /* of the header row; NULL until it was read */
	const char **names;   /* what the header calls them */
	size_t column_count;
	bool is_registry;
	const char *known[COLUMNS_KNOWN]; /* which of those that have one name stood there so far */
	size_t known_count;

	struct csv_rows rows; /* with the current one */
	bool is_refused;      /* there is no use in reading on */
};

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
	if (reader->rows.field_count != 1)
		return NULL;
	if (strchr(reader->names[0], ';'))
		return "semicolons";
	return strchr(reader->names[0], '\t') ? "tabs" : NULL;
}

/* A table has the columns that make a service. */
static void check_header(struct reader *reader)
{
	const char *separator = separator_of(reader);

	for (size_t i = 0; i < COLUMNS_NEEDED && !reader->is_refused; i++) {
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
					  columns_name((enum column)i));
		reader->is_refused = true;
	}
}

/* What the column is, the first time that it is named. In how many languages there are
 * descriptions is not known beforehand, and each counts. */
static enum column take_column(struct reader *reader, const char *name)
{
	enum column column = columns_find(name);

	if (column == IGNORED || strchr(name, '['))
		return column;
	for (size_t i = 0; i < reader->known_count; i++)
		if (strcmp(reader->known[i], name) == 0)
			return IGNORED;
	reader->known[reader->known_count++] = name;
	return column;
}

/* A column that is misspelt, or stands twice, is likely not what its author meant. */
static void warn_of_column(const struct reader *reader, size_t column)
{
	const char *name = reader->names[column];
	const char *meant = columns_meant(name);

	if (columns_find(name) != IGNORED)
		diagnostics_warning(reader->diagnostics, reader->source->path, reader->rows.line,
				    "column '%s' stands twice: the first one counts", name);
	else if (meant)
		diagnostics_warning(reader->diagnostics, reader->source->path, reader->rows.line,
				    "column '%s' is ignored: is '%s' meant?", name, meant);
}

static void read_header(struct reader *reader)
{
	reader->column_count = reader->rows.field_count;
	reader->columns =
	    arena_allocate(&reader->source->memory, reader->column_count * sizeof *reader->columns);
	reader->names = memory_allocate_zeroed(reader->rows.field_count, sizeof *reader->names);
	for (size_t i = 0; i < reader->rows.field_count; i++) {
		const struct csv_field *field = &reader->rows.fields[i];
		const char *name = source_string(
		    reader->source, reader->rows.text.bytes + field->start, field->length);
		/* A name with a NUL in it is none that we know. */
		bool is_whole = strlen(name) == field->length;
		reader->names[i] = is_whole ? name : "";
		reader->columns[i] = is_whole ? take_column(reader, name) : IGNORED;
		reader->is_registry |= is_whole && columns_is_registry(name);
	}
	check_header(reader);
	for (size_t i = 0; i < reader->column_count && !reader->is_refused; i++)
		if (reader->columns[i] == IGNORED)
			warn_of_column(reader, i);
}

/* The current row's field in a column, "" if it has none. */
static const char *field_in(const struct reader *reader, enum column column)
{
	for (size_t i = 0; i < reader->column_count && i < reader->rows.field_count; i++)
		if (reader->columns[i] == column)
			return reader->rows.text.bytes + reader->rows.fields[i].start;
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

/* IANA's own file has no status: what has a name is registered, and what has none is set aside. */
static void add_facts_of_registry(const struct reader *reader, struct fact *facts, size_t *count)
{
	if (!claim_fact(&(struct claim){.facts = facts, .fact_count = *count}, STATUS_COLUMN))
		facts[(*count)++] = (struct fact){
		    STATUS_COLUMN, *field_in(reader, SERVICE_NAME) ? "official" : "reserved"};
	facts[(*count)++] = of_registry;
}

/* The words of a field, as they stand; but a status is one word, whatever quotes keep around it. */
static const char *take_words(struct reader *reader, const struct csv_field *field,
			      const char *column)
{
	const char *start = reader->rows.text.bytes + field->start;
	const char *end = start + field->length;

	if (strcmp(column, STATUS_COLUMN) == 0) {
		start = ascii_skip_blanks(start);
		while (end > start && ascii_is_blank(end[-1]))
			end--;
	}
	return source_string(reader->source, start, (size_t)(end - start));
}

static const struct fact *take_facts(struct reader *reader, size_t *count)
{
	/* A header may have any number of columns, and each row few. */
	size_t most = reader->rows.field_count < reader->column_count ? reader->rows.field_count
								      : reader->column_count;
	struct fact *facts = memory_allocate_zeroed(most + 2, sizeof *facts);

	*count = 0;
	for (size_t i = 0; i < most; i++) {
		if (reader->columns[i] != FACT || reader->rows.fields[i].length == 0)
			continue;
		const char *words = take_words(reader, &reader->rows.fields[i], reader->names[i]);
		if (*words)
			facts[(*count)++] = (struct fact){reader->names[i], words};
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

#define REFUSE(reader, ...)                                                                     \
	diagnostics_refused((reader)->diagnostics, (reader)->source->path, (reader)->rows.line, \
			    __VA_ARGS__)

static void read_row(struct reader *reader)
{
	struct source *source = reader->source;
	const char *name = field_in(reader, SERVICE_NAME);
	const char *ports = field_in(reader, PORT_NUMBER);
	const char *protocol_list = field_in(reader, TRANSPORT_PROTOCOL);
	const char *aliases = field_in(reader, ALIASES);
	struct claim row = {.line = reader->rows.line};

	/* No text that we keep can hold one; cut there, it would be another. */
	if (reader->rows.has_nul) {
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
	if (reader->rows.has_odd_quote)
		diagnostics_warning(reader->diagnostics, source->path, row.line,
				    "a field without quotes around it has a quote in it, which is "
				    "taken as it stands");
	for (size_t i = 0; i < count; i++) {
		row.protocol = protocols[i];
		add_claims(reader, &row);
	}
}

/* A quoted field has no end, or one that cannot be it. */
static void refuse_quotes(struct reader *reader)
{
	const struct csv_rows *rows = &reader->rows;

	if (!reader->columns) {
		diagnostics_error(reader->diagnostics, reader->source->path,
				  "not a table: a quoted field of its first row is not ended");
		reader->is_refused = true;
	} else if (rows->is_unended) {
		REFUSE(reader, "a quoted field is not ended");
	} else if (rows->odd_quote == rows->line) {
		REFUSE(reader, "a quoted field goes on behind its second quote: each quote in it "
			       "must be doubled");
	} else {
		REFUSE(
		    reader,
		    "a quoted field is not ended, or has a quote on line %lu that must be doubled",
		    rows->odd_quote);
	}
}

static void read_rows(struct reader *reader)
{
	while (!reader->is_refused && csv_rows_next(&reader->rows))
		if (reader->rows.is_unended || reader->rows.odd_quote > 0)
			refuse_quotes(reader);
		else if (reader->columns)
			read_row(reader);
		else
			read_header(reader);
	if (!reader->columns && !reader->is_refused)
		diagnostics_error(reader->diagnostics, reader->source->path,
				  "not a table: it has no rows");
}

bool table_read(struct source *source, const char *text, size_t size,
		struct diagnostics *diagnostics)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	struct reader reader = {.source = source, .diagnostics = diagnostics};
	size_t mark = size >= 3 && memcmp(text, byte_order_mark, 3) == 0 ? 3 : 0;

	csv_rows_open(&reader.rows, text + mark, size - mark);
	read_rows(&reader);
	csv_rows_close(&reader.rows);
	free(reader.names);
	return reader.columns && !reader.is_refused;
}
