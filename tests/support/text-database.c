/* SPDX-License-Identifier: MIT */
#include "text-database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/compile/formats/ldif-file.h"
#include "tools/compile/formats/services-file.h"
#include "tools/compile/formats/table.h"
#include "tools/compile/image/verify.h"

static const char *const paths[DATABASE_SOURCES_MAX] = {
    "source 0", "source 1", "source 2", "source 3", "source 4", "source 5", "source 6", "source 7"};

static bool starts_with(const struct text *text, const char *start)
{
	size_t length = strlen(start);

	return text->size >= length && memcmp(text->bytes, start, length) == 0;
}

static void read_source(struct source *source, const struct text *text,
			struct diagnostics *diagnostics)
{
	if (starts_with(text, "Service Name,"))
		table_read(source, text->bytes, text->size, diagnostics);
	else if (starts_with(text, "dn:") || starts_with(text, "version:"))
		ldif_file_read(source, text->bytes, text->size, diagnostics);
	else
		services_file_read(source, text->bytes, text->size, text->reading, diagnostics);
}

const char *database_compile(struct database *database, const struct text *texts, size_t count)
{
	uint32_t services;

	*database = (struct database){.source_count = count};
	database->sources = calloc(count + 1, sizeof *database->sources);
	for (size_t i = 0; i < count; i++) {
		source_open(&database->sources[i], paths[i]);
		read_source(&database->sources[i], &texts[i], &database->diagnostics);
	}
	merge_sources(&database->merged, database->sources, count);
	const char *wrong =
	    image_make(&database->image, &database->merged, database->sources, count);
	if (!wrong)
		wrong = verify_image(database->image.bytes, database->image.size, &services);
	if (wrong)
		return wrong;
	if (services != database->merged.service_count)
		return "the services are not as many as were merged";
	return portdb_open(&database->db, database->image.bytes, database->image.size) == PORTDB_OK
		   ? NULL
		   : "the image cannot be opened";
}

void database_free(struct database *database)
{
	free(database->image.bytes);
	merge_free(&database->merged);
	for (size_t i = 0; i < database->source_count; i++)
		source_close(&database->sources[i]);
	free(database->sources);
}

char *text_of_many_aliases(unsigned count)
{
	char *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		abort();
	fprintf(file, "many 1/tcp");
	for (unsigned i = 0; i < count; i++)
		fprintf(file, " alias-%05u", i);
	fprintf(file, "\n");
	fclose(file);
	return text;
}
