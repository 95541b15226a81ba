/* SPDX-License-Identifier: MIT */
/*
 * Two sources with a line "%%" between them, each a database of its own; each is a table, LDIF or a
 * services(5) file, by how it starts.
 *
 * It asserts: portdb-query --diff finds no difference of a database from itself. Between the two it
 * has a row for each question that they answer differently, once, and for no other, in JSON, CSV
 * and the table alike; and nothing of that gives a terminal orders.
 */
#include <csv.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/readback.h"
#include "texts.h"
#include "tools/query/diff.h"
#include "tools/shared/memory.h"

/* Each is asked of both. */
#define CLAIMS_MAX 200

static const struct terminal no_terminal = {.is_ascii = false};
static const struct terminal terminal = {.is_terminal = true};

/* What is printed; the caller frees it. */
static char *print(enum format format, const struct terminal *to, const struct database *old,
		   const struct database *new, bool is_other)
{
	const struct style style = {.format = format, .terminal = *to};
	FILE *usual = stdout;
	char *text;
	size_t size;

	/* The C library has stdout as a variable. */
	stdout = open_memstream(&text, &size);
	enum diff_result result = diff_print(&old->db, &new->db, &style);
	fclose(stdout);
	stdout = usual;
	if (result != (is_other ? DIFF_OTHER : DIFF_SAME))
		fail("the result is %d:\n%s", result, text);
	return text;
}

/* ---- the questions that are answered differently, counted another way ------------------------ */

struct question {
	const char *name; /* NULL where a port is asked for */
	uint16_t port;
	const char *protocol; /* NULL for any */
};

struct questions {
	struct question *items;
	size_t count;
	size_t capacity;
};

static bool is_equal(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool has_question(const struct questions *questions, const struct question *question)
{
	for (size_t i = 0; i < questions->count; i++) {
		const struct question *asked = &questions->items[i];
		if (asked->port == question->port && is_equal(asked->name, question->name) &&
		    is_equal(asked->protocol, question->protocol))
			return true;
	}
	return false;
}

static bool ask(const struct portdb *db, const struct question *question,
		struct portdb_service *service)
{
	enum portdb_result result =
	    question->name ? portdb_by_name(db, question->name, question->protocol, service)
			   : portdb_by_port(db, question->port, question->protocol, service);

	if (result != PORTDB_OK && result != PORTDB_NOT_FOUND)
		fail("a question cannot be answered: %d", result);
	return result == PORTDB_OK;
}

static bool is_answered_alike(const struct database *old, const struct database *new,
			      const struct question *question)
{
	struct portdb_service before;
	struct portdb_service after;
	bool is_found = ask(&old->db, question, &before);

	if (ask(&new->db, question, &after) != is_found)
		return false;
	return !is_found || (before.port == after.port && before.protocol == after.protocol &&
			     before.strings_size == after.strings_size &&
			     memcmp(before.strings, after.strings, before.strings_size) == 0);
}

static void add_question(struct questions *questions, struct question question)
{
	if (has_question(questions, &question))
		return;
	questions->items = memory_grow(questions->items, questions->count, &questions->capacity,
				       sizeof *questions->items);
	questions->items[questions->count++] = question;
}

static void add_questions(struct questions *questions, const struct database *from)
{
	for (size_t i = 0; i < from->merged.service_count; i++) {
		const struct service *service = &from->merged.services[i];
		const char *const protocols[] = {service->protocol, NULL};
		for (size_t j = 0; j < LENGTH(protocols); j++) {
			add_question(questions, (struct question){service->name, 0, protocols[j]});
			for (size_t k = 0; k < service->alias_count; k++)
				add_question(questions, (struct question){service->aliases[k], 0,
									  protocols[j]});
			add_question(questions,
				     (struct question){NULL, service->port, protocols[j]});
		}
	}
}

static size_t count_differences(const struct database *old, const struct database *new)
{
	struct questions questions = {0};
	size_t count = 0;

	add_questions(&questions, old);
	add_questions(&questions, new);
	for (size_t i = 0; i < questions.count; i++)
		count += !is_answered_alike(old, new, &questions.items[i]);
	free(questions.items);
	return count;
}

/* ---- the formats, by their own readers ------------------------------------------------------- */

static size_t count_in_json(const char *text)
{
	json_error_t error;
	json_t *document = json_loads(text, 0, &error);
	const json_t *rows = json_object_get(document, "diff");

	if (!json_is_array(rows))
		fail("no JSON: %s, in:\n%s", error.text, text);
	size_t count = json_array_size(rows);
	json_decref(document);
	return count;
}

static void count_row(int terminator, void *count)
{
	(void)terminator;
	++*(size_t *)count;
}

/* Without the row of headings. */
static size_t count_in_csv(const char *text)
{
	struct csv_parser parser;
	size_t count = 0;

	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
	if (csv_parse(&parser, text, strlen(text), NULL, count_row, &count) != strlen(text) ||
	    csv_fini(&parser, NULL, count_row, &count) != 0 || count == 0)
		fail("no CSV: %s, in:\n%s", csv_strerror(csv_error(&parser)), text);
	csv_free(&parser);
	return count - 1;
}

/* Without the line of headings, which is there only with others. */
static size_t count_in_table(const char *text)
{
	size_t lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines > 0 ? lines - 1 : 0;
}

static void check_counts(const struct database *old, const struct database *new, size_t expected)
{
	static size_t (*const counts[])(const char *) = {
	    [FORMAT_TABLE] = count_in_table,
	    [FORMAT_JSON] = count_in_json,
	    [FORMAT_CSV] = count_in_csv,
	};

	for (enum format format = FORMAT_TABLE; format <= FORMAT_CSV; format++) {
		char *text = print(format, &no_terminal, old, new, expected > 0);
		size_t count = counts[format](text);
		if (count != expected)
			fail("%zu differences, and not %zu, in format %d:\n%s", count, expected,
			     format, text);
		free(text);
	}
}

static void check_harmlessness(const struct database *old, const struct database *new,
			       bool is_other)
{
	struct arena memory = {0};

	for (enum format format = FORMAT_TABLE; format <= FORMAT_CSV; format++) {
		char *text = print(format, &terminal, old, new, is_other);
		const char *harm = readback_find_harm(&memory, text, "\n\t");
		if (harm)
			fail("format %d gives orders to a terminal: %s, in:\n%s", format, harm,
			     text);
		free(text);
	}
	arena_free(&memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct text texts[] = {{.bytes = ""}, {.bytes = ""}};
	struct database databases[2];
	size_t count = texts_of(bytes, size, texts, LENGTH(texts));
	size_t claims = 0;

	for (size_t i = 0; i < count; i++)
		claims += claims_in_prospect(texts[i].bytes, texts[i].size);
	if (claims > CLAIMS_MAX)
		return 0;
	for (size_t i = 0; i < LENGTH(databases); i++)
		compile_quietly(&databases[i], &texts[i], 1);
	free(print(FORMAT_TABLE, &no_terminal, &databases[0], &databases[0], false));
	size_t expected = count_differences(&databases[0], &databases[1]);
	check_counts(&databases[0], &databases[1], expected);
	check_harmlessness(&databases[0], &databases[1], expected > 0);
	for (size_t i = 0; i < LENGTH(databases); i++)
		database_free(&databases[i]);
	return 0;
}
