#include "reports.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "free-ports.h"
#include "listening.h"
#include "nss/reader/freshness.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void print_sheet(struct sheet *sheet, enum format format, const struct manner *manner)
{
	if (format == FORMAT_JSON)
		sheet_print_json(sheet);
	else if (format == FORMAT_CSV)
		sheet_print_csv(sheet);
	else
		sheet_print_table(sheet, manner);
	sheet_close(sheet);
}

/* When the source was modified, in UTC; NULL where nothing is known of that. */
static const char *date_of(struct sheet *sheet, const struct portdb_source_row *source)
{
	time_t seconds = (time_t)source->seconds;
	char text[64];
	struct tm date;

	if (source->kind != PORTDB_FILE && source->kind != PORTDB_DIRECTORY)
		return NULL;
	if (!gmtime_r(&seconds, &date) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &date))
		return NULL;
	return sheet_text(sheet, "%s", text);
}

static const char *state_of(const struct portdb_source_row *source)
{
	if (source->kind == PORTDB_UNTRACKED)
		return "not tracked";
	if (portdb_source_has_changed(source))
		return "changed";
	return source->kind == PORTDB_ABSENT ? "absent" : "unchanged";
}

void report_sources(struct knowledge *knowledge, enum format format, const struct manner *manner)
{
	static const struct sheet_column columns[] = {
	    {.title = "SOURCE", .key = "source"},
	    {.title = "ROWS", .key = "rows", .is_number = true},
	    {.title = "MODIFIED", .key = "modified"},
	    {.title = "SINCE COMPILED", .key = "state"},
	};
	struct sheet sheet;
	struct portdb_source_row source;
	enum portdb_result result;

	sheet_open(&sheet, "sources", columns, LENGTH(columns));
	for (uint32_t i = 0;
	     (result = portdb_source_get(&knowledge->claims, i, &source)) == PORTDB_OK; i++) {
		bool has_rows = source.kind == PORTDB_FILE || source.kind == PORTDB_UNTRACKED;
		const char *const cells[] = {
		    source.path, has_rows ? sheet_text(&sheet, "%u", source.claim_count) : NULL,
		    date_of(&sheet, &source), state_of(&source)};
		sheet_add(&sheet, cells, false);
	}
	if (result == PORTDB_DAMAGED)
		knowledge->is_damaged = true;
	print_sheet(&sheet, format, manner);
}

bool report_free(struct knowledge *knowledge, struct port_range range, size_t limit,
		 bool has_ephemeral, enum format format, const struct manner *manner)
{
	static const struct sheet_column columns[] = {{.key = "port", .is_number = true}};
	struct taken_ports taken = {{0}};
	struct sheet sheet;
	size_t found = 0;

	if (take_claimed(&taken, &knowledge->claims) != PORTDB_OK)
		knowledge->is_damaged = true;
	if (!has_ephemeral)
		take_range(&taken, ephemeral_ports());
	sheet_open(&sheet, "free", columns, LENGTH(columns));
	for (unsigned port = range.first; port <= range.last && found < limit; port++)
		if (!is_taken(&taken, (uint16_t)port)) {
			const char *cell = sheet_text(&sheet, "%u", port);
			sheet_add(&sheet, &cell, false);
			found++;
		}
	print_sheet(&sheet, format, manner);
	return found > 0;
}

static void add_listener(struct sheet *sheet, struct knowledge *knowledge,
			 const struct listener *listener, enum format format)
{
	struct portdb_service service;
	struct answer answer = {0};
	const char *process = *listener->process ? listener->process : NULL;
	enum portdb_result result =
	    portdb_by_port(knowledge->db, listener->port, listener->protocol, &service);

	if (result == PORTDB_OK)
		answer = answer_of_service(knowledge, &service);
	else if (result == PORTDB_DAMAGED)
		knowledge->is_damaged = true;
	if (format == FORMAT_TABLE) {
		const char *const cells[] = {
		    listener->address,
		    sheet_text(sheet, "%u/%s", listener->port, listener->protocol),
		    process,
		    answer.name,
		    answer.status,
		    answer.description};
		sheet_add(sheet, cells, false);
	} else {
		const char *const cells[] = {
		    listener->address,  sheet_text(sheet, "%u", listener->port),
		    listener->protocol, process,
		    answer.name,        answer.status,
		    answer.description, answer.language};
		sheet_add(sheet, cells, false);
	}
}

static void open_listening_sheet(struct sheet *sheet, enum format format)
{
	static const struct sheet_column people[] = {
	    {.title = "ADDRESS"}, {.title = "PORT"},   {.title = "PROCESS"},
	    {.title = "NAME"},    {.title = "STATUS"}, {.title = "DESCRIPTION", .is_long = true},
	};
	static const struct sheet_column scripts[] = {
	    {.key = "address"},     {.key = "port", .is_number = true},
	    {.key = "protocol"},    {.key = "process"},
	    {.key = "name"},        {.key = "status"},
	    {.key = "description"}, {.key = "language"},
	};

	if (format == FORMAT_TABLE)
		sheet_open(sheet, NULL, people, LENGTH(people));
	else
		sheet_open(sheet, "listening", scripts, LENGTH(scripts));
}

bool report_listening(struct knowledge *knowledge, enum format format, const struct manner *manner,
		      size_t *hidden)
{
	struct listeners listeners;
	struct sheet sheet;

	*hidden = 0;
	if (!find_listeners(&listeners))
		return false;
	open_listening_sheet(&sheet, format);
	for (size_t i = 0; i < listeners.count; i++) {
		const struct listener *listener = &listeners.items[i];
		/* The kernel's own sockets have no process, for root neither. */
		if (!*listener->process && (listeners.has_hidden_processes || geteuid() != 0))
			++*hidden;
		add_listener(&sheet, knowledge, listener, format);
	}
	print_sheet(&sheet, format, manner);
	free(listeners.items);
	return true;
}
