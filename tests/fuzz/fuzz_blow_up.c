/* SPDX-License-Identifier: MIT */
/*
 * Sources made to ask for much work in few bytes. The input is no source: each four bytes of it are
 * an order to write rows, of a kind and a number, and up to four sources come of them.
 *
 * It asserts: reading, checking, merging, making the image and verifying it take processor time and
 * memory near proportional to the bytes that were read and the names that were taken, or end by a
 * bound that is told of. The limits are ten times what is promised, so that it shows what grows
 * with the square of something, and no slow machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "target.h"
#include "tests/support/sanitizers.h"
#include "tools/compile/check/check.h"
#include "tools/compile/formats/ldif-file.h"
#include "tools/compile/formats/table.h"
#include "tools/compile/image/image.h"
#include "tools/compile/image/verify.h"
#include "tools/compile/merge/merge.h"

#define SOURCES_MAX 4
#define TEXT_MAX    ((size_t)1 << 20)
#define COUNT_MAX   20000
/* So many names are left of what all sources together may ask for: more says the same again. */
#define NAMES_LEFT 30000

/* Of processor time and of memory: whatever comes, and for each name and byte. */
#define PATIENCE            (HAS_SANITIZED_MEMORY ? 12 : 1)
#define MICROSECONDS        (UINT64_C(300000) * PATIENCE)
#define NANOSECONDS_OF_NAME (UINT64_C(20000) * PATIENCE)
#define NANOSECONDS_OF_BYTE (UINT64_C(500) * PATIENCE)
#define KILOBYTES           (UINT64_C(65536) * PATIENCE)
#define BYTES_OF_NAME       (UINT64_C(4096) * PATIENCE)
#define BYTES_OF_BYTE       (UINT64_C(64) * PATIENCE)

enum kind {
	SERVICES,
	TABLE,
	LDIF,
};

/* A source that is being written. */
struct writing {
	enum kind kind;
	char *text;
	size_t size;
	FILE *stream;
};

/* One order: rows, and what varies in them. */
struct order {
	unsigned count;
	unsigned shape; /* bits that each say what repeats, grows or stays */
	unsigned port;
};

static void write_words(FILE *stream, const struct order *order, const char *separator)
{
	for (unsigned i = 0; i < order->count && ftell(stream) < (long)TEXT_MAX; i++)
		if (order->shape & 1)
			fprintf(stream, "%sw%u-same", separator, i);
		else
			fprintf(stream, "%ssame-w%u", separator, i);
}

static void write_long_word(FILE *stream, const struct order *order)
{
	for (unsigned i = 0; i < order->count * 8 && ftell(stream) < (long)TEXT_MAX; i++)
		fputc('n', stream);
}

/* One row that has much in one of its fields. */
static void write_wide_services(FILE *stream, const struct order *order)
{
	if (order->shape & 2)
		write_long_word(stream, order);
	fprintf(stream, "s%u %u/", order->shape & 4 ? order->port : 0, order->port);
	if (order->shape & 8)
		write_long_word(stream, order);
	fputs("tcp", stream);
	write_words(stream, order, " ");
	fputs(order->shape & 16 ? " # words\n" : "\n", stream);
}

/* Many rows that are alike in one of their fields. */
static void write_many_services(FILE *stream, const struct order *order)
{
	for (unsigned i = 0; i < order->count && ftell(stream) < (long)TEXT_MAX; i++) {
		fprintf(stream, "%s%u %u/", order->shape & 1 ? "name" : "n",
			order->shape & 2 ? 0 : i, order->shape & 4 ? order->port : i % 65536);
		if (order->shape & 8)
			fprintf(stream, "p%u-same", i);
		else
			fputs("tcp", stream);
		fputs(order->shape & 16 ? " alias other\n" : "\n", stream);
	}
}

static void write_rows_of_table(FILE *stream, const struct order *order)
{
	unsigned rows = order->shape & 1 ? 1 : order->count;

	for (unsigned i = 0; i < rows && ftell(stream) < (long)TEXT_MAX; i++) {
		fprintf(stream, "t%u,%u", order->shape & 2 ? 0 : i, order->port);
		if (order->shape & 4)
			fprintf(stream, "-%u", order->port + order->count);
		fputs(order->shape & 8 ? ",\"tcp,udp,sctp,dccp" : ",\"tcp", stream);
		if ((order->shape & 48) == 48)
			write_words(stream, order, ",");
		fputs("\",\"", stream);
		if ((order->shape & 48) == 16)
			write_words(stream, order, " ");
		fputs("\",\"", stream);
		if ((order->shape & 48) == 32)
			write_long_word(stream, order);
		fputs(order->shape & 64 ? "\n\n\"\n" : "\"\n", stream);
	}
}

static void write_entries(FILE *stream, const struct order *order)
{
	unsigned entries = order->shape & 1 ? order->count : 1;
	struct order within = {.count = order->shape & 1 ? 2 : order->count, .shape = order->shape};

	for (unsigned i = 0; i < entries && ftell(stream) < (long)TEXT_MAX; i++) {
		fprintf(stream, "dn: cn=e%u\nobjectClass: ipService\nipServicePort: %u", i,
			order->port);
		write_words(stream, &within, "\ncn: ");
		if (order->shape & 2)
			write_words(stream, &within, "\nipServiceProtocol: ");
		else
			fputs("\nipServiceProtocol: tcp", stream);
		if (order->shape & 4)
			write_words(stream, &within, "\ndescription;lang-x: ");
		fputs("\n\n", stream);
	}
}

static void obey(const struct writing *writing, const struct order *order)
{
	if (writing->kind == TABLE)
		write_rows_of_table(writing->stream, order);
	else if (writing->kind == LDIF)
		write_entries(writing->stream, order);
	else if (order->shape & 32)
		write_wide_services(writing->stream, order);
	else
		write_many_services(writing->stream, order);
}

static void begin(struct writing *writing, unsigned kind)
{
	writing->kind = kind % 3;
	writing->stream = open_memstream(&writing->text, &writing->size);
	if (writing->kind == TABLE)
		fputs("Service Name,Port Number,Transport Protocol,Aliases,Description\n",
		      writing->stream);
}

/* How many sources the orders make. */
static size_t write_sources(const uint8_t *bytes, size_t size, struct writing *writings)
{
	size_t count = 0;

	for (size_t i = 0; i + 4 <= size; i += 4) {
		const uint8_t *next = bytes + i;
		if (count == 0 || (next[0] & 128 && count < SOURCES_MAX))
			begin(&writings[count++], next[0]);
		obey(&writings[count - 1],
		     &(struct order){.count = (next[1] | next[2] << 8U) % (COUNT_MAX + 1),
				     .shape = next[3],
				     .port = next[2] * 256U % 40000});
	}
	for (size_t i = 0; i < count; i++)
		fclose(writings[i].stream);
	return count;
}

static void read_source(struct source *source, const struct writing *writing,
			struct diagnostics *diagnostics)
{
	if (writing->kind == TABLE)
		table_read(source, writing->text, writing->size, diagnostics);
	else if (writing->kind == LDIF)
		ldif_file_read(source, writing->text, writing->size, diagnostics);
	else
		read_base_0(source, writing->text, writing->size, diagnostics);
}

/* Does all that portdb-compile does, in memory; how many names there are. */
static uint64_t compile(const struct writing *writings, size_t count)
{
	struct source sources[SOURCES_MAX];
	struct diagnostics diagnostics = {0};
	struct demand demand = {.names = NAMES_MAX - NAMES_LEFT};
	struct merged merged;
	struct image image = {0};
	uint32_t services;

	for (size_t i = 0; i < count; i++) {
		source_open(&sources[i], "source");
		sources[i].demand = demand;
		read_source(&sources[i], &writings[i], &diagnostics);
		demand = sources[i].demand;
	}
	check_sources(sources, count, &(struct check_scope){0}, &diagnostics);
	merge_sources(&merged, sources, count);
	if (!image_make(&image, &merged, sources, count)) {
		const char *wrong = verify_image(image.bytes, image.size, &services);
		if (wrong)
			fail("an image that was just made is unsound: %s", wrong);
	}
	free(image.bytes);
	merge_free(&merged);
	for (size_t i = 0; i < count; i++)
		source_close(&sources[i]);
	return demand.names - (NAMES_MAX - NAMES_LEFT);
}

static uint64_t microseconds_of(const struct rusage *usage)
{
	return (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

/* Memory is told as the most that this process ever had: so is what was asked for. */
static void check_work(const struct rusage *before, uint64_t names, uint64_t bytes)
{
	static long first;
	static uint64_t most_names;
	static uint64_t most_bytes;
	struct rusage after;

	getrusage(RUSAGE_SELF, &after);
	first = first ? first : before->ru_maxrss;
	most_names = names > most_names ? names : most_names;
	most_bytes = bytes > most_bytes ? bytes : most_bytes;
	uint64_t time = microseconds_of(&after) - microseconds_of(before);
	uint64_t memory = (uint64_t)(after.ru_maxrss - first);
	uint64_t time_limit =
	    MICROSECONDS + (names * NANOSECONDS_OF_NAME + bytes * NANOSECONDS_OF_BYTE) / 1000;
	uint64_t memory_limit =
	    KILOBYTES + (most_names * BYTES_OF_NAME + most_bytes * BYTES_OF_BYTE) / 1024;
	if (time > time_limit)
		fail("%ju us, and not at most %ju, for %ju names in %ju bytes", (uintmax_t)time,
		     (uintmax_t)time_limit, (uintmax_t)names, (uintmax_t)bytes);
	if (memory > memory_limit)
		fail("%ju KB, and not at most %ju, for %ju names in %ju bytes", (uintmax_t)memory,
		     (uintmax_t)memory_limit, (uintmax_t)most_names, (uintmax_t)most_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct writing writings[SOURCES_MAX] = {0};
	size_t count = write_sources(bytes, size, writings);
	FILE *usual = stderr;
	uint64_t text = 0;
	struct rusage before;

	for (size_t i = 0; i < count; i++)
		text += writings[i].size;
	getrusage(RUSAGE_SELF, &before);
	/* What it says is part of the work. */
	stderr = fopen("/dev/null", "we");
	uint64_t names = compile(writings, count);
	fclose(stderr);
	stderr = usual;
	check_work(&before, names, text);
	for (size_t i = 0; i < count; i++)
		free(writings[i].text);
	return 0;
}
