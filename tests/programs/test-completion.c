/* SPDX-License-Identifier: MIT */
/* What bash offers for the words of the tools. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "query-support.h"
#include "tests/support/typing.h"

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

/* An interactive shell here, where the programs only write down in "said" how they were called. */
static const char shell[] = "PS1='$ ' HISTFILE= HOME=$PWD; unset PROMPT_COMMAND\n"
			    ". '" COMPLETIONS "/portdb-query.bash'\n"
			    ". '" COMPLETIONS "/portdb-compile.bash'\n"
			    "note() { printf '<%s>' \"$@\" >\"$HOME/said\"; }\n"
			    "portdb-query() {\n"
			    "	case \" $* \" in\n"
			    "	*' --all '*) '" QUERY "' \"$@\" ;;\n"
			    "	*) note \"$@\" ;;\n"
			    "	esac\n"
			    "}\n"
			    "portdb-compile() { note \"$@\"; }\n";

/* Types the keys and ENTER; the program is to be called with these words, and nothing else to run.
 */
static void expect_typed(const char *keys, const char *expected)
{
	char *line;

	setenv("TERM", "dumb", 1);
	setenv("INPUTRC", "/dev/null", 1);
	unlink("said");
	cr_assert_gt(asprintf(&line, "%s\nexit\n", keys), 0);
	char *screen = TYPE_AT(line, "bash", "--noprofile", "--rcfile", "shell", "-i");
	char *said = access("said", R_OK) == 0 ? read_file("said", NULL) : strdup("nothing");
	cr_expect_str_eq(said, expected, "%s: %s\n%s", keys, said, screen);
	cr_expect_neq(access("ran", F_OK), 0, "%s has run a command:\n%s", keys, screen);
	unlink("ran");
	free(said);
	free(screen);
	free(line);
}

/* What TAB inserts, ENTER runs. */
Test(completion, makes_no_command_of_a_name)
{
	static const char *const names[] = {
	    "a1$(touch${IFS}ran)",
	    "b1`touch${IFS}ran`",
	    "c1;touch${IFS}ran",
	    "d1'x\"y",
	    "e1&touch${IFS}ran",
	    "f1|touch${IFS}ran",
	    "g1>ran",
	    "h1\\n\\",
	    "i1*?[ab]{c,d}~",
	    "j1$'x'$\"y\"${HOME}",
	    "k1!!",
	    "l1=x:y,z%@^",
	};
	struct run run;
	FILE *file = fopen("hostile", "we");

	write_text("shell", shell);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		fprintf(file, "%s %zu/tcp\n", names[i], i + 1);
	fputs("other 77/tcp$(touch${IFS}ran)\nsame$x1 80/tcp\nsame$y1 81/tcp\n"
	      "m1\033[31m 82/tcp\nn1\302\233x 83/tcp\n-o1 84/tcp\n",
	      file);
	fclose(file);
	write_text("blank.csv", "Service Name,Port Number,Transport Protocol\no1 ran,90,tcp\n");
	RUN(&run, COMPILER, "-o", "hostile.db", "hostile", "blank.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char keys[64];
		char expected[64];
		snprintf(keys, sizeof keys, "portdb-query -d hostile.db %.2s\t", names[i]);
		snprintf(expected, sizeof expected, "<-d><hostile.db><%s>", names[i]);
		expect_typed(keys, expected);
	}
	expect_typed("portdb-query -d hostile.db 77/\t",
		     "<-d><hostile.db><77/tcp$(touch${IFS}ran)>");
	/* What is common to several, more keys, and the rest. */
	expect_typed("portdb-query -d hostile.db sa\tx\t", "<-d><hostile.db><same$x1>");
	/* Not offered: what a terminal would obey, what is more than a word, what is an option. */
	expect_typed("portdb-query -d hostile.db m1\t", "<-d><hostile.db><m1>");
	expect_typed("portdb-query -d hostile.db n1\t", "<-d><hostile.db><n1>");
	expect_typed("portdb-query -d hostile.db o1\t", "<-d><hostile.db><o1>");
	expect_typed("portdb-query -d hostile.db -o\t", "<-d><hostile.db><-o>");
}

Test(completion, makes_no_command_of_a_file)
{
	static const char *const names[] = {"a1$(touch ran)", "b1`touch ran`", "c1;touch ran",
					    "d1 e",           "e1'f\"g",       "f1&touch ran"};

	write_text("shell", shell);
	make_directories("files");
	make_directories("dash");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[64];
		char keys[64];
		char expected[64];
		snprintf(path, sizeof path, "files/%s", names[i]);
		write_text(path, "");
		snprintf(keys, sizeof keys, "portdb-compile files/%.2s\t", names[i]);
		snprintf(expected, sizeof expected, "<files/%s>", names[i]);
		expect_typed(keys, expected);
		snprintf(keys, sizeof keys, "portdb-query -d files/%.2s\t", names[i]);
		snprintf(expected, sizeof expected, "<-d><files/%s>", names[i]);
		expect_typed(keys, expected);
	}
	write_text("dash/-oX", "");
	expect_typed("cd dash\nportdb-compile \t", "<./-oX>");
	expect_typed("cd dash\nportdb-query -d \t", "<-d><./-oX>");
	/* Neither of its lines is a file. */
	write_text("line\nlines;touch ran", "");
	expect_typed("portdb-compile li\t", "<li>");
	expect_typed("portdb-query -d li\t", "<-d><li>");
}
