/* What bash offers for the words of the tools. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "query-support.h"

TestSuite(completion, .init = enter_with_database, .timeout = 60);

/* For the last of a program's words, in bash's own order, a space between two. The caller frees it.
 */
static char *completions(const char *program, const char *path, const char *words)
{
	char *script;
	struct run run;

	cr_assert_gt(asprintf(&script,
			      ". '%s/%s.bash'; %s() { '%s' \"$@\"; }; "
			      "COMP_WORDS=(%s %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
			      "set -- $(complete -p %s); \"$3\"; echo \"${COMPREPLY[@]}\"",
			      COMPLETIONS, program, program, path, program, words, program),
		     0);
	RUN(&run, "bash", "-c", script);
	cr_expect_str_eq(run.errors, "", "%s %s: %s", program, words, run.errors);
	char *output = strdup(run.output);
	run_free(&run);
	free(script);
	return output;
}

static void expect_completion(const char *program, const char *path, const char *words,
			      const char *expected)
{
	char *output = completions(program, path, words);

	cr_expect_str_eq(output, expected, "%s %s: %s", program, words, output);
	free(output);
}

#define EXPECT_OF_QUERY(words, expected) expect_completion("portdb-query", QUERY, words, expected)
#define EXPECT_OF_COMPILE(words, expected) \
	expect_completion("portdb-compile", COMPILER, words, expected)

Test(completion, gives_names_ports_and_values_to_portdb_query)
{
	EXPECT_OF_QUERY("-d test.db s", "ssh secsh submissions ssmtp\n");
	EXPECT_OF_QUERY("-d test.db 5", "53\n");
	EXPECT_OF_QUERY("-d test.db domain/", "domain/tcp domain/udp\n");
	EXPECT_OF_QUERY("-d test.db 22/", "22/tcp\n");
	EXPECT_OF_QUERY("--s", "--search= --sources --status=\n");
	EXPECT_OF_QUERY("--format = j", "json\n");
	EXPECT_OF_QUERY("--status = un", "unofficial\n");
}

Test(completion, gives_files_to_portdb_compile)
{
	write_text("site.csv", "");
	write_text("site.services", "");
	cr_assert_eq(mkdir("site-root", 0755), 0);
	EXPECT_OF_COMPILE("--l", "--list-sources\n");
	EXPECT_OF_COMPILE("--check site.", "site.csv site.services\n");
	EXPECT_OF_COMPILE("site.csv site.s", "site.services\n");
	EXPECT_OF_COMPILE("-o tes", "test.db\n");
	EXPECT_OF_COMPILE("--output = tes", "test.db\n");
	EXPECT_OF_COMPILE("--root = site", "site-root\n");
}

/* Each long option of the program's own list. */
static void expect_every_option(const char *program, const char *path)
{
	struct run help;
	char *offered = completions(program, path, "--");
	unsigned count = 0;

	RUN(&help, path, "--help");
	for (char *at = help.output; (at = strstr(at, " --")) != NULL; at += 3) {
		char *option = strndup(at + 1, strspn(at + 1, "-=abcdefghijklmnopqrstuvwxyz"));

		/* Its own line, and not what a text mentions. */
		if (at[-1] == ' ' || at[-1] == ',') {
			cr_expect(strstr(offered, option), "%s %s", program, option);
			count++;
		}
		free(option);
	}
	cr_expect_geq(count, 10);
	run_free(&help);
	free(offered);
}

Test(completion, offers_every_option)
{
	expect_every_option("portdb-query", QUERY);
	expect_every_option("portdb-compile", COMPILER);
}
