#include "request.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conflicts.h"
#include "find.h"
#include "nearest.h"
#include "nss/reader/freshness.h"
#include "reports.h"
#include "search.h"
#include "tools/shared/memory.h"
#include "tools/shared/text.h"

#define obstack_chunk_alloc memory_allocate
#define obstack_chunk_free  free

#define NEAREST_MAX 5

struct work {
	const struct inquiry *inquiry;
	struct portdb_file file;
	struct knowledge knowledge;
	struct answers answers;
	struct manner manner;
	bool has_failed; /* or something was not found */
};

/* One line on standard error, whatever the strings in it. */
static void say(const struct work *work, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const struct work *work, const char *format, ...)
{
	struct obstack memory;
	va_list arguments;

	obstack_init(&memory);
	va_start(arguments, format);
	obstack_vprintf(&memory, format, arguments);
	va_end(arguments);
	obstack_1grow(&memory, '\0');
	const char *text = obstack_finish(&memory);
	fprintf(stderr, "%s: %s\n", program_invocation_short_name,
		text_for_people(&memory, text, work->manner.is_ascii));
	obstack_free(&memory, NULL);
}

/* Says that a name was not found, and which ones are like it. */
static void say_nearest(struct work *work, const struct question *question)
{
	const char *names[NEAREST_MAX];
	struct obstack list;

	size_t count = nearest_names(&work->knowledge, question->name, names, NEAREST_MAX);
	if (count == 0) {
		say(work, "%s: not found", question->text);
		return;
	}
	obstack_init(&list);
	for (size_t i = 0; i < count; i++)
		obstack_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
	obstack_1grow(&list, '\0');
	say(work, "%s: not found; near it: %s", question->text, (char *)obstack_finish(&list));
	obstack_free(&list, NULL);
}

static void say_not_found(struct work *work, const struct question *question)
{
	work->has_failed = true;
	if (question->is_out_of_range)
		say(work, "%s: not found: ports go from 0 to 65535", question->text);
	else if (question->name)
		say_nearest(work, question);
	else
		say(work, "%s: not found", question->text);
}

static void look_up_text(struct work *work, const char *text)
{
	struct question question = question_read(text);
	bool is_found = look_up(&work->knowledge, &question, &work->answers);

	/* There are names with a '/' in them. */
	if (!is_found && question.protocol) {
		struct question whole = question_of_name(text);
		is_found = look_up(&work->knowledge, &whole, &work->answers);
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
		say(work, "standard input: %s", strerror(errno));
		work->has_failed = true;
	}
}

static void look_up_words(struct work *work)
{
	const struct inquiry *inquiry = work->inquiry;

	for (size_t i = 0; i < inquiry->word_count; i++) {
		if (strcmp(inquiry->words[i], "-") == 0)
			look_up_input(work);
		else
			look_up_text(work, inquiry->words[i]);
	}
}

static void search_words(struct work *work)
{
	const struct inquiry *inquiry = work->inquiry;
	char **words = memory_allocate((inquiry->word_count + 1) * sizeof *words);

	words[0] = inquiry->search;
	for (size_t i = 0; i < inquiry->word_count; i++)
		words[i + 1] = inquiry->words[i];
	search(&work->knowledge, words, inquiry->word_count + 1, &work->answers);
	free(words);
}

static void print_answers(struct work *work)
{
	const struct inquiry *inquiry = work->inquiry;
	bool has_claims = inquiry->has_claims || inquiry->mode == CONFLICTS;
	size_t left_out = 0;

	switch (inquiry->format) {
	case FORMAT_TABLE:
		(has_claims ? output_claims_table : output_table)(&work->answers, &work->manner);
		break;
	case FORMAT_JSON:
		output_json(&work->answers, has_claims);
		break;
	case FORMAT_CSV:
		(has_claims ? output_claims_csv : output_csv)(&work->answers);
		break;
	case FORMAT_SERVICES:
		output_services(&work->answers, &left_out);
		break;
	case FORMAT_LDIF:
		output_ldif(&work->answers, inquiry->base, &left_out);
		break;
	}
	if (left_out > 0)
		say(work, "%zu name%s left out, which %s cannot hold", left_out,
		    left_out == 1 ? "" : "s",
		    inquiry->format == FORMAT_LDIF ? "a directory" : "a services file");
}

static void find_answers(struct work *work)
{
	const struct inquiry *inquiry = work->inquiry;
	struct answers *answers = &work->answers;

	if (inquiry->mode == LOOK_UP)
		look_up_words(work);
	else if (inquiry->mode == ALL)
		answers_add_all(answers, &work->knowledge);
	else if (inquiry->mode == SEARCH)
		search_words(work);
	else if (inquiry->mode == RANGE)
		look_up_range(&work->knowledge, inquiry->range, answers);
	else
		find_conflicts(&work->knowledge, answers);
	if (inquiry->status)
		answers_keep_status(answers, inquiry->status);
	print_answers(work);
	/* No conflict is no failure. */
	if (answers->count == 0 && inquiry->mode != LOOK_UP && inquiry->mode != CONFLICTS) {
		say(work, "nothing found");
		work->has_failed = true;
	}
}

static void find_free(struct work *work)
{
	const struct inquiry *inquiry = work->inquiry;

	if (report_free(&work->knowledge, inquiry->range, inquiry->limit, inquiry->has_ephemeral,
			inquiry->format, &work->manner))
		return;
	say(work, "no port is free from %u to %u%s", inquiry->range.first, inquiry->range.last,
	    inquiry->has_ephemeral ? "" : ", those of outgoing connections aside (--ephemeral)");
	work->has_failed = true;
}

static void find_listening(struct work *work)
{
	size_t hidden;

	if (!report_listening(&work->knowledge, work->inquiry->format, &work->manner, &hidden)) {
		say(work, "/proc/net: %s", strerror(errno));
		work->has_failed = true;
	}
	if (hidden > 0)
		say(work, "the processes of %zu socket%s are another user's and not shown", hidden,
		    hidden == 1 ? "" : "s");
}

/* An answer is not silently stale. */
static void say_stale(struct work *work)
{
	struct portdb_changes changes;

	if (work->inquiry->mode != SOURCES && portdb_look_for_changes(&work->file.db, &changes))
		say(work, "%s: its sources have changed since (see --sources): run portdb-compile",
		    work->inquiry->database);
}

static void work_on(struct work *work)
{
	enum portdb_result result =
	    knowledge_open(&work->knowledge, &work->file.db, work->inquiry->language);

	if (result != PORTDB_OK)
		work->knowledge.is_damaged = true;
	else if (work->inquiry->mode == SOURCES)
		report_sources(&work->knowledge, work->inquiry->format, &work->manner);
	else if (work->inquiry->mode == FREE)
		find_free(work);
	else if (work->inquiry->mode == LISTENING)
		find_listening(work);
	else
		find_answers(work);
	if (work->knowledge.is_damaged) {
		say(work, "%s: %s", work->inquiry->database, portdb_strerror(PORTDB_DAMAGED));
		work->has_failed = true;
	} else {
		say_stale(work);
	}
	free(work->answers.items);
	knowledge_close(&work->knowledge);
}

bool inquire(const struct inquiry *inquiry)
{
	struct work work = {.inquiry = inquiry, .manner = manner_of_output()};
	enum portdb_result result;

	if (!portdb_file_map(&work.file, inquiry->database, &result)) {
		say(&work, "%s: %s", inquiry->database,
		    result != PORTDB_OK ? portdb_strerror(result) : strerror(errno));
		return false;
	}
	work_on(&work);
	portdb_file_unmap(&work.file);
	return !work.has_failed;
}
