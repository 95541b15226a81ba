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
		for (size_t size = 0; size < 256; size++)
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
