/* SPDX-License-Identifier: MIT */
/*
 * The way of nearly every lookup gives the answers of the way that takes care of everything, and it
 * is the way of nearly every lookup.
 */
#include <criterion/criterion.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "nss/at-once.h"
#include "tests/support/guarded.h"
#include "tests/support/support.h"

#define POISON 0xa5
#define MARGIN 64

static const char *const protocols[] = {NULL, "tcp", "udp", "sctp", "", "x", "xy", "a-long-one"};

#define PROTOCOLS (sizeof protocols / sizeof *protocols)

/* As strings go: within a block, to its last byte, one byte more, several blocks. */
static const char text[] = "ssh 22/tcp secsh\n"
			   "domain 53/tcp\n"
			   "domain 53/udp nameserver dns\n"
			   "m3ua 2905/sctp ss7\n"
			   "nine-byte 1/x\n"
			   "b 2/xy\n"
			   "just-a-block-1 3/tcp of-13-bytes-\n"
			   "one-byte-more- 4/tcp of-14-bytes--\n"
			   "a-name-of-more-than-sixteen-bytes 5/a-long-one\n"
			   "many 6/tcp one two three four five six seven eight nine ten eleven\n"
			   "last 7/tcp\n";

static struct database database;
static struct portdb_view view;

static void set_up(void)
{
	static const char *const texts[] = {text};

	database_make(&database, texts, 1);
	view = (struct portdb_view){.db = database.db, .generation = portdb_live.generation};
}

static void tear_down(void)
{
	database_free(&database);
}

TestSuite(at_once, .init = set_up, .fini = tear_down);

/* A question: a name, or where that is NULL a port. */
struct question {
	const char *name;
	const char *protocol;
	uint16_t port;
};

static enum portdb_at_once ask(const struct question *question, struct servent *entry, char *buffer,
			       size_t size)
{
	struct portdb_key key =
	    question->name ? portdb_key_of_name(&view.db, question->name, strlen(question->name),
						question->protocol)
			   : portdb_key_of_port(&view.db, question->port, question->protocol);

	return portdb_answer_at_once(&view, &key, entry, buffer, size);
}

static enum portdb_result find_with_care(const struct question *question,
					 struct portdb_service *service)
{
	return question->name
		   ? portdb_by_name(&view.db, question->name, question->protocol, service)
		   : portdb_by_port(&view.db, question->port, question->protocol, service);
}

/* The same answer in a buffer of that size at that alignment, or none; and nothing beyond it. */
static void expect_same(const struct question *question, size_t size, size_t alignment)
{
	static char memory[1024] __attribute__((aligned(16)));
	static char other[1024];
	char *buffer = memory + MARGIN + alignment;
	struct servent entry;
	struct servent expected;
	struct portdb_service service;
	char *expected_text = NULL;

	memset(memory, POISON, sizeof memory);
	enum portdb_at_once answer = ask(question, &entry, buffer, size);
	for (size_t i = 0; i < sizeof memory; i++)
		if (memory + i < buffer || memory + i >= buffer + size)
			cr_assert_eq((unsigned char)memory[i], POISON, "byte %zu", i);
	enum portdb_result result = find_with_care(question, &service);
	if (answer == PORTDB_IS_NOT_THERE)
		cr_assert_eq(result, PORTDB_NOT_FOUND);
	if (answer != PORTDB_ANSWERED)
		return;
	cr_assert_eq(result, PORTDB_OK);
	cr_assert_eq(portdb_servent_fill(&expected, &service, other, sizeof other), 0);
	expected_text = strdup(servent_text(&expected));
	cr_assert_str_eq(servent_text(&entry), expected_text);
	cr_assert_eq((uintptr_t)entry.s_aliases % _Alignof(char *), 0);
	cr_assert(entry.s_name >= buffer && entry.s_name < buffer + size);
	cr_assert((char *)entry.s_aliases >= buffer && (char *)entry.s_aliases < buffer + size);
	free(expected_text);
}

/* Whether it is answered, or not there, in a buffer of the size that programs have. */
static bool is_at_once(const struct question *question)
{
	char buffer[1024];
	struct servent entry;

	return ask(question, &entry, buffer, sizeof buffer) != PORTDB_TAKES_MORE;
}

/* Calls it for each name and port, with each protocol; the count of those. */
static unsigned for_each_question(bool (*call)(const struct question *))
{
	struct portdb_service service;
	uint32_t cursor = 0;
	unsigned count = 0;

	while (portdb_next(&view.db, &cursor, &service) == PORTDB_OK)
		for (size_t p = 0; p < PROTOCOLS; p++) {
			uint32_t alias = service.protocol;
			count += call(&(struct question){NULL, protocols[p], service.port});
			count += call(&(struct question){service.strings, protocols[p], 0});
			while (portdb_next_string(&service, &alias))
				count += call(
				    &(struct question){service.strings + alias, protocols[p], 0});
			count += call(&(struct question){"nothing", protocols[p], 0});
			count += call(&(struct question){NULL, protocols[p], 65535});
		}
	return count;
}

static bool expect_same_in_any_buffer(const struct question *question)
{
	for (size_t alignment = 0; alignment < sizeof(char *); alignment++)
		for (size_t size = 0; size < 256; size += stride())
			expect_same(question, size, alignment);
	return true;
}

Test(at_once, gives_the_answers_of_the_careful_way_in_any_buffer)
{
	cr_expect_gt(for_each_question(expect_same_in_any_buffer), 0);
}

static bool count_it(const struct question *question)
{
	(void)question;
	return true;
}

/* Hits and misses, whatever the protocol, the last record's and those of many blocks as well. */
Test(at_once, answers_every_ordinary_question)
{
	cr_expect_eq(for_each_question(is_at_once), for_each_question(count_it));
}

Test(at_once, leaves_a_buffer_that_is_small_to_the_careful_way)
{
	char buffer[64];
	struct servent entry;
	struct question question = {"ssh", "tcp", 0};

	cr_expect_eq(ask(&question, &entry, buffer, 2 * sizeof(char *) + PORTDB_BLOCK - 1),
		     PORTDB_TAKES_MORE);
	cr_expect_eq(ask(&question, &entry, buffer, 3 * sizeof(char *) + PORTDB_BLOCK),
		     PORTDB_ANSWERED);
}

Test(at_once, answers_nothing_by_a_view_that_has_changed)
{
	struct question question = {"ssh", "tcp", 0};
	struct question miss = {"nothing", "tcp", 0};

	view.generation++;
	cr_expect_not(is_at_once(&question));
	cr_expect_not(is_at_once(&miss));
}

/* A protocol that begins as the service's does; or that ends as it does, and so has its number. */
Test(at_once, tells_long_protocols_apart)
{
	static const char *const others[] = {"sct",       "sctpx",       "xsctp",
					     "a-long-on", "a-long-one-", "b-long-one"};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct question by_name = {"m3ua", others[i], 0};
		struct question by_port = {NULL, others[i], 5};
		expect_same(&by_name, 256, 0);
		expect_same(&by_port, 256, 0);
	}
}

/* Where the index no longer tells which name it means, the end of one is none. */
Test(at_once, does_not_take_the_end_of_a_name_for_one)
{
	struct database large;
	struct portdb_service service;
	char *many = text_of_many_aliases(10000);

	database_make(&large, (const char *const[]){many}, 1);
	view.db = large.db;
	cr_assert_eq(portdb_at(&large.db, large.db.records, &service), PORTDB_OK);
	const char *end = service.strings + PORTDB_FAR;
	cr_assert_neq(end[-1], '\0', "a name starts there");
	struct portdb_key key = portdb_key_of_name(&large.db, end, strlen(end), NULL);
	struct portdb_slot *slots = (void *)(uintptr_t)large.db.slots;
	for (uint32_t i = 0; i < large.db.slot_count; i++)
		slots[i] = portdb_slot_of(large.db.records, PORTDB_FAR, (uint16_t)(key.hash >> 48));
	char *buffer = malloc(1000000);
	struct servent entry;
	cr_expect_eq(ask(&(struct question){end, NULL, 0}, &entry, buffer, 1000000),
		     PORTDB_TAKES_MORE);
	free(buffer);
	database_free(&large);
	free(many);
}

/* ---- damaged records ---------------------------------------------------------------------- */

/* One record, with a block of strings and so many bytes behind it; then there is nothing. */
struct damage {
	const char *what;
	/* Of the record: the strings' size, the protocol's place and number, the aliases' count. */
	uint32_t strings_size;
	uint32_t protocol;
	uint32_t alias_count;
	uint32_t short_protocol;
	char strings[PORTDB_BLOCK];
	uint16_t position; /* of the name that is asked for, as the slot has it */
	uint16_t behind;
	uint16_t beyond; /* so many bytes of the block are no records any more */
};

#define TCP UINT32_C(0x01706374)

static const struct damage damages[] = {
    {"no strings", 0, 2, 0, TCP, "n\0tcp", 0, 0, 0},
    {"one byte of strings", 1, 2, 0, TCP, "n\0tcp", 0, 0, 0},
    {"more strings than there are", PORTDB_BLOCK + 1, 2, 0, TCP, "n\0tcp", 0, 24, 0},
    {"more blocks than there are", 4096, 2, 0, TCP, "n\0tcp", 0, 64, 0},
    {"all strings there can be", UINT32_MAX, 2, 0, TCP, "n\0tcp", 0, 0, 0},
    {"no NUL", PORTDB_BLOCK, 2, 0, TCP, "n\0tcpxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0, 0, 0},
    {"no NUL behind the name", 6, 3, 0, TCP, "n\0tcp", 0, 0, 0},
    {"no name", 6, 0, 0, TCP, "n\0tcp", 0, 0, 0},
    {"no protocol", 6, 6, 0, TCP, "n\0tcp", 0, 0, 0},
    {"a protocol behind the strings", 6, 7, 0, TCP, "n\0tcp", 0, 0, 0},
    {"a protocol far away", 6, UINT32_MAX, 0, TCP, "n\0tcp", 0, 0, 0},
    {"an alias too few", 6, 2, 1, TCP, "n\0tcp", 0, 0, 0},
    {"an alias within the protocol", 10, 2, 1, 1, "n\0tcp\0ali", 0, 0, 0},
    {"an alias of a shorter protocol", 10, 2, 1, TCP, "n\0tcpxali", 0, 0, 0},
    {"two aliases too few", 6, 2, 2, TCP, "n\0tcp", 0, 0, 0},
    {"all aliases there can be", 6, 2, UINT32_MAX, TCP, "n\0tcp", 0, 0, 0},
    {"a name behind the strings", 6, 2, 0, TCP, "n\0tcp\0n", 6, 0, 0},
    {"a name far away", 6, 2, 0, TCP, "n\0tcp", 2000, 0, 0},
    {"more strings than there are records", 7, 2, 0, TCP, "n\0tcp", 0, 0, PORTDB_BLOCK - 6},
    {"a protocol of another number", 6, 2, 0, 7, "n\0tcp", 0, 0, 0},
    {"a name in place of another protocol's", 6, 2, 0, 7, "n\0tcp", 0, 0, 0},
};

/* A database of that record, in memory that ends with it. */
static void make_damaged(struct portdb *db, struct guarded *guarded, const struct damage *damage,
			 uint16_t tag)
{
	static struct portdb_slot slot;
	uint32_t records = sizeof(struct portdb_header);
	uint32_t strings = records + sizeof(struct portdb_record);
	unsigned char bytes[1024] = {0};
	struct portdb_record record = {
	    .strings_size = to_le32(damage->strings_size),
	    .protocol = to_le32(damage->protocol),
	    .alias_count = to_le32(damage->alias_count),
	    .short_protocol = to_le32(damage->short_protocol),
	};

	memcpy(bytes + records, &record, sizeof record);
	memcpy(bytes + strings, damage->strings, PORTDB_BLOCK);
	slot = portdb_slot_of(records, damage->position, tag);
	*db = (struct portdb){
	    .bytes = guarded_copy(guarded, bytes, strings + PORTDB_BLOCK + damage->behind),
	    .slots = &slot,
	    .slot_count = 1,
	    .probe_limit = 1,
	    .records = records,
	    .records_end = strings + PORTDB_BLOCK + damage->behind - damage->beyond,
	    .block_starts = 1,
	};
}

/* What may be answered is well-formed, and nothing is read or written where there is nothing. */
static void expect_no_harm(const struct damage *damage, const struct portdb_key *key, int filling)
{
	static struct guarded buffers;
	size_t size = 256;
	char *buffer = (char *)guarded_bytes(&buffers, size);
	struct servent entry;
	enum portdb_at_once answer;

	memset(buffer, filling, size);
	answer = portdb_answer_at_once(&view, key, &entry, buffer, size);
	if (answer != PORTDB_ANSWERED)
		return;
	struct portdb_service service;
	cr_expect_eq(key->name ? portdb_by_name(&view.db, "n", "tcp", &service)
			       : portdb_by_port(&view.db, 0, "tcp", &service),
		     PORTDB_OK, "%s", damage->what);
	cr_expect(damage->position < damage->strings_size || !key->name, "%s", damage->what);
	size_t length = strnlen(entry.s_name, size) + 1;
	const char *end = entry.s_name + damage->strings_size;
	cr_expect(entry.s_name + length <= end, "%s", damage->what);
	cr_expect(entry.s_proto > entry.s_name && entry.s_proto < end, "%s", damage->what);
	cr_expect(entry.s_proto + strnlen(entry.s_proto, size) < end, "%s", damage->what);
	cr_expect_eq(entry.s_proto[-1], '\0', "%s", damage->what);
	for (char **alias = entry.s_aliases; *alias; alias++)
		cr_expect(*alias > entry.s_proto && *alias < end && (*alias)[-1] == '\0', "%s",
			  damage->what);
}

static void ask_damaged(const struct damage *damage, const struct portdb_key *key)
{
	static struct guarded guarded;

	make_damaged(&view.db, &guarded, damage, (uint16_t)(key->hash >> 48));
	expect_no_harm(damage, key, 'x');
	expect_no_harm(damage, key, '\0');
}

Test(at_once, does_no_harm_with_damaged_records)
{
	static const struct portdb no_seed;

	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		struct portdb_key name = portdb_key_of_name(&no_seed, "n", 1, "tcp");
		struct portdb_key port = portdb_key_of_port(&no_seed, 0, "tcp");
		ask_damaged(&damages[i], &name);
		ask_damaged(&damages[i], &port);
	}
}

/* The number of a protocol that it does not say whole is in no record. */
Test(at_once, does_not_go_by_the_number_of_a_long_protocol)
{
	static struct guarded guarded;
	static const struct portdb no_seed;
	const struct damage damage = {
	    "the number of another", 6, 2, 0, portdb_protocol_of("sctp"), "n\0tcp", 0, 0, 0};
	struct portdb_key key = portdb_key_of_name(&no_seed, "n", 1, "sctp");
	struct portdb_service service;
	char buffer[256];
	struct servent entry;

	make_damaged(&view.db, &guarded, &damage, (uint16_t)(key.hash >> 48));
	cr_expect_eq(portdb_answer_at_once(&view, &key, &entry, buffer, sizeof buffer),
		     PORTDB_TAKES_MORE);
	cr_expect_eq(portdb_by_name(&view.db, "n", "sctp", &service), PORTDB_NOT_FOUND);
}

/* The view is of a file that ends with its records, and behind which there is nothing. */
static void end_with_the_records(struct database *of)
{
	static struct guarded guarded;
	struct portdb_header *header = (void *)of->image.bytes;
	uint32_t size = from_le32(header->claims.offset);
	const struct portdb_section none = {to_le32(size), to_le32(0)};

	header->claims = header->sources = header->strings = none;
	header->file_size = to_le32(size);
	header->header_checksum =
	    to_le64(portdb_hash_bytes(0, header, offsetof(struct portdb_header, header_checksum)));
	cr_assert_eq(portdb_open(&view.db, guarded_copy(&guarded, of->image.bytes, size), size),
		     PORTDB_OK);
}

Test(at_once, reads_no_further_than_the_file)
{
	static const char *const short_text = "b 2/xy\n";
	struct database tiny;

	end_with_the_records(&database);
	cr_expect_gt(for_each_question(is_at_once), 0);
	cr_expect(is_at_once(&(struct question){"ssh", "tcp", 0}));
	cr_expect_not(is_at_once(&(struct question){"last", "tcp", 0}));
	database_make(&tiny, &short_text, 1);
	end_with_the_records(&tiny);
	cr_expect_not(is_at_once(&(struct question){"b", "xy", 0}));
	database_free(&tiny);
}
