/* SPDX-License-Identifier: MIT */
#include "services-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"
#include "tools/shared/port.h"

/* One line, as the C library sees it; its bytes are cut up in place. */
struct row {
	char *text;          /* without leading blanks; ended by a NUL */
	const char *comment; /* behind the first '#', or NULL */
	unsigned long line;
	enum services_reading reading;
	bool has_ranges; /* it may have a range of ports */
};

/* Where the digits of a number start; *base is theirs. */
static char *find_digits(char *number, enum services_reading reading, int *base)
{
	*base = 10;
	if (reading == READS_DECIMAL || number[0] != '0')
		return number;
	if ((number[1] | 0x20) == 'x' && ascii_digit_value(number[2]) < 16) {
		*base = 16;
		return number + 2;
	}
	*base = 8;
	return number;
}

/*
 * A number as strtoul(3) reads it: blanks, a sign, then decimal digits, or with base 0 also 0x and
 * hexadecimal digits, or 0 and octal ones. Done by hand since newer C libraries let the same call
 * read 0b11 too, which their "files" does not. False if there is no number; *number is at most
 * UINT32_MAX, and more than UINT16_MAX for every negative one but -0.
 */
static bool read_number(char **text, enum services_reading reading, unsigned long *number)
{
	char *next = *text;
	uint64_t value = 0;
	int base;

	while (ascii_is_blank(*next))
		next++;
	bool is_negative = *next == '-';
	if (*next == '-' || *next == '+')
		next++;

	char *digits = find_digits(next, reading, &base);
	for (next = digits; ascii_digit_value(*next) < base; next++) {
		value = value * (unsigned)base + (unsigned)ascii_digit_value(*next);
		if (value > UINT32_MAX)
			value = UINT32_MAX;
	}
	if (next == digits)
		return false;
	*number = is_negative && value != 0 ? UINT32_MAX : value;
	*text = next;
	return true;
}

enum outcome {
	TAKEN,
	NO_NUMBER,
	NO_SLASH,
	OUT_OF_RANGE,
	IS_RANGE,
};

/* What a reading makes of a row behind its name. */
struct port_field {
	enum outcome outcome;
	unsigned long port;
	char *protocol; /* where it starts, if the port is taken */
};

static struct port_field read_port(char *text, enum services_reading reading)
{
	struct port_field field = {.protocol = text};

	if (!read_number(&field.protocol, reading, &field.port))
		field.outcome = NO_NUMBER;
	else if (*field.protocol != '/' && *field.protocol != '\0')
		field.outcome = NO_SLASH;
	else if (field.port > UINT16_MAX)
		field.outcome = OUT_OF_RANGE;
	if (*field.protocol == '/' && reading == READS_DECIMAL)
		field.protocol++;
	else
		field.protocol += strspn(field.protocol, "/");
	return field;
}

static bool same_service(const struct port_field *one, const struct port_field *other)
{
	if (one->outcome != TAKEN || other->outcome != TAKEN)
		return one->outcome != TAKEN && other->outcome != TAKEN;
	return one->port == other->port && one->protocol == other->protocol;
}

/* Cuts the word at *text off and moves *text behind it and the blanks that follow. */
static char *cut_word(char **text)
{
	char *word = *text;
	char *end = word + ascii_word_length(word);

	if (*end != '\0') {
		*end++ = '\0';
		while (ascii_is_blank(*end))
			end++;
	}
	*text = end;
	return word;
}

static void add_facts(struct source *source, struct claim *claim, const char *comment)
{
	while (ascii_is_blank(*comment) || *comment == '#')
		comment++;
	size_t length = strlen(comment);
	while (length > 0 && ascii_is_blank(comment[length - 1]))
		length--;
	if (length == 0)
		return;

	struct fact fact = {"Description", source_string(source, comment, length)};
	claim->facts = source_copy(source, &fact, sizeof fact);
	claim->fact_count = 1;
}

/* Why a row is left out that no reading takes. */
static void refuse(const struct source *source, const struct row *row, const char *name,
		   enum outcome outcome, struct diagnostics *diagnostics)
{
	if (outcome == NO_NUMBER)
		diagnostics_refused(diagnostics, source->path, row->line,
				    "'%s' has no port: expected NAME PORT/PROTOCOL", name);
	else if (outcome == NO_SLASH)
		diagnostics_refused(diagnostics, source->path, row->line,
				    "the port of '%s' is not followed by a '/' and a protocol",
				    name);
	else if (outcome == IS_RANGE)
		diagnostics_refused(diagnostics, source->path, row->line,
				    "'%s' has a range of ports, which only a file has whose name "
				    "ends in .services",
				    name);
	else
		diagnostics_refused(diagnostics, source->path, row->line,
				    "the port of '%s' is out of range: it must be 0 to 65535",
				    name);
}

/* Adds a service as people write it, or that there is none. */
static void describe(struct buffer *text, const struct port_field *field)
{
	if (field->outcome != TAKEN) {
		buffer_add_string(text,
				  field->outcome == OUT_OF_RANGE ? "out of range" : "no service");
		return;
	}
	buffer_print(text, "%lu/", field->port);
	buffer_add(text, field->protocol, ascii_word_length(field->protocol));
}

/* What the readings make of a row, and which one is this C library's. */
static char *describe_both(const struct port_field *here, const struct port_field *elsewhere,
			   enum services_reading reading)
{
	struct buffer text = {0};
	bool is_old = reading == READS_BASE_0;

	describe(&text, is_old ? here : elsewhere);
	buffer_print(&text, " to C libraries up to 2.43%s, and ", is_old ? ", as here" : "");
	describe(&text, is_old ? elsewhere : here);
	buffer_print(&text, " to later ones%s", is_old ? "" : ", as here");
	return buffer_string(&text);
}

/* One message for a row that is another service elsewhere, or no service here or there. */
static void tell_readings(const struct source *source, const struct row *row, const char *name,
			  const struct port_field *here, const struct port_field *elsewhere,
			  struct diagnostics *diagnostics)
{
	char *both = describe_both(here, elsewhere, row->reading);

	if (here->outcome == TAKEN)
		diagnostics_warning(diagnostics, source->path, row->line, "'%s' is %s", name, both);
	else
		diagnostics_refused(diagnostics, source->path, row->line, "'%s' is %s", name, both);
	free(both);
}

/* Takes a row whose ports were read, from its protocol on. False if there is no use in reading on.
 */
static bool take_row(struct source *source, const struct row *row, const char *name,
		     struct port_range ports, char *text, struct diagnostics *diagnostics)
{
	bool is_full = false;
	const char *protocol = cut_word(&text);

	if (*protocol == '\0')
		diagnostics_warning(diagnostics, source->path, row->line, "'%s' has no protocol",
				    name);
	struct claim claim = {
	    .name = source_string(source, name, strlen(name)),
	    .protocol = source_string(source, protocol, strlen(protocol)),
	    .line = row->line,
	    .is_service = true,
	};
	claim.aliases = source_words(source, text, &claim.alias_count);
	if (!source_takes(source, &claim, ports.last - ports.first + 1U, &claim.protocol, 1,
			  &is_full, diagnostics))
		return !is_full;
	if (row->comment)
		add_facts(source, &claim, row->comment);
	for (unsigned port = ports.first; port <= ports.last; port++) {
		claim.port = claim.last_port = (uint16_t)port;
		source_add(source, &claim);
	}
	return true;
}

/* What no C library takes for a port. */
static bool is_range(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && text[digits] == '-';
}

/* The ports of a range, and behind it the protocol. False, and reported, if it is none. */
static bool read_range(const struct source *source, const struct row *row, const char *name,
		       char **text, struct port_range *range, struct diagnostics *diagnostics)
{
	const char *next = *text;

	if (!port_read(&next, &range->first) || *next++ != '-' || !port_read(&next, &range->last) ||
	    range->first > range->last) {
		diagnostics_refused(diagnostics, source->path, row->line,
				    "'%s' has no range of ports from 0 to 65535", name);
		return false;
	}
	if (next[0] != '/' || next[1] == '/') {
		refuse(source, row, name, NO_SLASH, diagnostics);
		return false;
	}
	*text += (next - *text) + 1;
	return true;
}

/* False if there is no use in reading on. */
static bool read_row(struct source *source, const struct row *row, struct diagnostics *diagnostics)
{
	char *text = row->text;
	const char *name = cut_word(&text);
	struct port_range ports;

	if (row->has_ranges && is_range(text))
		return !read_range(source, row, name, &text, &ports, diagnostics) ||
		       take_row(source, row, name, ports, text, diagnostics);
	struct port_field field = read_port(text, row->reading);
	struct port_field other =
	    read_port(text, row->reading == READS_BASE_0 ? READS_DECIMAL : READS_BASE_0);

	if (!same_service(&field, &other))
		tell_readings(source, row, name, &field, &other, diagnostics);
	else if (field.outcome != TAKEN)
		refuse(source, row, name, is_range(text) ? IS_RANGE : field.outcome, diagnostics);
	if (field.outcome != TAKEN)
		return true;

	ports = (struct port_range){(uint16_t)field.port, (uint16_t)field.port};
	return take_row(source, row, name, ports, field.protocol, diagnostics);
}

/*
 * The text of the length bytes at line, which the C library reads up to the first NUL. Having taken
 * off n leading blanks it moves the rest to the front without its NUL, so that where no line feed
 * ends the text, its last n bytes are there twice: what an unended last line says is part of the
 * answer.
 */
static void take_text(struct row *row, char *copy, const char *line, size_t length,
		      const char *path, struct diagnostics *diagnostics)
{
	memcpy(copy, line, length);
	copy[length] = '\0';
	length = strlen(copy);
	size_t blanks = 0;
	while (ascii_is_blank(copy[blanks]))
		blanks++;

	row->text = copy + blanks;
	if (copy[blanks] == '\0' || copy[blanks] == '#' || blanks == 0 || copy[length - 1] == '\n')
		return;
	diagnostics_warning(
	    diagnostics, path, row->line,
	    "an indented line without a line feed: the C library reads its last %zu "
	    "bytes twice",
	    blanks);
	memmove(copy + length, copy + length - blanks, blanks);
	copy[length + blanks] = '\0';
}

/*
 * Reads the length bytes at line as row, whose text is copied to `copy`. False if there is no use
 * in reading on.
 */
static bool read_line(struct source *source, struct row *row, char *copy, const char *line,
		      size_t length, struct diagnostics *diagnostics)
{
	take_text(row, copy, line, length, source->path, diagnostics);
	if (*row->text == '\0' || *row->text == '#')
		return true;

	/* The '\n' that ends the row may stand before a '#' that repeats. */
	char *end = strpbrk(row->text, "#\n");
	row->comment = NULL;
	if (end && *end == '#') {
		*end = '\0';
		row->comment = end + 1;
		end = strchr(end + 1, '\n');
	}
	if (end)
		*end = '\0';
	return read_row(source, row, diagnostics);
}

static void read_rows(struct source *source, const char *text, size_t size, struct row row,
		      struct diagnostics *diagnostics)
{
	const char *end = text + size;
	size_t capacity = 256;
	char *copy = memory_allocate(capacity);
	bool goes_on = true;

	while (text < end && goes_on) {
		const char *line_feed = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((line_feed ? line_feed + 1 : end) - text);
		/* Its blanks may come twice, and a NUL follows. */
		if (capacity < 2 * length + 1) {
			free(copy);
			capacity = 4 * length + 1;
			copy = memory_allocate(capacity);
		}
		row.line++;
		goes_on = read_line(source, &row, copy, text, length, diagnostics);
		text += length;
	}
	free(copy);
}

void services_file_read(struct source *source, const char *text, size_t size,
			enum services_reading reading, struct diagnostics *diagnostics)
{
	read_rows(source, text, size, (struct row){.reading = reading}, diagnostics);
}

void services_file_read_ranges(struct source *source, const char *text, size_t size,
			       enum services_reading reading, struct diagnostics *diagnostics)
{
	read_rows(source, text, size, (struct row){.reading = reading, .has_ranges = true},
		  diagnostics);
}
