/* SPDX-License-Identifier: MIT */
#include "diff.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"

/* A question; its strings are a database's. */
struct asked {
	const char *name; /* NULL where a port is asked for */
	const char *protocol;
	uint16_t port;
};

struct questions {
	struct asked *items;
	size_t count;
	size_t capacity;
};

static void add_question(struct questions *questions, struct asked asked)
{
	questions->items = memory_grow(questions->items, questions->count, &questions->capacity,
				       sizeof *questions->items);
	questions->items[questions->count++] = asked;
}

/* With the protocol, and without. */
static void add_both(struct questions *questions, const char *name, uint16_t port,
		     const char *protocol)
{
	add_question(questions, (struct asked){name, protocol, port});
	add_question(questions, (struct asked){name, NULL, port});
}

/* All that can be asked of a database and is found. */
static void add_questions(struct questions *questions, struct catalog *catalog)
{
	struct portdb_service service;

	for (uint32_t cursor = 0; catalog_next_service(catalog, &cursor, &service);) {
		const char *protocol = service.strings + service.protocol;
		add_both(questions, service.strings, 0, protocol);
		for (uint32_t alias = service.protocol; portdb_next_string(&service, &alias);)
			add_both(questions, service.strings + alias, 0, protocol);
		add_both(questions, NULL, service.port, protocol);
	}
}

/* NULL stands before every text. */
static int compare_texts(const char *one, const char *other)
{
	if (!one || !other)
		return (one != NULL) - (other != NULL);
	return strcmp(one, other);
}

static int compare(const void *one, const void *other)
{
	const struct asked *first = one;
	const struct asked *second = other;

	if (!first->name != !second->name)
		return first->name ? -1 : 1;
	int names = compare_texts(first->name, second->name);
	if (names != 0)
		return names;
	if (first->port != second->port)
		return first->port < second->port ? -1 : 1;
	return compare_texts(first->protocol, second->protocol);
}

/* What a database answers. */
struct reply {
	bool is_found;
	struct portdb_service service;
};

static struct reply ask(struct catalog *catalog, const struct asked *asked)
{
	struct reply reply;

	reply.is_found =
	    catalog_ask(catalog, asked->name, asked->port, asked->protocol, &reply.service);
	return reply;
}

static bool is_same(const struct reply *old, const struct reply *new)
{
	if (!old->is_found || !new->is_found)
		return old->is_found == new->is_found;
	size_t size = old->service.strings_size;
	return old->service.port == new->service.port &&size ==
	       new->service.strings_size &&memcmp(old->service.strings, new->service.strings,
						  size) == 0;
}

static const char *question_text(struct listing *listing, const struct asked *asked)
{
	const char *subject =
	    asked->name ? asked->name : arena_print(&listing->memory, "%u", asked->port);

	return asked->protocol ? arena_print(&listing->memory, "%s/%s", subject, asked->protocol)
			       : subject;
}

static const char *aliases_text(struct listing *listing, const struct portdb_service *service)
{
	struct buffer aliases = {0};

	for (uint32_t alias = service->protocol; portdb_next_string(service, &alias);)
		buffer_print(&aliases, "%s%s", aliases.length > 0 ? " " : "",
			     service->strings + alias);
	const char *kept = arena_string(&listing->memory, aliases.bytes, aliases.length);
	buffer_free(&aliases);
	return kept;
}

/* As a services(5) file has it; "-" for none. */
static const char *reply_text(struct listing *listing, const struct reply *reply)
{
	const struct portdb_service *service = &reply->service;

	if (!reply->is_found)
		return "-";
	const char *aliases = aliases_text(listing, service);
	return arena_print(&listing->memory, "%s %u/%s%s%s", service->strings, service->port,
			   service->strings + service->protocol, *aliases ? " " : "", aliases);
}

/* Its name, port, protocol and aliases, or NULL for each. */
static void reply_cells(struct listing *listing, const struct reply *reply, const char **cells)
{
	const struct portdb_service *service = &reply->service;

	if (!reply->is_found)
		return;
	cells[0] = service->strings;
	cells[1] = arena_print(&listing->memory, "%u", service->port);
	cells[2] = service->strings + service->protocol;
	cells[3] = aliases_text(listing, service);
}

static void add_row(struct listing *listing, const struct asked *asked, const struct reply *old,
		    const struct reply *new, enum format format)
{
	const char *cells[9] = {question_text(listing, asked)};

	if (format == FORMAT_TABLE) {
		cells[1] = reply_text(listing, old);
		cells[2] = reply_text(listing, new);
	} else {
		reply_cells(listing, old, cells + 1);
		reply_cells(listing, new, cells + 5);
	}
	listing_add(listing, cells, false);
}

static bool open_sheet(struct listing *listing, const struct style *style)
{
	static const struct listing_column people[] = {
	    {.title = "QUESTION"},
	    {.title = "OLD", .is_long = true},
	    {.title = "NEW", .is_long = true},
	};
	static const struct listing_column scripts[] = {
	    {.title = "QUESTION", .key = "question"},
	    {.title = "OLD-NAME", .key = "old_name"},
	    {.title = "OLD-PORT", .key = "old_port", .is_number = true},
	    {.title = "OLD-PROTOCOL", .key = "old_protocol"},
	    {.title = "OLD-ALIASES", .key = "old_aliases"},
	    {.title = "NEW-NAME", .key = "new_name"},
	    {.title = "NEW-PORT", .key = "new_port", .is_number = true},
	    {.title = "NEW-PROTOCOL", .key = "new_protocol"},
	    {.title = "NEW-ALIASES", .key = "new_aliases"},
	};

	return style->format == FORMAT_TABLE
		   ? listing_open_as(listing, NULL, people, LENGTH(people), &style->wish)
		   : listing_open_as(listing, "diff", scripts, LENGTH(scripts), &style->wish);
}

/* A row for each question with another answer. */
static void add_rows(struct listing *listing, const struct questions *questions,
		     struct catalog *old, struct catalog *new, enum format format)
{
	for (size_t i = 0; i < questions->count; i++) {
		const struct asked *asked = &questions->items[i];
		if (i > 0 && compare(asked - 1, asked) == 0)
			continue;
		struct reply old_reply = ask(old, asked);
		struct reply new_reply = ask(new, asked);
		if (!is_same(&old_reply, &new_reply))
			add_row(listing, asked, &old_reply, &new_reply, format);
	}
}

static enum diff_result print(struct listing *listing, const struct style *style)
{
	struct left_out left_out = {0};
	bool is_other = listing->row_count > 0;

	/* Nothing to say is nothing to print, but for a document. */
	if (is_other || style->format != FORMAT_TABLE)
		listing_print(listing, output_listing_format(style->format), &style->terminal);
	left_out.changed_texts = listing->changed_texts;
	output_say_left_out(&left_out, style->format);
	return is_other ? DIFF_OTHER : DIFF_SAME;
}

enum diff_result diff_print(const struct portdb *old, const struct portdb *new,
			    const struct style *style)
{
	/* Of services alone, whatever else is in the databases. */
	struct catalog old_catalog = {.db = old};
	struct catalog new_catalog = {.db = new};
	struct questions questions = {0};
	struct listing listing;
	enum diff_result result = DIFF_NO_COLUMN;

	if (open_sheet(&listing, style)) {
		add_questions(&questions, &old_catalog);
		add_questions(&questions, &new_catalog);
		if (questions.count > 0)
			qsort(questions.items, questions.count, sizeof *questions.items, compare);
		add_rows(&listing, &questions, &old_catalog, &new_catalog, style->format);
		result = old_catalog.is_damaged || new_catalog.is_damaged ? DIFF_DAMAGED
									  : print(&listing, style);
	}
	free(questions.items);
	listing_close(&listing);
	return result;
}
