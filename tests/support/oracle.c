#include "oracle.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1 for a service in *result, 0 for a line to skip, -1 and ERANGE for too small a buffer. */
typedef int parse_function(char *line, struct servent *result, void *buffer, size_t size,
			   int *error);

static parse_function *parser(void)
{
	static parse_function *parse;

	if (!parse)
		*(void **)&parse = dlsym(RTLD_DEFAULT, "_nss_files_parse_servent");
	if (!parse) {
		fprintf(stderr, "this C library has no parser to compare with: %s\n", dlerror());
		abort();
	}
	return parse;
}

/* Whether the line names a port that does not fit: glibc wraps it, and we refuse to. */
static bool is_out_of_range(const char *line)
{
	static const char blanks[] = " \t\n\v\f\r";
	const char *number = line + strcspn(line, blanks);

	number += strspn(number, blanks);
	unsigned long long port = strtoull(number, NULL, 0);
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

static void parse_line(struct oracle *oracle, unsigned long number, char *line, size_t capacity)
{
	struct servent entry;
	int error;

	oracle->lines++;
	bool wraps = is_out_of_range(line);
	int result = parser()(line, &entry, line, capacity, &error);
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
void oracle_read(struct oracle *oracle, const char *text, size_t size)
{
	/* The lines, and a pointer for each alias that they may hold. */
	size_t capacity = 16 * size + 4096;
	char *line = malloc(capacity);
	FILE *file = fmemopen((void *)text, size, "r");

	*oracle = (struct oracle){.lines = 0};
	source_open(&oracle->source, "oracle");
	for (unsigned long number = 1; size > 0 && fgets(line, (int)capacity, file); number++) {
		char *start = line + strspn(line, " \t\n\v\f\r");
		if (*start == '\0' || *start == '#')
			continue;
		if (start != line)
			/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): wanted so */
			memmove(line, start, strlen(start));
		parse_line(oracle, number, line, capacity);
	}
	if (file)
		fclose(file);
	free(line);
}

void oracle_free(struct oracle *oracle)
{
	source_close(&oracle->source);
}
