/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\n\v\f\r";

static services_reading_parser *parser_here(void)
{
	static services_reading_parser *parser;

	if (!parser)
		*(void **)&parser = dlsym(RTLD_DEFAULT, "_nss_files_parse_servent");
	if (!parser) {
		fprintf(stderr, "this C library has no parser to compare with: %s\n", dlerror());
		abort();
	}
	return parser;
}

enum services_reading oracle_reading_here(void)
{
	_Alignas(char *) char line[64] = "a 09/tcp";
	struct servent entry;
	int error;

	/* No octal number has a 9 in it. */
	return parser_here()(line, &entry, line, sizeof line, &error) == 1 ? READS_DECIMAL
									   : READS_BASE_0;
}

/* Ends the word at *next, and moves *next to the one behind it; the word, "" for none. */
static char *next_word(char **next)
{
	char *word = *next;

	*next += strcspn(*next, blanks);
	if (**next != '\0')
		*(*next)++ = '\0';
	*next += strspn(*next, blanks);
	return word;
}

/* The aliases go behind the line, where there is room for as many as a line can hold. */
static int parse_by_hand(char *line, struct servent *result, char **aliases, int base,
			 size_t slashes_at_most)
{
	line[strcspn(line, "#\n")] = '\0';
	result->s_name = next_word(&line);

	char *end;
	unsigned long port = strtoul(line, &end, base);
	/* Some strtoul(3) of base 0 read 0b11 to its end; "files" never did. */
	const char *letter = memchr(line, 'b', (size_t)(end - line));
	letter = letter ? letter : memchr(line, 'B', (size_t)(end - line));
	if (letter && !memchr(line, 'x', (size_t)(end - line)) &&
	    !memchr(line, 'X', (size_t)(end - line)))
		return 0;
	if (end == line || (*end != '/' && *end != '\0'))
		return 0;
	result->s_port = htons((uint16_t)port);
	for (; *end == '/' && slashes_at_most > 0; slashes_at_most--)
		end++;

	result->s_proto = next_word(&end);
	result->s_aliases = aliases;
	while (*end != '\0')
		*aliases++ = next_word(&end);
	*aliases = NULL;
	return 1;
}

static char **room_for_aliases(char *line)
{
	return (char **)(void *)(line + (strlen(line) / sizeof(char *) + 1) * sizeof(char *));
}

static int parse_base_0(char *line, struct servent *result, void *room, size_t size, int *error)
{
	(void)room;
	(void)size;
	(void)error;
	return parse_by_hand(line, result, room_for_aliases(line), 0, SIZE_MAX);
}

static int parse_decimal(char *line, struct servent *result, void *room, size_t size, int *error)
{
	(void)room;
	(void)size;
	(void)error;
	return parse_by_hand(line, result, room_for_aliases(line), 10, 1);
}

/* Whether the line names a port that does not fit: glibc wraps it, and we refuse to. */
static bool is_out_of_range(const char *line, enum services_reading reading)
{
	const char *number = line + strcspn(line, blanks);

	number += strspn(number, blanks);
	unsigned long long port = strtoull(number, NULL, reading == READS_DECIMAL ? 10 : 0);
	return port > UINT16_MAX || (*number == '-' && port != 0);
}

static const char *copy_string(struct source *source, const char *string)
{
	return source_string(source, string, strlen(string));
}

static void add_service(struct source *source, const struct servent *entry, unsigned long line)
{
	uint16_t port = ntohs((uint16_t)entry->s_port);
	struct claim claim = {
	    .name = copy_string(source, entry->s_name),
	    .protocol = copy_string(source, entry->s_proto),
	    .line = line,
	    .port = port,
	    .last_port = port,
	    .is_service = true,
	};

	while (entry->s_aliases[claim.alias_count])
		claim.alias_count++;
	const char **aliases = calloc(claim.alias_count + 1, sizeof *aliases);
	for (size_t i = 0; i < claim.alias_count; i++)
		aliases[i] = copy_string(source, entry->s_aliases[i]);
	claim.aliases = source_copy(source, aliases, claim.alias_count * sizeof *aliases);
	free(aliases);
	source_add(source, &claim);
}

static void parse_line(struct oracle *oracle, unsigned long number, char *line, size_t capacity,
		       services_reading_parser *parser, enum services_reading reading)
{
	struct servent entry;
	int error;

	oracle->lines++;
	bool wraps = is_out_of_range(line, reading);
	int result = parser(line, &entry, line, capacity, &error);
	if (result < 0) {
		fprintf(stderr, "the oracle's buffer is too small\n");
		abort();
	}
	if (result > 0 && wraps)
		oracle->wrapped++;
	else if (result > 0)
		add_service(&oracle->source, &entry, number);
}

/* __nss_readline and internal_getent of glibc's nss_files, word for word where it matters. */
static void read_lines(struct oracle *oracle, const char *text, size_t size,
		       services_reading_parser *parser, enum services_reading reading)
{
	/* The lines, and a pointer for each alias that they may hold. */
	size_t capacity = 16 * size + 4096;
	char *line = malloc(capacity);
	FILE *file = fmemopen((void *)text, size, "r");

	*oracle = (struct oracle){.lines = 0};
	source_open(&oracle->source, "oracle");
	for (unsigned long number = 1; size > 0 && fgets(line, (int)capacity, file); number++) {
		char *start = line + strspn(line, blanks);
		if (*start == '\0' || *start == '#')
			continue;
		if (start != line)
			/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): wanted so */
			memmove(line, start, strlen(start));
		parse_line(oracle, number, line, capacity, parser, reading);
	}
	if (file)
		fclose(file);
	free(line);
}

services_reading_parser *oracle_parser_by_hand(enum services_reading reading)
{
	return reading == READS_DECIMAL ? parse_decimal : parse_base_0;
}

void oracle_read_by_hand(struct oracle *oracle, const char *text, size_t size,
			 enum services_reading reading)
{
	read_lines(oracle, text, size, oracle_parser_by_hand(reading), reading);
}

void oracle_read(struct oracle *oracle, const char *text, size_t size,
		 enum services_reading reading)
{
	if (reading == oracle_reading_here())
		read_lines(oracle, text, size, parser_here(), reading);
	else
		oracle_read_by_hand(oracle, text, size, reading);
}

void oracle_free(struct oracle *oracle)
{
	source_close(&oracle->source);
}
