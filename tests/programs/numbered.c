/* SPDX-License-Identifier: MIT */
#include "numbered.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/compile/formats/services-file.h"
#include "tools/compile/merge/merge.h"

unsigned numbered_fillers(unsigned number)
{
	unsigned step = number % 64;

	if (number % 512 == 511)
		return NUMBERED_LARGEST;
	switch (number / 64 % 4) {
	case 0: /* growing, over pages */
		return step * 4;
	case 1: /* shrinking */
		return (63 - step) * 4;
	case 2: /* small and middling by turns */
		return number % 2 * 300;
	default: /* no order at all */
		return number * 2654435761U % 256;
	}
}

/* All numbers are as wide: so of as many fillers no database is larger than another. */
static char *make_text(unsigned number, unsigned fillers, size_t *size)
{
	char *text;
	FILE *stream = open_memstream(&text, size);

	fprintf(stream, "self %u/tcp is-%05u\n", number, number);
	fprintf(stream, "named-%05u %u/udp shared twin-%05u\n", number, number, number);
	fprintf(stream, "port-%05u %u/tcp of-%05u\n", number, NUMBERED_PORT, number);
	for (unsigned i = 0; i < fillers; i++)
		fprintf(stream, "filler-%u-%05u %u/sctp of-%05u\n", i, number, i, number);
	fclose(stream);
	return text;
}

void numbered_make(struct image *image, unsigned number, unsigned fillers)
{
	struct diagnostics diagnostics = {0};
	struct source source;
	struct merged merged;
	size_t size;
	char *text = make_text(number, fillers, &size);

	source_open(&source, "numbered");
	services_file_read(&source, text, size, READS_BASE_0, &diagnostics);
	merge_sources(&merged, &source, 1);
	if (image_make(image, &merged, &source, 1) ||
	    merged.service_count != NUMBERED_SERVICES + fillers || diagnostics.warnings > 0)
		abort();
	merge_free(&merged);
	source_close(&source);
	free(text);
}

/* The number behind the last '-', or 0 if there is none. */
static unsigned last_number(const char *text)
{
	const char *dash = strrchr(text, '-');

	return dash ? (unsigned)strtoul(dash + 1, NULL, 10) : 0;
}

static bool agrees(const char *text, unsigned number)
{
	return strcmp(text, "self") == 0 || strcmp(text, "shared") == 0 ||
	       last_number(text) == number;
}

static bool port_agrees(const struct servent *entry, unsigned number)
{
	unsigned port = ntohs((uint16_t)entry->s_port);

	if (strncmp(entry->s_name, "filler-", 7) == 0)
		return port == strtoul(entry->s_name + 7, NULL, 10);
	return port == (strncmp(entry->s_name, "port-", 5) == 0 ? NUMBERED_PORT : number);
}

unsigned numbered_whole(const struct servent *entry)
{
	char **alias = entry->s_aliases;

	if (!*alias)
		return 0;
	while (alias[1])
		alias++;
	unsigned number = last_number(*alias);
	for (alias = entry->s_aliases; *alias; alias++)
		if (!agrees(*alias, number))
			return 0;
	return agrees(entry->s_name, number) && port_agrees(entry, number) ? number : 0;
}
