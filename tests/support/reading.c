/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void reading_make(struct reading *reading, source_reader *read, const char *text, size_t size)
{
	FILE *usual = stderr;
	size_t length;

	*reading = (struct reading){0};
	source_open(&reading->source, "file");
	/* The C library has both as variables that a program may set. */
	program_invocation_short_name = "portdb-compile";
	stderr = open_memstream(&reading->messages, &length);
	reading->is_taken = read(&reading->source, text, size, &reading->diagnostics);
	fclose(stderr);
	stderr = usual;
}

void reading_free(struct reading *reading)
{
	source_close(&reading->source);
	free(reading->messages);
}

static void print_claim(FILE *stream, const struct claim *claim)
{
	fprintf(stream, "%lu: %s%s ", claim->line, claim->is_service ? "" : "not ",
		*claim->name ? claim->name : "(nameless)");
	if (claim->port > claim->last_port)
		fprintf(stream, "(none)");
	else if (claim->port < claim->last_port)
		fprintf(stream, "%u-%u", claim->port, claim->last_port);
	else
		fprintf(stream, "%u", claim->port);
	fprintf(stream, "/%s", claim->protocol);
	for (size_t i = 0; i < claim->alias_count; i++)
		fprintf(stream, " %s", claim->aliases[i]);
	for (size_t i = 0; i < claim->fact_count; i++)
		fprintf(stream, " {%s=%s}", claim->facts[i].column, claim->facts[i].value);
	fputc('\n', stream);
}

char *rows_of(const struct source *source)
{
	char *rows;
	size_t size;
	FILE *stream = open_memstream(&rows, &size);

	for (size_t i = 0; i < source->claim_count; i++)
		print_claim(stream, &source->claims[i]);
	fclose(stream);
	return rows;
}
