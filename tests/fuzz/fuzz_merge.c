/* SPDX-License-Identifier: MIT */
/*
 * Several sources, highest first, with a line "%%" between two. Each is a table, LDIF or a
 * services(5) file, by how it starts.
 *
 * It asserts: Monotonicity, of the first source against the first two, and so on: every name, alias
 * and port that there is, with every protocol and with none. Losslessness: each claim of
 * each source is in the database, with its source and line, as a service's if it is one.
 * Determinism: the same once more gives the same bytes. And what verify asserts.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/support/promises.h"
#include "texts.h"

#define SOURCES_MAX 4
/* All names are asked with all protocols: it is not for large sources. */
#define CLAIMS_MAX 120

static bool is_too_large(const struct text *texts, size_t count)
{
	size_t claims = 0;

	for (size_t i = 0; i < count; i++)
		claims += claims_in_prospect(texts[i].bytes, texts[i].size);
	return claims > 200000;
}

static void check_determinism(const struct database *database, const struct text *texts)
{
	struct database again;

	compile_quietly(&again, texts, database->source_count);
	if (again.image.size != database->image.size ||
	    memcmp(again.image.bytes, database->image.bytes, again.image.size) != 0)
		fail("the same sources give other bytes");
	database_free(&again);
}

static void check_promises(const struct text *texts, size_t count)
{
	struct database less;
	struct database more;

	compile_quietly(&less, texts, 1);
	for (size_t i = 2; i <= count; i++) {
		compile_quietly(&more, texts, i);
		const char *changed = changed_answer(&less, &more);
		if (changed)
			fail("Monotonicity, with source %zu: %s", i, changed);
		database_free(&less);
		less = more;
	}
	const char *lost = lost_claim(&less);
	if (lost)
		fail("Losslessness: %s", lost);
	check_determinism(&less, texts);
	database_free(&less);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct text texts[SOURCES_MAX];
	size_t count = texts_of(bytes, size, texts, SOURCES_MAX);
	struct database database;
	size_t claims = 0;

	if (is_too_large(texts, count))
		return 0;
	compile_quietly(&database, texts, count);
	for (size_t i = 0; i < count; i++)
		claims += database.sources[i].claim_count;
	database_free(&database);
	if (claims <= CLAIMS_MAX)
		check_promises(texts, count);
	return 0;
}
