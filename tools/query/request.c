/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conflicts.h"
#include "find.h"
#include "nearest.h"
#include "nss/reader/freshness.h"
#include "report.h"
#include "search.h"
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
	struct terminal terminal;
	bool has_failed; /* or something was not found */
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
		message_say("%s: not found: ports go from 0 to 65535", question->text);
	else if (question->name)
		say_nearest(work, question);
	else
		message_say("%s: not found", question->text);
}

static void look_up_text(struct work *work, const char *text)
{
	struct question question = question_read(text);
	bool is_found = find_answers(&work->catalog, &question, &work->answers);

	/* There are names with a '/' in them. */
	if (!is_found && question.protocol) {
		struct question whole = question_of_name(text);
		is_found = find_answers(&work->catalog, &whole, &work->answers);
		question_free(&whole);
	}
	if (!is_found)
		say_not_found(work, &question);
	question_free(&question);
}

/* Questions are separated by blanks or line feeds. */
static void look_up_input(struct work *work)
{
	static const char blanks[] = " \t\n\v\f\r";
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		char *rest;
		for (char *word = strtok_r(line, blanks, &rest); word;
		     word = strtok_r(NULL, blanks, &rest))
			look_up_text(work, word);
	}
	free(line);
	if (ferror(stdin)) {
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

static const char *format_name(enum format format)
{
	static const char *const names[] = {
	    [FORMAT_TABLE] = "a table",    [FORMAT_JSON] = "JSON",
	    [FORMAT_CSV] = "CSV",          [FORMAT_SERVICES] = "a services file",
	    [FORMAT_LDIF] = "a directory",
	};

	return names[format];
}

static void say_left_out(size_t count, const char *what, enum format format)
{
	if (count > 0)
		message_say("%zu %s%s left out, which %s cannot hold", count, what,
			    count == 1 ? "" : "s", format_name(format));
}

static void print_answers(struct work *work)
{
	const struct request *request = work->request;
	bool has_claims = request->has_claims || request->mode == CONFLICTS;
	struct left_out left_out = {0};

	switch (request->format) {
	case FORMAT_TABLE:
		(has_claims ? output_claims_table : output_table)(&work->answers, &work->terminal);
		break;
	case FORMAT_JSON:
		output_json(&work->answers, has_claims, &left_out);
		break;
	case FORMAT_CSV:
		(has_claims ? output_claims_csv : output_csv)(&work->answers, &work->terminal,
							      &left_out);
		break;
	case FORMAT_SERVICES:
		output_services(&work->answers, &work->terminal, &left_out);
		break;
	case FORMAT_LDIF:
		output_ldif(&work->answers, request->base, &left_out);
		break;
	}
	say_left_out(left_out.names, "name", request->format);
	say_left_out(left_out.descriptions, "description", request->format);
}

/* What is hidden is no service; who wants to see that wants its rows. */
static void add_all(struct work *work)
{
	struct answer row;

	catalog_add_all(&work->answers, &work->catalog);
	if (!hidden_is_status(work->request->status))
		return;
	for (uint32_t number = 0; catalog_next_row(&work->catalog, &number, &row);)
		answers_add(&work->answers, &row);
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
		find_range(&work->catalog, request->range, answers);
	else
		conflicts_find(&work->catalog, answers);
	if (request->status)
		answers_keep_status(answers, request->status);
	print_answers(work);
	/* No conflict is no failure. */
	if (answers->count == 0 && request->mode != LOOK_UP && request->mode != CONFLICTS) {
		message_say("nothing found");
		work->has_failed = true;
	}
}

static void find_free(struct work *work)
{
	const struct request *request = work->request;

	if (report_free(&work->catalog, request->range, request->limit, request->has_ephemeral,
			request->format, &work->terminal))
		return;
	message_say("no port is free from %u to %u%s", request->range.first, request->range.last,
		    request->has_ephemeral ? ""
					   : ", those of outgoing connections aside (--ephemeral)");
	work->has_failed = true;
}

static void find_listening(struct work *work)
{
	size_t hidden;

	if (!report_listening(&work->catalog, work->request->format, &work->terminal, &hidden)) {
		message_say("/proc/net: %s", strerror(errno));
		work->has_failed = true;
	}
	if (hidden > 0)
		message_say("the processes of %zu socket%s are another user's and not shown",
			    hidden, hidden == 1 ? "" : "s");
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

	if (result != PORTDB_OK)
		work->catalog.is_damaged = true;
	else if (work->request->mode == SOURCES)
		report_sources(&work->catalog, &work->file.published, work->request->format,
			       &work->terminal);
	else if (work->request->mode == FREE)
		find_free(work);
	else if (work->request->mode == LISTENING)
		find_listening(work);
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

bool request_run(const struct request *request)
{
	struct work work = {.request = request, .terminal = terminal_of_output()};
	enum portdb_result result;

	if (!portdb_file_map(&work.file, request->database, &result)) {
		message_say("%s: %s", request->database,
			    result != PORTDB_OK ? portdb_strerror(result) : strerror(errno));
		return false;
	}
	work_on(&work);
	portdb_file_unmap(&work.file);
	return !work.has_failed;
}
