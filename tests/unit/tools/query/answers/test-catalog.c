/* SPDX-License-Identifier: MIT */
/* A catalog of a damaged database: whatever the bytes, nothing beyond them is read. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/format.h"
#include "tests/support/bad-databases.h"
#include "tests/support/guarded.h"
#include "tests/support/support.h"
#include "tools/query/answers/conflicts.h"
#include "tools/query/answers/find.h"
#include "tools/query/answers/free-ports.h"
#include "tools/query/answers/nearest.h"
#include "tools/query/answers/search.h"
#include "tools/query/answers/typed.h"

static const char *const texts[] = {
    "ssh 22/tcp secsh\nssh 22/udp\nother 22/tcp\n",
    "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,Description[pt]\n"
    "ssh,22,tcp,sh,official,Logins,Acesso\n,20-30,tcp,,reserved,Kept,\nfar,70,sctp,,,x,\n"};

/* Reads all that a string has. */
static size_t read_string(const char *string)
{
	return string ? strlen(string) : 0;
}

static void read_claim(const struct answer_claim *claim)
{
	read_string(claim->source);
	read_string(claim->name);
	read_string(claim->aliases);
	read_string(claim->status);
	read_string(claim->description);
	read_string(claim->language);
	read_string(claim->notes);
}

static void read_answers(const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		read_string(answer->name);
		read_string(answer->protocol);
		read_string(answer->status);
		read_string(answer->description);
		read_string(answer->source);
		for (size_t j = 0; j < answer->alias_count; j++)
			read_string(answer->aliases[j]);
		for (size_t j = 0; j < answer->claim_count; j++)
			read_claim(&answer->claims[j]);
	}
}

static void add_answers(struct catalog *catalog, const char *text, struct answers *answers)
{
	struct question question = question_read(text);

	find_answers(catalog, &question, answers);
	question_free(&question);
}

/* Everything that portdb-query asks. Whether it noticed that the database is damaged. */
static bool ask_all(const struct portdb *db)
{
	char words[] = "log";
	char *word = words;
	const char *names[5];
	struct port_set taken = {{0}};
	struct answers answers = {0};
	struct catalog catalog;

	bool is_sound = catalog_open(&catalog, db, language_of("pt")) == PORTDB_OK;
	if (is_sound) {
		catalog_add_all(&answers, &catalog);
		add_answers(&catalog, "ssh", &answers);
		add_answers(&catalog, "22", &answers);
		add_answers(&catalog, "22/udp", &answers);
		find_range(&catalog, (struct port_range){0, UINT16_MAX}, NULL, &answers);
		search_services(&catalog, &word, 1, &answers);
		conflicts_find(&catalog, &answers);
		size_t count = nearest_names(&catalog, "ss", names, 5);
		for (size_t i = 0; i < count; i++)
			read_string(names[i]);
		is_sound = free_ports_take_claimed(&taken, &catalog.claims) == PORTDB_OK;
	}
	read_answers(&answers);
	free(answers.items);
	bool is_damaged = !is_sound || catalog.is_damaged;
	catalog_close(&catalog);
	return is_damaged;
}

/* Asks size bytes; false if they are no database at all. */
static bool ask_bytes(const unsigned char *bytes, size_t size, bool *is_damaged)
{
	static struct guarded guarded;
	struct portdb db;

	if (portdb_open(&db, guarded_copy(&guarded, bytes, size), size) != PORTDB_OK)
		return false;
	*is_damaged = ask_all(&db);
	return true;
}

Test(catalog, of_a_sound_database_is_not_damaged)
{
	struct database database;
	bool is_damaged = false;

	database_make(&database, texts, 2);
	cr_assert(ask_bytes(database.image.bytes, database.image.size, &is_damaged));
	cr_expect_not(is_damaged);
	database_free(&database);
}

/* Each byte in turn, by several values; checksums are right, but where the header is hit. */
Test(catalog, reads_nothing_beyond_a_damaged_database, .timeout = 120)
{
	static const unsigned char changes[] = {0x01, 0x80, 0xff};
	struct database database;
	unsigned noticed = 0;
	unsigned asked = 0;

	database_make(&database, texts, 2);
	for (size_t i = sizeof(struct portdb_header); i < database.image.size; i += stride())
		for (size_t j = 0; j < sizeof changes; j++) {
			bool is_damaged = false;
			database.image.bytes[i] ^= changes[j];
			cr_assert(ask_bytes(database.image.bytes, database.image.size, &is_damaged),
				  "byte %zu", i);
			database.image.bytes[i] ^= changes[j];
			noticed += is_damaged;
			asked++;
		}
	/* Many a byte just makes another letter or port, or is one of a slot that nobody asks for.
	 */
	cr_expect_gt(noticed, asked / 50, "%u of %u", noticed, asked);
	database_free(&database);
}

/* By the stock of bad databases: what only lookups notice is noticed by some question. */
Test(catalog, is_asked_of_each_bad_database)
{
	struct database database;

	database_make(&database, bad_database_texts, 2);
	for (size_t i = 0; i < bad_database_count; i++) {
		struct mutant mutant;
		bool is_damaged = false;
		bad_database_make(&mutant, &bad_databases[i], database.image.bytes,
				  database.image.size);
		bool is_open =
		    mutant.size <= GUARDED_MAX && ask_bytes(mutant.bytes, mutant.size, &is_damaged);
		cr_expect_eq(is_open, bad_databases[i].opens == PORTDB_OK, "%s",
			     bad_databases[i].name);
		free(mutant.bytes);
	}
	database_free(&database);
}

static void ask_for_all(struct catalog *catalog, struct answers *answers)
{
	catalog_add_all(answers, catalog);
}

static void ask_by_name(struct catalog *catalog, struct answers *answers)
{
	add_answers(catalog, "ssh", answers);
}

static void ask_by_alias(struct catalog *catalog, struct answers *answers)
{
	add_answers(catalog, "secsh", answers);
}

static void ask_by_port(struct catalog *catalog, struct answers *answers)
{
	add_answers(catalog, "22/tcp", answers);
}

/* Whose own answer is sound. */
static void ask_by_other_port(struct catalog *catalog, struct answers *answers)
{
	add_answers(catalog, "22/udp", answers);
}

static void ask_for_range(struct catalog *catalog, struct answers *answers)
{
	find_range(catalog, (struct port_range){1, 1000}, NULL, answers);
}

static void ask_for_words(struct catalog *catalog, struct answers *answers)
{
	char word[] = "acesso";

	search_services(catalog, &(char *){word}, 1, answers);
}

static void ask_for_conflicts(struct catalog *catalog, struct answers *answers)
{
	conflicts_find(catalog, answers);
}

static void ask_as_typed(struct catalog *catalog, const char *text, struct answers *answers)
{
	struct typed typed;

	typed_answer(catalog, text, answers, &typed);
	question_free(&typed.question);
}

static void ask_in_other_case(struct catalog *catalog, struct answers *answers)
{
	ask_as_typed(catalog, "FAR", answers);
}

static void ask_for_protocol(struct catalog *catalog, struct answers *answers)
{
	ask_as_typed(catalog, "70/SCTP", answers);
}

static void ask_for_nearest(struct catalog *catalog, struct answers *answers)
{
	const char *names[5];

	(void)answers;
	nearest_names(catalog, "fax", names, 5);
}

/* Strings of the first record that do not end: each question notices, and no text is made of what
 * follows them. */
Test(catalog, notices_strings_that_do_not_end_by_each_question)
{
	static void (*const asks[])(struct catalog *, struct answers *) = {
	    ask_for_all,       ask_by_name,      ask_by_alias,    ask_by_port,
	    ask_by_other_port, ask_for_range,    ask_for_words,   ask_for_conflicts,
	    ask_in_other_case, ask_for_protocol, ask_for_nearest,
	};
	struct database database;
	struct portdb_service service;
	uint32_t cursor = 0;

	database_make(&database, texts, 2);
	cr_assert_eq(portdb_next(&database.db, &cursor, &service), PORTDB_OK);
	database.image
	    .bytes[service.offset + sizeof(struct portdb_record) + service.strings_size - 1] = 'x';
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		struct answers answers = {0};
		struct catalog catalog;
		cr_assert_eq(catalog_open(&catalog, &database.db, language_of("")), PORTDB_OK);
		asks[i](&catalog, &answers);
		cr_expect(catalog.is_damaged, "question %zu", i);
		for (size_t j = 0; j < answers.count; j++)
			cr_expect_neq(answers.items[j].name, service.strings, "question %zu", i);
		free(answers.items);
		catalog_close(&catalog);
	}
	database_free(&database);
}

/* A claim that cannot be read may be the one that says what somebody looks for. */
Test(catalog, notices_a_damaged_claim_in_a_search)
{
	struct answers answers = {0};
	struct portdb_header header;
	struct portdb_claim claim;
	struct database database;
	struct catalog catalog;

	database_make(&database, texts, 2);
	memcpy(&header, database.image.bytes, sizeof header);
	unsigned char *first = database.image.bytes + from_le32(header.claims.offset);
	memcpy(&claim, first, sizeof claim);
	claim.name = to_le32(UINT32_MAX);
	memcpy(first, &claim, sizeof claim);
	cr_assert_eq(catalog_open(&catalog, &database.db, language_of("")), PORTDB_OK);
	ask_for_words(&catalog, &answers);
	cr_expect(catalog.is_damaged);
	free(answers.items);
	catalog_close(&catalog);
	database_free(&database);
}
