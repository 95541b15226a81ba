/* SPDX-License-Identifier: MIT */
/* Tables: CSV files whose columns are named as in IANA's registry. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/examples.h"
#include "tests/support/support.h"
#include "tools/compile/formats/table.h"
#include "tools/shared/memory.h"

#define HEADER "Service Name,Port Number,Transport Protocol,Aliases,Status,Description\n"

Test(table, finds_columns_by_name)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "ssh,22,tcp,secsh,official,Secure Shell\n",
		    "2: ssh 22/tcp secsh {Status=official} {Description=Secure Shell}\n", ""),
	    EXAMPLE("Description,Transport Protocol,Service Name,Port Number\nShell,tcp,ssh,22\n",
		    "2: ssh 22/tcp {Description=Shell}\n", ""),
	    EXAMPLE("Colour,Port Number,,Service Name,Contact,Transport Protocol\n"
		    "red,22,x,ssh,somebody,tcp\n",
		    "2: ssh 22/tcp\n", ""),
	    /* Names are exact, and of two columns with one name the first counts. */
	    EXAMPLE("Service Name,Port Number,Transport Protocol,Comment,Comment,Description[zh],"
		    "Description[zh]\n"
		    "ssh,22,tcp,odd,23,\n",
		    "2: ssh 22/tcp\n", ""),
	    EXAMPLE("Service Name,Port Number,Transport Protocol,Status,Port Number,Status\n"
		    "ssh,22,tcp,odd,23,hidden\n",
		    "2: ssh 22/tcp {Status=odd}\n",
		    "file:1: warning: column 'Port Number' stands twice: the first one counts\n"
		    "file:1: warning: column 'Status' stands twice: the first one counts\n"),
	    /* Rows may be shorter and longer than the header. */
	    EXAMPLE("Port Number,Service Name,Transport Protocol,Status\n22,ssh,tcp\n"
		    "23,telnet,tcp,official,more,and more\n",
		    "2: ssh 22/tcp\n3: telnet 23/tcp {Status=official}\n", ""),
	    EXAMPLE(HEADER, "", ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

#define MISSPELT(written, name, meant)                                                     \
	EXAMPLE("Service Name,Port Number,Transport Protocol," written "\nssh,22,tcp,x\n", \
		"2: ssh 22/tcp\n",                                                         \
		"file:1: warning: column '" name "' is ignored: is '" meant "' meant?\n")

/* They are ignored, and may hold what makes a row one that hides. */
Test(table, warns_of_columns_that_are_misspelt)
{
	static const struct example examples[] = {
	    MISSPELT("status", "status", "Status"),
	    MISSPELT("STATUS ", "STATUS", "Status"),
	    MISSPELT("\" Status\"", " Status", "Status"),
	    MISSPELT("Alias", "Alias", "Aliases"),
	    MISSPELT("aliases", "aliases", "Aliases"),
	    MISSPELT("Descriptions", "Descriptions", "Description"),
	    MISSPELT("description[pt]", "description[pt]", "Description[LANGUAGE]"),
	    MISSPELT("Description [pt]", "Description [pt]", "Description[LANGUAGE]"),
	    MISSPELT("assignment_note", "assignment_note", "Assignment Notes"),
	    MISSPELT("service-names", "service-names", "Service Name"),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

/* They are claims, one for a range, and never services. */
Test(table, takes_rows_that_hide)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER ",32768-60999,\"TCP,udp\",,hidden,\na,3000-3001,tcp,b,HIDDEN,\n",
		    "2: not (nameless) 32768-60999/tcp {Status=hidden}\n"
		    "2: not (nameless) 32768-60999/udp {Status=hidden}\n"
		    "3: not a 3000-3001/tcp b {Status=HIDDEN}\n",
		    ""),
	    EXAMPLE(HEADER ",3000,,,hidden,Unassigned\n",
		    "2: not (nameless) 3000/ {Status=hidden} {Description=Unassigned}\n", ""),
	    EXAMPLE(HEADER "a,22,tcp,,\" hidden\t\",\n,23,,,\"  \",\n",
		    "2: not a 22/tcp {Status=hidden}\n", ""),
	    EXAMPLE(HEADER ",,tcp,,hidden,\n", "2: not (nameless) (none)/tcp {Status=hidden}\n",
		    ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

/* IANA's published file has these columns, and is a table as it stands. It has no status. */
Test(table, reads_the_registry)
{
	static const struct example examples[] = {EXAMPLE(
	    "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,"
	    "Registration Date,Modification Date,Reference,Service Code,"
	    "Unauthorized Use Reported,Assignment Notes\n"
	    ",0,tcp,Reserved,[Jon_Postel],[Jon_Postel],,,,,,\n"
	    "domain,53,tcp,Domain Name Server,[P],[Q],2002-01,2017-08-16,[RFC1035],1,[Us],"
	    "\"Two\nlines\"\n"
	    ",4,tcp,Unassigned,,,,,,,,\n"
	    ",23-25,udp,Unassigned (Removed on 2002-04-29),,,,,,,,\n"
	    ",26-27,udp,Reserved,,,,,,,,\n"
	    "only-named,,,No port at all,,,,,,,,\n"
	    "no-protocol,77,,,,,,,,,,\n"
	    ",114,,unassigned,,,,,,,,\n"
	    ",2825,,(unassigned),,,,,,,,\n"
	    ",,,,[P],,,,,,,\n",
	    "2: not (nameless) 0/tcp {Description=Reserved} {Status=reserved} {Registry=IANA}\n"
	    "3: domain 53/tcp {Description=Domain Name Server} {Registration Date=2002-01}"
	    " {Reference=[RFC1035]} {Unauthorized Use Reported=[Us]}"
	    " {Assignment Notes=Two\nlines} {Status=official} {Registry=IANA}\n"
	    "7: not (nameless) 26-27/udp {Description=Reserved} {Status=reserved}"
	    " {Registry=IANA}\n"
	    "8: not only-named (none)/ {Description=No port at all} {Status=official}"
	    " {Registry=IANA}\n"
	    "9: not no-protocol 77/ {Status=official} {Registry=IANA}\n",
	    "")};

	check_examples(table_read, examples, LENGTH(examples), true);
}

/* As data/refresh-registry writes it; the column with the date of the edition marks it. */
Test(table, reads_the_registry_as_it_ships)
{
	static const struct example examples[] = {EXAMPLE(
	    "Service Name,Port Number,Transport Protocol,Status,Registration "
	    "Date,Reference,Edition\n"
	    ",0,tcp,reserved,,RFC6335,2026-08-17\n"
	    "ssh,22,tcp,official,,RFC4251,\n"
	    "flex-lm,27000-27009,,official,,,\n",
	    "2: not (nameless) 0/tcp {Status=reserved} {Reference=RFC6335} {Registry=IANA}\n"
	    "3: ssh 22/tcp {Status=official} {Reference=RFC4251} {Registry=IANA}\n"
	    "4: not flex-lm 27000-27009/ {Status=official} {Registry=IANA}\n",
	    "")};

	check_examples(table_read, examples, LENGTH(examples), true);
}

Test(table, keeps_the_facts)
{
	static const struct example examples[] = {
	    EXAMPLE("Service Name,Port Number,Transport Protocol,Description[pt],Status,"
		    "Description[zh],Description,Reference,Assignment Notes,Note\n"
		    "ssh,22,tcp,Concha,official,\xe5\xa3\xb3,Shell,RFC 4251,disputed,not kept\n"
		    "telnet,23,tcp,,unofficial,,,,,\n",
		    "2: ssh 22/tcp {Description[pt]=Concha} {Status=official} "
		    "{Description[zh]=\xe5\xa3\xb3} {Description=Shell} {Reference=RFC 4251} "
		    "{Assignment Notes=disputed}\n"
		    "3: telnet 23/tcp {Status=unofficial}\n",
		    ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

Test(table, spells_out_ranges_and_lists)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "x11,6000-6002,tcp,x,,\n",
		    "2: x11 6000/tcp x\n2: x11 6001/tcp x\n2: x11 6002/tcp x\n", ""),
	    EXAMPLE(HEADER "a,1-2,\"tcp,udp\",,,\n",
		    "2: a 1/tcp\n2: a 2/tcp\n2: a 1/udp\n2: a 2/udp\n", ""),
	    EXAMPLE(HEADER "a,7-7,TCP,,,\n", "2: a 7/tcp\n", ""),
	    EXAMPLE(HEADER "a,1,\"TCP, Udp;sctp/DCCP ddp\",,,\n",
		    "2: a 1/tcp\n2: a 1/udp\n2: a 1/sctp\n2: a 1/dccp\n2: a 1/ddp\n", ""),
	    EXAMPLE(HEADER "a,1,\" ,;/ \",,,\n", "2: not a 1/\n", ""),
	    EXAMPLE(HEADER "a,0080,tcp,,,\nb,65534-65535,tcp,,,\n",
		    "2: a 80/tcp\n3: b 65534/tcp\n3: b 65535/tcp\n", ""),
	    EXAMPLE(HEADER "ssh,22,tcp,\" secsh SSH  a \",,\n", "2: ssh 22/tcp secsh SSH a\n", ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

/* Nobody listens on port 0; a row that lacks a name, a port or a protocol is no service either. */
Test(table, keeps_claims_that_are_no_services)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "a,0,tcp,,,\nb,0-2,tcp,,,\n",
		    "2: not a 0/tcp\n3: not b 0/tcp\n3: b 1/tcp\n3: b 2/tcp\n", ""),
	    EXAMPLE(HEADER ",80,tcp,,,Something\n,80-90,\"tcp,udp\",,conflict,\n",
		    "2: not (nameless) 80/tcp {Description=Something}\n"
		    "3: not (nameless) 80-90/tcp {Status=conflict}\n"
		    "3: not (nameless) 80-90/udp {Status=conflict}\n",
		    ""),
	    EXAMPLE(HEADER "a,,tcp,b,,\nc,80-90,,,,\nd,,,,,\n",
		    "2: not a (none)/tcp b\n3: not c 80-90/\n4: not d (none)/\n", ""),
	    /* It says nothing. */
	    EXAMPLE(HEADER ",80,tcp,,,\n,,,,,\n,1-9,udp,,reserved,Unassigned\n", "", ""),
	    /* But a name does, whatever its description. */
	    EXAMPLE(HEADER "a,80,tcp,,,Unassigned\n", "2: a 80/tcp {Description=Unassigned}\n", ""),
	    EXAMPLE(HEADER ",80,tcp,,,Not Unassigned\n",
		    "2: not (nameless) 80/tcp {Description=Not Unassigned}\n", ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

Test(table, reads_the_ways_of_writing_csv)
{
	static const struct example examples[] = {
	    EXAMPLE("\xef\xbb\xbf" HEADER "a,1,tcp,,,x\n", "2: a 1/tcp {Description=x}\n", ""),
	    EXAMPLE("\xef\xbb\xbf\"Service Name\",\"Port Number\",\"Transport Protocol\"\n"
		    "\"a\",\"1\",\"tcp\"\n",
		    "2: a 1/tcp\n", ""),
	    EXAMPLE(
		"Service Name,Port Number,Transport Protocol,Status\r\na,1,tcp,x\r\nb,2,udp,y\r\n",
		"2: a 1/tcp {Status=x}\n3: b 2/udp {Status=y}\n", ""),
	    EXAMPLE(HEADER "a,1,tcp,,,\"One, \"\"two\"\"\"\n",
		    "2: a 1/tcp {Description=One, \"two\"}\n", ""),
	    EXAMPLE(HEADER "a,1,tcp,,,\"One\ntwo\r\n\nthree\"\nb,2,tcp,,,\n",
		    "2: a 1/tcp {Description=One\ntwo\r\n\nthree}\n6: b 2/tcp\n", ""),
	    EXAMPLE(HEADER " a\t, 1 ,tcp,,, One two \n", "2: a 1/tcp {Description=One two}\n", ""),
	    /* The last line feed may lack, and so may the last field. */
	    EXAMPLE(HEADER "a,1,tcp", "2: a 1/tcp\n", ""),
	    EXAMPLE(HEADER "a,1,tcp,,,\"x\"", "2: a 1/tcp {Description=x}\n", ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

/* What is printed as part of an attribute's name or the like is nothing but a language. */
Test(table, knows_a_description_by_its_whole_name)
{
	static const char *const tags[] = {"pt", "pt-BR", "zh_CN", "x1-Y_2",
					   "abcdefghijklmnopqrstuvwxyz123456789"};
	static const char *const others[] = {"",          "pt]x",
					     "pt",        "pt]]",
					     "p t]",      "xx: y\n\ndn: cn=admin]",
					     "\xc3\xa9]", "pt;x]",
					     "pt.UTF-8]", "abcdefghijklmnopqrstuvwxyz1234567890]"};
	struct reading reading;
	char *text;

	for (size_t i = 0; i < LENGTH(tags) + LENGTH(others); i++) {
		bool is_tag = i < LENGTH(tags);
		cr_assert_gt(asprintf(&text,
				      "Service Name,Port Number,Transport Protocol,"
				      "\"Description[%s%s\"\na,1,tcp,words\n",
				      is_tag ? tags[i] : others[i - LENGTH(tags)],
				      is_tag ? "]" : ""),
			     0);
		reading_make(&reading, table_read, text, strlen(text));
		cr_assert_eq(reading.source.claim_count, 1, "%s", text);
		cr_expect_eq(reading.source.claims[0].fact_count, is_tag, "%s", text);
		reading_free(&reading);
		free(text);
	}
}

#define NUL "a field has a NUL in it\n"

/* Cut at the NUL, a name would be another one. */
Test(table, refuses_rows_with_a_nul)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "a\0b,1,tcp,,,\nc,2,tcp,d\0e,,\nf,3,tcp,,,\0g\nh,4\0,tcp,,,\n"
			   "i,5,tcp,,,,\0\nj,6,tcp,,,\n",
		    "7: j 6/tcp\n",
		    "file:2: warning: " NUL "file:3: warning: " NUL "file:4: warning: " NUL
		    "file:5: warning: " NUL "file:6: warning: " NUL),
	    EXAMPLE("Service Name,Port Number,Transport Protocol,Status\0x,Description[pt\0]\n"
		    "a,1,tcp,x,y\n",
		    "2: a 1/tcp\n", ""),
	};
	static const struct example none[] = {
	    EXAMPLE("Service Name\0,Port Number,Transport Protocol\na,1,tcp\n", "",
		    "portdb-compile: file: not a table: its first row names no column "
		    "'Service Name'\n"),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
	check_examples(table_read, none, LENGTH(none), false);
}

#define NO_PORT(port) "'" port "' is not a port or a range of ports from 0 to 65535\n"
#define CONTROL       "a name or protocol has a control character in it\n"

static void check_bad_row(const char *row, const char *message)
{
	struct reading reading;
	char *text;
	char *expected;

	cr_assert_gt(asprintf(&text, HEADER "a,1,tcp,,,\n%s\nz,2,tcp,,,\n", row), 0);
	cr_assert_gt(asprintf(&expected, "file:3: warning: %s", message), 0);
	reading_make(&reading, table_read, text, strlen(text));
	char *rows = rows_of(&reading.source);
	cr_expect_str_eq(rows, "2: a 1/tcp\n4: z 2/tcp\n", "of '%s': %s", row, rows);
	cr_expect_str_eq(reading.messages, expected, "of '%s': %s", row, reading.messages);
	cr_expect_eq(reading.diagnostics.refused, 1);
	cr_expect_eq(reading.diagnostics.errors, 0);
	cr_expect(reading.is_taken);
	reading_free(&reading);
	free(rows);
	free(expected);
	free(text);
}

Test(table, skips_rows_that_cannot_be_read)
{
	check_bad_row("b,65536,tcp", NO_PORT("65536"));
	check_bad_row("b,-1,tcp", NO_PORT("-1"));
	check_bad_row("b,+1,tcp", NO_PORT("+1"));
	check_bad_row("b,0x10,tcp", NO_PORT("0x10"));
	check_bad_row("b,1-,tcp", NO_PORT("1-"));
	check_bad_row("b,9-8,tcp", NO_PORT("9-8"));
	check_bad_row("b,1-2-3,tcp", NO_PORT("1-2-3"));
	check_bad_row("b,1-65536,tcp", NO_PORT("1-65536"));
	check_bad_row("b,1 2,tcp", NO_PORT("1 2"));
	check_bad_row("b,\" 1\",tcp", NO_PORT(" 1"));
	check_bad_row("b,99999999999999999999,tcp", NO_PORT("99999999999999999999"));
	check_bad_row("b,18446744073709551617,tcp", NO_PORT("18446744073709551617"));
	check_bad_row("b,tcp,80", NO_PORT("tcp"));
	/* No name could be told from another, or printed, with these in it. */
	check_bad_row("\"b\tc\",1,tcp", CONTROL);
	check_bad_row("\"b\vc\",1,tcp", CONTROL);
	check_bad_row("b\x1b[1m,1,tcp", CONTROL);
	check_bad_row("b\x7f,1,tcp", CONTROL);
	check_bad_row("b,1,tcp,c\x01", CONTROL);
	check_bad_row("b,1,\"tcp,\x1fudp\"", CONTROL);
	check_bad_row(",1,t\x02,,,Something", CONTROL);
}

/* A services(5) file could not hold them, but editions of the registry do. */
Test(table, takes_names_with_blanks_and_hashes)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "b c,1,tcp,,,\n#d,2,t#p,e#f g,,\ncaf\xc3\xa9,3,tcp,,,\n",
		    "2: b c 1/tcp\n3: #d 2/t#p e#f g\n4: caf\xc3\xa9 3/tcp\n", ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

/* Of a row of several lines it is the first one, as an editor would go to. */
Test(table, names_the_line_where_a_row_starts)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "a,1,tcp,,,\"x\n\ny\"\nb,99999,tcp,,,\"\n\"\nc,2,tcp,,,\n",
		    "2: a 1/tcp {Description=x\n\ny}\n7: c 2/tcp\n",
		    "file:5: warning: " NO_PORT("99999")),
	    EXAMPLE("\"Who\n Asks\",Service Name,Port Number,Transport Protocol\nx,a,1,tcp\n",
		    "3: a 1/tcp\n", ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

Test(table, counts_empty_lines_too)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "\n\na,99999,tcp,,,\n", "", "file:4: warning: " NO_PORT("99999")),
	    EXAMPLE("\n" HEADER "a,1,tcp,,,\n\r\n\r\nb,2,tcp,,,\n", "3: a 1/tcp\n6: b 2/tcp\n", ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

/* However lines end: as Unix has it, as old Macintoshes, as DOS, or mixed. */
Test(table, counts_lines_that_end_in_carriage_returns)
{
	static const struct example examples[] = {
	    EXAMPLE("Service Name,Port Number,Transport Protocol\ra,1,tcp\rb,99999,tcp\r\r"
		    "c,3,tcp\r",
		    "2: a 1/tcp\n5: c 3/tcp\n", "file:3: warning: " NO_PORT("99999")),
	    EXAMPLE("Service Name,Port Number,Transport Protocol,Description\r"
		    "a,1,tcp,\"x\ny\"\rb,2,tcp,\"x\ry\"\r\nc,3,tcp\nd,4,tcp",
		    "2: a 1/tcp {Description=x\ny}\n4: b 2/tcp {Description=x\ry}\n"
		    "6: c 3/tcp\n7: d 4/tcp\n",
		    ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

#define ODD_QUOTE                                                                   \
	"a quoted field goes on behind its second quote: each quote in it must be " \
	"doubled\n"
#define UNENDED "a quoted field is not ended\n"
#define BEYOND(line) \
	"a quoted field is not ended, or has a quote on line " line " that must be doubled\n"

/* One row is refused, and nothing behind it lost, wherever its quotes stand. */
Test(table, refuses_a_row_with_odd_quotes_and_no_other)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "x,7000,tcp,,,\"5\" disk drive\nb,2,tcp,,,\"good\"\nc,3,tcp,,,\n",
		    "3: b 2/tcp {Description=good}\n4: c 3/tcp\n", "file:2: warning: " ODD_QUOTE),
	    EXAMPLE(HEADER "\"a\"b,1,tcp,,,\nc,3,tcp,,,\n", "3: c 3/tcp\n",
		    "file:2: warning: " ODD_QUOTE),
	    EXAMPLE(HEADER "a,1,tcp,,,\"b\" \"c\"\nc,3,tcp,,,\n", "3: c 3/tcp\n",
		    "file:2: warning: " ODD_QUOTE),
	    /* A quote that is missing at the end, before rows with none or with their own. */
	    EXAMPLE(HEADER "a,1,tcp,,,\"x\nb,2,tcp,,,y\nc,3,tcp,,,\"good, very\"\nd,4,tcp,,,\n",
		    "3: b 2/tcp {Description=y}\n4: c 3/tcp {Description=good, very}\n"
		    "5: d 4/tcp\n",
		    "file:2: warning: " BEYOND("4")),
	    EXAMPLE(HEADER "a,1,tcp,,,\nb,2,tcp,,,\"x\nc,3,tcp,,,\n", "2: a 1/tcp\n4: c 3/tcp\n",
		    "file:3: warning: " UNENDED),
	    EXAMPLE(HEADER "a,1,tcp,,,\"x\nb,2,tcp,,,\"y\nc,3,tcp,,,\"z", "",
		    "file:2: warning: " BEYOND("3") "file:3: warning: " BEYOND(
			"4") "file:4: warning: " UNENDED),
	    /* The field before may have had as many lines as it liked. */
	    EXAMPLE(HEADER "a,1,tcp,,\"x\ny\",\"z\nb,2,tcp,,,\n", "4: b 2/tcp\n",
		    "file:2: warning: " UNENDED),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

#define AS_IT_STANDS                                                                \
	"a field without quotes around it has a quote in it, which is taken as it " \
	"stands\n"

/* There is but one way to take it. */
Test(table, takes_a_quote_in_a_field_without_quotes_as_it_stands)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "a,1,tcp,,,5\" disk \"drive\"\nb,2,tcp,,,\"\"\nc,3,tcp,d\"e,,\"x\"\n",
		    "2: a 1/tcp {Description=5\" disk \"drive\"}\n3: b 2/tcp\n"
		    "4: c 3/tcp d\"e {Description=x}\n",
		    "file:2: warning: " AS_IT_STANDS "file:4: warning: " AS_IT_STANDS),
	    EXAMPLE(HEADER "a,x\",tcp,,,\n", "", "file:2: warning: " NO_PORT("x\"")),
	    EXAMPLE(HEADER "a,1,tcp,,,x\"", "2: a 1/tcp {Description=x\"}\n",
		    "file:2: warning: " AS_IT_STANDS),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

/* A table in which one quote was taken out loses one row, and tells of what it loses. */
Test(table, loses_one_row_for_one_quote)
{
	struct random random = {.state = 59};

	for (unsigned round = 0; round < 300; round++) {
		struct reading reading;
		char *quotes[64];
		unsigned count = 0;
		char *text;
		size_t size;
		FILE *stream = open_memstream(&text, &size);
		fputs(HEADER, stream);
		for (unsigned row = 0; row < 20; row++)
			fprintf(stream,
				random_below(&random, 2) ? "a,%u,tcp,,,\"x, y\"\n"
							 : "a,%u,tcp,,,\n",
				row + 1);
		fclose(stream);
		for (char *at = text; (at = strchr(at, '"')); at++)
			quotes[count++] = at;
		if (count > 0) {
			char *quote = quotes[random_below(&random, count)];
			memmove(quote, quote + 1, strlen(quote));
			size--;
		}
		reading_make(&reading, table_read, text, size);
		cr_expect_geq(reading.source.claim_count, 19, "%s\n%s", text, reading.messages);
		cr_expect_eq(reading.diagnostics.refused + reading.diagnostics.warnings, count > 0,
			     "%s\n%s", text, reading.messages);
		reading_free(&reading);
		free(text);
	}
}

#define NO_TABLE "portdb-compile: file: not a table: "

Test(table, takes_commas_and_semicolons_between_aliases)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "a,1,tcp,\"b,c; d  e;,;f\",,\ng,2,tcp,\";\",,\n",
		    "2: a 1/tcp b c d e f\n3: g 2/tcp\n", ""),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

Test(table, refuses_what_is_no_table)
{
	static const struct example examples[] = {
	    EXAMPLE("", "", NO_TABLE "it has no rows\n"),
	    EXAMPLE("\n\r\n  \n", "", NO_TABLE "it has no rows\n"),
	    EXAMPLE("\xef\xbb\xbf", "", NO_TABLE "it has no rows\n"),
	    EXAMPLE("\xef\xbb", "", NO_TABLE "its first row names no column 'Service Name'\n"),
	    EXAMPLE("ssh 22/tcp\ntelnet 23/tcp\n", "",
		    NO_TABLE "its first row names no column 'Service Name'\n"),
	    EXAMPLE("Service name,Port Number,Transport Protocol\na,1,tcp\n", "",
		    NO_TABLE "its first row names no column 'Service Name'\n"),
	    EXAMPLE("Service Name,Transport Protocol\na,tcp\n", "",
		    NO_TABLE "its first row names no column 'Port Number'\n"),
	    EXAMPLE("Service Name,Port Number\na,1\n", "",
		    NO_TABLE "its first row names no column 'Transport Protocol'\n"),
	    EXAMPLE("\"Service Name,Port Number,Transport Protocol\na,1,tcp\n", "",
		    NO_TABLE "a quoted field of its first row is not ended\n"),
	    EXAMPLE("\"Service\" Name,Port Number,Transport Protocol\na,1,tcp\n", "",
		    NO_TABLE "a quoted field of its first row is not ended\n"),
	    EXAMPLE("Service Name;Port Number;Transport Protocol\na;1;tcp\n", "",
		    NO_TABLE "its columns have semicolons between them, as some spreadsheets save "
			     "them; they must be commas\n"),
	    EXAMPLE("Service Name\tPort Number\tTransport Protocol\na\t1\ttcp\n", "",
		    NO_TABLE "its columns have tabs between them, as some spreadsheets save them; "
			     "they must be commas\n"),
	};

	check_examples(table_read, examples, LENGTH(examples), false);
}

/* A field of bytes that CSV cares about. No blank ends it, which some writers would trim. */
static void random_field(struct random *random, char *field)
{
	static const char alphabet[] = "aZ0 ,,\"\"\n\r;#\t\xc3\xa9'";
	unsigned length = random_below(random, 12);

	for (unsigned i = 0; i < length; i++)
		field[i] = alphabet[random_below(random, sizeof alphabet - 1)];
	field[length] = '\0';
}

/* Quoted, as RFC 4180 has it. */
static void print_field(FILE *stream, const char *field)
{
	fputc('"', stream);
	for (; *field; field++)
		fprintf(stream, *field == '"' ? "\"\"" : "%c", *field);
	fputc('"', stream);
}

/* What is written by the rules is read back, whatever the bytes, and each row's line is known. */
Test(table, reads_back_what_is_written)
{
	struct random random = {.state = 4180};

	for (unsigned round = 0; round < 200; round++) {
		char fields[20][2][16];
		unsigned long lines[21] = {2};
		char *text;
		size_t size;
		FILE *stream = open_memstream(&text, &size);
		fputs("Service Name,Port Number,Transport Protocol,Description,Reference\n",
		      stream);
		for (unsigned row = 0; row < 20; row++) {
			fprintf(stream, "a,%u,tcp", row + 1);
			lines[row + 1] = lines[row] + 1;
			for (unsigned i = 0; i < 2; i++) {
				random_field(&random, fields[row][i]);
				fputc(',', stream);
				print_field(stream, fields[row][i]);
				for (const char *at = fields[row][i]; *at; at++)
					lines[row + 1] +=
					    *at == '\n' || (*at == '\r' && at[1] != '\n');
			}
			fputs(row % 2 ? "\n" : "\r\n", stream);
		}
		fclose(stream);

		struct reading reading;
		reading_make(&reading, table_read, text, size);
		cr_assert_eq(reading.source.claim_count, 20, "%s\n%s", text, reading.messages);
		for (unsigned row = 0; row < 20; row++) {
			const struct claim *claim = &reading.source.claims[row];
			const char *description = claim_fact(claim, "Description");
			const char *reference = claim_fact(claim, "Reference");
			cr_expect_eq(claim->line, lines[row]);
			cr_expect_str_eq(description ? description : "", fields[row][0]);
			cr_expect_str_eq(reference ? reference : "", fields[row][1]);
		}
		reading_free(&reading);
		free(text);
	}
}

/* No byte behind the given size is read, and no cut of a table does harm. */
Test(table, survives_every_truncation)
{
	static const char text[] =
	    "\xef\xbb\xbf" HEADER "a,1-3,\"tcp,udp\",\"b c\",x,\"d \"\"\r\n\"\r\n"
	    ",5,tcp,,,Reserved\n";

	static const size_t needed = sizeof "123Service Name,Port Number,Transport Protocol" - 1;

	for (size_t size = 0; size < sizeof text; size++) {
		char *exact = malloc(size ? size : 1);
		struct reading reading;
		memcpy(exact, text, size);
		reading_make(&reading, table_read, exact, size);
		cr_expect_eq(reading.is_taken, size >= needed, "at %zu bytes", size);
		reading_free(&reading);
		free(exact);
	}
}

#define NAME_50 "abcdefghijklmnopqrstuvwxyabcdefghijklmnopqrstuvwxy"

#define ASKS_FOR_TOO_MUCH                                                                     \
	"file:2: warning: asks for more than 262144 names, or 16 MB of them: each counts at " \
	"each port, with each protocol\n"

Test(table, refuses_rows_that_ask_for_too_much)
{
	static const struct example examples[] = {
	    EXAMPLE(HEADER "x,0-65535,tcp udp sctp dccp a,,,\ny,5,tcp,,,\n", "3: y 5/tcp\n",
		    ASKS_FOR_TOO_MUCH),
	    EXAMPLE(HEADER "x,0-65535,tcp,a b c d,,\ny,5,tcp,,,\n", "3: y 5/tcp\n",
		    ASKS_FOR_TOO_MUCH),
	    /* Names of 257 bytes, NULs and protocols included. */
	    EXAMPLE(HEADER "x,0-65535," NAME_50 NAME_50 NAME_50 NAME_50 NAME_50
			   "abcd,,,\ny,5,tcp,,,\n",
		    "3: y 5/tcp\n", ASKS_FOR_TOO_MUCH),
	};

	check_examples(table_read, examples, LENGTH(examples), true);
}

static size_t claims_of(const char *text)
{
	struct reading reading;

	reading_make(&reading, table_read, text, strlen(text));
	cr_expect_str_empty(reading.messages);
	cr_expect(reading.is_taken);
	size_t count = reading.source.claim_count;
	reading_free(&reading);
	return count;
}

Test(table, takes_every_port_of_four_protocols)
{
	cr_expect_eq(claims_of(HEADER "x,0-65535,tcp udp sctp dccp,,,\n"), 262144);
	cr_expect_eq(claims_of(HEADER "x,0-65535,tcp,a b c,,\n"), 65536);
	cr_expect_eq(
	    claims_of(HEADER "x,0-65535," NAME_50 NAME_50 NAME_50 NAME_50 NAME_50 "abc,,,\n"),
	    65536);
}

#define EVERY_PORT "x,0-65535,tcp udp sctp dccp,,,\n"

Test(table, reads_no_more_than_sources_may_ask_for)
{
	static const char text[] =
	    HEADER EVERY_PORT EVERY_PORT EVERY_PORT EVERY_PORT "y,5,tcp,,,\n";
	struct reading reading;

	reading_make(&reading, table_read, text, sizeof text - 1);
	cr_expect_not(reading.is_taken);
	cr_expect_eq(reading.source.claim_count, 1048576);
	cr_expect_str_eq(reading.messages,
			 "portdb-compile: file: line 6: more than 1048576 names, or 64 MB of them, "
			 "in all sources: each counts at each port, with each protocol\n");
	reading_free(&reading);
}
