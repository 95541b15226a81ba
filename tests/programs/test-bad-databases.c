/* SPDX-License-Identifier: MIT */
/*
 * Bad databases, through every door: the reader, the module and libc, portdb-compile, portdb-query.
 * They are the stock of bad-databases.c, and a sound one cut off at each length and with each of
 * its bytes flipped.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "every-question.h"
#include "nss/reader/byteorder.h"
#include "nss/reader/format.h"
#include "nss/reader/hash.h"
#include "tests/support/bad-databases.h"
#include "tests/support/guarded.h"
#include "tests/support/processes/children.h"
#include "tests/support/support.h"
#include "tools/compile/image/verify.h"

static struct database sound;

/* Of a size that is a multiple of 8, so that the byte behind it is a fault. */
static void make_sound(void)
{
	char text[256];

	for (int i = 0; i < 8; i++) {
		snprintf(text, sizeof text, "%s # %.*s\n", bad_database_texts[0], i + 1,
			 "........");
		database_make(&sound, (const char *const[]){text, bad_database_texts[1]}, 2);
		if (sound.image.size % 8 == 0)
			return;
		database_free(&sound);
	}
	cr_assert_fail("no description makes it a multiple of 8");
}

static void set_up(void)
{
	children_prepare();
	questions_prepare();
	cr_assert_eq(chdir(scratch_directory()), 0);
	make_sound();
}

TestSuite(bad_databases, .init = set_up, .timeout = 120);

/* A database's file has no name twice while it is used, and nobody writes into it. */
static void put_file(const char *path, const struct mutant *mutant)
{
	unlink(path);
	write_file(path, mutant->bytes, mutant->size);
	cr_assert_eq(chmod(path, 0444), 0);
}

static char *stock_path(size_t number)
{
	char name[32];

	snprintf(name, sizeof name, "%03zu.db", number);
	return scratch_path(name);
}

static void make_stock(void)
{
	for (size_t i = 0; i < bad_database_count; i++) {
		struct mutant mutant;
		bad_database_make(&mutant, &bad_databases[i], sound.image.bytes, sound.image.size);
		put_file(stock_path(i), &mutant);
		free(mutant.bytes);
	}
}

static enum portdb_result ask_guarded(const unsigned char *bytes, size_t size, bool is_thorough,
				      const char *where)
{
	static struct guarded guarded;

	return ask_reader(guarded_copy(&guarded, bytes, size), size, is_thorough, where);
}

/* The stock is worth nothing if what it was made of is not sound, or a change changed nothing. */
Test(bad_databases, are_made_of_a_sound_one)
{
	uint32_t services;

	cr_expect_null(verify_image(sound.image.bytes, sound.image.size, &services));
	cr_expect_eq(services, 5, "%u", services);
	cr_expect_eq(ask_guarded(sound.image.bytes, sound.image.size, true, "sound"), PORTDB_OK);
	for (size_t i = 0; i < bad_database_count; i++) {
		struct mutant mutant;
		bad_database_make(&mutant, &bad_databases[i], sound.image.bytes, sound.image.size);
		cr_expect(mutant.size != sound.image.size ||
			      memcmp(mutant.bytes, sound.image.bytes, mutant.size) != 0,
			  "%s: nothing is", bad_databases[i].name);
		free(mutant.bytes);
	}
	children_expect_content();
}

static void ask_reader_of_stock(const void *argument)
{
	const struct bad_database *bad = argument;
	struct mutant mutant;
	uint32_t services;

	bad_database_make(&mutant, bad, sound.image.bytes, sound.image.size);
	enum portdb_result result = ask_guarded(mutant.bytes, mutant.size, true, bad->name);
	if (result != bad->opens)
		complain("%s: %s", bad->name, portdb_strerror(result));
	const char *reason = verify_image(mutant.bytes, mutant.size, &services);
	if (!reason || strcmp(reason, bad->reason) != 0)
		complain("%s: verify says: %s", bad->name, reason ? reason : "nothing");
}

Test(bad_databases, are_refused_or_give_well_formed_answers)
{
	for (size_t i = 0; i < bad_database_count; i++)
		children_start(bad_databases[i].name, ask_reader_of_stock, &bad_databases[i]);
	children_expect_content();
}

static void ask_module_of_stock(const void *argument)
{
	const struct bad_database *bad = argument;

	setenv("PORTDB_DATABASE", stock_path((size_t)(bad - bad_databases)), 1);
	ask_module(bad->opens, true, bad->name);
}

Test(bad_databases, are_unavailable_or_give_well_formed_answers_to_programs)
{
	make_stock();
	for (size_t i = 0; i < bad_database_count; i++)
		children_start(bad_databases[i].name, ask_module_of_stock, &bad_databases[i]);
	children_expect_content();
}

Test(bad_databases, are_refused_by_the_compiler_with_the_reason)
{
	const char **arguments = calloc(bad_database_count + 3, sizeof *arguments);
	struct run run;
	char *expected;
	size_t size;
	FILE *stream = open_memstream(&expected, &size);

	make_stock();
	arguments[0] = COMPILER;
	arguments[1] = "--verify";
	for (size_t i = 0; i < bad_database_count; i++) {
		arguments[2 + i] = stock_path(i);
		fprintf(stream, "portdb-compile: %s: %s\n", arguments[2 + i],
			bad_databases[i].reason);
	}
	fclose(stream);
	run_program(&run, arguments);
	cr_expect_eq(run.status, 1, "status %d", run.status);
	cr_expect_str_eq(run.errors, expected, "%s", run.errors);
	cr_expect_str_empty(run.output);
	run_free(&run);
	free(arguments);
	free(expected);
}

/* What it replaces, it looks at first. */
static void compile_over_stock(const void *argument)
{
	const struct bad_database *bad = argument;
	const char *path = stock_path((size_t)(bad - bad_databases));
	struct run run;

	RUN(&run, COMPILER, "-o", path, "services");
	if (run.status != 0 && (run.status != 1 || bad->opens != PORTDB_NOT_DATABASE))
		complain("%s: status %d: %s", bad->name, run.status, run.errors);
	run_free(&run);
	RUN(&run, COMPILER, "--list-sources", "-o", path, "services");
	if (run.status != 0)
		complain("%s: status %d: %s", bad->name, run.status, run.errors);
	run_free(&run);
}

Test(bad_databases, can_be_replaced)
{
	make_stock();
	write_text("services", "ssh 22/tcp\n");
	for (size_t i = 0; i < bad_database_count; i += stride())
		compile_over_stock(&bad_databases[i]);
	children_expect_content();
}

static const char *const questions[][4] = {
    {"22", "ssh", "dns/udp"},
    {"--all", "--claims", "--format=json"},
    {"--all", "--format=ldif"},
    {"--all", "--format=services"},
    {"--search=s"},
    {"--conflicts"},
    {"--sources"},
    {"--free=1-100"},
};

static void query_stock(const void *argument)
{
	const struct bad_database *bad = argument;
	const char *path = stock_path((size_t)(bad - bad_databases));

	/* What cannot be opened needs to be asked but once. */
	for (size_t i = 0; i < (bad->opens == PORTDB_OK ? sizeof questions / sizeof *questions : 1);
	     i++) {
		const char *const *question = questions[i];
		struct run run;
		RUN(&run, QUERY, "-d", path, question[0], question[1], question[2], question[3]);
		if (run.status != 1 && (run.status != 0 || bad->opens != PORTDB_OK))
			complain("%s: %s: status %d: %s", bad->name, question[0], run.status,
				 run.errors);
		run_free(&run);
	}
}

Test(bad_databases, do_no_harm_to_the_query_tool)
{
	make_stock();
	for (size_t i = 0; i < bad_database_count; i += stride())
		query_stock(&bad_databases[i]);
	children_expect_content();
}

/* How a sound database is cut off. */
enum cut {
	PLAIN,
	WITH_ITS_SIZE,              /* its header says so */
	WITH_ITS_SIZE_AND_SECTIONS, /* and its sections end there at the latest */
	CUTS,
};

#define SECTIONS 5

static void list_sections(unsigned char *bytes, struct portdb_section *sections[SECTIONS])
{
	struct portdb_header *header = (void *)bytes;

	sections[0] = &header->index;
	sections[1] = &header->records;
	sections[2] = &header->claims;
	sections[3] = &header->sources;
	sections[4] = &header->strings;
}

static void cut(struct mutant *mutant, size_t size, enum cut how)
{
	struct portdb_header *header = (void *)mutant->bytes;
	struct portdb_section *sections[SECTIONS];

	mutant->size = size;
	if (how == PLAIN || size < sizeof *header)
		return;
	header->file_size = to_le32((uint32_t)size);
	list_sections(mutant->bytes, sections);
	for (size_t i = 0; how == WITH_ITS_SIZE_AND_SECTIONS && i < SECTIONS; i++) {
		uint32_t offset = from_le32(sections[i]->offset);
		if (offset <= size && from_le32(sections[i]->size) > size - offset)
			sections[i]->size = to_le32((uint32_t)size - offset);
	}
	mutant_seal(mutant, SEALED);
}

static void copy_sound(struct mutant *mutant)
{
	static const struct bad_database unchanged = {.seal = UNSEALED};

	bad_database_make(mutant, &unchanged, sound.image.bytes, sound.image.size);
}

/* What portdb_open says: it wants all sections, or their starts where they end with the file. */
static enum portdb_result opens_if_cut(size_t size, enum cut how)
{
	struct portdb_section *sections[SECTIONS];
	uint32_t least = 0;

	if (size < sizeof(struct portdb_header))
		return PORTDB_NOT_DATABASE;
	if (how == PLAIN)
		return PORTDB_TRUNCATED;
	list_sections(sound.image.bytes, sections);
	for (size_t i = 0; i < SECTIONS; i++) {
		uint32_t end = from_le32(sections[i]->offset);
		if (how == WITH_ITS_SIZE)
			end += from_le32(sections[i]->size);
		least = end > least ? end : least;
	}
	return size >= least ? PORTDB_OK : PORTDB_BAD_HEADER;
}

struct piece {
	size_t size;
	enum cut how;
};

static void ask_reader_of_piece(size_t size, enum cut how)
{
	struct mutant mutant;

	copy_sound(&mutant);
	cut(&mutant, size, how);
	enum portdb_result opens = opens_if_cut(size, how);
	if (ask_guarded(mutant.bytes, mutant.size, false, "a piece") != opens)
		complain("%zu bytes: not %s", size, portdb_strerror(opens));
	free(mutant.bytes);
}

static void ask_module_of_piece(const void *argument)
{
	const struct piece *piece = argument;
	char path[64];
	struct mutant mutant;

	snprintf(path, sizeof path, "piece.%zu.%d", piece->size, piece->how);
	copy_sound(&mutant);
	cut(&mutant, piece->size, piece->how);
	put_file(path, &mutant);
	setenv("PORTDB_DATABASE", scratch_path(path), 1);
	ask_module(opens_if_cut(piece->size, piece->how), false, path);
}

Test(bad_databases, may_be_cut_off_at_each_length)
{
	for (size_t size = 0; size < sound.image.size; size += stride())
		for (enum cut how = PLAIN; how < CUTS; how++)
			ask_reader_of_piece(size, how);
	children_expect_content();
}

Test(bad_databases, may_be_cut_off_at_each_length_for_programs)
{
	for (size_t size = 0; size < sound.image.size; size += stride()) {
		children_start("a piece", ask_module_of_piece, &(struct piece){size, PLAIN});
		if (opens_if_cut(size, WITH_ITS_SIZE_AND_SECTIONS) == PORTDB_OK)
			children_start("a piece", ask_module_of_piece,
				       &(struct piece){size, WITH_ITS_SIZE_AND_SECTIONS});
		/* Not all of them at once. */
		if (size % 16 == 0)
			children_expect_content();
	}
	children_expect_content();
}

/* Each bit of a byte by itself, and all of them. */
static void ask_of_flips(enum seal seal)
{
	struct mutant mutant;
	size_t size = sound.image.size;

	copy_sound(&mutant);
	for (size_t at = 0; at < size; at += stride())
		for (unsigned flip = 1; flip < 256; flip += flip < 128 ? flip : 127) {
			char where[64];
			memcpy(mutant.bytes, sound.image.bytes, size);
			mutant.bytes[at] ^= (unsigned char)flip;
			mutant_seal(&mutant, seal);
			snprintf(where, sizeof where, "byte %zu, flip %#x", at, flip);
			ask_guarded(mutant.bytes, size, false, where);
		}
	children_expect_content();
}

Test(bad_databases, may_have_any_byte_flipped)
{
	ask_of_flips(UNSEALED);
}

Test(bad_databases, may_have_any_byte_flipped_under_a_right_header_checksum)
{
	ask_of_flips(HEADER_SEALED);
}

Test(bad_databases, may_have_any_byte_flipped_under_right_checksums)
{
	ask_of_flips(SEALED);
}

struct flipped {
	size_t at;
	enum seal seal;
};

static void ask_module_of_flipped(const void *argument)
{
	const struct flipped *flipped = argument;
	struct portdb db;
	char path[64];
	struct mutant mutant;

	snprintf(path, sizeof path, "flipped.%zu.%d", flipped->at, flipped->seal);
	copy_sound(&mutant);
	mutant.bytes[flipped->at] ^= 0xff;
	mutant_seal(&mutant, flipped->seal);
	put_file(path, &mutant);
	setenv("PORTDB_DATABASE", scratch_path(path), 1);
	ask_module(portdb_open(&db, mutant.bytes, mutant.size), false, path);
}

Test(bad_databases, may_have_any_byte_flipped_for_programs)
{
	for (size_t at = 0; at < sound.image.size; at += stride()) {
		children_start("a flip", ask_module_of_flipped, &(struct flipped){at, UNSEALED});
		/* Programs do not look at the other checksum. */
		if (at < sizeof(struct portdb_header))
			children_start("a flip", ask_module_of_flipped,
				       &(struct flipped){at, SEALED});
		if (at % 16 == 0)
			children_expect_content();
	}
	children_expect_content();
}

/*
 * One that was made to keep programs busy: every slot says that it may be the one, and each time it
 * takes a walk over a million aliases to see that it is not.
 */
static void make_maze(struct mutant *mutant)
{
	const uint32_t slot_count = UINT32_C(1) << 17;
	const uint32_t strings_size = UINT32_C(1) << 20;
	struct portdb_header *header = (void *)sound.image.bytes;
	uint32_t records = (uint32_t)sizeof *header + slot_count * 8;
	uint32_t end = records + (uint32_t)sizeof(struct portdb_record) + strings_size + 4;
	uint64_t hash = portdb_hash_name(0, "none", 4, portdb_protocol_of(NULL));

	*mutant = (struct mutant){calloc(1, end), end, end};
	memcpy(mutant->bytes, header, sizeof *header);
	header = (void *)mutant->bytes;
	header->file_size = to_le32(end);
	header->slot_count = to_le32(slot_count);
	header->probe_limit = to_le16(PORTDB_PROBES_MAX);
	header->index = (struct portdb_section){to_le32(sizeof *header), to_le32(slot_count * 8)};
	header->records = (struct portdb_section){to_le32(records), to_le32(end - records)};
	header->claims = header->sources = header->strings =
	    (struct portdb_section){to_le32(records), to_le32(0)};
	struct portdb_slot *slots = (void *)(header + 1);
	for (uint32_t i = 0; i < slot_count; i++)
		slots[i] = portdb_slot_of(records, PORTDB_FAR, (uint16_t)(hash >> 48));
	*(struct portdb_record *)(void *)(mutant->bytes + records) =
	    (struct portdb_record){.strings_size = to_le32(strings_size),
				   .protocol = to_le32(1),
				   .alias_count = to_le32(strings_size - 2)};
	mutant_seal(mutant, SEALED);
}

Test(bad_databases, keep_nobody_busy, .timeout = 30)
{
	struct mutant mutant;
	struct portdb db;
	struct portdb_service service;

	make_maze(&mutant);
	cr_assert_eq(portdb_open(&db, mutant.bytes, mutant.size), PORTDB_OK);
	cr_expect_eq(portdb_by_name(&db, "none", NULL, &service), PORTDB_DAMAGED);
	free(mutant.bytes);
}
