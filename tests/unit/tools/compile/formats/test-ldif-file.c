/* SPDX-License-Identifier: MIT */
/* LDIF: ipService entries, as they stand in a directory. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/examples.h"
#include "tests/support/support.h"
#include "tools/compile/formats/ldif-file.h"
#include "tools/shared/memory.h"

/* An entry in front of and behind what a test is about: nothing of it may get lost. */
#define CLASS    "objectClass: ipService\n"
#define SSH      "dn: cn=ssh,dc=x\n" CLASS "cn: ssh\nipServicePort: 22\nipServiceProtocol: tcp\n"
#define SSH_ROW  "1: ssh 22/tcp\n"
#define LAST     "\ndn: cn=last,dc=x\n" CLASS "cn: last\nipServicePort: 9\nipServiceProtocol: udp\n"
#define LAST_ROW "last 9/udp\n"
#define WARNING  ": warning: "

/* An entry that is refused for one reason, between two that are not. */
static void check_refused(const char *entry, const char *message)
{
	struct example example;
	char *text;
	char *rows;
	unsigned last_line = 10;

	for (const char *next = entry; (next = strchr(next, '\n')); next++)
		last_line++;
	cr_assert_gt(asprintf(&text, "%s\n%s%s", SSH, entry, LAST), 0);
	cr_assert_gt(asprintf(&rows, "%s%u: %s", SSH_ROW, last_line - 2, LAST_ROW), 0);
	example = (struct example){text, strlen(text), rows, message};
	check_example(ldif_file_read, &example, true);
	free(text);
	free(rows);
}

Test(ldif_file, reads_a_service)
{
	static const struct example examples[] = {
	    EXAMPLE("dn: cn=ssh,ou=services,dc=example,dc=org\nobjectClass: top\n" CLASS
		    "cn: ssh\ncn: secsh\ncn: SSH\nipServicePort: 22\nipServiceProtocol: tcp\n"
		    "description: Secure Shell\n",
		    "1: ssh 22/tcp secsh SSH {Description=Secure Shell}\n", ""),
	    EXAMPLE("", "", ""),
	    EXAMPLE("\n\r\n# nothing\n\n", "", ""),
	    EXAMPLE("\xef\xbb\xbf" SSH, SSH_ROW, ""),
	    EXAMPLE(SSH LAST, SSH_ROW "7: " LAST_ROW, ""),
	    EXAMPLE(SSH "\n\n\n" LAST, SSH_ROW "10: " LAST_ROW, ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, takes_names_in_any_case_and_as_numbers)
{
	static const struct example examples[] = {
	    EXAMPLE("DN: CN=ssh,dc=x\nOBJECTCLASS: IPSERVICE\nCN: ssh\nIPSERVICEPORT: 22\n"
		    "ipserviceprotocol: TCP\nDescription: Shell\n",
		    "1: ssh 22/tcp {Description=Shell}\n", ""),
	    EXAMPLE("dn: commonName=ssh,dc=x\nobjectClass: 1.3.6.1.1.1.2.3\ncommonName: secsh\n"
		    "1.3.6.1.1.1.1.15: 22\n1.3.6.1.1.1.1.16: tcp\n2.5.4.13: Shell\n",
		    "1: ssh 22/tcp secsh {Description=Shell}\n", ""),
	    EXAMPLE("dn: 2.5.4.3=ssh,dc=x\n2.5.4.0: ipService\n2.5.4.3: secsh\nipServicePort: 22\n"
		    "ipServiceProtocol: tcp\n",
		    "1: ssh 22/tcp secsh\n", ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, finds_the_name_in_the_dn)
{
	static const struct {
		const char *rdn;
		const char *row;
	} cases[] = {
	    {"cn=b", "1: b 1/tcp a c\n"},
	    {"cn=b+ipServiceProtocol=tcp", "1: b 1/tcp a c\n"},
	    {"ipServiceProtocol=tcp+cn=b", "1: b 1/tcp a c\n"},
	    {" cn = b  + ipServicePort = 1 ", "1: b 1/tcp a c\n"},
	    {"cn=c+cn=b", "1: c 1/tcp a b\n"},
	    {"cn=other", "1: other 1/tcp a b c\n"},
	    /* Only the first RDN is the entry's own. */
	    {"ipServicePort=1", "1: a 1/tcp b c\n"},
	    {"ipServicePort=1,cn=b", "1: a 1/tcp b c\n"},
	    {"cn=", "1: a 1/tcp b c\n"},
	    {"cn=b;ou=old", "1: b 1/tcp a c\n"},
	    /* RFC 4514, section 2.4. */
	    {"cn=x\\,y\\+z\\\\\\\"\\<\\>\\;\\=\\#", "1: x,y+z\\\"<>;=# 1/tcp a b c\n"},
	    {"cn=x\\2Cy\\2c\\c3\\A9", "1: x,y,\xc3\xa9 1/tcp a b c\n"},
	    {"cn=\\#x#y=z", "1: #x#y=z 1/tcp a b c\n"},
	    {"cn=\\ x y\\ ", "1:  x y  1/tcp a b c\n"},
	    {"cn=x\\20 ", "1: x  1/tcp a b c\n"},
	    {"cn=caf\xc3\xa9", "1: caf\xc3\xa9 1/tcp a b c\n"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *text;
		cr_assert_gt(asprintf(&text,
				      "dn: %s,dc=x\n" CLASS "cn: a\ncn: b\ncn: c\n"
				      "ipServicePort: 1\nipServiceProtocol: tcp\n",
				      cases[i].rdn),
			     0);
		check_example(ldif_file_read,
			      &(struct example){text, strlen(text), cases[i].row, ""}, true);
		free(text);
	}
}

Test(ldif_file, makes_a_claim_for_each_protocol)
{
	static const struct example examples[] = {
	    EXAMPLE("dn: cn=domain,dc=x\n" CLASS "cn: dns\nipServiceProtocol: udp\n"
		    "ipServiceProtocol: tcp\nipServicePort: 53\ndescription: Names\n",
		    "1: domain 53/udp dns {Description=Names}\n"
		    "1: domain 53/tcp dns {Description=Names}\n",
		    ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

#define NO_LANGUAGE(line, option) \
	"file:" line ": warning: a description is left out: '" option "' is no language\n"

/* What would be a column that no table has, and that no format prints. */
Test(ldif_file, leaves_out_a_description_in_no_language)
{
	static const char longest[] = "abcdefghijklmnopqrstuvwxyz123456789";
	static const struct example examples[] = {
	    EXAMPLE(SSH "description;lang-a.b: x\ndescription;lang-pt: Concha\n",
		    "1: ssh 22/tcp {Description[pt]=Concha}\n", NO_LANGUAGE("6", ";lang-a.b")),
	    EXAMPLE(SSH "description;x-y;LANG-.;x: x\n", "1: ssh 22/tcp\n",
		    NO_LANGUAGE("6", ";x-y;LANG-.;x")),
	};
	struct reading reading;
	char *text;

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
	for (unsigned more = 0; more < 2; more++) {
		cr_assert_gt(
		    asprintf(&text, SSH "description;lang-%s%.*s: x\n", longest, (int)more, "0"),
		    0);
		reading_make(&reading, ldif_file_read, text, strlen(text));
		cr_assert_eq(reading.source.claim_count, 1, "%s", reading.messages);
		cr_expect_eq(reading.source.claims[0].fact_count, 1 - more);
		cr_expect_eq(reading.diagnostics.warnings, more);
		reading_free(&reading);
		free(text);
	}
}

Test(ldif_file, keeps_descriptions_with_their_language)
{
	static const struct example examples[] = {
	    EXAMPLE(SSH "description;lang-pt: Concha\ndescription: Shell\n"
			"DESCRIPTION;LANG-ZH:: 5aOz\ndescription: More\n",
		    "1: ssh 22/tcp {Description[pt]=Concha} {Description=Shell} "
		    "{Description[zh]=\xe5\xa3\xb3} {Description=More}\n",
		    ""),
	    EXAMPLE(SSH "description;lang-PT-br: a\ndescription;lang-zh-hant-tw: b\n"
			"description;lang-de-1996: c\ndescription;x-note;lang-en: d\n"
			"description;x-note: e\ndescription;lang-: f\ndescription;lang-fr;x-y: g\n",
		    "1: ssh 22/tcp {Description[pt_BR]=a} {Description[zh_Hant_TW]=b} "
		    "{Description[de_1996]=c} {Description[en]=d} {Description=e} {Description=f} "
		    "{Description[fr]=g}\n",
		    ""),
	    /* An empty one says nothing. */
	    EXAMPLE(SSH "description:\ndescription;lang-pt: \ndescription::\n", SSH_ROW, ""),
	    /* Of the other attributes only those without options are the service's. */
	    EXAMPLE(SSH "cn;lang-pt: concha\nipServicePort;x-old: 23\n", SSH_ROW, ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, takes_ports_from_0_to_65535)
{
	static const struct example examples[] = {
	    EXAMPLE("dn: cn=a,dc=x\n" CLASS "ipServicePort: 65535\nipServiceProtocol: tcp\n",
		    "1: a 65535/tcp\n", ""),
	    EXAMPLE("dn: cn=a,dc=x\n" CLASS "ipServicePort: 0080 \nipServiceProtocol: tcp\n",
		    "1: a 80/tcp\n", ""),
	    /* Nobody listens on it. */
	    EXAMPLE("dn: cn=a,dc=x\n" CLASS "ipServicePort: 0\nipServiceProtocol: tcp\n",
		    "1: not a 0/tcp\n", ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, joins_folded_lines)
{
	static const struct example examples[] = {
	    EXAMPLE("dn: cn=s\n sh,dc=\n x\nobjectCl\n ass: ipSer\n vice\ncn: s\n  sh\n"
		    "ipServicePort: 2\n 2\nipServiceProtocol:\n  tcp\n"
		    "description:: U2Vjd\n XJlIF\n NoZWxs\ndescription;lan\n g-pt: a\n  b\n \n",
		    "1: ssh 22/tcp {Description=Secure Shell} {Description[pt]=a b}\n",
		    "file:7: warning: 's sh' is not taken as an alias: it has a blank in it\n"),
	    /* So are comments; one between two lines ends the first. */
	    EXAMPLE("# a comment\n that goes on\n  and on\n" SSH "# an end\n\n#\n \n" LAST,
		    "4: ssh 22/tcp\n14: " LAST_ROW, ""),
	    EXAMPLE("version\n : \n 1\n" SSH, "4: ssh 22/tcp\n", ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, reads_lines_that_end_in_carriage_returns)
{
	static const struct example examples[] = {
	    EXAMPLE("version: 1\r\n\r\ndn: cn=ssh\r\n ,dc=x\r\n# c\r\nobjectClass: ipService\r\n"
		    "cn: ssh\r\nipServicePort: 22\r\nipServiceProtocol: t\r\n cp\r\n"
		    "description:: U2hlbGw=\r\n\r\n\r\ndn: cn=b\r\nobjectClass: ipService\r\n"
		    "ipServicePort: 1\r\nipServiceProtocol: udp",
		    "3: ssh 22/tcp {Description=Shell}\n14: b 1/udp\n", ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, reads_base64)
{
	static const struct example examples[] = {
	    EXAMPLE("dn:: Y249c3NoLGRjPXg=\nobjectClass:: aXBTZXJ2aWNl\ncn:: c2Vjc2g=\n"
		    "ipServicePort:: MjI=\nipServiceProtocol::dGNw\ndescription::  U2hlbGw= \n",
		    "1: ssh 22/tcp secsh {Description=Shell}\n", ""),
	    /* A blank at the end counts here, and a line feed is kept in words for people. */
	    EXAMPLE(SSH "description: plain  \ndescription:: YSBiIAphCg==\n",
		    "1: ssh 22/tcp {Description=plain} {Description=a b \na\n}\n", ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, takes_the_version_line)
{
	static const struct example examples[] = {
	    EXAMPLE("version: 1\n" SSH, "2: ssh 22/tcp\n", ""),
	    EXAMPLE("# c\nversion:1\n\n" SSH, "4: ssh 22/tcp\n", ""),
	    EXAMPLE("version: 1\n", "", ""),
	    /* Two files, one behind the other. */
	    EXAMPLE(SSH "\nversion: 1" LAST, SSH_ROW "8: " LAST_ROW, ""),
	};
	static const struct example other[] = {
	    EXAMPLE("version: 2\n" SSH, "",
		    "portdb-compile: file: line 1: only version 1 of LDIF is known\n"),
	    EXAMPLE("\nversion: 1.0\n", "",
		    "portdb-compile: file: line 2: only version 1 of LDIF is known\n"),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
	for (size_t i = 0; i < LENGTH(other); i++)
		check_example(ldif_file_read, &other[i], false);
}

/* What ldapsearch(1) prints, with and without -LLL. */
Test(ldif_file, reads_the_output_of_ldapsearch)
{
	static const struct example examples[] = {
	    EXAMPLE("# extended LDIF\n#\n# LDAPv3\n# base <dc=x> with scope subtree\n"
		    "# filter: (objectclass=*)\n# requesting: ALL\n#\n\n# ssh, x\n" SSH
		    "\n# search reference\nref: ldap://other.example/dc=y??sub\n"
		    "\n# search result\nsearch: 2\nresult: 0 Success\ncontrol: 1.2.840 false\n"
		    "pagedresults: cookie=\n\n# numResponses: 2\n# numEntries: 1\n",
		    "10: ssh 22/tcp\n", ""),
	    EXAMPLE(SSH "\n", SSH_ROW, ""),
	    EXAMPLE(SSH "\nsearch: 2\nresult: 0 Success\n", SSH_ROW, ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

/* Whatever they hold. */
Test(ldif_file, leaves_other_entries_alone)
{
	static const struct example examples[] = {
	    EXAMPLE("dn: ou=services,dc=x\nobjectClass: organizationalUnit\nou: services\n\n"
		    "dn: cn=joe,dc=x\nobjectClass: person\ncn: joe\njpegPhoto:: AAECAw==\n"
		    "userCertificate;binary:< file:///etc/passwd\ncn:: !!!\nipServicePort: x\n\n"
		    "dn: cn=tcp,dc=x\nobjectClass: ipProtocol\ncn: tcp\nipProtocolNumber: 6\n\n"
		    "dn:\nobjectClass: top\n\ndn: no dn at all\n\ndn:\n" LAST,
		    "25: " LAST_ROW, ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

/* And other attributes of a service. */
Test(ldif_file, leaves_other_attributes_alone)
{
	static const struct example examples[] = {
	    EXAMPLE(SSH "seeAlso:< file:///etc/passwd\nentryUUID:: !!!\nx_y.1-z;a;b: c\n", SSH_ROW,
		    ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, takes_changes_that_add)
{
	static const struct example examples[] = {
	    EXAMPLE("dn: cn=a,dc=x\ncontrol: 1.2.3 true\nchangetype: add\n" CLASS
		    "ipServicePort: 1\nipServiceProtocol: tcp\n\n"
		    "dn: cn=b,dc=x\nChangeType: ADD\n" CLASS
		    "ipServicePort: 2\nipServiceProtocol: tcp\n",
		    "1: a 1/tcp\n8: b 2/tcp\n", ""),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
	check_refused("dn: cn=b,dc=x\nchangetype: delete\n",
		      "file:8" WARNING "not an entry to add, but to delete\n");
	check_refused("dn: cn=b,dc=x\nchangetype: modify\nreplace: cn\ncn: c\n-\n",
		      "file:8" WARNING "not an entry to add, but to modify\n");
	check_refused("dn: cn=b,dc=x\nchangetype: modrdn\nnewrdn: cn=c\ndeleteoldrdn: 1\n",
		      "file:8" WARNING "not an entry to add, but to modrdn\n");
	check_refused("dn: cn=b,dc=x\nchangetype:: G1sxbQ==\n",
		      "file:8" WARNING "not an entry to add, but to ?[1m\n");
	check_refused("dn: cn=b,dc=x\nchangetype:: *\n",
		      "file:8" WARNING "the value of changetype is not text in base64\n");
}

#define START    "dn: cn=b,dc=x\n" CLASS
#define PORT     "ipServicePort: 1\n"
#define PROTOCOL "ipServiceProtocol: tcp\n"

Test(ldif_file, refuses_entries_that_lack_something)
{
	check_refused("dn: ou=b,dc=x\n" CLASS PORT PROTOCOL,
		      "file:7" WARNING "the entry has no cn\n");
	check_refused(START PROTOCOL, "file:7" WARNING "the entry has no ipServicePort\n");
	check_refused(START PORT, "file:7" WARNING "the entry has no ipServiceProtocol\n");
}

Test(ldif_file, refuses_bad_ports)
{
	static const char *const ports[] = {"65536", "-1",  "+1",   "0x10",
					    "1 2",   "1-2", "http", "18446744073709551617"};
	char *entry;
	char *message;

	for (size_t i = 0; i < LENGTH(ports); i++) {
		cr_assert_gt(asprintf(&entry, START "ipServicePort: %s\n" PROTOCOL, ports[i]), 0);
		cr_assert_gt(asprintf(&message,
				      "file:9" WARNING "'%s' is not a port from 0 to 65535\n",
				      ports[i]),
			     0);
		check_refused(entry, message);
		free(entry);
		free(message);
	}
	check_refused(START "ipServicePort:\n" PROTOCOL,
		      "file:9" WARNING "'' is not a port from 0 to 65535\n");
	check_refused(START "ipServicePort:: G1sxbQ==\n" PROTOCOL,
		      "file:9" WARNING "'?[1m' is not a port from 0 to 65535\n");
	check_refused(START PORT PROTOCOL "ipServicePort: 2\n",
		      "file:11" WARNING "a second ipServicePort: an entry has one\n");
}

#define CONTROL  "a name or protocol has a control character in it\n"
#define NOT_TEXT " is not text in base64\n"

Test(ldif_file, refuses_bad_names)
{
	check_refused(START PORT PROTOCOL "cn: b\tc\n", "file:11" WARNING CONTROL);
	check_refused(START PORT PROTOCOL "cn:: YgpjCg==\n", "file:11" WARNING CONTROL);
	check_refused(START PORT "ipServiceProtocol: t\x7f\n", "file:10" WARNING CONTROL);
	check_refused("dn: cn=b\\1bc,dc=x\n" CLASS PORT PROTOCOL, "file:7" WARNING CONTROL);
	check_refused(START PORT PROTOCOL "cn:\n", "file:11" WARNING "the value of cn is empty\n");
	check_refused(START PORT "ipServiceProtocol::\n",
		      "file:10" WARNING "the value of ipServiceProtocol is empty\n");
	/* "b\0c" and what is no base64. */
	check_refused(START PORT PROTOCOL "cn:: YgBj\n",
		      "file:11" WARNING "the value of cn" NOT_TEXT);
	check_refused(START PORT PROTOCOL "CN:: Yg\n",
		      "file:11" WARNING "the value of CN" NOT_TEXT);
	check_refused(START PORT PROTOCOL "description:: Y!==\n",
		      "file:11" WARNING "the value of description" NOT_TEXT);
}

/* The rest of the entry stands; as the name of a service, a blank is no harm. */
Test(ldif_file, warns_of_aliases_with_blanks)
{
	static const struct example examples[] = {
	    EXAMPLE("dn: cn=a b,dc=x\n" CLASS "cn: a b\ncn: c\ncn: d e\ncn: f\n" PORT PROTOCOL,
		    "1: a b 1/tcp c f\n",
		    "file:5: warning: 'd e' is not taken as an alias: it has a blank in it\n"),
	};

	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

Test(ldif_file, refuses_bad_dns)
{
	static const char *const dns[] = {"b,dc=x",      "=b",         "cn=\"b\",dc=x", "cn=b\\",
					  "cn=b\\zz",    "cn=b\\2",    "cn=b\\00",      "cn=#0401",
					  "cn=b<c,dc=x", "cn=b+,dc=x", "cn=b++cn=c",    ""};

	for (size_t i = 0; i < LENGTH(dns); i++) {
		char *entry;
		cr_assert_gt(asprintf(&entry, "dn: %s\n" CLASS PORT PROTOCOL, dns[i]), 0);
		check_refused(entry, "file:7" WARNING
				     "the dn does not start as one of RFC 4514: cn=NAME,...\n");
		free(entry);
	}
	check_refused("dn:: !\n" CLASS PORT PROTOCOL, "file:7" WARNING "the value of dn" NOT_TEXT);
}

#define IS_URL " is a URL, which is not followed\n"

Test(ldif_file, follows_no_url)
{
	check_refused(START PORT PROTOCOL "description:< file:///etc/hostname\n",
		      "file:11" WARNING "the value of description" IS_URL);
	check_refused(START "ipServicePort:<file:///x\n" PROTOCOL,
		      "file:9" WARNING "the value of ipServicePort" IS_URL);
	/* Who knows what it is? */
	check_refused("dn: cn=b,dc=x\nobjectClass:< file:///x\n" PORT PROTOCOL,
		      "file:8" WARNING "the value of objectClass" IS_URL);
	check_refused("dn:< file:///x\n" CLASS PORT PROTOCOL,
		      "file:7" WARNING "the value of dn" IS_URL);
}

#define MALFORMED "neither 'attribute: value' nor a line that continues one\n"

Test(ldif_file, refuses_what_is_no_entry)
{
	check_refused(START PORT PROTOCOL "cn c\n", "file:11" WARNING MALFORMED);
	check_refused(START PORT PROTOCOL "c n: c\n", "file:11" WARNING MALFORMED);
	check_refused(START PORT PROTOCOL ": c\n", "file:11" WARNING MALFORMED);
	check_refused(START PORT PROTOCOL "\tcn: c\n-\n", "file:11" WARNING MALFORMED);
	check_refused(" dn: cn=b,dc=x\n" CLASS, "file:7" WARNING MALFORMED);
	check_refused("ssh 22/tcp\ntelnet 23/tcp\n", "file:7" WARNING MALFORMED);
	check_refused("cn: b\n" CLASS PORT PROTOCOL,
		      "file:7" WARNING "an entry starts with 'dn:'\n");
	check_refused("include: file:///etc/passwd\n",
		      "file:7" WARNING "an entry starts with 'dn:'\n");
	check_refused(START PORT PROTOCOL "dn: cn=c,dc=x\n" CLASS PORT PROTOCOL,
		      "file:11" WARNING "a second dn: an empty line ends an entry\n");

	static const struct example examples[] = {
	    EXAMPLE(SSH "description: a\0b\n" LAST, "8: " LAST_ROW, "file:6" WARNING MALFORMED),
	};
	check_examples(ldif_file_read, examples, LENGTH(examples), true);
}

static void print_base64(FILE *stream, const char *value)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t length = strlen(value);

	for (size_t i = 0; i < length; i += 3) {
		unsigned bits = (unsigned)(unsigned char)value[i] << 16;
		if (i + 1 < length)
			bits |= (unsigned)(unsigned char)value[i + 1] << 8;
		if (i + 2 < length)
			bits |= (unsigned char)value[i + 2];
		fputc(digits[bits >> 18], stream);
		fputc(digits[bits >> 12 & 63], stream);
		fputc(i + 1 < length ? digits[bits >> 6 & 63] : '=', stream);
		fputc(i + 2 < length ? digits[bits & 63] : '=', stream);
	}
}

/* Text with a fold in each place where the dice say so. */
static char *folded(struct random *random, const char *text)
{
	char *bytes;
	size_t size;
	FILE *stream = open_memstream(&bytes, &size);

	for (; *text; text++) {
		fputc(*text, stream);
		if (*text != '\n' && text[1] != '\n' && random_below(random, 5) == 0)
			fputs("\n ", stream);
	}
	fclose(stream);
	return bytes;
}

/* Any bytes come back, wherever the lines are folded. */
Test(ldif_file, reads_back_what_is_written)
{
	struct random random = {.state = 2849};

	for (unsigned round = 0; round < 300; round++) {
		char name[12] = "";
		char description[24] = "";
		char *text;
		size_t size;
		for (unsigned i = 0; i < 1 + random_below(&random, 10); i++)
			name[i] = (char)(' ' + 1 + random_below(&random, 94));
		for (unsigned i = 0; i < 1 + random_below(&random, 22); i++)
			description[i] = (char)(1 + random_below(&random, 255));

		FILE *stream = open_memstream(&text, &size);
		fputs("dn: ipServicePort=7,dc=x\n" CLASS "cn:: ", stream);
		print_base64(stream, name);
		fputs("\nipServicePort: 7\nipServiceProtocol: tcp\ndescription:: ", stream);
		print_base64(stream, description);
		fputc('\n', stream);
		fclose(stream);

		char *file = folded(&random, text);
		struct reading reading;
		reading_make(&reading, ldif_file_read, file, strlen(file));
		cr_assert_eq(reading.source.claim_count, 1, "%s\n%s", file, reading.messages);
		cr_expect_str_eq(reading.source.claims[0].name, name);
		cr_expect_str_eq(claim_fact(&reading.source.claims[0], "Description"), description);
		reading_free(&reading);
		free(file);
		free(text);
	}
}

/* No byte behind the given size is read, and no cut or changed byte does harm. */
Test(ldif_file, survives_damage)
{
	static const char text[] =
	    "\xef\xbb\xbfversion: 1\r\n# c\n d\n" SSH "description;lang-pt-br:: U2hlbGw=\n\n"
	    "dn: cn=a\\2cb\\,+cn=c,dc=x\n" CLASS PORT PROTOCOL;
	struct random random = {.state = 4};

	for (size_t size = 0; size < sizeof text; size++)
		for (unsigned round = 0; round < 20; round++) {
			char *exact = malloc(size ? size : 1);
			struct reading reading;
			memcpy(exact, text, size);
			for (unsigned i = 0; size > 0 && i < round; i++)
				exact[random_below(&random, (unsigned)size)] =
				    (char)random_below(&random, 256);
			reading_make(&reading, ldif_file_read, exact, size);
			cr_expect_leq(reading.source.claim_count, 2);
			reading_free(&reading);
			free(exact);
		}
}

/* Among the drop-ins, too. */
Test(ldif_file, is_known_by_its_name)
{
	char *directory = scratch_path(PORTDB_DROPINS_DIRECTORY);
	char *file = scratch_path(PORTDB_DROPINS_DIRECTORY "/site.ldif");
	char *database = scratch_path("services.db");
	struct run run;

	require_roots();
	RUN(&run, "mkdir", "-p", directory);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	write_text(file, SSH LAST "\n" START);
	RUN(&run, COMPILER, "-o", database, file);
	cr_expect_eq(run.status, 0);
	cr_expect(strncmp(run.output, "2 services from 2 claims of 1 source, ", 38) == 0, "%s",
		  run.output);
	cr_expect_not_null(strstr(run.errors, ":13: warning: the entry has no ipServicePort\n"),
			   "%s", run.errors);
	run_free(&run);

	RUN(&run, COMPILER, "--root", scratch_directory(), "-o", database);
	cr_expect_eq(run.status, 0);
	cr_expect(strncmp(run.output, "2 services from 2 claims of 1 source, ", 38) == 0, "%s",
		  run.output);
	cr_expect_not_null(strstr(run.errors, "site.ldif:13: warning: "), "%s", run.errors);
	run_free(&run);

	/* One whose version is another's is not compiled. */
	write_text(file, "version: 2\n");
	RUN(&run, COMPILER, "-o", database, file);
	cr_expect_eq(run.status, 1);
	run_free(&run);
	free(directory);
	free(file);
	free(database);
}
