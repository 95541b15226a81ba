/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "free-ports.h"
#include "listening.h"
#include "nss/reader/freshness.h"
#include "tools/shared/memory.h"

static void print_and_close(struct listing *listing, enum format format,
			    const struct terminal *terminal)
{
	listing_print(listing,
		      format == FORMAT_JSON  ? LISTING_JSON
		      : format == FORMAT_CSV ? LISTING_CSV
					     : LISTING_TABLE,
		      terminal);
	listing_close(listing);
}

/* When the source was modified, in UTC; NULL where nothing is known of that. */
static const char *date_of(struct listing *listing, const struct portdb_source_row *source)
{
	time_t seconds = (time_t)source->seconds;
	char text[64];
	struct tm date;

	if (source->kind == PORTDB_UNTRACKED || source->kind == PORTDB_ABSENT)
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

void report_sources(struct catalog *catalog, const struct timespec *published, enum format format,
		    const struct terminal *terminal)
{
	static const struct listing_column columns[] = {
	    {.title = "SOURCE", .key = "source"},
	    {.title = "ROWS", .key = "rows", .is_number = true},
	    {.title = "MODIFIED", .key = "modified"},
	    {.title = "SINCE COMPILED", .key = "state"},
	};
	struct listing listing;
	struct portdb_source_row source;
	enum portdb_result result;

	listing_open(&listing, "sources", columns, LENGTH(columns));
	for (uint32_t i = 0;
	     (result = portdb_source_get(&catalog->claims, i, &source)) == PORTDB_OK; i++) {
		bool has_rows = source.kind == PORTDB_FILE || source.kind == PORTDB_FILE_AHEAD ||
				source.kind == PORTDB_UNTRACKED;
		const char *const cells[] = {
		    source.path,
		    has_rows ? arena_print(&listing.memory, "%u", source.claim_count) : NULL,
		    date_of(&listing, &source), state_of(&source, published)};
		listing_add(&listing, cells, false);
	}
	if (result == PORTDB_DAMAGED)
		catalog->is_damaged = true;
	print_and_close(&listing, format, terminal);
}

bool report_free(struct catalog *catalog, struct port_range range, size_t limit, bool has_ephemeral,
		 enum format format, const struct terminal *terminal)
{
	static const struct listing_column columns[] = {{.key = "port", .is_number = true}};
	struct taken_ports taken = {{0}};
	struct listing listing;
	size_t found = 0;

	if (free_ports_take_claimed(&taken, &catalog->claims) != PORTDB_OK)
		catalog->is_damaged = true;
	if (!has_ephemeral)
		free_ports_take(&taken, free_ports_ephemeral());
	listing_open(&listing, "free", columns, LENGTH(columns));
	for (unsigned port = range.first; port <= range.last && found < limit; port++)
		if (!free_ports_is_taken(&taken, (uint16_t)port)) {
			const char *cell = arena_print(&listing.memory, "%u", port);
			listing_add(&listing, &cell, false);
			found++;
		}
	print_and_close(&listing, format, terminal);
	return found > 0;
}

static void add_listener(struct listing *listing, struct catalog *catalog,
			 const struct listener *listener, enum format format)
{
	struct portdb_service service;
	struct answer answer = {0};
	const char *process = *listener->process ? listener->process : NULL;
	enum portdb_result result =
	    portdb_by_port(catalog->db, listener->port, listener->protocol, &service);

	if (result == PORTDB_OK)
		answer = catalog_answer(catalog, &service);
	else if (result == PORTDB_DAMAGED)
		catalog->is_damaged = true;
	if (format == FORMAT_TABLE) {
		const char *const cells[] = {
		    listener->address,
		    arena_print(&listing->memory, "%u/%s", listener->port, listener->protocol),
		    process,
		    answer.name,
		    answer.status,
		    answer.description};
		listing_add(listing, cells, false);
	} else {
		const char *const cells[] = {
		    listener->address,  arena_print(&listing->memory, "%u", listener->port),
		    listener->protocol, process,
		    answer.name,        answer.status,
		    answer.description, answer.language};
		listing_add(listing, cells, false);
	}
}

static void open_listening_sheet(struct listing *listing, enum format format)
{
	static const struct listing_column people[] = {
	    {.title = "ADDRESS"}, {.title = "PORT"},   {.title = "PROCESS"},
	    {.title = "NAME"},    {.title = "STATUS"}, {.title = "DESCRIPTION", .is_long = true},
	};
	static const struct listing_column scripts[] = {
	    {.key = "address"},     {.key = "port", .is_number = true},
	    {.key = "protocol"},    {.key = "process"},
	    {.key = "name"},        {.key = "status"},
	    {.key = "description"}, {.key = "language"},
	};

	if (format == FORMAT_TABLE)
		listing_open(listing, NULL, people, LENGTH(people));
	else
		listing_open(listing, "listening", scripts, LENGTH(scripts));
}

bool report_listening(struct catalog *catalog, enum format format, const struct terminal *terminal,
		      size_t *hidden)
{
	struct listeners listeners;
	struct listing listing;

	*hidden = 0;
	if (!listening_find(&listeners))
		return false;
	open_listening_sheet(&listing, format);
	for (size_t i = 0; i < listeners.count; i++) {
		const struct listener *listener = &listeners.items[i];
		/* The kernel's own sockets have no process, for root neither. */
		if (!*listener->process && (listeners.has_hidden_processes || geteuid() != 0))
			++*hidden;
		add_listener(&listing, catalog, listener, format);
	}
	print_and_close(&listing, format, terminal);
	free(listeners.items);
	return true;
}
