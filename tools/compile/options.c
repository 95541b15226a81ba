/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/file.h"
#include "tools/compile/sources/source-list.h"
#include "tools/shared/memory.h"

const char *argp_program_version = "portdb-compile (" PACKAGE_NAME ") " PACKAGE_VERSION;

/* Wrong usage; the others are EXIT_SUCCESS, and EXIT_FAILURE for refused input or failed work. */
#define EXIT_USAGE 2

enum key {
	KEY_AGAINST = 256,
	KEY_CHECK,
	KEY_FORMAT,
	KEY_LIST_SOURCES,
	KEY_ROOT,
	KEY_STDIN_NAME,
	KEY_STRICT,
	KEY_TRACK,
	KEY_VERIFY,
};

static const struct argp_option option_table[] = {
    {"output", 'o', "FILE", 0, "Write the database FILE instead of the system's", 0},
    {"check", KEY_CHECK, NULL, 0, "Report what is odd in the sources; write nothing", 0},
    {"strict", KEY_STRICT, NULL, 0, "Refuse rows that cannot be read; with --check, all findings",
     0},
    {"against", KEY_AGAINST, "FILE", 0,
     "With --check, compare with FILE below all SOURCEs, without findings about FILE itself", 0},
    {"track", KEY_TRACK, NULL, 0, "Let lookups notice when a named SOURCE changes", 0},
    {"list-sources", KEY_LIST_SOURCES, NULL, 0, "Tell what would be read; write nothing", 0},
    {"format", KEY_FORMAT, "FORMAT", 0,
     "List sources as table, json or csv; print findings as json", 0},
    {"verify", KEY_VERIFY, NULL, 0, "Check databases (FILE...) from end to end", 0},
    {"root", KEY_ROOT, "DIR", 0, "Find the system's files and database below DIR", 0},
    {"stdin-name", KEY_STDIN_NAME, "NAME", 0,
     "Call standard input (-) NAME, whose ending tells its format", 0},
    {"verbose", 'v', NULL, 0,
     "Mention files that are left alone; with --list-sources, names at other ports as well", 0},
    {0},
};

static const char documentation[] =
    "Compile tables of services into the database that libnss_portdb answers from."
    "\v"
    "SOURCEs come from the highest, whose answers stand, to the lowest. One whose name ends in "
    ".csv is a table, in .ldif a directory's ipService entries, any other a services(5) file; "
    "- is standard input. Without any, the system's are read: " PORTDB_DROPINS_DIRECTORY
    "/*, /etc/services, " PORTDB_VENDOR_DROPINS_DIRECTORY
    "/* and the tables, where those of " PORTDB_SITE_TABLES_DIRECTORY
    " stand in the place of those of " PORTDB_TABLES_DIRECTORY ".\n"
    "\n"
    "The system's database is " PORTDB_DATABASE_PATH ".\n"
    "Exit status: 0 done, 1 refused input or failed work, 2 wrong usage.";

static void set_mode(struct options *options, enum mode mode, struct argp_state *state)
{
	if (options->mode != COMPILE && options->mode != mode)
		argp_error(state, "--check, --list-sources and --verify exclude each other");
	options->mode = mode;
}

static enum listing_format read_format(const char *text, struct argp_state *state)
{
	static const char *const names[] = {"table", "json", "csv"};

	for (size_t i = 0; i < LENGTH(names); i++)
		if (strcmp(text, names[i]) == 0)
			return (enum listing_format)i;
	argp_error(state, "there is no format '%s'", text);
	return LISTING_TABLE;
}

bool options_is_standard_input(const char *argument)
{
	return strcmp(argument, "-") == 0;
}

static void check_usage(const struct options *options, struct argp_state *state)
{
	size_t inputs = 0;

	for (size_t i = 0; i < options->argument_count; i++)
		inputs += options_is_standard_input(options->arguments[i]);
	if (inputs > 0 && options->mode == VERIFY)
		argp_error(state, "a database cannot be read from standard input");
	if (inputs > 1)
		argp_error(state, "standard input (-) can be read only once");
	if (options->output && (options->mode == CHECK || options->mode == VERIFY))
		argp_error(state, "--check and --verify write nothing: they take no -o");
	if (options->tracks && options->mode != COMPILE)
		argp_error(state, "--track is for compiling");
	if (options->has_format && options->mode != LIST_SOURCES && options->mode != CHECK)
		argp_error(state, "--format goes with --list-sources and --check");
	if (options->mode == CHECK && options->format == LISTING_CSV)
		argp_error(state, "findings are printed as text, or as json");
	if (options->reference_count > 0 &&
	    (options->mode != CHECK || options->argument_count == 0))
		argp_error(state, "--against goes with --check and a SOURCE");
}

static void add_reference(struct options *options, const char *path)
{
	options->references =
	    memory_grow(options->references, options->reference_count, &options->reference_capacity,
			sizeof *options->references);
	options->references[options->reference_count++] = path;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'o':
		options->output = argument;
		return 0;
	case 'v':
		options->is_verbose = true;
		return 0;
	case KEY_AGAINST:
		add_reference(options, argument);
		return 0;
	case KEY_CHECK:
		set_mode(options, CHECK, state);
		return 0;
	case KEY_FORMAT:
		options->format = read_format(argument, state);
		options->has_format = true;
		return 0;
	case KEY_LIST_SOURCES:
		set_mode(options, LIST_SOURCES, state);
		return 0;
	case KEY_ROOT:
		/* Of a script, say, whose variable is not set. */
		if (!*argument)
			argp_error(state, "--root names no directory");
		options->root_path = argument;
		return 0;
	case KEY_STDIN_NAME:
		options->input_name = argument;
		return 0;
	case KEY_STRICT:
		options->diagnostics.strict = true;
		return 0;
	case KEY_TRACK:
		options->tracks = true;
		return 0;
	case KEY_VERIFY:
		set_mode(options, VERIFY, state);
		return 0;
	case ARGP_KEY_ARGS:
		options->arguments = state->argv + state->next;
		options->argument_count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		check_usage(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp parser = {.options = option_table,
					   .parser = parse_option,
					   .args_doc = "[SOURCE...]",
					   .doc = documentation};

	argp_err_exit_status = EXIT_USAGE;
	/* Of its errors, all but a lack of memory end the program. */
	memory_check_result(-argp_parse(&parser, argc, argv, 0, NULL, options));
}

void options_free(struct options *options)
{
	free(options->references);
}
