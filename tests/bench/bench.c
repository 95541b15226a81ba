/* SPDX-License-Identifier: MIT */
/*
 * make bench: what a lookup through the C library costs with portdb, side by side with the null
 * module, "files" and what else is installed. portdb-bench COMPILER QUERY DATA DIRECTORY CSV
 *
 * DATA is the directory with the registry and the tables; DIRECTORY takes scratch files; CSV is
 * written. Started as --first SERVICE it measures one process's first lookup.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "others.h"
#include "programs.h"
#include "results.h"
#include "worker.h"

#define GENERATED_ENTRIES 200000
#define SOCKETS           2000
#define ROUNDS            201
#define SLOW_ROUNDS       5 /* for what takes a good part of a second */
#define FIRST_LOOKUPS     101
#define COLD_LOOKUPS      15

enum size { STOCK, REGISTRY, GENERATED, SIZE_COUNT };

/* A table of services in its two forms. */
static struct {
	size_t entries;
	char *services; /* a services(5) file */
	char *database;
	char *db; /* libnss-db's directory, or NULL */
} tables[SIZE_COUNT];

static const char *compiler;
static const char *query;
static const char *data;

static char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text_of(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		err(1, "no memory");
	va_end(arguments);
	return text;
}

static const char *const services[COLUMN_COUNT] = {"null", "portdb", "files", "files", "db"};

/* Only "files" has another /etc/services: portdb would take note that a source has changed. */
static struct worker_setup setup_of(enum column column, enum size size)
{
	return (struct worker_setup){
	    .service = services[column],
	    .services = column == FILES ? tables[size].services : NULL,
	    .database = column == PORTDB ? tables[size].database : NULL,
	    .db = column == DB ? tables[size].db : NULL,
	};
}

/* ---- tables ------------------------------------------------------------------------------- */

/* Lines of a services file that are not empty and no comment. */
static size_t count_entries(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[4096];
	size_t count = 0;

	if (!file)
		err(1, "%s", path);
	while (fgets(line, sizeof line, file))
		count += line[strspn(line, " \t\n")] != '\0' && line[0] != '#';
	fclose(file);
	return count;
}

static void append_file(FILE *to, const char *path)
{
	FILE *from = fopen(path, "re");
	char line[4096];

	if (!from)
		err(1, "%s", path);
	while (fgets(line, sizeof line, from))
		fputs(line, to);
	fclose(from);
}

/* The stock file, and behind it services that nobody has, four protocols for each port. */
static void generate(const char *path, size_t entries)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp", "dccp"};
	FILE *file = fopen(path, "we");

	if (!file)
		err(1, "%s", path);
	append_file(file, "/etc/services");
	for (size_t i = tables[STOCK].entries; i < entries; i++)
		fprintf(file, "service-%zu %zu/%s generated-%zu\n", i, 1 + i / 4 % 60000,
			protocols[i % 4], i);
	if (fclose(file) != 0)
		err(1, "%s", path);
}

static void run_or_fail(const char *const *arguments)
{
	if (program_run(NULL, arguments).milliseconds < 0)
		errx(1, "%s failed", arguments[0]);
}

/* The arguments that compile the whole system set. */
static const char *const *system_set(const char *output)
{
	static const char *arguments[64];
	char *directory = text_of("%s/tables", data);
	struct dirent **names;
	int count = scandir(directory, &names, NULL, alphasort);
	size_t argument = 0;

	arguments[argument++] = compiler;
	arguments[argument++] = "--track";
	arguments[argument++] = "-o";
	arguments[argument++] = output;
	arguments[argument++] = "/etc/services";
	for (int i = 0; i < count && argument < 63; i++)
		if (strstr(names[i]->d_name, ".csv"))
			arguments[argument++] = text_of("%s/%s", directory, names[i]->d_name);
	arguments[argument] = NULL;
	return arguments;
}

static void make_tables(void)
{
	int output;

	tables[STOCK].services = text_of("/etc/services");
	tables[STOCK].entries = count_entries("/etc/services");
	for (enum size size = 0; size < SIZE_COUNT; size++)
		tables[size].database = text_of("%s/%u.db", realpath(".", NULL), size);
	run_or_fail(
	    (const char *const[]){compiler, "-o", tables[STOCK].database, "/etc/services", NULL});

	run_or_fail(system_set(tables[REGISTRY].database));
	tables[REGISTRY].services = text_of("%s/registry.services", realpath(".", NULL));
	char *command = text_of("'%s' -d '%s' --format services --all >'%s'", query,
				tables[REGISTRY].database, tables[REGISTRY].services);
	output = system(command);
	if (output != 0)
		errx(1, "%s failed", query);
	tables[REGISTRY].entries = count_entries(tables[REGISTRY].services);

	tables[GENERATED].services = text_of("%s/generated.services", realpath(".", NULL));
	tables[GENERATED].entries = GENERATED_ENTRIES;
	generate(tables[GENERATED].services, GENERATED_ENTRIES);
	run_or_fail((const char *const[]){compiler, "-o", tables[GENERATED].database,
					  tables[GENERATED].services, NULL});
	for (enum size size = 0; size < SIZE_COUNT; size++) {
		tables[size].db = text_of("%s/%u.misc", realpath(".", NULL), size);
		if (!db_make(tables[size].services, tables[size].db))
			tables[size].db = NULL;
	}
	if (!tables[STOCK].db)
		fprintf(stderr, "bench: there is no libnss-db\n");
}

/* ---- lookups ------------------------------------------------------------------------------ */

struct contestant {
	struct worker worker;
	bool is_there;
	bool is_slow; /* too slow to be asked in each round */
};

static void start_contestants(struct contestant *contestants, enum size size, pid_t nscd,
			      bool has_file)
{
	for (enum column column = 0; column < COLUMN_COUNT; column++) {
		struct contestant *contestant = &contestants[column];
		struct worker_setup setup = setup_of(column, size);
		setup.has_file = has_file;
		setup.nscd = column == NSCD ? nscd : 0;
		*contestant = (struct contestant){.is_slow = column == FILES && size == GENERATED};
		if ((column == NSCD && nscd == 0) || (column == DB && !tables[size].db))
			continue;
		contestant->is_there = worker_start(&contestant->worker, &setup);
		if (!contestant->is_there)
			fprintf(stderr,
				"bench: no private /etc is permitted here: %s is left out\n",
				services[column]);
	}
}

static void stop_contestants(struct contestant *contestants)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (contestants[i].is_there)
			worker_stop(&contestants[i].worker);
}

/* One question to all in turn, again and again, so that what disturbs one disturbs the others. */
static void compete(struct contestant *contestants, enum question question, struct row *row,
		    unsigned rounds)
{
	for (unsigned round = 0; round < rounds; round++)
		for (enum column column = 0; column < COLUMN_COUNT; column++)
			if (contestants[column].is_there &&
			    (!contestants[column].is_slow || round % (ROUNDS / 2) == 0))
				row_take(row, column,
					 worker_ask(&contestants[column].worker, question));
}

static void measure_lookups(enum size size, pid_t nscd)
{
	struct contestant contestants[COLUMN_COUNT];

	start_contestants(contestants, size, nscd, false);
	for (enum question question = 0; question < QUESTION_COUNT; question++)
		compete(contestants, question,
			table_add(question_titles[question], tables[size].entries, "ns"),
			question == ENUMERATION ? SLOW_ROUNDS : ROUNDS);
	stop_contestants(contestants);
}

/* As programs have it: with an nsswitch.conf that the C library looks at each time. */
static void measure_with_switch(enum size size)
{
	static const enum question asked[] = {HIT_NAME_PROTOCOL, HIT_ALIAS, HIT_PORT_PROTOCOL,
					      MISS_PORT_PROTOCOL};
	struct contestant contestants[COLUMN_COUNT];

	start_contestants(contestants, size, 0, true);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		char *title = text_of("by nsswitch.conf: %s", question_titles[asked[i]]);
		compete(contestants, asked[i], table_add(title, tables[size].entries, "ns"),
			ROUNDS);
		free(title);
	}
	stop_contestants(contestants);
}

/* One in each column's turn, with what prepare does before each. */
static void take_first_lookups(struct row *row, enum size size, pid_t nscd, unsigned rounds,
			       bool (*prepare)(void))
{
	for (unsigned round = 0; round < rounds; round++)
		for (enum column column = 0; column < COLUMN_COUNT; column++) {
			struct worker_setup setup = setup_of(column, size);
			setup.nscd = column == NSCD ? nscd : 0;
			if ((column == NSCD && nscd == 0) || (column == DB && !setup.db))
				continue;
			if (!prepare || prepare())
				row_take(row, column, program_first_lookup(&setup) / 1e3);
		}
}

/* All that the kernel keeps of files, names and sizes: the next who asks has it from the disk. */
static bool drop_caches(void)
{
	sync();
	int descriptor = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	bool is_done = descriptor >= 0 && write(descriptor, "3", 1) == 1;
	close(descriptor);
	return is_done;
}

static void measure_first_lookups(enum size size, pid_t nscd)
{
	take_first_lookups(table_add("first lookup of a process", tables[size].entries, "µs"), size,
			   nscd, FIRST_LOOKUPS, NULL);
	if (!drop_caches())
		fprintf(stderr, "bench: who is not root may not drop the page cache\n");
	else
		take_first_lookups(
		    table_add("  nothing in the page cache", tables[size].entries, "µs"), size,
		    nscd, COLD_LOOKUPS, drop_caches);
}

static void measure_size(enum size size)
{
	pid_t nscd = nscd_start(tables[size].services);

	if (nscd == 0 && size == STOCK)
		fprintf(stderr, "bench: there is no nscd that could be started here\n");
	measure_lookups(size, nscd);
	if (size == REGISTRY)
		measure_with_switch(size);
	if (size != GENERATED)
		measure_first_lookups(size, nscd);
	nscd_stop(nscd);
}

/* ---- the compiler ------------------------------------------------------------------------- */

static void measure_compiler(enum size size, const char *title, const char *const *arguments)
{
	double rows = (double)tables[size].entries;
	struct usage usages[SLOW_ROUNDS];
	struct stat status;

	for (unsigned i = 0; i < SLOW_ROUNDS; i++)
		usages[i] = program_run(NULL, arguments);
	struct row *row = table_add(title, tables[size].entries, "ms");
	for (unsigned i = 0; i < SLOW_ROUNDS; i++)
		row_take(row, PORTDB, usages[i].milliseconds);
	row = table_add("  services a second", tables[size].entries, "1000/s");
	for (unsigned i = 0; i < SLOW_ROUNDS; i++)
		row_take(row, PORTDB, rows / usages[i].milliseconds);
	row = table_add("  memory at most", tables[size].entries, "MiB");
	for (unsigned i = 0; i < SLOW_ROUNDS; i++)
		row_take(row, PORTDB, usages[i].kibibytes / 1024);
	if (stat(tables[size].database, &status) == 0)
		row_take(table_add("  database, each service", tables[size].entries, "bytes"),
			 PORTDB, (double)status.st_size / rows);
}

static void measure_compilers(void)
{
	measure_compiler(REGISTRY, "compile the system's set",
			 system_set(tables[REGISTRY].database));
	measure_compiler(GENERATED, "compile generated services",
			 (const char *const[]){compiler, "-o", tables[GENERATED].database,
					       tables[GENERATED].services, NULL});
}

/* ---- portdb-query ------------------------------------------------------------------------- */

/* Beside a program that does nothing. */
static void measure_query(const char *title, const char *const *arguments)
{
	struct row *row = table_add(title, tables[REGISTRY].entries, "ms");

	for (unsigned round = 0; round < ROUNDS; round++) {
		row_take(row, NULL_MODULE,
			 program_run(NULL, (const char *const[]){"true", NULL}).milliseconds);
		row_take(row, PORTDB, program_run(NULL, arguments).milliseconds);
	}
}

static double bytes_printed(const char *const *arguments)
{
	char *command = text_of("'%s' -d '%s' %s %s %s | wc -c", arguments[0], arguments[2],
				arguments[3], arguments[4], arguments[5]);
	FILE *output = popen(command, "re");
	double bytes = -1;

	free(command);
	if (!output || fscanf(output, "%lf", &bytes) != 1)
		err(1, "%s", query);
	pclose(output);
	return bytes;
}

static void measure_queries(void)
{
	const char *database = tables[REGISTRY].database;
	const char *const export[] = {query, "-d", database, "--all", "--format", "json", NULL};
	double bytes = bytes_printed(export);

	measure_query("portdb-query, one name",
		      (const char *const[]){query, "-d", database, "smtp", NULL});
	measure_query("portdb-query --search",
		      (const char *const[]){query, "-d", database, "--search", "mail", NULL});
	struct row *row = table_add("portdb-query, all as JSON", tables[REGISTRY].entries, "MB/s");
	for (unsigned round = 0; round < ROUNDS; round++)
		row_take(row, PORTDB, bytes / program_run(NULL, export).milliseconds / 1e3);
}

/* ---- programs ----------------------------------------------------------------------------- */

static void measure_program(const char *title, const char *const *arguments)
{
	struct row *row = table_add(title, tables[REGISTRY].entries, "ms");
	struct worker_setup portdb = setup_of(PORTDB, REGISTRY);
	struct worker_setup files = setup_of(FILES, REGISTRY);

	portdb.has_file = true;
	files.has_file = true;
	for (unsigned round = 0; round < 3; round++) {
		row_take(row, PORTDB, program_run(&portdb, arguments).milliseconds);
		row_take(row, FILES, program_run(&files, arguments).milliseconds);
		row_take(row, PORTDB, program_run(&portdb, arguments).milliseconds);
	}
	if (row->samples[FILES].count == 0)
		fprintf(stderr, "bench: %s: not installed, or did not work\n", arguments[0]);
}

#define MEASURE_PROGRAM(title, ...) \
	measure_program((title), (const char *const[]){__VA_ARGS__, NULL})

static void measure_programs(void)
{
	static char process[16];

	MEASURE_PROGRAM("getent services smtp", "getent", "services", "smtp");
	MEASURE_PROGRAM("python3, 1024 ports", "python3", "-c",
			"import socket\n"
			"for port in range(1, 65536, 64):\n"
			"    try: socket.getservbyport(port, 'tcp')\n"
			"    except OSError: pass");
	unsigned sockets = open_sockets(SOCKETS);
	if (sockets == 0)
		fprintf(stderr, "bench: no private network is permitted here: no ss, no lsof\n");
	else if (sockets < SOCKETS)
		fprintf(stderr, "bench: %u sockets only\n", sockets);
	if (sockets > 0) {
		snprintf(process, sizeof process, "%d", getpid());
		MEASURE_PROGRAM("ss -tua, 2000 sockets", "ss", "-tua");
		MEASURE_PROGRAM("lsof -i, 2000 sockets", "lsof", "-a", "-i", "-p", process);
	}
}

int main(int count, char **arguments)
{
	if (count == 3 && strcmp(arguments[1], "--first") == 0)
		return first_lookup(arguments[2]);
	if (count != 6)
		errx(2, "usage: portdb-bench COMPILER QUERY DATA DIRECTORY CSV");
	setlocale(LC_ALL, "C.UTF-8"); /* for the table's signs */
	compiler = arguments[1];
	query = arguments[2];
	data = arguments[3];
	FILE *csv = fopen(arguments[5], "we");
	if (!csv)
		err(1, "%s", arguments[5]);
	if (chdir(arguments[4]) != 0)
		err(1, "%s", arguments[4]);

	make_tables();
	for (enum size size = 0; size < SIZE_COUNT; size++)
		measure_size(size);
	measure_compilers();
	measure_queries();
	measure_programs();
	table_print(stdout);
	table_write_csv(csv);
	return fclose(csv) == 0 ? 0 : 1;
}
