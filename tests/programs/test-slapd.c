/* SPDX-License-Identifier: MIT */
/*
 * A directory: services go into OpenLDAP's slapd as LDIF, come out of it by ldapsearch, and answer
 * as before. The server is this test's own: in its scratch directory, on a socket there.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nss/reader/claims.h"
#include "nss/reader/file.h"
#include "tests/support/hostile.h"
#include "tests/support/support.h"
#include "tools/query/output.h"
#include "tools/shared/memory.h"

#define BASE     "ou=services,dc=example,dc=org"
#define MANAGER  "cn=manager," BASE
#define PASSWORD "only-in-the-scratch-directory"

/* Where slapd was unpacked, see tests/support/unpack-packages; "" if it is installed. */
static const char *slapd_root;
static pid_t slapd;
static char *slapd_uri;

static bool is_program(const char *root, const char *path)
{
	char *whole;

	cr_assert_gt(asprintf(&whole, "%s%s", root, path), 0);
	bool is_there = access(whole, X_OK) == 0;
	free(whole);
	return is_there;
}

/* Finds the server and its tools, or says which are missing. */
static const char *find_programs(void)
{
	const char *unpacked = getenv("UNPACKED");
	char *root;

	cr_assert_gt(asprintf(&root, "%s/slapd", unpacked ? unpacked : ""), 0);
	if (is_program(root, "/usr/sbin/slapd"))
		slapd_root = root;
	else if (is_program("", "/usr/sbin/slapd"))
		slapd_root = "";
	else
		return "slapd is not installed (Debian: slapd)";
	if (!is_program("", "/usr/bin/ldapadd") || !is_program("", "/usr/bin/ldapsearch"))
		return "ldapadd and ldapsearch are not installed (Debian: ldap-utils)";
	return NULL;
}

static void write_configuration(const char *path)
{
	FILE *file = fopen(path, "we");
	const char *scratch = scratch_directory();
	char *data = scratch_path("directory");

	cr_assert_not_null(file);
	cr_assert_eq(mkdir(data, 0700), 0);
	for (size_t i = 0; i < 3; i++)
		fprintf(file, "include %s/etc/ldap/schema/%s.schema\n", slapd_root,
			(const char *[]){"core", "cosine", "nis"}[i]);
	fprintf(file, "modulepath %s/usr/lib/ldap\nmoduleload back_mdb\n", slapd_root);
	fprintf(file, "pidfile %s/slapd.pid\nargsfile %s/slapd.args\n", scratch, scratch);
	fprintf(file, "database mdb\nsuffix \"" BASE "\"\nrootdn \"" MANAGER "\"\n"
		      "rootpw " PASSWORD "\nmaxsize 67108864\n");
	fprintf(file, "directory %s\n", data);
	fclose(file);
	free(data);
}

/* "ldapi://" and the path of a socket, with its slashes escaped. */
static char *socket_uri(void)
{
	char *path = scratch_path("ldapi");
	char *uri;
	size_t size;
	FILE *stream = open_memstream(&uri, &size);

	fputs("ldapi://", stream);
	for (const char *next = path; *next; next++)
		fprintf(stream, *next == '/' ? "%%2F" : "%c", *next);
	fclose(stream);
	free(path);
	return uri;
}

/* An unpacked slapd has a library beside it. */
static void use_unpacked_libraries(void)
{
	char *pattern;
	glob_t found;

	cr_assert_gt(asprintf(&pattern, "%s/usr/lib/*/libslapi*", slapd_root), 0);
	if (*slapd_root != '\0' && glob(pattern, 0, NULL, &found) == 0) {
		*strrchr(found.gl_pathv[0], '/') = '\0';
		setenv("LD_LIBRARY_PATH", found.gl_pathv[0], 1);
		globfree(&found);
	}
	free(pattern);
}

/* In a child of this process, which ends with it whatever happens. */
static void start_slapd(void)
{
	char *configuration = scratch_path("slapd.conf");
	char *log = scratch_path("slapd.log");
	char *program;
	pid_t test = getpid();

	write_configuration(configuration);
	slapd_uri = socket_uri();
	cr_assert_gt(asprintf(&program, "%s/usr/sbin/slapd", slapd_root), 0);
	slapd = fork();
	cr_assert_geq(slapd, 0);
	if (slapd == 0) {
		int descriptor = open(log, O_WRONLY | O_CREAT, 0600);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (descriptor < 0 || getppid() != test)
			_exit(127);
		dup2(descriptor, 1);
		dup2(descriptor, 2);
		use_unpacked_libraries();
		/* Any -d keeps it in the foreground. */
		execl(program, program, "-d", "0", "-h", slapd_uri, "-f", configuration, NULL);
		_exit(127);
	}
	free(program);
	free(log);
	free(configuration);
}

static bool answers(void)
{
	struct run run;

	RUN(&run, "ldapsearch", "-x", "-H", slapd_uri, "-s", "base", "-b", "", "1.1");
	bool is_answered = run.status == 0;
	run_free(&run);
	return is_answered;
}

static void wait_for_slapd(void)
{
	for (int i = 0; i < 300; i++) {
		int status;
		if (answers())
			return;
		if (waitpid(slapd, &status, WNOHANG) == slapd) {
			char *log = read_file(scratch_path("slapd.log"), NULL);
			slapd = 0;
			cr_assert_fail("slapd ended with status %d: %s", status, log);
		}
		usleep(100000);
	}
	cr_assert_fail("slapd did not answer within 30 seconds");
}

static void stop_slapd(void)
{
	if (slapd <= 0)
		return;
	kill(slapd, SIGTERM);
	for (int i = 0; i < 100 && waitpid(slapd, NULL, WNOHANG) == 0; i++) {
		usleep(100000);
		if (i == 99) {
			kill(slapd, SIGKILL);
			waitpid(slapd, NULL, 0);
		}
	}
	slapd = 0;
}

TestSuite(slapd, .fini = stop_slapd, .timeout = 120);

static void expect_done(struct run *run, const char *what)
{
	cr_assert_eq(run->status, 0, "%s: %s", what, run->errors);
	run_free(run);
}

static void add_to_directory(const char *file)
{
	struct run run;

	RUN(&run, "ldapadd", "-x", "-H", slapd_uri, "-D", MANAGER, "-w", PASSWORD, "-f", file);
	expect_done(&run, "ldapadd");
}

static void compile(const char *database, const char *source)
{
	struct run run;

	RUN(&run, COMPILER, "--strict", "-o", database, source);
	cr_expect_str_eq(run.errors, "");
	expect_done(&run, "portdb-compile");
}

static void export(const char *database, const char *file)
{
	struct run run;

	RUN(&run, QUERY, "-d", database, "--format", "ldif", "--base", BASE, "--all");
	write_text(file, run.output);
	expect_done(&run, "portdb-query");
}

static void expect_same(const char *question, enum portdb_result result,
			const struct portdb_service *one, enum portdb_result other_result,
			const struct portdb_service *other)
{
	cr_expect_eq(result, other_result, "%s", question);
	if (result != PORTDB_OK || other_result != PORTDB_OK)
		return;
	cr_expect(one->port == other->port && one->alias_count == other->alias_count &&
		      one->strings_size == other->strings_size &&
		      memcmp(one->strings, other->strings, one->strings_size) == 0,
		  "%s: %s %u, not %s %u", question, other->strings, other->port, one->strings,
		  one->port);
}

static void ask_name(const struct portdb *one, const struct portdb *other, const char *name,
		     const char *protocol)
{
	struct portdb_service service;
	struct portdb_service other_service;
	enum portdb_result result = portdb_by_name(one, name, protocol, &service);

	expect_same(name, result, &service, portdb_by_name(other, name, protocol, &other_service),
		    &other_service);
}

static void ask_port(const struct portdb *one, const struct portdb *other, uint16_t port,
		     const char *protocol)
{
	struct portdb_service service;
	struct portdb_service other_service;
	enum portdb_result result = portdb_by_port(one, port, protocol, &service);

	expect_same("a port", result, &service,
		    portdb_by_port(other, port, protocol, &other_service), &other_service);
}

/* The protocols of the table, and one that it has not. */
static const char *const protocols[] = {"tcp", "udp", "ddp", "sctp", NULL};

/* All services in their order, by each of their names. The number of them. */
static unsigned compare_services(const struct portdb *one, const struct portdb *other)
{
	struct portdb_service service;
	struct portdb_service other_service;
	uint32_t cursor = 0;
	uint32_t other_cursor = 0;
	unsigned count = 0;

	for (;;) {
		enum portdb_result result = portdb_next(one, &cursor, &service);
		expect_same("the next service", result, &service,
			    portdb_next(other, &other_cursor, &other_service), &other_service);
		if (result != PORTDB_OK)
			return count;
		count++;
		uint32_t position = service.protocol;
		for (size_t i = 0; i < 5; i++)
			ask_name(one, other, service.strings, protocols[i]);
		while (portdb_next_string(&service, &position))
			for (size_t i = 0; i < 5; i++)
				ask_name(one, other, service.strings + position, protocols[i]);
	}
}

/* What the only claim of each service says of it. */
static unsigned compare_words(const struct portdb *one, const struct portdb *other)
{
	struct portdb_claims claims[2];
	struct portdb_claim_row row[2];
	unsigned count = 0;

	cr_assert_eq(portdb_claims_open(&claims[0], one), PORTDB_OK);
	cr_assert_eq(portdb_claims_open(&claims[1], other), PORTDB_OK);
	cr_assert_eq(claims[0].count, claims[1].count);
	for (uint32_t i = 0; i < claims[0].count; i++) {
		const char *words[2] = {"", ""};
		for (size_t side = 0; side < 2; side++) {
			const char *column;
			const char *value;
			cr_assert_eq(portdb_claim_get(&claims[side], i, &row[side]), PORTDB_OK);
			while (portdb_next_fact(&claims[side], &row[side].facts, &column, &value))
				if (strncmp(column, "Description", 11) == 0)
					words[side] = value;
		}
		cr_expect_str_eq(words[0], words[1]);
		cr_expect_str_eq(row[0].aliases, row[1].aliases);
		count += *words[0] != '\0';
	}
	return count;
}

static void compare(const char *database, const char *other_database)
{
	struct portdb_file one;
	struct portdb_file other;
	enum portdb_result result;

	cr_assert(portdb_file_map(&one, database, &result));
	cr_assert(portdb_file_map(&other, other_database, &result));
	cr_expect_gt(compare_services(&one.db, &other.db), 300);
	cr_expect_gt(compare_words(&one.db, &other.db), 300);
	for (unsigned port = 0; port <= UINT16_MAX; port++)
		for (size_t i = 0; i < 5; i++)
			ask_port(&one.db, &other.db, (uint16_t)port, protocols[i]);
	portdb_file_unmap(&one);
	portdb_file_unmap(&other);
}

static void search(const char *file, const char *how)
{
	struct run run;

	RUN(&run, "ldapsearch", "-x", "-H", slapd_uri, "-D", MANAGER, "-w", PASSWORD, "-b", BASE,
	    how);
	write_text(file, run.output);
	expect_done(&run, "ldapsearch");
}

/*
 * The table, but for an alias that differs in its case alone from the name: a directory takes the
 * two for one.
 */
static void write_table(const char *path)
{
	char *text = read_file(DATA_DIR "/tables/10-unix-services.zh.csv", NULL);

	for (char *alias; (alias = strstr(text, ",CVSup,"));)
		memmove(alias + 1, alias + 6, strlen(alias + 6) + 1);
	write_text(path, text);
	free(text);
}

Test(slapd, gives_services_back_as_they_were)
{
	const char *missing = find_programs();
	char *table = scratch_path("table.csv");
	char *base = scratch_path("base.ldif");
	char *from = scratch_path("from.db");
	char *back = scratch_path("back.db");
	char *export_file = scratch_path("export.ldif");
	char *search_file = scratch_path("search.ldif");

	if (missing)
		cr_skip_test("%s", missing);
	write_table(table);
	compile(from, table);
	export(from, export_file);
	start_slapd();
	wait_for_slapd();
	write_text(base, "dn: " BASE "\nobjectClass: organizationalUnit\nou: services\n");
	add_to_directory(base);
	add_to_directory(export_file);

	/* Bare, and with all that people may let ldapsearch say. */
	search(search_file, "-LLL");
	compile(back, search_file);
	compare(from, back);
	search(search_file, "-v");
	compile(back, search_file);
	compare(from, back);
}

/* Entries of the services below BASE. */
static unsigned count_services(void)
{
	struct run run;
	unsigned count = 0;

	RUN(&run, "ldapsearch", "-x", "-LLL", "-H", slapd_uri, "-b", BASE,
	    "(objectClass=ipService)", "dn");
	for (const char *next = run.output; (next = strstr(next, "dn:")); next++)
		count++;
	expect_done(&run, "ldapsearch");
	return count;
}

/* Names that a directory takes for one, at ports of their own. */
static void add_equal_names(struct answers *answers)
{
	static const char *const names[][2] = {
	    {"one name", "tcp"}, {"one  name", "tcp"},       {" one name", "tcp"},
	    {"One Name", "TCP"}, {"one\xc2\xa0name", "tcp"}, {"one\tname ", "Tcp"},
	};

	for (size_t i = 0; i < LENGTH(names); i++)
		answers_add(answers, &(struct answer){.name = names[i][0],
						      .protocol = names[i][1],
						      .has_port = true,
						      .port = (uint16_t)(i + 1),
						      .last_port = (uint16_t)(i + 1)});
}

/* Whatever they are called, the directory takes them all, each for one. */
Test(slapd, takes_hostile_names)
{
	const char *missing = find_programs();
	struct random random = {.state = 4511};
	struct answers answers = hostile_answers(&random, 400);
	struct left_out left_out = {0};
	char *file = scratch_path("hostile.ldif");
	char *base = scratch_path("base.ldif");
	FILE *usual = stdout;
	unsigned written = 0;

	if (missing)
		cr_skip_test("%s", missing);
	add_equal_names(&answers);
	stdout = fopen(file, "we");
	output_ldif(&answers, BASE, &left_out);
	fclose(stdout);
	stdout = usual;
	for (const char *next = read_file(file, NULL); (next = strstr(next, "\n\ndn:")); next++)
		written++;
	start_slapd();
	wait_for_slapd();
	write_text(base, "dn: " BASE "\nobjectClass: organizationalUnit\nou: services\n");
	add_to_directory(base);
	add_to_directory(file);
	cr_expect_geq(written, 100);
	cr_expect_eq(count_services(), written);
}
