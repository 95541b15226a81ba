#include "services-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"

/* One line, as the C library sees it; its bytes are cut up in place. */
struct row {
	char *text;          /* without leading blanks; ended by a NUL */
	const char *comment; /* behind the first '#', or NULL */
	unsigned long line;
};

/*
 * A number as strtoul(3) reads it with base 0: blanks, a sign, then 0x and hexadecimal digits, 0
 * and octal ones, or decimal ones. Done by hand since newer C libraries let the same call read
 * 0b11 too, which their "files" does not. False if there is no number; *number is at most
 * UINT32_MAX, and more than UINT16_MAX for every negative one but -0.
 */
static bool read_number(char **text, unsigned long *number)
{
	char *next = *text;
	int base = 10;
	uint64_t value = 0;

	while (ascii_is_blank(*next))
		next++;
	bool is_negative = *next == '-';
	if (*next == '-' || *next == '+')
		next++;
	if (next[0] == '0') {
		base = 8;
		if ((next[1] | 0x20) == 'x' && ascii_digit_value(next[2]) < 16) {
			base = 16;
			next += 2;
		}
	}

	char *digits = next;
	for (; ascii_digit_value(*next) < base; next++) {
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

/* Cuts the word at *text off and moves *text behind it and the blanks that follow. */
static char *cut_word(char **text)
{
	char *word = *text;
	char *end = word;

	while (*end != '\0' && !ascii_is_blank(*end))
		end++;
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

/* False if there is no use in reading on. */
static bool read_row(struct source *source, const struct row *row, struct diagnostics *diagnostics)
{
	char *text = row->text;
	const char *name = cut_word(&text);
	unsigned long port;
	bool is_full = false;

	if (!read_number(&text, &port)) {
		diagnostics_refused(diagnostics, source->path, row->line,
				    "'%s' has no port: expected NAME PORT/PROTOCOL", name);
		return true;
	}
	if (*text != '/' && *text != '\0') {
		diagnostics_refused(diagnostics, source->path, row->line,
				    "the port of '%s' is not followed by a '/' and a protocol",
				    name);
		return true;
	}
	if (port > UINT16_MAX) {
		diagnostics_refused(diagnostics, source->path, row->line,
				    "the port of '%s' is out of range: it must be 0 to 65535",
				    name);
		return true;
	}
	while (*text == '/')
		text++;

	const char *protocol = cut_word(&text);
	if (*protocol == '\0')
		diagnostics_warning(diagnostics, source->path, row->line, "'%s' has no protocol",
				    name);
	struct claim claim = {
	    .name = source_string(source, name, strlen(name)),
	    .protocol = source_string(source, protocol, strlen(protocol)),
	    .line = row->line,
	    .port = (uint16_t)port,
	    .last_port = (uint16_t)port,
	    .is_service = true,
	};
	claim.aliases = source_words(source, text, &claim.alias_count);
	if (!source_takes(source, &claim, 1, &claim.protocol, 1, &is_full, diagnostics))
		return !is_full;
	if (row->comment)
		add_facts(source, &claim, row->comment);
	source_add(source, &claim);
	return true;
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

static bool read_line(struct source *source, char *copy, const char *line, size_t length,
		      unsigned long number, struct diagnostics *diagnostics)
{
	struct row row = {.line = number};

	take_text(&row, copy, line, length, source->path, diagnostics);
	if (*row.text == '\0' || *row.text == '#')
		return true;

	/* The '\n' that ends the row may stand before a '#' that repeats. */
	char *end = strpbrk(row.text, "#\n");
	if (end && *end == '#') {
		row.comment = end + 1;
		*end = '\0';
		end = strchr(row.comment, '\n');
	}
	if (end)
		*end = '\0';
	return read_row(source, &row, diagnostics);
}

void services_file_read(struct source *source, const char *text, size_t size,
			struct diagnostics *diagnostics)
{
	const char *end = text + size;
	size_t capacity = 256;
	char *copy = memory_allocate(capacity);
	unsigned long number = 0;
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
		goes_on = read_line(source, copy, text, length, ++number, diagnostics);
		text += length;
	}
	free(copy);
}
