/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "nss/reader/freshness.h"
#include "report.h"
#include "tools/query/answers/conflicts.h"
#include "tools/query/answers/find.h"
#include "tools/query/answers/nearest.h"
#include "tools/query/answers/search.h"
#include "tools/query/answers/typed.h"
#include "tools/shared/buffer.h"
#include "tools/shared/hidden.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"

#define NEAREST_MAX 5

struct work {
	const struct request *request;
	struct portdb_file file;
	struct catalog catalog;
	struct answers answers;
	struct style style;
	bool has_failed; /* or something was not found */
	bool is_misused; /* there is no such column */
};

/* Says that a name was not found, and which ones are like it. */
static void say_nearest(struct work *work, const struct question *question)
{
	const char *names[NEAREST_MAX];
	struct buffer list = {0};

	size_t count = nearest_names(&work->catalog, question->name, names, NEAREST_MAX);
	if (count == 0) {
		message_say("%s: not found", question->text);
		return;
	}
	for (size_t i = 0; i < count; i++)
		buffer_print(&list, "%s%s", i > 0 ? ", " : "", names[i]);
	message_say("%s: not found; near it: %s", question->text, buffer_string(&list));
	buffer_free(&list);
}

static void say_not_found(struct work *work, const struct question *question)
{
	work->has_failed = true;
	if (question->is_out_of_range)
		message_say("%s: not found: ports go from 0 to 65535%s", question->text,
			    strchr(question->text, '-') ? ", and a range upwards" : "");
	else if (question->name)
		say_nearest(work, question);
	else
		message_say("%s: not found", question->text);
}

/* A part of a text, or a text that has none; false if there is nothing. */
static bool look_up_part(struct work *work, const char *text, struct typed *typed)
{
	bool is_found = typed_answer(&work->catalog, text, &work->answers, typed);

	if (is_found && typed->found)
		message_say("%s: case ignored: %s", text, typed->found);
	return is_found;
}

/* "(443)" behind "https" says the same once more. */
static bool is_explanation(const char *text)
{
	return *text == '(' && text[strlen(text) - 1] == ')';
}

static void look_up_parts(struct work *work, const char *const *parts, size_t count)
{
	size_t first = work->answers.count;

	for (size_t i = 0; i < count; i++) {
		struct typed typed;
		size_t later = work->answers.count;
		if (!look_up_part(work, parts[i], &typed))
			say_not_found(work, &typed.question);
		answers_drop_repeated(&work->answers, first, later);
		question_free(&typed.question);
	}
}

static void look_up_text(struct work *work, const char *text)
{
	struct typed typed;
	const char *const *parts;
	size_t before = work->answers.count;

	if (look_up_part(work, text, &typed)) {
		if (is_explanation(text))
			answers_drop_repeated(&work->answers, 0, before);
	} else {
		size_t count = typed_parts(&work->catalog.memory, text, &parts);
		if (count > 1)
			look_up_parts(work, parts, count);
		else
			say_not_found(work, &typed.question);
	}
	question_free(&typed.question);
}

/* Questions are separated by blanks or line feeds, or by NULs, as find -print0 has it. */
static void look_up_input(struct work *work)
{
	static const char blanks[] = " \t\n\v\f\r";
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, stdin)) > 0) {
		char *rest;
		for (char *nul = line; (nul = memchr(nul, '\0', (size_t)(line + length - nul)));)
			*nul = '\n';
		for (char *word = strtok_r(line, blanks, &rest); word;
		     word = strtok_r(NULL, blanks, &rest))
			look_up_text(work, word);
	}
	free(line);
	/* An error, or no memory for the line, which leaves no mark on the stream. */
	if (!feof(stdin)) {
		message_say("standard input: %s", strerror(errno));
		work->has_failed = true;
	}
}

static void look_up_words(struct work *work)
{
	const struct request *request = work->request;

	for (size_t i = 0; i < request->word_count; i++) {
		if (strcmp(request->words[i], "-") == 0)
			look_up_input(work);
		else
			look_up_text(work, request->words[i]);
	}
}

static void search_words(struct work *work)
{
	const struct request *request = work->request;
	char **words = memory_allocate((request->word_count + 1) * sizeof *words);

	words[0] = request->search;
	for (size_t i = 0; i < request->word_count; i++)
		words[i + 1] = request->words[i];
	search_services(&work->catalog, words, request->word_count + 1, &work->answers);
	free(words);
}

static bool print_table(struct work *work, bool has_claims)
{
	return has_claims ? output_claims_table(&work->catalog, &work->answers, &work->style)
			  : output_table(&work->catalog, &work->answers, &work->style);
}

/* False if there is no column that was asked for. */
static bool print_in_format(struct work *work, struct left_out *left_out)
{
	const struct request *request = work->request;
	const struct answers *answers = &work->answers;
	bool has_claims = request->has_claims || request->mode == CONFLICTS;

	switch (request->format) {
	case FORMAT_TABLE:
		return print_table(work, has_claims);
	case FORMAT_JSON:
		return output_json(answers, has_claims, &work->style, left_out);
	case FORMAT_CSV:
		return (has_claims ? output_claims_csv : output_csv)(answers, &work->style,
								     left_out);
	case FORMAT_SERVICES:
		output_services(answers, &work->style.terminal, left_out);
		return true;
	case FORMAT_LDIF:
		output_ldif(answers, request->base, left_out);
		return true;
	case FORMAT_RESERVED_PORTS:
		if (!output_reserved_ports(answers)) {
			message_say("no drop-in claims a port");
			work->has_failed = true;
		}
		return true;
	}
	return true;
}

static void print_answers(struct work *work)
{
	struct left_out left_out = {0};

	work->is_misused = !print_in_format(work, &left_out);
	output_say_left_out(&left_out, work->request->format);
}

/* What is hidden is no service; who wants to see that wants its rows. */
static void add_all(struct work *work)
{
	const struct answers *aliases;
	struct portdb_claim_row row;

	catalog_add_all(&work->answers, &work->catalog);
	if (!hidden_is_status(work->request->status))
		return;
	for (uint32_t number = 0; catalog_next_row(&work->catalog, &number, &row);) {
		struct answer answer = catalog_answer_of_row(&work->catalog, &row);
		answers_add(&work->answers, &answer);
	}
	aliases = catalog_hidden_aliases(&work->catalog);
	for (size_t i = 0; i < aliases->count; i++)
		answers_add(&work->answers, &aliases->items[i]);
}

static void answer_request(struct work *work)
{
	const struct request *request = work->request;
	struct answers *answers = &work->answers;

	if (request->mode == LOOK_UP)
		look_up_words(work);
	else if (request->mode == ALL)
		add_all(work);
	else if (request->mode == SEARCH)
		search_words(work);
	else if (request->mode == RANGE)
		find_range(&work->catalog, request->range, NULL, answers);
	else
		conflicts_find(&work->catalog, answers);
	if (request->status)
		answers_keep_status(answers, request->status);
	print_answers(work);
	/* No conflict is no failure. */
	if (answers->count == 0 && request->mode != LOOK_UP && request->mode != CONFLICTS &&
	    !work->is_misused && !work->has_failed) {
		message_say("nothing found");
		work->has_failed = true;
	}
}

static void say_none_free(const struct request *request)
{
	message_say("no port is free from %u to %u%s", request->range.first, request->range.last,
		    request->has_ephemeral ? ""
					   : ", those of outgoing connections aside (--ephemeral)");
}

static enum report_result find_free(struct work *work)
{
	const struct request *request = work->request;
	const struct free_wish wish = {
	    .range = request->range,
	    .limit = request->limit,
	    .has_ephemeral = request->has_ephemeral,
	    .name = request->for_name,
	};

	enum report_result result = report_free(&work->catalog, &wish, &work->style);
	if (result == REPORT_NOTHING)
		say_none_free(request);
	return result;
}

static enum report_result find_listening(struct work *work)
{
	size_t hidden;

	enum report_result result = report_listening(&work->catalog, &work->style, &hidden);
	if (hidden > 0)
		message_say("the processes of %zu socket%s are another user's and not shown",
			    hidden, message_plural(hidden));
	return result;
}

static void report(struct work *work)
{
	enum report_result result;

	if (work->request->mode == FREE)
		result = find_free(work);
	else if (work->request->mode == LISTENING)
		result = find_listening(work);
	else
		result = report_sources(&work->catalog, &work->file.published, &work->style);
	work->has_failed = result == REPORT_NOTHING || result == REPORT_FAILED;
	work->is_misused = result == REPORT_NO_COLUMN;
}

/* An answer is not silently stale. */
static void say_stale(struct work *work)
{
	struct portdb_changes changes;

	if (work->request->mode != SOURCES &&
	    portdb_look_for_changes(&work->file.db, &work->file.published, &changes))
		message_say(
		    "%s: its sources have changed since (see --sources): run portdb-compile",
		    work->request->database);
}

static void work_on(struct work *work)
{
	enum portdb_result result =
	    catalog_open(&work->catalog, &work->file.db, work->request->language);

	/* A program may read any script, and be read by who can. */
	if (work->request->format == FORMAT_TABLE)
		work->catalog.scripts = work->style.terminal.is_ascii ? LATIN_ONLY : LATIN_AND_OWN;
	if (result != PORTDB_OK)
		work->catalog.is_damaged = true;
	else if (work->request->mode >= SOURCES)
		report(work);
	else
		answer_request(work);
	if (work->catalog.is_damaged) {
		message_say("%s: %s", work->request->database, portdb_strerror(PORTDB_DAMAGED));
		work->has_failed = true;
	} else {
		say_stale(work);
	}
	free(work->answers.items);
	catalog_close(&work->catalog);
}

/* Why portdb_file_map failed. */
static const char *map_error(enum portdb_result result)
{
	if (result != PORTDB_OK)
		return portdb_strerror(result);
	return errno == EINVAL ? "not a regular file" : strerror(errno);
}

static bool map_database(struct portdb_file *file, const char *path)
{
	enum portdb_result result;

	if (portdb_file_map(file, path, &result))
		return true;
	message_say("%s: %s", path, map_error(result));
	return false;
}

static int compare_databases(const struct request *request, const struct style *style)
{
	struct portdb_file old;
	struct portdb_file new;
	enum diff_result result = DIFF_DAMAGED;

	if (!map_database(&old, request->words[0]))
		return REQUEST_USAGE;
	if (map_database(&new, request->words[1])) {
		result = diff_print(&old.db, &new.db, style);
		if (result == DIFF_DAMAGED)
			message_say("%s, %s: %s", request->words[0], request->words[1],
				    portdb_strerror(PORTDB_DAMAGED));
		portdb_file_unmap(&new);
	}
	portdb_file_unmap(&old);
	return result == DIFF_SAME    ? EXIT_SUCCESS
	       : result == DIFF_OTHER ? EXIT_FAILURE
				      : REQUEST_USAGE;
}

int request_run(const struct request *request)
{
	struct work work = {.request = request,
			    .style = {.format = request->format,
				      .terminal = terminal_of_output(),
				      .wish = request->wish}};

	if (request->mode == DIFF)
		return compare_databases(request, &work.style);
	if (!map_database(&work.file, request->database))
		return EXIT_FAILURE;
	work_on(&work);
	portdb_file_unmap(&work.file);
	if (work.is_misused)
		return REQUEST_USAGE;
	return work.has_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
