/* SPDX-License-Identifier: MIT */
/*
 * What people get wrong in sources, and what --check says of it: a table of inputs and findings.
 * And what is made of the findings: JSON, annotations by a problem matcher, a commit that is
 * refused.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/processes/host.h"
#include "tests/support/support.h"
#include "tools/shared/ephemeral.h"
#include "tools/shared/memory.h"

#define HEADER "Service Name,Port Number,Transport Protocol,Aliases\n"

static void enter_scratch(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
	setenv("LC_ALL", "C.UTF-8", 1);
}

TestSuite(linter, .init = enter_scratch, .timeout = 60);

/* A file, and what is said of it behind its name, line by line; "" for nothing. */
struct lint {
	const char *name;
	const char *text;
	size_t size; /* of the text, if it has NULs in it; else 0 */
	const char *said;
};

#define MEANT       ": warning: the protocol "
#define ALIAS       ": warning: "
#define LISTED      "' is taken for one alias of 'irc': blanks stand between aliases\n"
#define WORDS_ABOUT ": warning: the aliases of 'ssh' look like words about it "
#define BEHIND      "): a description stands behind a '#'\n"

static const struct lint lints[] = {
    /* Protocols of services(5) files. */
    {"a", "ssh 22/TCP\n", 0, ":1" MEANT "'TCP' is not 'tcp', which is what programs ask for\n"},
    {"a", "ssh 22/tcp\nssh 22/Udp\n", 0,
     ":2" MEANT "'Udp' is not 'udp', which is what programs ask for\n"},
    {"a", "ssh 22/tcp/udp\n", 0,
     ":1: warning: 'tcp/udp' is taken for one protocol of that name: write a row for 'tcp' and one "
     "for 'udp'\n"},
    {"a", "ssh 22/tcp,udp,SCTP\n", 0,
     ":1: warning: 'tcp,udp,SCTP' is taken for one protocol of that name: write a row for 'tcp' "
     "and "
     "one for 'udp' and one for 'sctp'\n"},
    {"a", "ssh 22/tpc\n", 0, ":1" MEANT "'tpc' is none that is known: probably 'tcp' was meant\n"},
    {"a", "ssh 22/udpp\n", 0,
     ":1" MEANT "'udpp' is none that is known: probably 'udp' was meant\n"},
    {"a", "ssh 22/scp\n", 0, ":1" MEANT "'scp' is none that is known: probably 'tcp' was meant\n"},
    {"a", "ssh 22/6\nntp 123/17\nodd 1/99\n", 0,
     ":1" MEANT "'6' is a number: its name, 'tcp', is what programs ask for\n"
     ":2" MEANT "'17' is a number: its name, 'udp', is what programs ask for\n"
     ":3" MEANT "'99' is a number, where its name was probably meant\n"},
    {"a", "ssh 22/tcp\xc2\xa0\n", 0,
     ":1" MEANT "'tcp\xc2\xa0' has a no-break space (U+00A0) in it: probably 'tcp' was meant\n"},
    {"a", "ssh 22/(tls)\n", 0,
     ":1: warning: '(tls)' is taken for a protocol, and is no name of any\n"},
    {"a", "rtmp 1/ddp\nnatd 8668/divert\nodd 5/rudp-2\n", 0, ""},
    /* Names and aliases. */
    {"a", "\xe2\x80\x8bssh 22/tcp\n", 0,
     ":1: note: the name '\xef\xbf\xbdssh' has characters other than letters, digits and hyphens "
     "(RFC 6335)\n"
     ":1: warning: the name '\xef\xbf\xbdssh' has a zero-width space (U+200B) in it: probably "
     "'ssh' "
     "was meant\n"},
    {"a", "irc 194/tcp ircd,ircu3\n", 0, ":1" ALIAS "'ircd,ircu3" LISTED},
    {"a", "irc 194/tcp ircd, ircu3\n", 0, ":1" ALIAS "'ircd," LISTED},
    {"a", "irc 194/tcp ircd;ircu3 other\n", 0, ":1" ALIAS "'ircd;ircu3" LISTED},
    {"a", "ssh 22/tcp sec\xc2\xa0sh\n", 0,
     ":1: warning: the alias 'sec\xc2\xa0sh' has a no-break space (U+00A0) in it: probably 'secsh' "
     "was meant\n"},
    {"a", "ssh 22/tcp Secure Shell\n", 0, ":1" WORDS_ABOUT "('Secure Shell'" BEHIND},
    {"a", "ssh 22/tcp the secure shell\n", 0, ":1" WORDS_ABOUT "('the secure shell'" BEHIND},
    {"a", "ssh 22/tcp // remote login (encrypted)\n", 0,
     ":1" WORDS_ABOUT "('// remote login (encrypted)'" BEHIND},
    {"a", "ssh 22/tcp - login\n", 0, ":1" WORDS_ABOUT "('- login'" BEHIND},
    {"a", "ssh 22/tcp 0.182286 # Secure Shell\n", 0,
     ":1: warning: '0.182286' is taken for an alias of 'ssh': it looks like a frequency, as "
     "nmap-services has\n"},
    /* As they stand in files of distributions. */
    {"a",
     "nextstep 178/tcp NeXTStep NextStep\nmicrosoft-ds 445/tcp Microsoft-DS\n"
     "cvspserver 2401/tcp CVSup\nkerberos-iv 750/udp kerberos4 kerberos-sec kdc loadav\n"
     "z39-50 210/tcp z3950 wais z39.50\nwnn4 22273/tcp wnn6 wnn6_Cn wnn6_Kr\n",
     0, ""},
    /* Whole files. */
    {"a", "ssh 22/tcp\rdomain 53/udp\r", 0,
     ":1: warning: its lines end in CR alone, so that all of it is one line: they must end in "
     "LF\n"},
    {"a", "# ours\rssh 22/tcp\r", 0,
     ":1: warning: its lines end in CR alone, so that all of it is one line: they must end in "
     "LF\n"},
    {"a", "# ours\r\nssh 22/tcp\r\n", 0, ""},
    {"a", "\xef\xbb\xbfssh 22/tcp\n", 0,
     ":1: warning: a byte order mark (U+FEFF) stands before the first word, and is taken as part "
     "of "
     "it: save it without\n"
     ":1: note: the name '\xef\xbf\xbdssh' has characters other than letters, digits and hyphens "
     "(RFC 6335)\n"
     ":1: warning: the name '\xef\xbf\xbdssh' has a byte order mark (U+FEFF) in it: probably 'ssh' "
     "was meant\n"},
    {"a", "\xff\xfes\0s\0h\0 \0002\0002\0/\0t\0c\0p\0\n\0", 24,
     ":1: warning: this is UTF-16, of which nothing can be read: save it as UTF-8\n"},
    {"a", "\0s\0s\0h\0 \0002\0002\0/\0t\0c\0p\0\n", 22,
     ":1: warning: this is UTF-16, of which nothing can be read: save it as UTF-8\n"},
    {"a", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, ": warning: not one row could be read\n"},
    {"a", "ssh\n", 0, ":1: warning: 'ssh' has no port: expected NAME PORT/PROTOCOL\n"},
    {"a", "# nothing\n\n  # yet\n", 0, ""},
    {"a", "", 0, ""},
    /* Tables. */
    {"a.csv", HEADER "ssh,22,TCP,\n", 0, ""},
    {"a.csv", HEADER "ssh,22,tcp (tls),\nntp,123,tcp + udp,\nldap,389,tcp & udp,\n", 0,
     ":2: warning: '(tls)' is taken for a protocol, and is no name of any\n"
     ":3: warning: '+' is taken for a protocol, and is no name of any\n"
     ":4: warning: '&' is taken for a protocol, and is no name of any\n"},
    {"a.csv", HEADER "ssh,22,tcp+udp,\n", 0,
     ":2: warning: 'tcp+udp' is taken for one protocol of that name: write a row for 'tcp' and one "
     "for 'udp'\n"},
    {"a.csv", HEADER "x11,6000-6063,tpc,\n", 0,
     ":2" MEANT "'tpc' is none that is known: probably 'tcp' was meant\n"},
    {"a.csv", HEADER "irc,194,tcp,\"ircd,ircu3; ircd2\"\n", 0, ""},
    {"a.csv", HEADER "ssh,22,tcp,Secure Shell\n", 0, ":2" WORDS_ABOUT "('Secure Shell'" BEHIND},
    {"a.csv", "\xef\xbb\xbf" HEADER "ssh,22,tcp,\n", 0, ""},
    {"A.CSV", HEADER "ssh,22,tcp,\n", 0, ""},
    /* LDIF. */
    {"a.ldif",
     "dn: cn=ssh\nobjectClass: ipService\ncn: ssh\nipServicePort: 22\nipServiceProtocol: TCP\n", 0,
     ""},
    {"a.ldif", "dn: cn=ssh\nobjectClass: device\n", 0,
     ": warning: no entry of the class ipService could be read\n"},
};

/* What is said of a file, without its name. */
static char *without_name(char *said, const char *name)
{
	size_t length = strlen(name);
	char *to = said;

	for (char *line = said; *line;) {
		char *end = strchrnul(line, '\n');
		end += *end == '\n';
		bool has_name = strncmp(line, name, length) == 0;
		size_t rest = (size_t)(end - line) - (has_name ? length : 0);
		memmove(to, line + (has_name ? length : 0), rest);
		to += rest;
		line = end;
	}
	*to = '\0';
	return said;
}

Test(linter, finds_what_was_probably_meant)
{
	for (size_t i = 0; i < LENGTH(lints); i++) {
		const struct lint *lint = &lints[i];
		struct run run;
		write_file(lint->name, lint->text, lint->size ? lint->size : strlen(lint->text));
		RUN(&run, COMPILER, "--check", "--strict", lint->name);
		char *said = without_name(run.errors, lint->name);
		/* Strictly, a row that is refused is an error. */
		for (char *error; (error = strstr(said, ": error: "));) {
			memmove(error + 11, error + 9, strlen(error + 9) + 1);
			memcpy(error, ": warning: ", 11);
		}
		cr_expect_str_eq(said, lint->said, "%zu: %s\n%s", i, lint->text, said);
		cr_expect_eq(run.status, strstr(lint->said, ": warning: ") != NULL, "%zu: %d", i,
			     run.status);
		run_free(&run);
		unlink(lint->name);
	}
}

/* Tens of thousands of rows of many hands: their words are what was meant. */
Test(linter, finds_nothing_odd_in_the_words_of_the_tables)
{
	static const char *const findings[] = {"probably",     "programs ask for",  "is taken for",
					       "look like",    "is no name of any", "as on those",
					       "one row could"};
	struct run run;

	RUN(&run, "sh", "-c",
	    "exec " COMPILER " --check " DATA_DIR "/tables/*.csv $(ls /etc/services 2>/dev/null)");
	cr_expect_eq(run.status, 0);
	for (size_t i = 0; i < LENGTH(findings); i++)
		cr_expect_null(strstr(run.errors, findings[i]), "'%s' is in the findings",
			       findings[i]);
	cr_expect_neq(strncmp(run.output, "0 claims", 8), 0);
	run_free(&run);
}

/* Ten rows of a kind are enough to see what it is. */
Test(linter, counts_rows_that_are_alike)
{
	FILE *file = fopen("nmap-services", "we");
	struct run run;

	for (unsigned i = 1; i <= 27; i++)
		fprintf(file, "service-%u\t%u/tcp\t0.%06u\t# words\n", i, i, i % 2);
	fclose(file);
	RUN(&run, COMPILER, "--check", "nmap-services");
	cr_expect_str_eq(run.output, "27 claims of 1 source: 11 findings, 0 notes\n", "%s",
			 run.output);
	cr_expect_not_null(strstr(run.errors, "nmap-services:10: warning: '0.000000' is taken"));
	cr_expect_null(strstr(run.errors, "nmap-services:11:"), "%s", run.errors);
	cr_expect_not_null(strstr(run.errors, "\nnmap-services: warning: 17 more with frequencies "
					      "for aliases, as on those lines\n"),
			   "%s", run.errors);
	run_free(&run);
}

/* A compilation says so too, and compiles the rest. */
/* What a row meets is another thing each time, so each is told of, however many there are. */
Test(linter, tells_of_each_row_that_meets_another)
{
	static const char *const forms[] = {
	    "name-%u %u/tcp\n",    /* taken by nobody, */
	    "name-%u %u/tcp\n",    /* there already, */
	    "name-%u 1%02u/tcp\n", /* its name is taken, */
	    "other-%u %u/tcp\n",   /* its port is taken, */
	    "odd_%u 2%02u/tcp\n",  /* and by RFC 6335 it is no name */
	};
	FILE *file = fopen("rows", "we");
	struct run run;
	unsigned lines = 0;

	cr_assert_not_null(file);
	for (size_t form = 0; form < LENGTH(forms); form++)
		for (unsigned i = 1; i <= 12; i++)
			fprintf(file, forms[form], i, i);
	fclose(file);
	RUN(&run, COMPILER, "--check", "rows");
	cr_expect_str_eq(run.output, "60 claims of 1 source: 36 findings, 12 notes\n");
	for (const char *at = run.errors; (at = strstr(at, "rows:")); at++)
		lines++;
	/* The last but twelve tell of the lines that they met. */
	cr_expect_eq(lines, 48 + 24, "%u: %s", lines, run.errors);
	run_free(&run);
}

Test(linter, tells_of_sources_that_are_nothing_when_compiling)
{
	struct run run;

	write_text("ssh", "ssh 22/tcp\n");
	write_file("nuls", NULL, 0);
	cr_assert_eq(truncate("nuls", (off_t)5 << 20), 0);
	RUN(&run, COMPILER, "-o", "db", "ssh", "nuls");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.errors, "nuls: warning: not one row could be read\n");
	run_free(&run);
}

Test(linter, reads_files_whose_endings_are_in_upper_case)
{
	struct run run;

	require_roots();
	make_directories("root" PORTDB_DROPINS_DIRECTORY);
	make_directories("root/etc");
	write_text("root/etc/services", "");
	write_text("root" PORTDB_DROPINS_DIRECTORY "/A.CSV", HEADER "mine,7411,tcp,\n");
	write_text("root" PORTDB_DROPINS_DIRECTORY "/B.SERVICES", "yours 7412/tcp\n");
	write_text("root" PORTDB_DROPINS_DIRECTORY "/c.txt", "theirs 7413/tcp\n");
	RUN(&run, COMPILER, "--check", "--verbose", "--root=root");
	cr_expect_eq(strncmp(run.output, "2 claims of 3 sources: ", 23), 0, "%s", run.output);
	cr_expect_not_null(strstr(run.errors, "c.txt: note: left alone: "), "%s", run.errors);
	run_free(&run);
}

static void expect_check(int status, const char *errors, const char *const *arguments)
{
	struct run run;

	run_program(&run, arguments);
	cr_expect_eq(run.status, status, "%s", run.errors);
	cr_expect_str_eq(run.errors, errors, "%s", run.errors);
	run_free(&run);
}

#define EXPECT_CHECK(status, errors, ...) \
	expect_check(status, errors,      \
		     (const char *const[]){COMPILER, "--check", "--strict", __VA_ARGS__, NULL})

/* A stock file has rows that a site cannot mend; its own are another thing. */
Test(linter, is_about_the_change_where_that_is_asked_for)
{
	write_text("stock", "acr-nema 104/tcp dicom\ndicom 11112/tcp\nssh 22/tcp\nssh 22/TCP\n"
			    "bad\nun_der 7/tcp\n");
	write_text("site", "ticketd 7411/tcp\n");
	EXPECT_CHECK(0, "", "--against", "stock", "site");
	EXPECT_CHECK(
	    1,
	    "stock:5: error: 'bad' has no port: expected NAME PORT/PROTOCOL\n"
	    "stock:2: warning: the name 'dicom/tcp' is taken by stock:1, for port 104\n"
	    "stock:4: warning: the protocol 'TCP' is not 'tcp', which is what programs ask "
	    "for\n"
	    "stock:6: note: the name 'un_der' has characters other than letters, digits "
	    "and hyphens (RFC 6335)\n",
	    "site", "stock");
	write_text("site", "ssh 2222/tcp\nmine 11112/tcp\nmine 11112/TCP\nssh 22/udp\n");
	EXPECT_CHECK(1,
		     "site:3: warning: the protocol 'TCP' is not 'tcp', which is what programs ask "
		     "for\n"
		     "site:2: warning: 'mine' hides 'dicom' of stock:2 at port 11112/tcp\n"
		     "site:1: warning: the name 'ssh/tcp' hides that of stock:3, for port 22\n",
		     "--against", "stock", "site");
	/* What it cannot be compared with is not compared with. */
	EXPECT_CHECK(1, "portdb-compile: none: No such file or directory\n", "--against", "none",
		     "/dev/null");
}

/* On the stock file of this machine, too, which may have findings of its own. */
Test(linter, finds_nothing_in_a_sound_change_against_this_machine)
{
	write_text("site.services", "ticketd 7411/tcp\n");
	if (access("/etc/services", R_OK) != 0)
		cr_skip_test("this machine has no /etc/services");
	EXPECT_CHECK(0, "", "--against=/etc/services", "site.services");
}

static struct ephemeral ephemeral_of(const char *range, const char *reserved)
{
	static struct ephemeral ephemeral;

	write_text("ip_local_port_range", range);
	write_text("ip_local_reserved_ports", reserved);
	ephemeral_read(&ephemeral, ".");
	return ephemeral;
}

Test(linter, knows_ports_of_outgoing_connections)
{
	struct ephemeral ephemeral = ephemeral_of("40000\t50000\n", "1-2,41000,42000-42002\n");

	cr_expect(!ephemeral_has(&ephemeral, 39999));
	cr_expect(ephemeral_has(&ephemeral, 40000));
	cr_expect(!ephemeral_has(&ephemeral, 41000));
	cr_expect(ephemeral_has(&ephemeral, 41001));
	cr_expect(!ephemeral_has(&ephemeral, 42001));
	cr_expect(!ephemeral_has(&ephemeral, 42002));
	cr_expect(ephemeral_has(&ephemeral, 42003));
	cr_expect(ephemeral_has(&ephemeral, 50000));
	cr_expect(!ephemeral_has(&ephemeral, 50001));
	/* The kernel's defaults for what it does not say. */
	ephemeral = ephemeral_of("odd\n", "\n");
	cr_expect(ephemeral_has(&ephemeral, 32768) && ephemeral_has(&ephemeral, 60999));
	cr_expect(!ephemeral_has(&ephemeral, 32767) && !ephemeral_has(&ephemeral, 61000));
	ephemeral_read(&ephemeral, "nowhere");
	cr_expect(ephemeral_has(&ephemeral, 32768));
}

/* For the site's own, and nobody else's. */
Test(linter, finds_own_ports_that_outgoing_connections_may_have)
{
	struct ephemeral ephemeral;
	unsigned port = 1;
	char text[128];
	char said[256];

	ephemeral_read(&ephemeral, EPHEMERAL_DIRECTORY);
	while (port < UINT16_MAX && !ephemeral_has(&ephemeral, (uint16_t)port))
		port++;
	if (port == UINT16_MAX)
		cr_skip_test("outgoing connections have no ports here");
	snprintf(text, sizeof text, "mine %u/tcp\n", port);
	snprintf(said, sizeof said,
		 "site:1: warning: port %u/tcp of 'mine' may be taken by an outgoing connection "
		 "(%u-%u), as net.ipv4.ip_local_reserved_ports does not have it\n",
		 port, ephemeral.range.first, ephemeral.range.last);
	write_text("site", text);
	write_text("stock", "");
	EXPECT_CHECK(1, said, "--against=stock", "site");
	/* A range is one row. */
	snprintf(text, sizeof text, "Service Name,Port Number,Transport Protocol\nmine,%u-%u,tcp\n",
		 port, port + 9);
	write_text("site.csv", text);
	memmove(said + 10, said + 6, strlen(said + 6) + 1);
	memcpy(said, "site.csv:2", 10);
	EXPECT_CHECK(1, said, "--against=stock", "site.csv");
	EXPECT_CHECK(0, "", "--against=site", "stock");
	EXPECT_CHECK(0, "", "site");
}

/* Without a SOURCE the site's own are the drop-ins. What is below is looked at as well. */
Test(linter, tells_drop_ins_from_the_rest_of_a_system)
{
	struct run run;

	require_roots();
	make_directories("root" PORTDB_DROPINS_DIRECTORY);
	make_directories("root/etc");
	write_text("root" PORTDB_DROPINS_DIRECTORY "/own.services",
		   "mine 40000/tcp\nssh 2222/tcp\n");
	write_text("root/etc/services", "ssh 22/tcp\nodd 41000/tcp\nodd 41001/tcp\n");
	RUN(&run, COMPILER, "--check", "--strict", "--root=root");
	cr_expect_eq(run.status, 1);
	cr_expect_not_null(
	    strstr(run.errors, "own.services:1: warning: port 40000/tcp of 'mine' may be taken by "
			       "an outgoing connection (32768-60999), as "),
	    "%s", run.errors);
	cr_expect_not_null(strstr(run.errors, "own.services:2: warning: the name 'ssh/tcp' hides "
					      "that of /etc/services:1, for port 22\n"),
			   "%s", run.errors);
	cr_expect_not_null(strstr(run.errors, "/etc/services:3: warning: the name 'odd/tcp' is "
					      "taken by /etc/services:2, for port 41000\n"),
			   "%s", run.errors);
	cr_expect_null(strstr(run.errors, "port 41000/tcp of"), "%s", run.errors);
	run_free(&run);
}

static json_t *findings_of(int status, const char *const *arguments, const char *errors)
{
	json_error_t error;
	struct run run;

	run_program(&run, arguments);
	cr_assert_eq(run.status, status, "%s", run.errors);
	cr_expect_str_eq(run.errors, errors, "%s", run.errors);
	json_t *document = json_loads(run.output, JSON_REJECT_DUPLICATES, &error);
	cr_assert_not_null(document, "%s: %s", error.text, run.output);
	run_free(&run);
	return document;
}

#define FINDINGS_OF(status, errors, ...)                                                    \
	findings_of(                                                                        \
	    status,                                                                         \
	    (const char *const[]){COMPILER, "--check", "--format=json", __VA_ARGS__, NULL}, \
	    errors)

static void expect_finding(const json_t *document, size_t number, const char *file, int line,
			   const char *severity, const char *message)
{
	const json_t *finding = json_array_get(json_object_get(document, "findings"), number);

	cr_assert_not_null(finding, "%zu", number);
	cr_expect_eq(json_object_size(finding), 4);
	cr_expect_str_eq(json_string_value(json_object_get(finding, "file")), file);
	if (line > 0)
		cr_expect_eq(json_integer_value(json_object_get(finding, "line")), line);
	else
		cr_expect(json_is_null(json_object_get(finding, "line")));
	cr_expect_str_eq(json_string_value(json_object_get(finding, "severity")), severity);
	cr_expect_str_eq(json_string_value(json_object_get(finding, "message")), message);
}

Test(linter, prints_findings_as_json)
{
	write_text("site", "ssh 22/tpc\nun_der 7/tcp\n\"\x1b[2J\xff\n");
	write_file("nuls", "\0\0", 2);
	json_t *document = FINDINGS_OF(0, "", "site", "nuls");
	cr_expect_eq(json_array_size(json_object_get(document, "findings")), 4);
	expect_finding(document, 0, "site", 3, "warning",
		       "'\"\x1b[2J\xef\xbf\xbd' has no port: expected NAME PORT/PROTOCOL");
	expect_finding(document, 1, "nuls", 0, "warning", "not one row could be read");
	expect_finding(document, 2, "site", 1, "warning",
		       "the protocol 'tpc' is none that is known: probably 'tcp' was meant");
	expect_finding(document, 3, "site", 2, "note",
		       "the name 'un_der' has characters other than letters, digits and hyphens "
		       "(RFC 6335)");
	cr_expect_eq(json_integer_value(json_object_get(document, "claims")), 2);
	cr_expect_eq(json_integer_value(json_object_get(document, "sources")), 2);
	cr_expect_eq(json_integer_value(json_object_get(document, "finding_count")), 3);
	cr_expect_eq(json_integer_value(json_object_get(document, "note_count")), 1);
	json_decref(document);
	document = FINDINGS_OF(1, "", "--strict", "site");
	expect_finding(document, 0, "site", 3, "error",
		       "'\"\x1b[2J\xef\xbf\xbd' has no port: expected NAME PORT/PROTOCOL");
	json_decref(document);
	document = FINDINGS_OF(1, "portdb-compile: none: No such file or directory\n", "none");
	cr_expect_eq(json_array_size(json_object_get(document, "findings")), 0);
	json_decref(document);
}

/* The lines of the manual between two that hold these words, without the macros' lines. */
static char *example_of_manual(const char *from, const char *to)
{
	char *manual = read_file(COMPILER_MANUAL, NULL);
	char *start = strstr(manual, from);
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	cr_assert_not_null(start, "the manual has no '%s'", from);
	char *end = strstr(start, to);
	cr_assert_not_null(end, "the manual has no '%s'", to);
	*end = '\0';
	for (char *line; (line = strsep(&start, "\n"));)
		if (*line != '.')
			fprintf(stream, "%s\n", line);
	fclose(stream);
	free(manual);
	return text;
}

/* As the runner does with each line of a job. */
Test(linter, is_read_by_the_problem_matcher_of_the_manual)
{
	char *text = example_of_manual("{ \"problemMatcher\"", ".Ed");
	json_error_t error;
	json_t *document = json_loads(text, 0, &error);
	regmatch_t parts[5];
	regex_t expression;
	struct run run;

	cr_assert_not_null(document, "%s: %s", error.text, text);
	const json_t *matcher = json_array_get(json_object_get(document, "problemMatcher"), 0);
	const json_t *pattern = json_array_get(json_object_get(matcher, "pattern"), 0);
	cr_expect_str_eq(json_string_value(json_object_get(matcher, "owner")), "portdb");
	cr_expect_eq(json_integer_value(json_object_get(pattern, "file")), 1);
	cr_expect_eq(json_integer_value(json_object_get(pattern, "line")), 2);
	cr_expect_eq(json_integer_value(json_object_get(pattern, "severity")), 3);
	cr_expect_eq(json_integer_value(json_object_get(pattern, "message")), 4);
	/* It is the same to JavaScript and to POSIX. */
	cr_assert_eq(regcomp(&expression, json_string_value(json_object_get(pattern, "regexp")),
			     REG_EXTENDED),
		     0);
	write_text("a site", "ssh 22/tpc\nun_der 7/tcp\nbad\n");
	RUN(&run, COMPILER, "--check", "--strict", "a site");
	static const char *const expected[][4] = {
	    {"a site", "3", "error", "'bad' has no port: expected NAME PORT/PROTOCOL"},
	    {"a site", "1", "warning",
	     "the protocol 'tpc' is none that is known: probably 'tcp' was meant"},
	    {"a site", "2", "note",
	     "the name 'un_der' has characters other than letters, digits and hyphens (RFC 6335)"},
	};
	char *rest = run.errors;
	for (size_t i = 0; i < LENGTH(expected); i++) {
		const char *line = strsep(&rest, "\n");
		cr_assert_eq(regexec(&expression, line, 5, parts, 0), 0, "%s", line);
		for (size_t part = 0; part < 4; part++) {
			char *found =
			    strndup(line + parts[part + 1].rm_so,
				    (size_t)(parts[part + 1].rm_eo - parts[part + 1].rm_so));
			cr_expect_str_eq(found, expected[i][part]);
			free(found);
		}
	}
	cr_expect_str_eq(rest, "");
	cr_expect_neq(regexec(&expression, run.output, 5, parts, 0), 0, "%s", run.output);
	run_free(&run);
	regfree(&expression);
	json_decref(document);
}

/* A commit by git, with the hook of the manual. */
static void expect_commit(int status, const char *said)
{
	struct run run;

	RUN(&run, "git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q",
	    "-m", "change");
	cr_expect_eq(run.status, status, "%s%s", run.output, run.errors);
	cr_expect_not_null(strstr(run.errors, said), "%s", run.errors);
	run_free(&run);
}

static void stage(const char *path)
{
	struct run run;

	RUN(&run, "git", "add", path);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

Test(linter, refuses_commits_by_the_hook_of_the_manual)
{
	struct run run;

	require_program("git", "git");
	setenv("HOME", scratch_directory(), 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	RUN(&run, "git", "init", "-q", "repository");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	cr_assert_eq(chdir("repository"), 0);
	/* The hook finds what was built, as it would what is installed. */
	cr_assert_eq(mkdir("../bin", 0755), 0);
	cr_assert_eq(symlink(COMPILER, "../bin/portdb-compile"), 0);
	char *path;
	cr_assert_gt(asprintf(&path, "%s/bin:%s", scratch_directory(), getenv("PATH")), 0);
	setenv("PATH", path, 1);
	write_text(".git/hooks/pre-commit", example_of_manual("#!/bin/sh\ngit diff", ".Ed"));
	cr_assert_eq(chmod(".git/hooks/pre-commit", 0755), 0);

	write_text("a site.services", "ticketd 7411/tpc\n");
	write_text("notes", "nothing 22\n");
	stage(".");
	expect_commit(1, "a site.services:1: warning: the protocol 'tpc' is none that is known");
	/* What is committed counts, and not what lies there. */
	write_text("a site.services", "ticketd 7411/tcp\n");
	expect_commit(1, "a site.services:1: warning: ");
	stage("a site.services");
	write_text("a site.services", "ticketd 7411/tpc\n");
	expect_commit(0, "");
}
