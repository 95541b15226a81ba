/* SPDX-License-Identifier: MIT */
/*
 * portdb-query: what a database knows, for people and scripts.
 */
#include <argp.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/file.h"
#include "request.h"
#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"
#include "tools/shared/standard-streams.h"

const char *argp_program_version = "portdb-query (" PACKAGE_NAME ") " PACKAGE_VERSION;

#define DEFAULT_BASE "ou=services,dc=example,dc=org"

enum key {
	KEY_ALL = 256,
	KEY_BASE,
	KEY_CLAIMS,
	KEY_CONFLICTS,
	KEY_DIFF,
	KEY_EPHEMERAL,
	KEY_FOR,
	KEY_FORMAT,
	KEY_FREE,
	KEY_LANG,
	KEY_LISTENING,
	KEY_NO_HEADINGS,
	KEY_RANGE,
	KEY_SEARCH,
	KEY_SOURCES,
	KEY_STATUS,
	KEY_USAGE,
};

/* What each is for stands in `help`. */
static const struct argp_option option_table[] = {
    {"claims", KEY_CLAIMS, NULL, 0, NULL, 0},
    {"all", KEY_ALL, NULL, 0, NULL, 0},
    {"search", KEY_SEARCH, "WORDS", 0, NULL, 0},
    {"range", KEY_RANGE, "A-B", 0, NULL, 0},
    {"status", KEY_STATUS, "STATUS", 0, NULL, 0},
    {"conflicts", KEY_CONFLICTS, NULL, 0, NULL, 0},
    {"sources", KEY_SOURCES, NULL, 0, NULL, 0},
    {"listening", KEY_LISTENING, NULL, 0, NULL, 0},
    {"diff", KEY_DIFF, NULL, 0, NULL, 0},
    {"free", KEY_FREE, "A-B", 0, NULL, 0},
    {NULL, 'n', "N", 0, NULL, 0},
    {"ephemeral", KEY_EPHEMERAL, NULL, 0, NULL, 0},
    {"for", KEY_FOR, "NAME", 0, NULL, 0},
    {"format", KEY_FORMAT, "FORMAT", 0, NULL, 0},
    {"json", 'J', NULL, 0, NULL, 0},
    {"output", 'o', "COLUMNS", 0, NULL, 0},
    {"no-headings", KEY_NO_HEADINGS, NULL, 0, NULL, 0},
    {"noheadings", KEY_NO_HEADINGS, NULL, OPTION_HIDDEN, NULL, 0},
    {"base", KEY_BASE, "DN", 0, NULL, 0},
    {"lang", KEY_LANG, "TAG", 0, NULL, 0},
    {"database", 'd', "FILE", 0, NULL, 0},
    {"help", 'h', NULL, 0, NULL, 0},
    {NULL, '?', NULL, OPTION_HIDDEN, NULL, 0},
    {"usage", KEY_USAGE, NULL, 0, NULL, 0},
    {"version", 'V', NULL, 0, NULL, 0},
    {0},
};

/* In groups, and on one screen, which argp would not do. */
static const char help[] =
    "Usage: portdb-query [OPTION...] QUESTION...\n"
    "Tell what is known of services. QUESTION is ssh, 443/tcp, 6000-6063, or -.\n"
    "What to show:\n"
    "      --claims           Every claim behind the answers, with source and line\n"
    "      --all              All services\n"
    "      --search=WORDS     Those that have all WORDS in what is said of them\n"
    "      --range=A-B        Those on the ports A to B\n"
    "      --status=STATUS    Of these the official, unofficial, ... ones\n"
    "      --conflicts        Ports that sources disagree about\n"
    "      --sources          What the database was made from\n"
    "      --listening        What listens on this host\n"
    "      --diff OLD NEW     What two databases answer otherwise\n"
    "Choosing a port:\n"
    "      --free=A-B [-n N]  Ports that nobody claims or uses, N of them at most\n"
    "      --for=NAME         From one on that depends on NAME\n"
    "      --ephemeral        Those of outgoing connections, too\n"
    "How to show it:\n"
    "  -J, --format=FORMAT    table, json (-J), csv, services, ldif or reserved-ports\n"
    "  -o, --output=COLUMNS   These columns;  --no-headings  without their names\n"
    "      --lang=TAG         Words in pt, zh, ...;  --base=DN  where LDIF entries go\n"
    "  -d, --database=FILE    Read this database\n"
    "  -h, --help, --usage, -V, --version, --json\n"
    "Exit status: 0 all found, 1 something not found or failed, 2 wrong usage.\n";

static void set_mode(struct request *request, enum mode mode, struct argp_state *state)
{
	if (request->mode != LOOK_UP)
		argp_error(state, "only one of --all, --search, --range, --conflicts, --sources, "
				  "--listening, --diff and --free");
	request->mode = mode;
}

static enum format read_format(const char *text, struct argp_state *state)
{
	static const char *const names[] = {"table",    "json", "csv",
					    "services", "ldif", "reserved-ports"};

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

/* What the rest of the options leaves open. */
static void complete(struct request *request)
{
	if (request->mode != LOOK_UP || request->word_count > 0)
		return;
	if (request->format == FORMAT_RESERVED_PORTS) {
		/* With the rows that are no service, for a range of ports say. */
		request->mode = RANGE;
		request->range = (struct port_range){0, UINT16_MAX};
	} else if (request->status) {
		request->mode = ALL;
	}
}

static void check_words(const struct request *request, struct argp_state *state)
{
	if (request->mode == LOOK_UP && request->word_count == 0)
		argp_error(state, "what about? Name a port, a service or an option");
	if (request->mode == DIFF) {
		if (request->word_count != 2)
			argp_error(state, "--diff goes with two databases, the old one first");
	} else if (request->mode != LOOK_UP && request->mode != SEARCH && request->word_count > 0) {
		argp_error(state, "'%s' is one too many", request->words[0]);
	}
}

static void check_format(const struct request *request, struct argp_state *state)
{
	if (request->format < FORMAT_SERVICES)
		return;
	if (request->mode >= SOURCES)
		argp_error(state, "that comes as table, json or csv only");
	if (request->has_claims)
		argp_error(state, "claims come as table, json or csv only");
	if (request->wish.columns || request->wish.has_no_headings)
		argp_error(state, "only table, json and csv have columns");
}

static void check_usage(struct request *request, struct argp_state *state)
{
	complete(request);
	if (request->status && request->mode != ALL && request->mode != SEARCH &&
	    request->mode != RANGE)
		argp_error(state, "--status goes with --all, --search or --range, or alone");
	check_words(request, state);
	if ((request->limit != SIZE_MAX || request->has_ephemeral || request->for_name) &&
	    request->mode != FREE)
		argp_error(state, "-n, --ephemeral and --for go with --free");
	if (request->has_claims && request->mode >= SOURCES)
		argp_error(state,
			   "--claims goes with services, not with what else there is to see");
	check_format(request, state);
}

static void print_and_exit(const char *text)
{
	fputs(text, stdout);
	exit(EXIT_SUCCESS);
}

/* Those that tell about the program; false for others. */
static bool parse_informative_option(int key, const struct argp_state *state)
{
	switch (key) {
	case 'h':
	case '?':
		print_and_exit(help);
		return true;
	case KEY_USAGE:
		argp_state_help(state, stdout, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
		return true;
	case 'V':
		printf("%s\n", argp_program_version);
		print_and_exit("");
		return true;
	default:
		return false;
	}
}

/* How to show it; false for other options. */
static bool parse_style(int key, char *argument, struct request *request, struct argp_state *state)
{
	switch (key) {
	case 'J':
		request->format = FORMAT_JSON;
		return true;
	case 'o':
		request->wish.columns = argument;
		return true;
	case KEY_BASE:
		request->base = argument;
		return true;
	case KEY_FORMAT:
		request->format = read_format(argument, state);
		return true;
	case KEY_LANG:
		request->language = language_of(argument);
		return true;
	case KEY_NO_HEADINGS:
		request->wish.has_no_headings = true;
		return true;
	default:
		return false;
	}
}

/* What is asked for; false for other options. */
static bool parse_mode(int key, char *argument, struct request *request, struct argp_state *state)
{
	switch (key) {
	case KEY_ALL:
		set_mode(request, ALL, state);
		return true;
	case KEY_CONFLICTS:
		set_mode(request, CONFLICTS, state);
		return true;
	case KEY_DIFF:
		set_mode(request, DIFF, state);
		return true;
	case KEY_FREE:
		set_mode(request, FREE, state);
		request->range = read_range(argument, state);
		return true;
	case KEY_LISTENING:
		set_mode(request, LISTENING, state);
		return true;
	case KEY_RANGE:
		set_mode(request, RANGE, state);
		request->range = read_range(argument, state);
		return true;
	case KEY_SEARCH:
		set_mode(request, SEARCH, state);
		request->search = argument;
		return true;
	case KEY_SOURCES:
		set_mode(request, SOURCES, state);
		return true;
	default:
		return false;
	}
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;

	if (parse_informative_option(key, state) || parse_style(key, argument, request, state) ||
	    parse_mode(key, argument, request, state))
		return 0;
	switch (key) {
	case 'd':
		request->database = argument;
		return 0;
	case 'n':
		request->limit = read_limit(argument, state);
		return 0;
	case KEY_CLAIMS:
		request->has_claims = true;
		return 0;
	case KEY_EPHEMERAL:
		request->has_ephemeral = true;
		return 0;
	case KEY_FOR:
		request->for_name = argument;
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
	if (name && (ascii_has(name, ".utf-8") || ascii_has(name, ".utf8")))
		setlocale(LC_CTYPE, "C.UTF-8");
}

static void give_examples(void)
{
	message_say("what about? For example:");
	message_print("  portdb-query 443 ssh/tcp             what is there");
	message_print("  portdb-query --search 'mail secure'  which one was that");
	message_print("  portdb-query --listening             what is open here");
	message_print("portdb-query --help tells the rest.");
}

int main(int argc, char **argv)
{
	static const struct argp parser = {
	    .options = option_table, .parser = parse_option, .args_doc = "QUESTION..."};
	struct request request = {
	    .database = portdb_file_path(),
	    .language = language_of_environment(),
	    .base = DEFAULT_BASE,
	    .limit = SIZE_MAX,
	};

	argp_err_exit_status = REQUEST_USAGE;
	standard_streams_guard(EXIT_FAILURE);
	set_locale();
	message_guard();
	if (argc < 2) {
		give_examples();
		return REQUEST_USAGE;
	}
	/* Of its errors, all but a lack of memory end the program. */
	memory_check_result(-argp_parse(&parser, argc, argv, ARGP_NO_HELP, NULL, &request));
	/* Of a comparison EXIT_FAILURE says that it was done. */
	if (request.mode == DIFF)
		standard_streams_set_status(REQUEST_USAGE);
	return request_run(&request);
}
