/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "listening.h"
#include "nss/reader/freshness.h"
#include "tools/query/answers/free-ports.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"

/* Prints the listing if it has the columns that somebody wants. */
static enum report_result finish(struct listing *listing, bool is_known, const struct style *style)
{
	if (is_known)
		listing_print(listing, output_listing_format(style->format), &style->terminal);
	struct left_out left_out = {.changed_texts = listing->changed_texts};
	output_say_left_out(&left_out, style->format);
	listing_close(listing);
	return is_known ? REPORT_DONE : REPORT_NO_COLUMN;
}

/* When the source was modified, in UTC; NULL where nothing is known of that. */
static const char *date_of(struct listing *listing, const struct portdb_source_row *source)
{
	time_t seconds = (time_t)source->seconds;
	char text[64];
	struct tm date;

	if (source->kind == PORTDB_UNTRACKED || source->kind == PORTDB_ABSENT)
		return NULL;
	if (seconds != source->seconds) /* more than a time_t of 32 bits holds */
		return NULL;
	if (!gmtime_r(&seconds, &date) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &date))
		return NULL;
	return arena_print(&listing->memory, "%s", text);
}

static const char *state_of(const struct portdb_source_row *source,
			    const struct timespec *published)
{
	if (source->kind == PORTDB_UNTRACKED)
		return "not tracked";
	if (portdb_source_has_changed(source, published))
		return "changed";
	return source->kind == PORTDB_ABSENT ? "absent" : "unchanged";
}

static void add_source(struct listing *listing, const struct portdb_source_row *source,
		       const struct timespec *published)
{
	bool has_rows = source->kind == PORTDB_FILE || source->kind == PORTDB_FILE_AHEAD ||
			source->kind == PORTDB_UNTRACKED;
	const char *const cells[] = {
	    source->path,
	    has_rows ? arena_print(&listing->memory, "%u", source->claim_count) : NULL,
	    date_of(listing, source), state_of(source, published)};

	listing_add(listing, cells, false);
}

enum report_result report_sources(struct catalog *catalog, const struct timespec *published,
				  const struct style *style)
{
	static const struct listing_column columns[] = {
	    {.title = "SOURCE", .key = "source"},
	    {.title = "ROWS", .key = "rows", .is_number = true},
	    {.title = "MODIFIED", .key = "modified"},
	    {.title = "SINCE COMPILED", .key = "state"},
	};
	struct listing listing;
	struct portdb_source_row source;
	enum portdb_result result = PORTDB_NOT_FOUND;

	bool is_known =
	    listing_open_as(&listing, "sources", columns, LENGTH(columns), &style->wish);
	for (uint32_t i = 0;
	     is_known && (result = portdb_source_get(&catalog->claims, i, &source)) == PORTDB_OK;
	     i++)
		add_source(&listing, &source, published);
	if (result == PORTDB_DAMAGED)
		catalog->is_damaged = true;
	return finish(&listing, is_known, style);
}

static void say_failures(const struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->failure_count; i++)
		message_say("%s: %s", listeners->failures[i].path,
			    strerror(listeners->failures[i].error));
}

static void take_bound(struct port_set *taken)
{
	struct listeners listeners;

	if (!listening_find_bound(&listeners))
		message_say("/proc/net: %s: what is in use here is not known", strerror(errno));
	say_failures(&listeners);
	for (size_t i = 0; i < listeners.count; i++)
		port_set_add(taken,
			     (struct port_range){listeners.items[i].port, listeners.items[i].port});
	free(listeners.items);
}

/* From one port on to the end of the range, and then from its start; at most wish->limit. */
static size_t add_free(struct listing *listing, const struct port_set *taken,
		       const struct free_wish *wish)
{
	unsigned size = wish->range.last - wish->range.first + 1u;
	uint16_t first = wish->name ? free_ports_start(wish->range, wish->name) : wish->range.first;
	unsigned start = (unsigned)first - wish->range.first;
	size_t found = 0;

	for (unsigned i = 0; i < size && found < wish->limit; i++) {
		uint16_t port = (uint16_t)(wish->range.first + (start + i) % size);
		if (port_set_has(taken, port))
			continue;
		const char *cell = arena_print(&listing->memory, "%u", port);
		listing_add(listing, &cell, false);
		found++;
	}
	return found;
}

enum report_result report_free(struct catalog *catalog, const struct free_wish *wish,
			       const struct style *style)
{
	/* No headings: what is printed is a port, or one a line. */
	static const struct listing_column columns[] = {
	    {.title = "PORT", .key = "port", .is_number = true}};
	struct port_set taken = {{0}};
	struct listing listing;
	size_t found = 0;

	if (free_ports_take_claimed(&taken, &catalog->claims) != PORTDB_OK)
		catalog->is_damaged = true;
	if (!wish->has_ephemeral)
		free_ports_take_ephemeral(&taken);
	take_bound(&taken);
	bool is_known = listing_open_as(&listing, "free", columns, LENGTH(columns), &style->wish);
	if (style->format == FORMAT_TABLE)
		listing.has_no_headings = true;
	if (is_known)
		found = add_free(&listing, &taken, wish);
	enum report_result result = finish(&listing, is_known, style);
	return result == REPORT_DONE && found == 0 ? REPORT_NOTHING : result;
}

/* The user's name, or number if there is none. */
static const char *user_of(struct listing *listing, uid_t user)
{
	const struct passwd *entry = getpwuid(user);

	return entry ? arena_string(&listing->memory, entry->pw_name, strlen(entry->pw_name))
		     : arena_print(&listing->memory, "%u", (unsigned)user);
}

static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

static void add_listener(struct listing *listing, struct catalog *catalog,
			 const struct listener *listener, enum format format)
{
	struct portdb_service service;
	struct answer answer = {0};

	if (catalog_ask(catalog, NULL, listener->port, listener->protocol, &service))
		answer = catalog_answer(catalog, &service);
	const char *port =
	    format == FORMAT_TABLE
		? arena_print(&listing->memory, "%u/%s", listener->port, listener->protocol)
		: arena_print(&listing->memory, "%u", listener->port);
	const char *user = user_of(listing, listener->user);
	const char *process = text_or_null(listener->process);
	const char *unit = text_or_null(listener->unit);
	const char *const for_people[] = {listener->address,
					  port,
					  process,
					  user,
					  unit,
					  answer.name,
					  answer.status,
					  answer.description,
					  listener->protocol,
					  answer.language};
	const char *const for_scripts[] = {listener->address,
					   port,
					   listener->protocol,
					   process,
					   answer.name,
					   answer.status,
					   answer.description,
					   answer.language,
					   user,
					   unit};
	listing_add(listing, format == FORMAT_TABLE ? for_people : for_scripts, false);
}

static bool open_listening_sheet(struct listing *listing, const struct style *style)
{
	static const struct listing_column people[] = {
	    {.title = "ADDRESS"},
	    {.title = "PORT"},
	    {.title = "PROCESS"},
	    {.title = "USER"},
	    {.title = "UNIT", .is_optional = true},
	    {.title = "NAME"},
	    {.title = "STATUS"},
	    {.title = "DESCRIPTION", .is_long = true},
	    {.title = "PROTOCOL", .is_extra = true},
	    {.title = "LANGUAGE", .is_extra = true},
	};
	static const struct listing_column scripts[] = {
	    {.title = "ADDRESS", .key = "address"},
	    {.title = "PORT", .key = "port", .is_number = true},
	    {.title = "PROTOCOL", .key = "protocol"},
	    {.title = "PROCESS", .key = "process"},
	    {.title = "NAME", .key = "name"},
	    {.title = "STATUS", .key = "status"},
	    {.title = "DESCRIPTION", .key = "description"},
	    {.title = "LANGUAGE", .key = "language"},
	    {.title = "USER", .key = "user"},
	    {.title = "UNIT", .key = "unit"},
	};

	return style->format == FORMAT_TABLE
		   ? listing_open_as(listing, NULL, people, LENGTH(people), &style->wish)
		   : listing_open_as(listing, "listening", scripts, LENGTH(scripts), &style->wish);
}

/* The kernel's own sockets have no process, for root neither. */
static size_t count_hidden(const struct listeners *listeners)
{
	size_t hidden = 0;

	for (size_t i = 0; i < listeners->count; i++)
		hidden += !*listeners->items[i].process &&
			  (listeners->has_hidden_processes || geteuid() != 0);
	return hidden;
}

enum report_result report_listening(struct catalog *catalog, const struct style *style,
				    size_t *hidden)
{
	struct listeners listeners;
	struct listing listing;

	*hidden = 0;
	if (!listening_find(&listeners)) {
		message_say("/proc/net: %s", strerror(errno));
		return REPORT_FAILED;
	}
	say_failures(&listeners);
	bool is_known = open_listening_sheet(&listing, style);
	for (size_t i = 0; i < listeners.count && is_known; i++)
		add_listener(&listing, catalog, &listeners.items[i], style->format);
	*hidden = is_known ? count_hidden(&listeners) : 0;
	bool is_whole = listeners.failure_count == 0;
	enum report_result result = finish(&listing, is_known, style);
	free(listeners.items);
	return result == REPORT_DONE && !is_whole ? REPORT_FAILED : result;
}
