/* SPDX-License-Identifier: MIT */
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t texts_of(const uint8_t *bytes, size_t size, struct text *texts, size_t limit)
{
	const char *next = (const char *)bytes;
	const char *end = next + size;
	size_t count = 0;

	while (count + 1 < limit) {
		const char *cut = memmem(next, (size_t)(end - next), "\n%%\n", 4);
		if (!cut)
			break;
		texts[count++] = (struct text){next, (size_t)(cut + 1 - next), READS_BASE_0};
		next = cut + 4;
	}
	texts[count++] = (struct text){next, (size_t)(end - next), READS_BASE_0};
	return count;
}

void compile_quietly(struct database *database, const struct text *texts, size_t count)
{
	FILE *usual = stderr;
	char *messages;
	size_t length;

	stderr = open_memstream(&messages, &length);
	const char *wrong = database_compile(database, texts, count);
	fclose(stderr);
	stderr = usual;
	free(messages);
	if (wrong)
		fail("a database that was just made is unsound: %s", wrong);
}
