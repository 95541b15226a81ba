/* SPDX-License-Identifier: MIT */
/* Messages: one line each, harmless, of a length that can be read, and counted. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "tools/compile/claims/diagnostics.h"

/* What was said since, on standard error; the caller frees it. */
static char *said(void)
{
	fflush(stderr);
	return read_file(scratch_path("errors"), NULL);
}

static void set_up(void)
{
	cr_assert_not_null(freopen(scratch_path("errors"), "w", stderr));
}

TestSuite(diagnostics, .init = set_up);

Test(diagnostics, say_where_and_how_bad_as_a_compiler_does)
{
	struct diagnostics lenient = {0};
	struct diagnostics strict = {.strict = true};

	diagnostics_refused(&lenient, "a.services", 3, "no %s", "port");
	diagnostics_refused(&strict, "a.services", 3, "no %s", "port");
	diagnostics_warning(&lenient, "a.csv", 0, "odd");
	diagnostics_note(&lenient, "a.csv", 70000, "unusual");
	char *text = said();
	cr_expect_str_eq(text, "a.services:3: warning: no port\n"
			       "a.services:3: error: no port\n"
			       "a.csv: warning: odd\n"
			       "a.csv:70000: note: unusual\n");
	free(text);
	cr_expect_eq(lenient.refused, 1);
	cr_expect_eq(strict.refused, 1);
	cr_expect_eq(lenient.warnings, 1);
	cr_expect_eq(lenient.notes, 1);
	cr_expect_eq(lenient.errors + strict.errors, 0);
}

Test(diagnostics, stay_on_one_line_whatever_they_quote)
{
	struct diagnostics diagnostics = {0};

	diagnostics_refused(&diagnostics, "f", 1, "'%s'", "a\nb\r\t\033[31m\x7f");
	char *text = said();
	cr_expect_str_eq(text, "f:1: warning: 'a b  ?[31m?'\n");
	free(text);
}

Test(diagnostics, leave_out_what_nobody_could_read)
{
	struct diagnostics diagnostics = {0};
	char name[3000];

	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	diagnostics_warning(&diagnostics, "f", 1, "%.*s", 1000, name);
	diagnostics_warning(&diagnostics, "f", 1, "%s", name);
	char *text = said();
	char *second = strchr(text, '\n') + 1;
	cr_expect_eq(second - text, (ptrdiff_t)strlen("f:1: warning: \n") + 1000);
	cr_expect_eq(strlen(second), strlen("f:1: warning: ...\n") + 1000);
	cr_expect_str_eq(second + strlen(second) - 5, "n...\n");
	free(text);
}
