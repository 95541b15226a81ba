/* SPDX-License-Identifier: MIT */
/* portdb-compile itself: what it says, what it writes, and how it ends. */
#include <criterion/criterion.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "nss/reader/file.h"
#include "nss/reader/format.h"
#include "tests/support/oracle.h"
#include "tests/support/support.h"
#include "tools/shared/memory.h"

#define SERVICES "ssh 22/tcp secsh\ndomain 53/udp\n"
#define TABLE    "Service Name,Port Number,Transport Protocol\nhttp,80,tcp\nother,22,tcp\n"
#define TRY_HELP "Try `portdb-compile --help' or `portdb-compile --usage' for more information.\n"

/* All happens in a directory of the test's own, so that messages hold short names. */
static void enter_scratch(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("services", SERVICES);
	write_text("table.csv", TABLE);
}

TestSuite(compile, .init = enter_scratch, .timeout = 60);

static bool exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

static bool matches(const char *text, const char *pattern)
{
	regex_t expression;

	cr_assert_eq(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB), 0);
	int result = regexec(&expression, text, 0, NULL, 0);
	regfree(&expression);
	return result == 0;
}

/* Checks how a run ended and frees it. The output is an extended regular expression. */
static void expect_run(struct run *run, int status, const char *output, const char *errors)
{
	cr_expect_eq(run->status, status, "ended with %d: %s", run->status, run->errors);
	cr_expect(matches(run->output, output), "output: %s", run->output);
	cr_expect_str_eq(run->errors, errors, "errors: %s", run->errors);
	run_free(run);
}

#define EXPECT(status, output, errors, ...)                       \
	do {                                                      \
		struct run run;                                   \
		RUN(&run, COMPILER, __VA_ARGS__);                 \
		expect_run(&run, status, "^" output "$", errors); \
	} while (0)

static bool same_files(const char *one, const char *other)
{
	size_t size;
	size_t other_size;
	char *bytes = read_file(one, &size);
	char *other_bytes = read_file(other, &other_size);
	bool is_same = size == other_size && memcmp(bytes, other_bytes, size) == 0;

	free(bytes);
	free(other_bytes);
	return is_same;
}

/* The name that the database at path gives to a tcp port; "" if it gives none. */
static const char *name_at(const char *path, uint16_t port)
{
	static char name[64];
	struct portdb_file file;
	struct portdb_service service;
	enum portdb_result result;

	cr_assert(portdb_file_map(&file, path, &result), "%s", path);
	strcpy(name,
	       portdb_by_port(&file.db, port, "tcp", &service) == PORTDB_OK ? service.strings : "");
	portdb_file_unmap(&file);
	return name;
}

Test(compile, writes_a_database_and_says_so_in_one_line)
{
	EXPECT(0, "4 services from 4 claims of 2 sources, [0-9]+ bytes, [0-9]+ ms: db\n", "", "-o",
	       "db", "services", "table.csv");
	cr_expect_str_eq(name_at("db", 22), "ssh");
	cr_expect_str_eq(name_at("db", 80), "http");
	EXPECT(0, "db: 4 services, nothing wrong\n", "", "--verify", "db");

	/* The bytes are those that it says. */
	struct run run;
	unsigned size;
	write_text("one", "ssh 22/tcp\n");
	RUN(&run, COMPILER, "--output=one.db", "one");
	cr_assert_eq(sscanf(run.output, "1 service from 1 claim of 1 source, %u bytes, ", &size), 1,
		     "%s", run.output);
	run_free(&run);
	struct stat status;
	cr_assert_eq(stat("one.db", &status), 0);
	cr_expect_eq(status.st_size, size);
}

Test(compile, says_when_nothing_changes)
{
	struct stat before;
	struct stat after;

	EXPECT(0, "2 services .*: db\n", "", "-o", "db", "services");
	cr_assert_eq(stat("db", &before), 0);
	EXPECT(0, "2 services .*: db \\(unchanged\\)\n", "", "-o", "db", "services");
	cr_assert_eq(stat("db", &after), 0);
	cr_expect_eq(after.st_ino, before.st_ino);
}

Test(compile, gives_the_same_bytes_for_the_same_sources)
{
	const char *const tables[] = {DATA_DIR "/tables/10-unix-services.zh.csv",
				      DATA_DIR "/tables/50-portas.pt.csv"};

	EXPECT(0, ".*: one\n", "", "-o", "one", "services", tables[0], tables[1]);
	/* Nor do the environment and the order of writing matter. */
	setenv("TZ", "Asia/Tokyo", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("MALLOC_PERTURB_", "165", 1);
	EXPECT(0, ".*: other\n", "", "services", "-o", "other", tables[0], tables[1]);
	cr_expect(same_files("one", "other"));
}

Test(compile, takes_sources_in_their_order)
{
	EXPECT(0, ".*", "", "-o", "one", "services", "table.csv");
	EXPECT(0, ".*", "", "-o", "other", "table.csv", "services");
	cr_expect_str_eq(name_at("one", 22), "ssh");
	cr_expect_str_eq(name_at("other", 22), "other");
	cr_expect_not(same_files("one", "other"));
}

/* Only a name that ends in .csv is a table's. */
Test(compile, tells_tables_by_their_names)
{
	write_text("csv", SERVICES);
	write_text("x.csv.orig", SERVICES);
	write_text(".csv", SERVICES);
	EXPECT(0, "2 services from 6 claims .*", "", "-o", "db", "csv", "x.csv.orig", ".csv");
}

/* The same of a shell's command. */
static void expect_command(int status, const char *output, const char *errors, const char *command)
{
	struct run run;

	RUN(&run, "sh", "-c", command);
	expect_run(&run, status, output, errors);
}

static void expect_claims(const char *database, const char *expected)
{
	struct run run;

	RUN(&run, QUERY, "-d", database, "--all", "--claims", "--format=csv");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect_str_eq(run.output, expected, "%s", run.output);
	run_free(&run);
}

#define CSV_HEADER                                                                               \
	"Service Name,Port Number,Transport Protocol,Answer,Status,Description,Language,Source," \
	"Line\n"

Test(compile, reads_standard_input)
{
	expect_command(0, "^3 services from 3 claims of 2 sources", "",
		       "echo 'b 22/tcp' | " COMPILER " -o db - services");
	expect_claims("db", CSV_HEADER "b,22,tcp,b,,,,<stdin>,1\n"
				       "ssh,22,tcp,ssh,,,,services,1\n"
				       "domain,53,udp,domain,,,,services,2\n");
	expect_command(0, "^2 services from 2 claims", "",
		       COMPILER " -o db --stdin-name=mine.csv - <table.csv");
	expect_claims("db", CSV_HEADER "http,80,tcp,http,,,,mine.csv,2\n"
				       "other,22,tcp,other,,,,mine.csv,3\n");
	expect_command(0, "^1 claim of 1 source: 1 finding, 0 notes\n$",
		       "<stdin>:2: warning: 'far' has no port: expected NAME PORT/PROTOCOL\n",
		       "printf 'near 1/tcp\\nfar\\n' | " COMPILER " --check -");
	expect_command(1, "^0 claims of 1 source: 0 findings, 0 notes\n$",
		       "portdb-compile: x.csv: not a table: it has no rows\n",
		       ": | " COMPILER " --check --stdin-name x.csv -");
	expect_command(0, "<stdin> +2 +31 *\n$", "",
		       COMPILER " --list-sources - <services | grep stdin");
	/* A file of that name is another thing. */
	write_text("-", "dash 1/tcp\n");
	EXPECT(0, "1 service from 1 claim .*\n", "", "-o", "db", "./-");
}

/*
 * A pipe holds its rows once. Here a file is edited that was read before it, so that all is
 * compiled once more.
 */
Test(compile, reads_pipes_once_however_often_it_compiles)
{
	cr_assert_eq(mkfifo("fifo", 0600), 0);
	expect_command(0, "^3 services from 3 claims of 3 sources.*\n5 services from 5 claims", "",
		       "echo 'edited 1/tcp' >edited\n"
		       /* Who opens it waits for its reader, which has read the file by then. */
		       "{ exec 3>fifo; echo 'again 4/tcp' >>edited; echo 'again 5/tcp' >>edited\n"
		       "echo 'piped 2/tcp' >&3; exec 3>&-; echo 'given 3/tcp'; } | " COMPILER
		       " -o db --track edited fifo -");
}

/* Edits a source that was read while the compiler waits for the next one, a pipe. */
static void expect_seen(const char *options, const char *edit)
{
	char command[512];
	struct run run;

	write_text("edited", "before 1/tcp\n");
	snprintf(command, sizeof command,
		 "{ exec 3>fifo; %s; echo 'piped 2/tcp' >&3; } & " COMPILER
		 " -o db %s edited fifo; status=$?; wait; exit $status",
		 edit, options);
	RUN(&run, "sh", "-c", command);
	cr_expect_eq(run.status, 0, "%s: %s", edit, run.errors);
	cr_expect_str_empty(run.errors, "%s: %s", edit, run.errors);
	cr_expect_str_eq(name_at("db", 7), "later", "%s %s", options, edit);
	cr_expect_str_eq(name_at("db", 2), "piped", "%s %s", options, edit);
	run_free(&run);
}

Test(compile, sees_an_edit_of_what_it_has_read)
{
	static const char *const edits[] = {
	    "echo 'later 7/tcp' >>edited",
	    /* Of the same size, and by its time as old. */
	    "cp -p edited old; echo 'later  7/tcp' >edited; touch -r old edited",
	    "echo 'later  7/tcp' >new; touch -r edited new; mv new edited",
	    "rm edited; echo 'later 7/tcp' >edited",
	};

	cr_assert_eq(mkfifo("fifo", 0600), 0);
	for (size_t i = 0; i < LENGTH(edits); i++) {
		expect_seen("", edits[i]);
		expect_seen("--track", edits[i]);
	}
	/* What it is compiled for is kept of a tracked source alone. */
	write_text("edited", "before 1/tcp\n");
	EXPECT(0, ".*", "", "-o", "one", "edited");
	cr_assert_eq(unlink("edited"), 0);
	write_text("edited", "before 1/tcp\n");
	EXPECT(0, ".*", "", "-o", "other", "edited");
	cr_expect(same_files("one", "other"));
	EXPECT(1, "", "portdb-compile: .: Is a directory\n", "-o", "db", ".");
}

/*
 * The same of the system's: while it waits for somebody to read its warnings, of which a pipe does
 * not hold all.
 */
static void expect_seen_of_system(const char *edit, uint16_t port, const char *name)
{
	char command[512];

	snprintf(command, sizeof command,
		 "{ exec 3<fifo; read -r line <&3; cd root" PORTDB_DROPINS_DIRECTORY "; %s\n"
		 "exec cat <&3 >/dev/null; } & " COMPILER " --root root -o db 2>fifo; status=$?\n"
		 "wait; exit $status",
		 edit);
	expect_command(0, ".*", "", command);
	cr_expect_str_eq(name_at("db", port), name, "%s", edit);
}

Test(compile, sees_an_edit_of_the_systems_sources_where_it_has_looked)
{
	FILE *services;

	require_roots();
	make_directories("root" PORTDB_DROPINS_DIRECTORY);
	make_directories("root/etc");
	write_text("root" PORTDB_DROPINS_DIRECTORY "/a.services", "early 8/tcp\n");
	write_text("root" PORTDB_DROPINS_DIRECTORY "/b.csv", "this is no table\n");
	services = fopen("root/etc/services", "we");
	cr_assert_not_null(services);
	for (unsigned i = 0; i < 10000; i++)
		fprintf(services, "bad %u\n", 70000 + i);
	fclose(services);
	cr_assert_eq(mkfifo("fifo", 0600), 0);
	/* What was lost as it was found, too. */
	expect_seen_of_system(
	    "printf '%s\\n' 'Service Name,Port Number,Transport Protocol' sound,9,tcp >b.csv", 9,
	    "sound");
	expect_seen_of_system("echo 'added 7/tcp' >added.services", 7, "added");
	expect_seen_of_system("echo 'edited 8/tcp' >a.services", 8, "edited");
	expect_seen_of_system("rm a.services", 8, "");
}

Test(compile, checks_without_writing)
{
	require_roots();
	EXPECT(0, "2 claims of 1 source: 0 findings, 0 notes\n", "", "--check", "services");
	EXPECT(1, ".*", "portdb-compile: missing: No such file or directory\n", "--check",
	       "missing");
	/* Nor is the system's database written, wherever that is. */
	cr_assert_eq(mkdir("root", 0755), 0);
	cr_assert_eq(mkdir("root/etc", 0755), 0);
	write_text("root/etc/services", SERVICES);
	struct run run;
	RUN(&run, COMPILER, "--check", "--root", "root");
	cr_expect_eq(run.status, 0);
	run_free(&run);
	cr_expect_not(exists("root/var") || exists("root/usr"));
}

/* The rows that glibc 2.44 began to read differently, and the port of each name; -1 for none. */
#define TWO_WAYS "a 0080/tcp\nb 010/tcp\nc 0x50/tcp\nd 81//tcp\ne 09/tcp\n"

static const int ports_base_0[] = {-1, 8, 80, 81, -1};
static const int ports_decimal[] = {80, 10, -1, 81, 9};

static void expect_ports(const char *path, const int *ports)
{
	struct portdb_file file;
	struct portdb_service service;
	enum portdb_result result;

	cr_assert(portdb_file_map(&file, path, &result), "%s", path);
	for (size_t i = 0; i < LENGTH(ports_decimal); i++) {
		char name[] = {(char)('a' + i), '\0'};
		bool is_found = portdb_by_name(&file.db, name, NULL, &service) == PORTDB_OK;
		cr_expect_eq(is_found ? service.port : -1, ports[i], "%s of %s", name, path);
	}
	const char *protocol = ports == ports_decimal ? "/tcp" : "tcp";
	cr_expect_eq(portdb_by_name(&file.db, "d", protocol, &service), PORTDB_OK);
	portdb_file_unmap(&file);
}

/* Compiles "odd" by a program to which the C library's parser is one that reads in this way. */
static void compile_elsewhere(const char *reads, const char *database)
{
	struct run run;

	setenv("READS", reads, 1);
	RUN(&run, COMPILER_ELSEWHERE, "-o", database, "odd");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

/* What the C library's parser says decides, be it this machine's or another's. */
Test(compile, reads_ports_as_its_c_library_does)
{
	bool is_decimal = oracle_reading_here() == READS_DECIMAL;
	bool is_new = services_reading_of(NULL, gnu_get_libc_version()) == READS_DECIMAL;

	write_text("odd", TWO_WAYS);
	compile_elsewhere("base 0", "base-0.db");
	expect_ports("base-0.db", ports_base_0);
	compile_elsewhere("decimal", "decimal.db");
	expect_ports("decimal.db", ports_decimal);
	/* Where it says nothing of use, the C library's version does. */
	compile_elsewhere("neither", "version.db");
	expect_ports("version.db", is_new ? ports_decimal : ports_base_0);
	/* No variable has a say in the program that is installed. */
	struct run run;
	setenv("READS", is_decimal ? "base 0" : "decimal", 1);
	RUN(&run, COMPILER, "-o", "here.db", "odd");
	run_free(&run);
	expect_ports("here.db", is_decimal ? ports_decimal : ports_base_0);
}

Test(compile, warns_of_ports_that_c_libraries_read_differently)
{
	static const char pattern[] =
	    "odd:1: warning: 'a' is no service to .* up to 2.43.*80/tcp.*\n"
	    "odd:2: warning: 'b' is 8/tcp to .* up to 2.43.*10/tcp.*\n"
	    "odd:3: warning: 'c' is 80/tcp to .* up to 2.43.*no service.*\n"
	    "odd:4: warning: 'd' is 81/tcp to .* up to 2.43.*81//tcp.*\n"
	    "odd:5: warning: 'e' is no service to .* up to 2.43.*9/tcp.*\n";
	/* Where line 4 has the protocol "/tcp", that is a finding of its own. */
	const char *count = oracle_reading_here() == READS_DECIMAL ? " 6 findings" : " 5 findings";
	struct run run;

	write_text("odd", TWO_WAYS);
	RUN(&run, COMPILER, "--check", "odd");
	cr_expect_eq(run.status, 0);
	cr_expect(matches(run.output, count), "output: %s", run.output);
	cr_expect(matches(run.errors, pattern), "errors: %s", run.errors);
	run_free(&run);
}

Test(compile, refuses_bad_rows_when_strict)
{
	write_text("bad", "ssh 22/tcp\nbad\nworse tcp/1\n");
	write_text("bad.csv", TABLE "worst,70000,tcp\n");
	EXPECT(0, "2 services .*", "", "--strict", "-o", "db", "services");
	EXPECT(1, "",
	       "bad:2: error: 'bad' has no port: expected NAME PORT/PROTOCOL\n"
	       "bad:3: error: 'worse' has no port: expected NAME PORT/PROTOCOL\n"
	       "portdb-compile: --strict: 2 rows could not be read, so nothing was written\n",
	       "--strict", "-o", "db", "bad");
	EXPECT(1, "",
	       "bad.csv:4: error: '70000' is not a port or a range of ports from 0 to 65535\n"
	       "portdb-compile: --strict: 1 row could not be read, so nothing was written\n",
	       "--strict", "-o", "new", "bad.csv");
	EXPECT(1, "2 claims of 1 source: 1 finding, 0 notes\n",
	       "bad.csv:4: error: '70000' is not a port or a range of ports from 0 to 65535\n",
	       "--strict", "--check", "bad.csv");
	cr_expect_not(exists("new"));
	cr_expect_str_eq(name_at("db", 22), "ssh");
	EXPECT(0, "db: 2 services, nothing wrong\n", "", "--verify", "db");
}

/* What is odd but read is no reason to refuse. */
Test(compile, takes_odd_rows_when_strict)
{
	write_text("odd", "bare 7\n");
	EXPECT(0, "1 service .*", "odd:1: warning: 'bare' has no protocol\n", "--strict", "-o",
	       "db", "odd");
}

Test(compile, verifies_databases)
{
	size_t size;

	EXPECT(0, ".*", "", "-o", "db", "services");
	char *bytes = read_file("db", &size);
	bytes[size - 2] ^= 1;
	write_file("damaged", bytes, size);
	write_file("short", bytes, size - 1);
	write_text("empty", "");
	bytes[8]++;
	write_file("other", bytes, size);
	write_file("writable", bytes, size);
	cr_assert_eq(chmod("writable", 0666), 0);
	free(bytes);
	EXPECT(1, "",
	       "portdb-compile: damaged: its contents are not what was written: the checksum "
	       "differs\n",
	       "--verify", "damaged");
	EXPECT(1, "", "portdb-compile: short: the database is not as long as its header says\n",
	       "--verify", "short");
	EXPECT(1, "", "portdb-compile: empty: not a portdb database\n", "--verify", "empty");
	EXPECT(1, "", "portdb-compile: services: not a portdb database\n", "--verify", "services");
	EXPECT(1, "", "portdb-compile: other: the database is of another version\n", "--verify",
	       "other");
	EXPECT(1, "", "portdb-compile: missing: No such file or directory\n", "--verify",
	       "missing");
	EXPECT(1, "", "portdb-compile: .: not a regular file\n", "--verify", ".");
	EXPECT(1, "",
	       "portdb-compile: writable: may not be read, or its group or others may write it\n",
	       "--verify", "writable");
	EXPECT(1, "db: 2 services, nothing wrong\n",
	       "portdb-compile: empty: not a portdb database\n", "--verify", "empty", "db");
}

Test(compile, verifies_that_programs_will_use_the_database)
{
	if (geteuid() != 0)
		cr_skip_test("only root can give a file away");
	write_text("services", "ssh 22/tcp\n");
	EXPECT(0, "1 service .*", "", "-o", "db", "services");
	cr_assert_eq(chown("db", 1000, 1000), 0);
	EXPECT(1, "",
	       "portdb-compile: db: nothing wrong with it, but your programs do not use it, as it "
	       "is neither root's nor yours\n",
	       "--verify", "db");
	/* So are root's files where a user namespace does not know root. */
	cr_assert_eq(chown("db", 65534, 65534), 0);
	EXPECT(0, "db: 1 service, nothing wrong\n", "", "--verify", "db");
}

/* A system below the directory "root", with every kind of source, and no database so far. */
static void make_root(void)
{
	require_roots();
	make_directories("root/etc");
	make_directories("root" PORTDB_DROPINS_DIRECTORY);
	make_directories("root" PORTDB_TABLES_DIRECTORY);
	write_text("root" PORTDB_DROPINS_DIRECTORY "/local.services", "mine 53/tcp\n");
	write_text("root/etc/services", SERVICES "theirs 53/tcp\n");
	write_text("root" PORTDB_TABLES_DIRECTORY "/00-registry.csv", TABLE "registered,999,tcp\n");
	write_text("root" PORTDB_TABLES_DIRECTORY "/20-b.csv", TABLE "b,1000,tcp\n");
	write_text("root" PORTDB_TABLES_DIRECTORY "/10-a.csv", TABLE "a,1000,tcp\n");
	write_text("root" PORTDB_TABLES_DIRECTORY "/README", "no table\n");
	write_text("root" PORTDB_TABLES_DIRECTORY "/.hidden.csv", "no table\n");
}

#define ROOT_DATABASE "root" PORTDB_DATABASE_PATH

Test(compile, finds_the_system_below_a_root)
{
	make_root();
	EXPECT(0,
	       "9 services from 13 claims of 5 sources, [0-9]+ bytes, [0-9]+ ms: " ROOT_DATABASE
	       "\n",
	       "", "--root", "root");
	cr_expect_str_eq(name_at(ROOT_DATABASE, 53), "mine");
	cr_expect_str_eq(name_at(ROOT_DATABASE, 22), "ssh");
	cr_expect_str_eq(name_at(ROOT_DATABASE, 999), "registered");
	cr_expect_str_eq(name_at(ROOT_DATABASE, 1000), "a");
	EXPECT(0, ROOT_DATABASE ": 9 services, nothing wrong\n", "", "--root", "root", "--verify");
	/* Where the root was is not in it. */
	cr_assert_eq(rename("root", "elsewhere"), 0);
	EXPECT(0, ".*", "", "--root", "elsewhere", "-o", "db");
	cr_expect(same_files("db", "elsewhere" PORTDB_DATABASE_PATH));
}

Test(compile, leaves_out_what_a_system_lacks)
{
	make_root();
	cr_assert_eq(unlink("root/etc/services"), 0);
	EXPECT(0, "6 services .*",
	       "root/etc/services: warning: left out: No such file or directory\n", "--root",
	       "root");
	/* But not what is there and cannot be read. */
	cr_assert_eq(mkdir("root/etc/services", 0755), 0);
	EXPECT(1, "6 services .*", "portdb-compile: root/etc/services: not a regular file\n",
	       "--root", "root");
	cr_expect_str_eq(name_at(ROOT_DATABASE, 22), "other");
	EXPECT(1, "",
	       "portdb-compile: root/etc/services: not a regular file\n"
	       "portdb-compile: --strict: 1 source could not be read, so nothing was written\n",
	       "--strict", "--root", "root");
}

/* A system with one source and no directory for the database, at no level. */
static void make_small_root(void)
{
	require_roots();
	make_directories("root/etc");
	write_text("root/etc/services", SERVICES);
}

/* Compiles it; then each directory from the database's up to the root has to be for everybody. */
static void expect_directories_for_everybody(void)
{
	char path[] = ROOT_DATABASE;
	struct run run;
	struct stat status;

	RUN(&run, COMPILER, "--root", "root");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	for (char *slash; (slash = strrchr(path, '/')) != strchr(path, '/');) {
		*slash = '\0';
		cr_assert_eq(stat(path, &status), 0, "%s", path);
		cr_expect_eq(status.st_mode & 07777, 0755, "%s: %o", path, status.st_mode);
	}
}

Test(compile, makes_the_directories_of_the_database_whatever_the_umask)
{
	make_small_root();
	umask(077);
	expect_directories_for_everybody();
}

/* A list by which what is made in a directory is its owner's alone. */
Test(compile, makes_the_directories_of_the_database_whatever_is_handed_down)
{
	static const unsigned char owner_alone[] = {2,    0, 0, 0,                         /**/
						    1,    0, 7, 0, 0xff, 0xff, 0xff, 0xff, /**/
						    4,    0, 0, 0, 0xff, 0xff, 0xff, 0xff, /**/
						    0x20, 0, 0, 0, 0xff, 0xff, 0xff, 0xff};

	make_small_root();
	if (setxattr("root", "system.posix_acl_default", owner_alone, sizeof owner_alone, 0) != 0)
		cr_skip_test("there are no access control lists here: %s", strerror(errno));
	expect_directories_for_everybody();
}

/* A file of sources, none of which can be compiled, and what is said of it. */
struct bad_input {
	const char *name;
	const char *text; /* NULL for no file */
	const char *errors;
};

static const struct bad_input bad_inputs[] = {
    {"missing", NULL, "portdb-compile: missing: No such file or directory\n"},
    {"missing/file", NULL, "portdb-compile: missing/file: No such file or directory\n"},
    {"services/file", NULL, "portdb-compile: services/file: Not a directory\n"},
    {".", NULL, "portdb-compile: .: Is a directory\n"},
    {"", NULL, "portdb-compile: : No such file or directory\n"},
    {"empty.csv", "", "portdb-compile: empty.csv: not a table: it has no rows\n"},
    {"other.csv", SERVICES,
     "portdb-compile: other.csv: not a table: its first row names no column 'Service Name'\n"},
    {"half.csv", "Service Name,Port Number\nssh,22\n",
     "portdb-compile: half.csv: not a table: its first row names no column 'Transport "
     "Protocol'\n"},
};

Test(compile, leaves_the_old_database_when_a_source_is_bad)
{
	struct stat before;
	struct stat after;

	EXPECT(0, ".*", "", "-o", "db", "services");
	cr_assert_eq(stat("db", &before), 0);
	for (size_t i = 0; i < LENGTH(bad_inputs); i++) {
		const struct bad_input *input = &bad_inputs[i];
		struct run run;
		if (input->text)
			write_text(input->name, input->text);
		RUN(&run, COMPILER, "-o", "db", "services", input->name, "table.csv");
		expect_run(&run, 1, "^$", input->errors);
	}
	cr_assert_eq(stat("db", &after), 0);
	cr_expect_eq(after.st_ino, before.st_ino);
	cr_expect_eq(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
	cr_expect_not(exists(".db.new"));
	EXPECT(0, "db: 2 services, nothing wrong\n", "", "--verify", "db");
}

Test(compile, skips_bad_rows_with_a_warning)
{
	write_text("bad", "ssh 22/tcp\nbad\nfar 70000/tcp\nodd 7 tcp\n");
	write_text("bad.csv", TABLE "far,70000,tcp\nb\x01,1,tcp\n");
	EXPECT(0, "3 services from 3 claims of 2 sources, .*",
	       "bad:2: warning: 'bad' has no port: expected NAME PORT/PROTOCOL\n"
	       "bad:3: warning: the port of 'far' is out of range: it must be 0 to 65535\n"
	       "bad:4: warning: the port of 'odd' is not followed by a '/' and a protocol\n"
	       "bad.csv:4: warning: '70000' is not a port or a range of ports from 0 to 65535\n"
	       "bad.csv:5: warning: a name or protocol has a control character in it\n",
	       "-o", "db", "bad", "bad.csv");
}

Test(compile, cannot_write_everywhere)
{
	EXPECT(1, "",
	       "portdb-compile: missing: cannot open the directory: No such file or directory\n",
	       "-o", "missing/db", "services");
	EXPECT(1, "", "portdb-compile: .: not replaced, as it is not a regular file\n", "-o", ".",
	       "services");
	EXPECT(1, "",
	       "portdb-compile: services: not replaced, as it is not a portdb database; if it is "
	       "to become one, remove it first\n",
	       "-o", "services", "services");
	write_text("none", "# nothing\n");
	EXPECT(0, "2 services .*", "", "-o", "db", "services");
	EXPECT(1, "", "portdb-compile: db: not replaced, as the new database has no services\n",
	       "-o", "db", "none");
	char *services = read_file("services", NULL);
	cr_expect_str_eq(services, SERVICES);
	free(services);
}

Test(compile, tells_wrong_usage)
{
	static const char no_output[] =
	    "portdb-compile: --check and --verify write nothing: they take no -o\n" TRY_HELP;
	static const char one_mode[] =
	    "portdb-compile: --check, --list-sources and --verify exclude each other\n" TRY_HELP;

	EXPECT(2, "", no_output, "--check", "-o", "db", "services");
	EXPECT(2, "", no_output, "--verify", "-o", "db");
	EXPECT(2, "", one_mode, "--verify", "--check", "db");
	EXPECT(2, "", "portdb-compile: --track is for compiling\n" TRY_HELP, "--track", "--check",
	       "services");
	EXPECT(2, "", COMPILER ": unrecognized option '--bogus'\n" TRY_HELP, "--bogus", "-o", "db",
	       "services");
	EXPECT(2, "", COMPILER ": option requires an argument -- 'o'\n" TRY_HELP, "services", "-o");
	EXPECT(2, "", COMPILER ": option '--root' requires an argument\n" TRY_HELP, "--root");
	EXPECT(2, "", "portdb-compile: --root names no directory\n" TRY_HELP, "--root=");
	cr_expect_not(exists("db"));
}

Test(compile, takes_standard_input_once)
{
	EXPECT(2, "^$", "portdb-compile: standard input (-) can be read only once\n" TRY_HELP,
	       "--check", "-", "-");
	EXPECT(2, "^$", "portdb-compile: a database cannot be read from standard input\n" TRY_HELP,
	       "--verify", "-");
}

Test(compile, explains_itself)
{
	EXPECT(0, "portdb-compile \\(portdb\\) [0-9.]+\n", "", "--version");
	EXPECT(0, "Usage: portdb-compile .*" PORTDB_DATABASE_PATH ".*", "", "--help");
}

/* Its line is part of the work, and who asked for it learns that it was lost. */
Test(compile, fails_when_standard_output_is_full)
{
	struct run run;

	RUN(&run, "sh", "-c", "exec \"$0\" -o db services >/dev/full", COMPILER);
	expect_run(&run, 1, "^$", "portdb-compile: standard output: No space left on device\n");
	/* The database was in place by then. */
	cr_expect_str_eq(name_at("db", 22), "ssh");
}

/* Whoever was to read what it says may have gone: the work is done, and nothing is left behind. */
Test(compile, goes_on_where_nobody_reads_its_messages)
{
	struct run run;
	int ends[2];

	cr_assert_eq(mkdir("place", 0755), 0);
	write_text("odd", "ssh 22/tcp\nbad\n");
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(close(ends[0]), 0);
	cr_assert_eq(dup2(ends[1], 9), 9);
	RUN(&run, "sh", "-c", "exec \"$0\" -o place/db odd 2>&9", COMPILER);
	cr_expect_eq(run.status, 0, "%d", run.status);
	run_free(&run);
	cr_expect_str_eq(name_at("place/db", 22), "ssh");
	/* What is printed on standard output is missed. */
	RUN(&run, "sh", "-c", "exec \"$0\" -o place/db services >&9", COMPILER);
	expect_run(&run, 1, "^$", "portdb-compile: standard output: Broken pipe\n");
	cr_expect_str_eq(name_at("place/db", 53), "");
	cr_expect_eq(count_entries("place"), 1);
}

static void compile_sources(struct run *run, size_t count)
{
	const char **arguments = calloc(count + 4, sizeof *arguments);

	arguments[0] = COMPILER;
	arguments[1] = "-o";
	arguments[2] = "out.db";
	for (size_t i = 0; i < count; i++)
		arguments[3 + i] = "services";
	run_program(run, arguments);
	free(arguments);
}

Test(compile, takes_no_more_sources_than_a_process_may_look_at)
{
	struct run run;

	compile_sources(&run, PORTDB_SOURCES_MAX + 1);
	expect_run(&run, 1, "^$", "portdb-compile: out.db: more than 1024 sources\n");
	cr_expect_not(exists("out.db"));
	compile_sources(&run, PORTDB_SOURCES_MAX);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}
