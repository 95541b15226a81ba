/* SPDX-License-Identifier: MIT */
/*
 * portdb-compile: from sources to a database.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "list-sources.h"
#include "nscd.h"
#include "nss/reader/file.h"
#include "options.h"
#include "publish.h"
#include "tools/compile/check/check.h"
#include "tools/compile/check/findings.h"
#include "tools/compile/check/other-ports.h"
#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/image/image.h"
#include "tools/compile/image/verify.h"
#include "tools/compile/merge/merge.h"
#include "tools/compile/sources/read-sources.h"
#include "tools/compile/sources/source-list.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"
#include "tools/shared/standard-streams.h"

/* The path of the system's database as it is seen from here. */
static char *system_database(const struct options *options)
{
	size_t size = strlen(options->root.path) + sizeof PORTDB_DATABASE_PATH;
	char *path = memory_allocate(size);

	snprintf(path, size, "%s%s", options->root.path, PORTDB_DATABASE_PATH);
	return path;
}

/* Why portdb_file_map failed. */
static const char *map_error(enum portdb_result result)
{
	if (result != PORTDB_OK)
		return portdb_strerror(result);
	if (errno == EACCES)
		return "may not be read, or its group or others may write it";
	return errno == EINVAL ? "not a regular file" : strerror(errno);
}

static bool has_trusted_owner(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && portdb_file_has_trusted_owner(&status);
}

/* The database at path, which messages call by the name `shown`. */
static void verify_file(const char *path, const char *shown, struct diagnostics *diagnostics)
{
	struct portdb_file file;
	enum portdb_result result;
	uint32_t services;

	if (!portdb_file_map(&file, path, &result)) {
		diagnostics_error(diagnostics, shown, "%s", map_error(result));
		return;
	}
	const char *wrong = verify_image(file.address, file.length, &services);
	portdb_file_unmap(&file);
	if (wrong)
		diagnostics_error(diagnostics, shown, "%s", wrong);
	else if (!has_trusted_owner(path))
		diagnostics_error(diagnostics, shown,
				  "nothing wrong with it, but your programs do not use it, as it "
				  "is neither root's nor yours");
	else
		message_tell("%s: %u service%s, nothing wrong", shown, services,
			     message_plural(services));
}

/* Below another root no link may lead out of it, so the file is opened there first. */
static void verify_system(struct options *options)
{
	char *shown = system_database(options);
	char link[64];
	int descriptor = root_open_file(&options->root, PORTDB_DATABASE_PATH, O_RDONLY);

	if (descriptor < 0) {
		diagnostics_error(&options->diagnostics, shown, "%s", map_error(PORTDB_OK));
	} else {
		snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
		verify_file(link, shown, &options->diagnostics);
		close(descriptor);
	}
	free(shown);
}

static void verify_files(struct options *options)
{
	for (size_t i = 0; i < options->argument_count; i++)
		verify_file(options->arguments[i], options->arguments[i], &options->diagnostics);
	if (options->argument_count == 0)
		verify_system(options);
}

/* Sources that were read: not directories, and not what is absent. */
static size_t count_sources(const struct source_list *list, const struct source *sources)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += !list->names[i].is_directory && sources[i].tracking.kind != PORTDB_ABSENT;
	return count;
}

/* What came of it all, in one line. */
static void print_summary(const struct merged *merged, size_t source_count,
			  const struct image *image, const struct timespec *start, const char *path,
			  enum outcome outcome)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	long milliseconds =
	    (end.tv_sec - start->tv_sec) * 1000 + (end.tv_nsec - start->tv_nsec) / 1000000;
	message_tell("%zu service%s from %zu claim%s of %zu source%s, %u bytes, %ld ms: %s%s",
		     merged->service_count, message_plural(merged->service_count),
		     merged->evidence_count, message_plural(merged->evidence_count), source_count,
		     message_plural(source_count), image->size, milliseconds, path,
		     outcome == UNCHANGED ? " (unchanged)" : "");
}

/* It may not be there yet: in a new image, or where /var is empty at each boot. */
static void make_database_directory(const struct options *options, struct diagnostics *diagnostics)
{
	char directory[] = PORTDB_DATABASE_PATH;

	*strrchr(directory, '/') = '\0';
	if (!root_make_directories(&options->root, directory))
		diagnostics_error(diagnostics, options->root.path, "cannot make %s: %s", directory,
				  strerror(errno));
}

/* Whether there would be nothing in the database, and not because there is nothing. */
static bool lost_all(const struct merged *merged, const char *path, struct diagnostics *diagnostics)
{
	if (merged->service_count > 0 || diagnostics->lost == 0)
		return false;
	diagnostics_error(diagnostics, path,
			  "not written, as no source of any service could be read");
	return true;
}

static enum outcome compile(struct diagnostics *diagnostics, const struct source_list *list,
			    const struct source *sources, struct publishing *publishing,
			    const char *path, const struct timespec *start)
{
	enum outcome outcome = FAILED;
	struct merged merged;
	struct image image = {0};
	const char *wrong;

	merge_sources(&merged, sources, list->count);
	if (lost_all(&merged, path, diagnostics))
		;
	else if ((wrong = image_make(&image, &merged, sources, list->count)))
		diagnostics_error(diagnostics, path, "%s", wrong);
	else
		outcome = publish_replace(publishing, &image);
	if (outcome != FAILED)
		print_summary(&merged, count_sources(list, sources), &image, start, path, outcome);
	free(image.bytes);
	merge_free(&merged);
	return outcome;
}

static void print_findings(const struct options *options, size_t rows, size_t sources)
{
	const struct diagnostics *diagnostics = &options->diagnostics;
	unsigned long findings = diagnostics->refused + diagnostics->warnings;

	if (diagnostics->record)
		findings_print_json(diagnostics->record, diagnostics, rows, sources);
	else
		printf("%zu claim%s of %zu source%s: %lu finding%s, %lu note%s\n", rows,
		       message_plural(rows), sources, message_plural(sources), findings,
		       message_plural(findings), diagnostics->notes,
		       message_plural(diagnostics->notes));
}

/* The linter: findings are the rows that were refused, and the warnings. */
static void check(struct options *options, const struct source_list *list,
		  const struct source *sources)
{
	struct diagnostics *diagnostics = &options->diagnostics;
	struct ephemeral ephemeral;
	struct check_scope scope = {.own_count = source_list_count_own(list),
				    .has_only_own = options->reference_count > 0,
				    .ephemeral = &ephemeral};
	size_t rows = 0;

	/* What another system's kernel does is not known. */
	ephemeral_read(&ephemeral, *options->root.path ? "" : EPHEMERAL_DIRECTORY);
	check_sources(sources, list->count, &scope, diagnostics);
	for (size_t i = 0; i < list->count; i++)
		rows += sources[i].claim_count;
	print_findings(options, rows, count_sources(list, sources));
	if (diagnostics->strict && diagnostics->refused + diagnostics->warnings > 0)
		diagnostics->errors++;
}

static void refuse_strictly(struct diagnostics *diagnostics)
{
	if (diagnostics->strict && diagnostics->refused > 0)
		diagnostics_error(diagnostics, "--strict",
				  "%lu row%s could not be read, so nothing was written",
				  diagnostics->refused, message_plural(diagnostics->refused));
	if (diagnostics->strict && diagnostics->lost > 0)
		diagnostics_error(diagnostics, "--strict",
				  "%lu source%s could not be read, so nothing was written",
				  diagnostics->lost, message_plural(diagnostics->lost));
}

static void list(struct options *options, const struct source_list *list,
		 const struct source *sources)
{
	char *path =
	    options->output ? memory_copy_string(options->output) : system_database(options);

	list_sources(list, sources, *options->root.path ? NULL : path, options->format);
	if (options->is_verbose)
		other_ports_note(sources, list->count, list->count, &options->diagnostics);
	free(path);
}

/* The sources that were asked for. */
static struct source_list make_list(struct options *options)
{
	struct source_list list = {.root = options->argument_count > 0 ? ROOT_HERE : options->root};

	for (size_t i = 0; i < options->argument_count; i++)
		if (options_is_standard_input(options->arguments[i]))
			source_list_add_standard_input(&list, options->input_name);
		else
			/* To be listed with its state, a source goes by the name under which it is
			 * tracked. */
			source_list_add(&list, options->arguments[i],
					options->tracks || options->mode == LIST_SOURCES);
	for (size_t i = 0; i < options->reference_count; i++)
		source_list_add_reference(&list, options->references[i]);
	if (list.count == 0)
		source_list_add_system(&list, options->is_verbose, &options->diagnostics);
	return list;
}

static void free_sources(const struct source_list *list, struct source *sources)
{
	for (size_t i = 0; i < list->count; i++)
		source_close(&sources[i]);
	free(sources);
}

static void tell(struct options *options)
{
	struct diagnostics_record record = {0};

	if (options->mode == CHECK && options->format == LISTING_JSON)
		options->diagnostics.record = &record;
	struct source_list sources_list = make_list(options);
	struct source *sources = read_sources(&sources_list, &options->diagnostics);

	if (options->mode == LIST_SOURCES)
		list(options, &sources_list, sources);
	else
		check(options, &sources_list, sources);
	free_sources(&sources_list, sources);
	source_list_free(&sources_list);
	options->diagnostics.record = NULL;
	diagnostics_record_free(&record);
}

/* The system may have others by now. What was named is what it was, and may be read only once. */
static void relist(struct options *options, struct source_list *list)
{
	if (!list->is_system)
		return;
	source_list_free(list);
	*list = make_list(options);
}

/* How often it is all done again where sources change meanwhile. */
#define COMPILATIONS_MAX 10

/*
 * Compiles what the sources hold when it is in place: should one have been touched since it was
 * read, once more. Whether something was published.
 */
static bool compile_until_current(struct options *options, struct publishing *publishing,
				  const char *path)
{
	bool has_changed = true;
	bool is_published = false;
	unsigned long errors = 0;
	struct source_list list = make_list(options);

	for (int i = 0; i < COMPILATIONS_MAX && has_changed; i++) {
		struct timespec start;
		enum outcome outcome = FAILED;
		clock_gettime(CLOCK_MONOTONIC, &start);
		if (i > 0) {
			options->diagnostics =
			    (struct diagnostics){.strict = options->diagnostics.strict};
			relist(options, &list);
		}
		struct source *sources = read_sources(&list, &options->diagnostics);
		refuse_strictly(&options->diagnostics);
		if (options->diagnostics.errors == 0)
			outcome = compile(&options->diagnostics, &list, sources, publishing, path,
					  &start);
		is_published = is_published || outcome == PUBLISHED;
		/* There may be one of a database that was published all the same. */
		errors += options->diagnostics.errors;
		has_changed = outcome != FAILED && read_sources_have_changed(&list, sources);
		free_sources(&list, sources);
	}
	options->diagnostics.errors = errors;
	source_list_free(&list);
	if (has_changed)
		diagnostics_warning(&options->diagnostics, path, 0,
				    "its sources change all the time; compile it again");
	return is_published;
}

static void compile_and_publish(struct options *options)
{
	bool is_system = !options->output;
	struct publishing *publishing = NULL;
	char *path = is_system ? system_database(options) : memory_copy_string(options->output);

	/* What is begun is ended in order, and nscd told, also where nobody reads messages. */
	signal(SIGPIPE, SIG_IGN);
	if (is_system)
		make_database_directory(options, &options->diagnostics);
	if (options->diagnostics.errors == 0)
		publishing = publish_begin(is_system ? &options->root : &ROOT_HERE,
					   is_system ? PORTDB_DATABASE_PATH : path, path,
					   PUBLISH_PATIENCE, &options->diagnostics);
	bool is_published = publishing && compile_until_current(options, publishing, path);
	publish_end(publishing);
	/* nscd knows the system's database only. */
	if (is_published && is_system && !*options->root.path)
		nscd_drop_services(&options->diagnostics);
	free(path);
}

int main(int argc, char **argv)
{
	struct options options = {.root_path = "", .input_name = "<stdin>"};

	standard_streams_guard(EXIT_FAILURE);
	setlocale(LC_CTYPE, "");
	/* What is large grows in its place, and leaves no hole when it is freed. */
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	message_guard();
	/* A file that grows too large fails in write(2), where it can be cleaned up after. */
	signal(SIGXFSZ, SIG_IGN);
	options_parse(&options, argc, argv);
	if (!root_open(&options.root, options.root_path))
		diagnostics_error(&options.diagnostics, options.root_path, "%s", strerror(errno));
	else if (options.mode == VERIFY)
		verify_files(&options);
	else if (options.mode == COMPILE)
		compile_and_publish(&options);
	else
		tell(&options);
	root_close(&options.root);
	options_free(&options);
	return options.diagnostics.errors == 0 && options.diagnostics.lost == 0 ? EXIT_SUCCESS
										: EXIT_FAILURE;
}
