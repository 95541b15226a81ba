/*
 * portdb-compile: from sources to a database.
 */
#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../nss/file.h"
#include "diagnostics.h"
#include "image.h"
#include "memory.h"
#include "merge.h"
#include "publish.h"
#include "sources.h"
#include "verify.h"

const char *argp_program_version = "portdb-compile (" PACKAGE_NAME ") " PACKAGE_VERSION;
const char *argp_program_bug_address = PACKAGE_BUGREPORT;

/* Wrong usage; the others are EXIT_SUCCESS, and EXIT_FAILURE for refused input or failed work. */
#define EXIT_USAGE 2

struct options {
	const char *output; /* NULL for the system's database */
	const char *root;   /* "" for this system */
	bool check;
	bool verify;
	struct diagnostics diagnostics;
	struct source_list named; /* what stands on the command line */
};

enum key {
	KEY_CHECK = 256,
	KEY_STRICT,
	KEY_VERIFY,
	KEY_ROOT,
};

static const struct argp_option option_table[] = {
    {"output", 'o', "FILE", 0, "Write the database FILE instead of the system's", 0},
    {"check", KEY_CHECK, NULL, 0, "Read and merge the sources, but write nothing", 0},
    {"strict", KEY_STRICT, NULL, 0, "Write nothing if a row of a source cannot be read", 0},
    {"verify", KEY_VERIFY, NULL, 0, "Check a database from end to end instead of making one", 0},
    {"root", KEY_ROOT, "DIR", 0, "Find the system's files and database below DIR", 0},
    {0},
};

static const char documentation[] =
    "Compile tables of services into the database that libnss_portdb answers from."
    "\v"
    "SOURCEs come from the highest, whose answers stand, to the lowest. One whose name ends in "
    ".csv is a table, any other a services(5) file. Without any, the system's are read: "
    "/etc/services, then the tables in " PORTDB_TABLES_DIRECTORY ".\n"
    "\n"
    "The system's database is " PORTDB_DATABASE_PATH ".\n"
    "Exit status: 0 done, 1 refused input or failed work, 2 wrong usage.";

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'o':
		options->output = argument;
		return 0;
	case KEY_CHECK:
		options->check = true;
		return 0;
	case KEY_STRICT:
		options->diagnostics.strict = true;
		return 0;
	case KEY_VERIFY:
		options->verify = true;
		return 0;
	case KEY_ROOT:
		options->root = argument;
		return 0;
	case ARGP_KEY_ARG:
		source_list_add(&options->named, argument);
		return 0;
	case ARGP_KEY_END:
		if (options->verify && (options->check || options->output))
			argp_error(state, "--verify makes no database: it takes no -o or --check");
		if (options->check && options->output)
			argp_error(state, "--check writes nothing: it takes no -o");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static char *system_database(const struct options *options)
{
	size_t size = strlen(options->root) + sizeof PORTDB_DATABASE_PATH;
	char *path = memory_allocate(size);

	snprintf(path, size, "%s%s", options->root, PORTDB_DATABASE_PATH);
	return path;
}

static void verify_file(const char *path, struct diagnostics *diagnostics)
{
	struct portdb_file file;
	enum portdb_result result;
	uint32_t services;

	if (!portdb_file_map(&file, path, &result)) {
		report_error(diagnostics, path, "%s",
			     result != PORTDB_OK ? portdb_strerror(result) : strerror(errno));
		return;
	}
	const char *wrong = verify(file.address, file.length, &services);
	portdb_file_unmap(&file);
	if (wrong)
		report_error(diagnostics, path, "%s", wrong);
	else
		printf("%s: %u services, nothing wrong\n", path, services);
}

static void verify_files(struct options *options)
{
	for (size_t i = 0; i < options->named.count; i++)
		verify_file(options->named.names[i].file, &options->diagnostics);
	if (options->named.count == 0) {
		char *path = system_database(options);
		verify_file(path, &options->diagnostics);
		free(path);
	}
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* What came of it all, in one line. */
static void print_summary(const struct merged *merged, size_t source_count,
			  const struct image *image, const struct timespec *start,
			  const char *where)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	long milliseconds =
	    (end.tv_sec - start->tv_sec) * 1000 + (end.tv_nsec - start->tv_nsec) / 1000000;
	printf("%zu service%s from %zu claim%s of %zu source%s, %u bytes, %ld ms: %s\n",
	       merged->service_count, plural(merged->service_count), merged->evidence_count,
	       plural(merged->evidence_count), source_count, plural(source_count), image->size,
	       milliseconds, where);
}

/* Puts the image where the options say, and tells. */
static void write_database(const struct options *options, const struct image *image,
			   struct diagnostics *diagnostics, char *where, size_t size)
{
	char *path =
	    options->output ? memory_copy_string(options->output) : system_database(options);

	/* The directory of the system's database may not be there yet, in a new image for one. */
	if (!options->output) {
		char *directory = memory_copy_string(path);
		if (mkdir(dirname(directory), 0755) != 0 && errno != EEXIST)
			report_error(diagnostics, directory, "%s", strerror(errno));
		free(directory);
	}
	enum outcome outcome = publish(image, path, diagnostics);
	snprintf(where, size, "%s%s", path, outcome == UNCHANGED ? " (unchanged)" : "");
	free(path);
}

/* From sources that were read to the database. */
static void compile(const struct options *options, const struct source *sources, size_t count,
		    const struct timespec *start, struct diagnostics *diagnostics)
{
	char where[PATH_MAX] = "nothing written (--check)";
	struct merged merged;
	struct image image;

	merge(&merged, sources, count);
	if (!image_make(&image, &merged, sources, count))
		report_error(diagnostics, "database", "it would be larger than 4 GiB");
	else if (!options->check)
		write_database(options, &image, diagnostics, where, sizeof where);
	if (diagnostics->errors == 0)
		print_summary(&merged, count, &image, start, where);
	free(image.bytes);
	merge_free(&merged);
}

static void read_and_compile(struct options *options)
{
	struct diagnostics *diagnostics = &options->diagnostics;
	struct source_list *list = &options->named;
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	if (list->count == 0)
		source_list_add_system(list, options->root, diagnostics);
	struct source *sources = source_list_read(list, diagnostics);
	if (diagnostics->strict && diagnostics->refused > 0)
		report_error(diagnostics, "--strict", "%lu row%s could not be read",
			     diagnostics->refused, plural(diagnostics->refused));
	if (diagnostics->errors == 0)
		compile(options, sources, list->count, &start, diagnostics);
	else
		fprintf(stderr, "%s: nothing written\n", program_invocation_short_name);

	for (size_t i = 0; i < list->count; i++)
		source_close(&sources[i]);
	free(sources);
}

int main(int argc, char **argv)
{
	static const struct argp parser = {option_table, parse_option, "[SOURCE...]", documentation,
					   NULL,         NULL,         NULL};
	struct options options = {.root = ""};

	argp_err_exit_status = EXIT_USAGE;
	/* A file that grows too large fails in write(2), where it can be cleaned up after. */
	signal(SIGXFSZ, SIG_IGN);
	argp_parse(&parser, argc, argv, 0, NULL, &options);
	if (options.verify)
		verify_files(&options);
	else
		read_and_compile(&options);
	source_list_free(&options.named);

	if (fflush(stdout) != 0)
		report_error(&options.diagnostics, "standard output", "%s", strerror(errno));
	return options.diagnostics.errors == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
