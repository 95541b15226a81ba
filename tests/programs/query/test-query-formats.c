/* SPDX-License-Identifier: MIT */
/* portdb-query's answers as documents: JSON, CSV, services(5) files and LDIF. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nss/reader/file.h"
#include "query-support.h"
#include "tests/support/module.h"

#define NO_ERRORS ""

TestSuite(query_formats, .init = enter_with_database, .timeout = 120);

Test(query_formats, writes_json)
{
	static const char without_claims[] = "{\n"
					     "  \"services\": [\n"
					     "    {\n"
					     "      \"name\": \"domain\",\n"
					     "      \"port\": 53,\n"
					     "      \"protocol\": \"udp\",\n"
					     "      \"aliases\": [\n"
					     "        \"dns\"\n"
					     "      ],\n"
					     "      \"status\": \"official\",\n"
					     "      \"description\": \"Serviço de nomes\",\n"
					     "      \"language\": \"pt\",\n"
					     "      \"source\": \"services\"\n"
					     "    },\n"
					     "    {\n"
					     "      \"name\": \"nomes\",\n"
					     "      \"port\": 53,\n"
					     "      \"protocol\": \"udp\",\n"
					     "      \"aliases\": [],\n"
					     "      \"status\": null,\n"
					     "      \"description\": null,\n"
					     "      \"language\": null,\n"
					     "      \"source\": \"other.csv\"\n"
					     "    }\n"
					     "  ]\n"
					     "}\n";

	EXPECT_QUERY(UTF8, 0, without_claims, NO_ERRORS, "--format=json", "--lang=pt", "dns");
	/* It is UTF-8 in every locale. */
	EXPECT_QUERY("C", 0, without_claims, NO_ERRORS, "--format=json", "--lang=pt", "dns");
	EXPECT_QUERY(UTF8, 1, "{\n  \"services\": []\n}\n", "portdb-query: 23: not found\n",
		     "--format=json", "23");
}

Test(query_formats, writes_claims_as_json)
{
	EXPECT_QUERY_IN_BOTH(0,
			     "{\n"
			     "  \"services\": [\n"
			     "    {\n"
			     "      \"name\": \"urd\",\n"
			     "      \"port\": 465,\n"
			     "      \"protocol\": \"tcp\",\n"
			     "      \"aliases\": [],\n"
			     "      \"status\": \"unofficial\",\n"
			     "      \"description\": \"Rendezvous, \\\"old\\\"\",\n"
			     "      \"language\": \"en\",\n"
			     "      \"source\": \"table.csv\",\n"
			     "      \"claims\": [\n"
			     "        {\n"
			     "          \"source\": \"table.csv\",\n"
			     "          \"line\": 3,\n"
			     "          \"name\": \"urd\",\n"
			     "          \"status\": \"unofficial\",\n"
			     "          \"description\": \"Rendezvous, \\\"old\\\"\",\n"
			     "          \"language\": \"en\",\n"
			     "          \"notes\": \"not mail\",\n"
			     "          \"registered\": null,\n"
			     "          \"reference\": null\n"
			     "        }\n"
			     "      ]\n"
			     "    }\n"
			     "  ]\n"
			     "}\n",
			     NO_ERRORS, "--format=json", "--claims", "--status=unofficial");
}

Test(query_formats, writes_json_whatever_the_bytes)
{
	struct run run;

	write_text("bad", "bad 1/tcp # \033 \355\240\200 \302\233\342\200\256 \303\247\n");
	RUN(&run, COMPILER, "-o", "bad.db", "bad");
	run_free(&run);
	RUN(&run, QUERY, "-d", "bad.db", "--format=json", "1");
	cr_expect_not_null(strstr(run.output, "\"description\": \"\\u001B \xef\xbf\xbd"), "%s",
			   run.output);
	cr_expect_not_null(strstr(run.output, " \\u009b\\u202e \303\247\""), "%s", run.output);
	run_free(&run);
}

Test(query_formats, writes_rows_that_are_no_services)
{
	EXPECT_QUERY_IN_BOTH(0,
			     "{\n"
			     "  \"services\": [\n"
			     "    {\n"
			     "      \"name\": null,\n"
			     "      \"port\": 60,\n"
			     "      \"last_port\": 70,\n"
			     "      \"protocol\": \"tcp\",\n"
			     "      \"aliases\": [],\n"
			     "      \"status\": \"reserved\",\n"
			     "      \"description\": \"Kept free\",\n"
			     "      \"language\": \"en\",\n"
			     "      \"source\": \"table.csv\"\n"
			     "    }\n"
			     "  ]\n"
			     "}\n",
			     NO_ERRORS, "--format=json", "65");
	EXPECT_QUERY_IN_BOTH(0,
			     "PORT      ANSWER CLAIM STATUS   SOURCE      WORDS\n"
			     "60-70/tcp -      -     reserved table.csv:5 Kept free\n",
			     NO_ERRORS, "--claims", "65");
	EXPECT_QUERY_IN_BOTH(0,
			     "Service Name,Port Number,Transport Protocol,Aliases,Status,"
			     "Description,Language,Source\n"
			     ",60-70,tcp,,reserved,Kept free,en,table.csv\n",
			     NO_ERRORS, "--format=csv", "65");
	EXPECT_QUERY_IN_BOTH(0, "",
			     "portdb-query: 1 name left out, which a services file cannot hold\n",
			     "--format=services", "65");
}

Test(query_formats, writes_names_without_a_port)
{
	struct run run;

	write_text("names.csv", "Service Name,Port Number,Transport Protocol,Aliases,"
				"Description,Assignment Notes\n"
				"portless,,tcp,,,To come\n"
				"service,1,tcp,al#ias other al\\ias,,\n");
	RUN(&run, COMPILER, "-o", "names.db", "names.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	EXPECT_QUERY_IN_BOTH(0,
			     "{\n"
			     "  \"services\": [\n"
			     "    {\n"
			     "      \"name\": \"portless\",\n"
			     "      \"port\": null,\n"
			     "      \"protocol\": \"tcp\",\n"
			     "      \"aliases\": [],\n"
			     "      \"status\": null,\n"
			     "      \"description\": null,\n"
			     "      \"language\": null,\n"
			     "      \"source\": \"names.csv\"\n"
			     "    }\n"
			     "  ]\n"
			     "}\n",
			     NO_ERRORS, "-d", "names.db", "--format=json", "portless");
	EXPECT_QUERY_IN_BOTH(0,
			     "Service Name,Port Number,Transport Protocol,Aliases,Status,"
			     "Description,Language,Source\n"
			     "portless,,tcp,,,,,names.csv\n",
			     NO_ERRORS, "-d", "names.db", "--format=csv", "portless");
	EXPECT_QUERY_IN_BOTH(0,
			     "PORT ANSWER   CLAIM    STATUS SOURCE      WORDS\n"
			     "/tcp portless portless        names.csv:2 To come\n",
			     NO_ERRORS, "-d", "names.db", "--claims", "portless");
	/* A comment would swallow what follows the alias. */
	EXPECT_QUERY_IN_BOTH(0, "service\t1/tcp other al\\ias\n",
			     "portdb-query: 2 names left out, which a services file cannot hold\n",
			     "-d", "names.db", "--format=services", "service", "portless");
}

Test(query_formats, writes_csv)
{
	EXPECT_QUERY_IN_BOTH(
	    0,
	    "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,"
	    "Language,Source\n"
	    "submissions,465,tcp,ssmtp,,Submission over TLS,en,services\n"
	    "urd,465,tcp,,unofficial,\"Rendezvous, \"\"old\"\"\",en,table.csv\n",
	    NO_ERRORS, "--format=csv", "465");
	EXPECT_QUERY_IN_BOTH(
	    0,
	    "Service Name,Port Number,Transport Protocol,Answer,Status,Description,"
	    "Language,Source,Line\n"
	    "ssh,22,tcp,ssh,,The Secure Shell,en,services,1\n"
	    "ssh,22,tcp,ssh,official,Encrypted logins,en,table.csv,2\n"
	    "secsh,22,tcp,ssh,unofficial,Another view,en,other.csv,2\n",
	    NO_ERRORS, "--format=csv", "--claims", "22");
}

/* The usual columns stay where they are; a language's own is behind them. */
Test(query_formats, writes_csv_with_a_column_for_each_language)
{
	EXPECT_QUERY_IN_BOTH(
	    0,
	    "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,"
	    "Language,Source,Description[pt],Description[zh]\n"
	    "domain,53,udp,dns,official,,pt,services,Serviço de nomes,\n"
	    "nomes,53,udp,,,,,other.csv,,\n"
	    "zh-only,700,tcp,,,,zh,table.csv,,只有中文\n"
	    "submissions,465,tcp,ssmtp,,Submission over TLS,en,services,,\n"
	    "urd,465,tcp,,unofficial,\"Rendezvous, \"\"old\"\"\",en,table.csv,,\n",
	    NO_ERRORS, "--format=csv", "--lang=pt", "53/udp", "700", "465");
	EXPECT_QUERY_IN_BOTH(
	    0,
	    "Service Name,Port Number,Transport Protocol,Answer,Status,Description,"
	    "Language,Source,Line,Description[pt]\n"
	    "ssh,22,tcp,ssh,,The Secure Shell,en,services,1,\n"
	    "ssh,22,tcp,ssh,official,,pt,table.csv,2,Acesso remoto cifrado\n"
	    "secsh,22,tcp,ssh,unofficial,Another view,en,other.csv,2,\n",
	    NO_ERRORS, "--format=csv", "--claims", "--lang=pt", "22");
	/* Who chooses columns has it where it was asked for. */
	EXPECT_QUERY_IN_BOTH(
	    0, "Service Name,Description,Language\ndomain,Serviço de nomes,pt\nnomes,,\n",
	    NO_ERRORS, "--format=csv", "--lang=pt", "-o", "NAME,DESCRIPTION,LANGUAGE",
	    "domain/udp");
}

Test(query_formats, writes_csv_that_keeps_the_language)
{
	struct run run;

	RUN(&run, QUERY, "-d", "test.db", "--all", "--lang=pt", "--format=csv");
	write_text("pt.csv", run.output);
	run_free(&run);
	RUN(&run, COMPILER, "-o", "pt.db", "pt.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	/* Nobody who reads English is given Portuguese for it. */
	EXPECT_QUERY("C", 0,
		     "Service Name,Description,Language\n"
		     "ssh,Acesso remoto cifrado,pt\n"
		     "zh-only,只有中文,zh\n"
		     "3com-tsmux,,\n",
		     NO_ERRORS, "-d", "pt.db", "--format=csv", "--lang=en", "-o",
		     "NAME,DESCRIPTION,LANGUAGE", "ssh", "700", "106");
}

/* Writes all of a database in a format, compiles that, and gives what the new one has of it. */
static char *round_trip(const char *database, const char *format, const char *path)
{
	struct run run;

	RUN(&run, QUERY, "-d", database, "--all", "--format", format);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	write_text(path, run.output);
	run_free(&run);
	RUN(&run, COMPILER, "-o", "again.db", path);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	cr_assert_str_empty(run.errors, "%s", run.errors);
	run_free(&run);
	RUN(&run, QUERY, "-d", "again.db", "--all", "--format=services");
	char *output = run.output;
	free(run.errors);
	return output;
}

Test(query_formats, writes_csv_that_compiles_to_the_same_services)
{
	struct run run;

	RUN(&run, QUERY, "-d", "test.db", "--all", "--format=services");
	char *again = round_trip("test.db", "csv", "again.csv");
	cr_expect_str_eq(again, run.output);
	free(again);
	run_free(&run);
}

/* Protocols and ports that only a services file can have. What reads back is what it was. */
static const char odd_services[] = "one 1/tcp,udp\ntwo 2/tcp;udp\nthree 3/TCP\nfour 4/\n"
				   "zero 0/tcp\nnul\x01 5/tcp\nsix 6/tcp/udp\nseven 7/tcp a\x01 b\n"
				   "eight,8 8/x;y\nnine 9/udp c,d e;f g\n";

static void expect_odd_export(const char *format, const char *path, const char *services,
			      const char *errors)
{
	struct run run;

	write_text("odd", odd_services);
	RUN(&run, COMPILER, "-o", "odd.db", "odd");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	RUN(&run, QUERY, "-d", "odd.db", "--all", "--format", format);
	cr_expect_str_eq(run.errors, errors, "%s: %s", format, run.errors);
	run_free(&run);
	char *again = round_trip("odd.db", format, path);
	cr_expect_str_eq(again, services, "%s: %s", format, again);
	free(again);
	RUN(&run, QUERY, "-d", "odd.db", "--all", "--claims", "--format=csv");
	cr_expect_str_eq(run.errors, "portdb-query: 8 names left out, which CSV cannot hold\n");
	run_free(&run);
}

Test(query_formats, say_what_of_a_services_file_they_cannot_give_back)
{
	expect_odd_export("csv", "odd.csv", "seven\t7/tcp b\nnine\t9/udp g\n",
			  "portdb-query: 11 names left out, which CSV cannot hold\n");
	expect_odd_export("ldif", "odd.ldif",
			  "one\t1/tcp,udp\ntwo\t2/tcp;udp\nsix\t6/tcp/udp\nseven\t7/tcp b\n"
			  "eight,8\t8/x;y\nnine\t9/udp c,d e;f g\n",
			  "portdb-query: 5 names left out, which a directory cannot hold\n");
}

/* Rows that are no services say so in a table, too. */
Test(query_formats, give_back_rows_that_are_no_services)
{
	struct run run;

	write_text("rows.csv", "Service Name,Port Number,Transport Protocol,Status\n"
			       "a,0,tcp,\nb,,tcp,\n,5,,reserved\nc,6,,\n");
	RUN(&run, COMPILER, "-o", "rows.db", "rows.csv");
	run_free(&run);
	RUN(&run, QUERY, "-d", "rows.db", "0", "a", "b", "5", "c", "--format=csv", "-o",
	    "name,port,protocol,status");
	cr_expect_str_eq(run.output,
			 "Service Name,Port Number,Transport Protocol,Status\na,0,tcp,\n"
			 "a,0,tcp,\nb,,tcp,\n,5,,reserved\nc,6,,\n");
	cr_expect_str_eq(run.errors, "");
	run_free(&run);
}

Test(query_formats, writes_a_services_file)
{
	EXPECT_QUERY_IN_BOTH(0,
			     "ssh\t22/tcp secsh\n"
			     "submissions\t465/tcp ssmtp\n"
			     "domain\t53/tcp\n"
			     "domain\t53/udp dns\n"
			     "Alt\t8080/tcp\n"
			     "Alt\t8081/tcp ALT alto\n"
			     "urd\t465/tcp\n"
			     "3com-tsmux\t106/tcp\n"
			     "zh-only\t700/tcp\n"
			     "cl/1\t172/tcp\n"
			     "nomes\t53/udp\n",
			     "portdb-query: 1 name left out, which a services file cannot hold\n",
			     "--all", "--format=services");
}

static bool is_service(const struct servent *entry, const struct portdb_service *service)
{
	uint32_t position = service->protocol;
	char **alias = entry->s_aliases;

	if (strcmp(entry->s_name, service->strings) != 0 ||
	    ntohs((uint16_t)entry->s_port) != service->port ||
	    strcmp(entry->s_proto, service->strings + position) != 0)
		return false;
	for (; portdb_next_string(service, &position); alias++)
		if (!*alias || strcmp(*alias, service->strings + position) != 0)
			return false;
	return !*alias;
}

static bool same_by_name(const struct module *files, const struct portdb *db, const char *name,
			 const char *protocol)
{
	struct portdb_service service;
	struct servent entry;
	char buffer[8192];
	int error;

	return portdb_by_name(db, name, protocol, &service) == PORTDB_OK &&
	       files->by_name(name, protocol, &entry, buffer, sizeof buffer, &error) ==
		   NSS_STATUS_SUCCESS &&
	       is_service(&entry, &service);
}

static bool same_by_port(const struct module *files, const struct portdb *db, uint16_t port,
			 const char *protocol)
{
	struct portdb_service service;
	struct servent entry;
	char buffer[8192];
	int error;

	return portdb_by_port(db, port, protocol, &service) == PORTDB_OK &&
	       files->by_port(htons(port), protocol, &entry, buffer, sizeof buffer, &error) ==
		   NSS_STATUS_SUCCESS &&
	       is_service(&entry, &service);
}

static bool same_for(const struct module *files, const struct portdb *db,
		     const struct portdb_service *service)
{
	const char *protocol = service->strings + service->protocol;
	uint32_t alias = service->protocol;

	if (!same_by_name(files, db, service->strings, protocol) ||
	    !same_by_name(files, db, service->strings, NULL) ||
	    !same_by_port(files, db, service->port, protocol) ||
	    !same_by_port(files, db, service->port, NULL))
		return false;
	while (portdb_next_string(service, &alias))
		if (!same_by_name(files, db, service->strings + alias, protocol) ||
		    !same_by_name(files, db, service->strings + alias, NULL))
			return false;
	return true;
}

enum verdict {
	SAME,
	DIFFERENT,
	NO_NAMESPACE,
};

/* In a child: asks "files" from the text for everything that is in the database. */
static enum verdict compare_with_files(const char *database, const char *text)
{
	struct portdb_file file;
	struct portdb_service service;
	struct module files;
	enum portdb_result result;

	if (!portdb_file_map(&file, database, &result) || !find_files(&files))
		return DIFFERENT;
	if (!enter_etc_with(text, strlen(text)))
		return NO_NAMESPACE;
	for (uint32_t cursor = 0; portdb_next(&file.db, &cursor, &service) == PORTDB_OK;)
		if (!same_for(&files, &file.db, &service)) {
			fprintf(stderr, "differs: %s %u\n", service.strings, service.port);
			return DIFFERENT;
		}
	return SAME;
}

static void expect_files_answer_the_same(const char *database, const char *text)
{
	int status;
	pid_t child = fork();

	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(compare_with_files(database, text));
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_NAMESPACE)
		cr_skip_test("no mount namespace is permitted here");
	cr_expect_eq(WEXITSTATUS(status), SAME);
}

static void expect_exported_as(const char *database)
{
	struct run run;

	RUN(&run, QUERY, "-d", database, "--all", "--format=services");
	cr_assert_eq(run.status, 0);
	cr_expect_str_empty(run.errors, "%s", run.errors);
	expect_files_answer_the_same(database, run.output);
	char *again = round_trip(database, "services", "exported");
	cr_expect_str_eq(again, run.output);
	free(again);
	run_free(&run);
}

Test(query_formats, exports_tables_that_files_answer_the_same_from)
{
	struct run run;

	RUN(&run, COMPILER, "-o", "tables.db", "services",
	    DATA_DIR "/tables/10-unix-services.zh.csv",
	    DATA_DIR "/tables/20-well-known-ports.en.csv",
	    DATA_DIR "/tables/30-common-ports.en.csv", DATA_DIR "/tables/40-ports-in-brief.en.csv",
	    DATA_DIR "/tables/50-portas.pt.csv", DATA_DIR "/tables/60-services-in-use.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	expect_exported_as("tables.db");
}

/* As a decimal C library reads it "81//tcp" has the protocol "/tcp", which no file can hold for
 * all. */
static void write_with_single_slashes(const char *path, char *text)
{
	for (char *slash; (slash = strstr(text, "//"));)
		memmove(slash, slash + 1, strlen(slash));
	write_text(path, text);
	free(text);
}

Test(query_formats, exports_whatever_services_files_hold)
{
	struct random random = {.state = 42, .has_ports_in_range = true};

	for (unsigned i = 0; i < 20; i += stride()) {
		struct run run;
		write_with_single_slashes("one", random_services(&random, 30));
		write_with_single_slashes("other", random_services(&random, 30));
		RUN(&run, COMPILER, "-o", "random.db", "one", "other");
		cr_assert_eq(run.status, 0, "%s", run.errors);
		run_free(&run);
		RUN(&run, QUERY, "-d", "random.db", "--all", "--format=services");
		expect_files_answer_the_same("random.db", run.output);
		run_free(&run);
		unlink("random.db");
	}
}

Test(query_formats, writes_ldif)
{
	EXPECT_QUERY_IN_BOTH(0,
			     "version: 1\n"
			     "\n"
			     "dn: cn=domain+ipServiceProtocol=udp,ou=services,dc=example,dc=org\n"
			     "objectClass: top\n"
			     "objectClass: ipService\n"
			     "cn: domain\n"
			     "cn: dns\n"
			     "ipServicePort: 53\n"
			     "ipServiceProtocol: udp\n"
			     "description;lang-pt:: U2VydmnDp28gZGUgbm9tZXM=\n"
			     "\n"
			     "dn: cn=nomes+ipServiceProtocol=udp,ou=services,dc=example,dc=org\n"
			     "objectClass: top\n"
			     "objectClass: ipService\n"
			     "cn: nomes\n"
			     "ipServicePort: 53\n"
			     "ipServiceProtocol: udp\n",
			     NO_ERRORS, "--format=ldif", "--lang=pt", "dns");
}

Test(query_formats, writes_ldif_without_two_entries_of_one_name)
{
	write_text("same", "Alt 1/tcp ALT x\nalt 2/tcp\nALT 2/tcp\n");
	struct run run;
	RUN(&run, COMPILER, "-o", "same.db", "same");
	run_free(&run);
	EXPECT_QUERY("C", 0,
		     "version: 1\n"
		     "\n"
		     "dn: cn=Alt+ipServiceProtocol=tcp,o=x\n"
		     "objectClass: top\n"
		     "objectClass: ipService\n"
		     "cn: Alt\n"
		     "cn: x\n"
		     "ipServicePort: 1\n"
		     "ipServiceProtocol: tcp\n"
		     "\n"
		     "dn: cn=alt+ipServicePort=2+ipServiceProtocol=tcp,o=x\n"
		     "objectClass: top\n"
		     "objectClass: ipService\n"
		     "cn: alt\n"
		     "ipServicePort: 2\n"
		     "ipServiceProtocol: tcp\n",
		     "portdb-query: 2 names left out, which a directory cannot hold\n", "-d",
		     "same.db", "--all", "--format=ldif", "--base=o=x");
}
