/* SPDX-License-Identifier: MIT */
/* Answers as LDIF: what a directory can hold, in a form in which nothing is lost. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "tools/query/output.h"

/* What is written of the answers; the caller frees it. */
static char *written(const struct answers *answers, struct left_out *left_out)
{
	char *path = scratch_path("output");
	int output = dup(STDOUT_FILENO);

	cr_assert_not_null(freopen(path, "w", stdout));
	output_ldif(answers, "ou=services,o=x", left_out);
	fflush(stdout);
	dup2(output, STDOUT_FILENO);
	close(output);
	char *text = read_file(path, NULL);
	free(path);
	return text;
}

static void expect_ldif(struct answer *answers, size_t count, const char *expected,
			size_t expected_left_out)
{
	struct left_out left_out = {0};
	char *text = written(&(struct answers){answers, count, count}, &left_out);

	cr_expect_str_eq(text, expected, "%s", text);
	cr_expect_eq(left_out.names + left_out.descriptions, expected_left_out, "%zu left out",
		     left_out.names + left_out.descriptions);
	free(text);
}

/* A service at port 1 of tcp. */
static struct answer service(const char *name)
{
	return (struct answer){
	    .name = name, .protocol = "tcp", .has_port = true, .port = 1, .last_port = 1};
}

#define ENTRY(dn, cn)                                             \
	"\n" dn "\nobjectClass: top\nobjectClass: ipService\n" cn \
	"\nipServicePort: 1\nipServiceProtocol: tcp\n"

static void expect_entry(struct answer answer, const char *entry)
{
	char *expected;

	cr_assert_gt(asprintf(&expected, "version: 1\n%s", entry), 0);
	expect_ldif(&answer, 1, expected, 0);
	free(expected);
}

/* What is special within a distinguished name is marked there, and nowhere else (RFC 4514). */
Test(output_ldif, escapes_what_is_special_in_a_distinguished_name)
{
	static const struct {
		const char *name;
		const char *escaped;
	} names[] = {
	    {"a+b", "a\\+b"},   {"a,b", "a\\,b"}, {"a;b", "a\\;b"},     {"a=b", "a\\=b"},
	    {"a\"b", "a\\\"b"}, {"a<b", "a\\<b"}, {"a>b", "a\\>b"},     {"a\\b", "a\\\\b"},
	    {"#ab", "\\#ab"},   {"a#b", "a#b"},   {"a b", "a b"},       {"-", "-"},
	    {"+", "\\+"},       {"#", "\\#"},     {"a,,b", "a\\,\\,b"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *entry;
		cr_assert_gt(
		    asprintf(&entry,
			     ENTRY("dn: cn=%s+ipServiceProtocol=tcp,ou=services,o=x", "cn: %s"),
			     names[i].escaped, names[i].name),
		    0);
		expect_entry(service(names[i].name), entry);
		free(entry);
	}
}

/* Those that an LDIF line cannot hold as they are stand in base64 (RFC 2849). */
Test(output_ldif, writes_other_than_safe_values_in_base64)
{
	/* " a", of which the name's "\ a" stays as it is; "a "; ":a"; "<a"; "é". */
	expect_entry(service(" a"),
		     ENTRY("dn: cn=\\ a+ipServiceProtocol=tcp,ou=services,o=x", "cn:: IGE="));
	expect_entry(service("a "),
		     ENTRY("dn: cn=a\\ +ipServiceProtocol=tcp,ou=services,o=x", "cn:: YSA="));
	expect_entry(service(":a"),
		     ENTRY("dn: cn=:a+ipServiceProtocol=tcp,ou=services,o=x", "cn:: OmE="));
	expect_entry(service("<a"),
		     ENTRY("dn: cn=\\<a+ipServiceProtocol=tcp,ou=services,o=x", "cn:: PGE="));
	expect_entry(service("é"), ENTRY("dn:: Y249w6kraXBTZXJ2aWNlUHJvdG9jb2w9dGNwLG91PXNlcnZpY2V"
					 "zLG89eA==",
					 "cn:: w6k="));
}

Test(output_ldif, leaves_out_what_no_directory_holds)
{
	struct answer answers[12];

	for (size_t i = 0; i < 12; i++)
		answers[i] = service("name");
	answers[0].name = NULL;
	answers[1].name = "";
	answers[2].name = "portless";
	answers[2].has_port = false;
	answers[3].protocol = "";
	answers[4].name = "range";
	answers[4].last_port = 2;
	answers[5].name = "\xff";
	answers[6].protocol = "\xff";
	/* The directory would take it for the one before. */
	answers[8].name = "NAME";
	/* And what portdb-compile would not take for the same from there. */
	answers[9].name = "a\nb";
	answers[10].protocol = "TCP";
	answers[11].port = 0;
	expect_ldif(
	    answers, 12,
	    "version: 1\n" ENTRY("dn: cn=name+ipServiceProtocol=tcp,ou=services,o=x", "cn: name"),
	    11);
}

Test(output_ldif, leaves_out_aliases_that_no_directory_holds)
{
	const char *aliases[] = {"alias", "NAME", "", "Alias", "\xff", "other"};
	struct answer answer = service("name");

	answer.aliases = aliases;
	answer.alias_count = sizeof aliases / sizeof *aliases;
	expect_ldif(&answer, 1,
		    "version: 1\n" ENTRY("dn: cn=name+ipServiceProtocol=tcp,ou=services,o=x",
					 "cn: name\ncn: alias\ncn: other"),
		    4);
}

static void expect_description(const char *language, const char *text, const char *line)
{
	struct answer answer = service("name");
	char *entry;

	answer.language = language;
	answer.description = text;
	cr_assert_gt(
	    asprintf(&entry,
		     ENTRY("dn: cn=name+ipServiceProtocol=tcp,ou=services,o=x", "cn: name") "%s",
		     line),
	    0);
	expect_entry(answer, entry);
	free(entry);
}

Test(output_ldif, gives_descriptions_their_language)
{
	expect_description("en", "Mail", "description: Mail\n");
	expect_description(NULL, "Mail", "description: Mail\n");
	expect_description("pt", "Correio", "description;lang-pt: Correio\n");
	expect_description("zh_Hant_TW", "a", "description;lang-zh-Hant-TW: a\n");
	expect_description("en", "", "");
	expect_description("en", NULL, "");
}

/* Nor has a directory a description that is no UTF-8, or in what is no language. */
Test(output_ldif, leaves_out_descriptions_that_no_directory_holds)
{
	struct answer answer = service("name");
	const char *entry =
	    "version: 1\n" ENTRY("dn: cn=name+ipServiceProtocol=tcp,ou=services,o=x", "cn: name");

	answer.description = "\xff";
	expect_ldif(&answer, 1, entry, 1);
	answer.description = "words";
	answer.language = "pt: x";
	expect_ldif(&answer, 1, entry, 1);
}

/* portdb-compile reads it as the same services, whatever their names are. */
Test(output_ldif, compiles_to_the_same_services)
{
	struct run before;
	struct run after;
	struct run run;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("odd.csv",
		   "Service Name,Port Number,Transport Protocol,Aliases\n"
		   "\"a,b\",1,tcp,x+y\n#hash,2,tcp,\nequal=s,3,udp,\n\"quo\"\"te\",4,tcp,\n"
		   "back\\slash,5,tcp,\\\n<angle>;,6,tcp,\n:colon,7,tcp,:\n"
		   "serviço,8,tcp,域名\nsame,9,tcp,\nsame,10,tcp,\nsame,10,udp,\n");
	RUN(&run, COMPILER, "-o", "odd.db", "odd.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	RUN(&run, QUERY, "-d", "odd.db", "--all", "--format=ldif");
	cr_assert_eq(run.status, 0);
	cr_expect_str_empty(run.errors);
	write_text("odd.ldif", run.output);
	run_free(&run);
	RUN(&run, COMPILER, "-o", "again.db", "odd.ldif");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	cr_expect_str_empty(run.errors);
	run_free(&run);
	RUN(&before, QUERY, "-d", "odd.db", "--range=0-65535", "--format=services");
	RUN(&after, QUERY, "-d", "again.db", "--range=0-65535", "--format=services");
	cr_expect_str_eq(after.output, before.output, "%s", after.output);
	run_free(&before);
	run_free(&after);
}
