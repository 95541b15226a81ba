/* SPDX-License-Identifier: MIT */
/*
 * portdb-query: what a database knows, for people and scripts.
 */
#include <argp.h>
#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/file.h"
#include "request.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"

const char *argp_program_version = "portdb-query (" PACKAGE_NAME ") " PACKAGE_VERSION;

/* Wrong usage; the others are EXIT_SUCCESS, and EXIT_FAILURE for what was not found or failed. */
#define EXIT_USAGE 2

#define DEFAULT_BASE "ou=services,dc=example,dc=org"

enum key {
	KEY_ALL = 256,
	KEY_BASE,
	KEY_CLAIMS,
	KEY_CONFLICTS,
	KEY_DATABASE,
	KEY_EPHEMERAL,
	KEY_FORMAT,
	KEY_FREE,
	KEY_LANG,
	KEY_LISTENING,
	KEY_RANGE,
	KEY_SEARCH,
	KEY_SOURCES,
	KEY_STATUS,
};

static const struct argp_option option_table[] = {
    {"claims", KEY_CLAIMS, NULL, 0, "Show every claim, with its source and line", 0},
    {"all", KEY_ALL, NULL, 0, "All services", 0},
    {"search", KEY_SEARCH, "WORDS", 0, "Services that have all WORDS in what is said", 0},
    {"range", KEY_RANGE, "A-B", 0, "Services on the ports A to B", 0},
    {"status", KEY_STATUS, "STATUS", 0, "Services of this status: unofficial, ...", 0},
    {"conflicts", KEY_CONFLICTS, NULL, 0, "Ports that sources disagree about", 0},
    {"sources", KEY_SOURCES, NULL, 0, "What the database was made from", 0},
    {"listening", KEY_LISTENING, NULL, 0, "What listens on this host", 0},
    {"free", KEY_FREE, "A-B", 0, "Ports that no source claims", 0},
    {NULL, 'n', "N", 0, "At most N free ports", 0},
    {"ephemeral", KEY_EPHEMERAL, NULL, 0, "Free ports of outgoing connections, too", 0},
    {"format", KEY_FORMAT, "FORMAT", 0, "table, json, csv, services or ldif", 0},
    {"base", KEY_BASE, "DN", 0, "Where LDIF entries go", 0},
    {"lang", KEY_LANG, "TAG", 0, "The language of descriptions: pt, zh_CN, ...", 0},
    {NULL, 'd', "FILE", 0, "Read this database", 0},
    /* Both in one would make argp print a long note on arguments. */
    {"database", KEY_DATABASE, "FILE", OPTION_HIDDEN, NULL, 0},
    {0},
};

static const char documentation[] =
    "Tell what is known of services. QUESTION is NAME or PORT, NAME/PROTOCOL, or -."
    "\v"
    "Exit status: 0 all found, 1 something not found or failed, 2 wrong usage.";

static void set_mode(struct request *request, enum mode mode, struct argp_state *state)
{
	if (request->mode != LOOK_UP)
		argp_error(state, "only one of --all, --search, --range, --conflicts, --sources, "
				  "--listening and --free");
	request->mode = mode;
}

static enum format read_format(const char *text, struct argp_state *state)
{
	static const char *const names[] = {"table", "json", "csv", "services", "ldif"};

	for (size_t i = 0; i < LENGTH(names); i++)
		if (strcmp(text, names[i]) == 0)
			return (enum format)i;
	argp_error(state, "there is no format '%s'", text);
	return FORMAT_TABLE;
}

static struct port_range read_range(const char *text, struct argp_state *state)
{
	struct port_range range = {0, 0};

	if (!port_range_read(&range, text))
		argp_error(state, "'%s' is not a range of ports from 0 to 65535", text);
	return range;
}

static size_t read_limit(const char *text, struct argp_state *state)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || number == 0)
		argp_error(state, "'%s' is not a number of ports", text);
	return number;
}

static void check_usage(struct request *request, struct argp_state *state)
{
	bool is_plain = request->format == FORMAT_SERVICES || request->format == FORMAT_LDIF;

	if (request->status && request->mode == LOOK_UP && request->word_count == 0)
		request->mode = ALL;
	if (request->status && request->mode != ALL && request->mode != SEARCH &&
	    request->mode != RANGE)
		argp_error(state, "--status goes with --all, --search or --range, or alone");
	if (request->mode == LOOK_UP && request->word_count == 0)
		argp_error(state, "what about? Name a port, a service or an option");
	if (request->mode != LOOK_UP && request->mode != SEARCH && request->word_count > 0)
		argp_error(state, "'%s' is one too many", request->words[0]);
	if ((request->limit != SIZE_MAX || request->has_ephemeral) && request->mode != FREE)
		argp_error(state, "-n and --ephemeral go with --free");
	if (is_plain && request->mode >= SOURCES)
		argp_error(state, "that comes as table, json or csv only");
	if (is_plain && request->has_claims)
		argp_error(state, "claims come as table, json or csv only");
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'd':
	case KEY_DATABASE:
		request->database = argument;
		return 0;
	case 'n':
		request->limit = read_limit(argument, state);
		return 0;
	case KEY_ALL:
		set_mode(request, ALL, state);
		return 0;
	case KEY_BASE:
		request->base = argument;
		return 0;
	case KEY_CLAIMS:
		request->has_claims = true;
		return 0;
	case KEY_CONFLICTS:
		set_mode(request, CONFLICTS, state);
		return 0;
	case KEY_EPHEMERAL:
		request->has_ephemeral = true;
		return 0;
	case KEY_FORMAT:
		request->format = read_format(argument, state);
		return 0;
	case KEY_FREE:
		set_mode(request, FREE, state);
		request->range = read_range(argument, state);
		return 0;
	case KEY_LANG:
		request->language = language_of(argument);
		return 0;
	case KEY_LISTENING:
		set_mode(request, LISTENING, state);
		return 0;
	case KEY_RANGE:
		set_mode(request, RANGE, state);
		request->range = read_range(argument, state);
		return 0;
	case KEY_SEARCH:
		set_mode(request, SEARCH, state);
		request->search = argument;
		return 0;
	case KEY_SOURCES:
		set_mode(request, SOURCES, state);
		return 0;
	case KEY_STATUS:
		request->status = argument;
		return 0;
	case ARGP_KEY_ARGS:
		request->words = state->argv + state->next;
		request->word_count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		check_usage(request, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A locale that is not installed may still say that the terminal has UTF-8. */
static void set_locale(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *name = NULL;

	if (setlocale(LC_CTYPE, ""))
		return;
	for (size_t i = 0; i < LENGTH(variables) && !(name && *name); i++)
		name = getenv(variables[i]);
	if (name && (strcasestr(name, ".utf-8") || strcasestr(name, ".utf8")))
		setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	static const struct argp parser = {.options = option_table,
					   .parser = parse_option,
					   .args_doc = "QUESTION...",
					   .doc = documentation};
	struct request request = {
	    .database = portdb_file_path(),
	    .language = language_of_environment(),
	    .base = DEFAULT_BASE,
	    .limit = SIZE_MAX,
	};

	argp_err_exit_status = EXIT_USAGE;
	set_locale();
	message_guard();
	argp_parse(&parser, argc, argv, 0, NULL, &request);
	bool is_done = request_run(&request);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		message_say("standard output: %s", strerror(errno));
		is_done = false;
	}
	return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
