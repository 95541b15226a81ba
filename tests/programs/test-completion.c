/* SPDX-License-Identifier: MIT */
/* What the shells offer for the words of the tools. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/programs/query/query-support.h"
#include "tests/support/processes/host.h"
#include "tests/support/processes/typing.h"

TestSuite(completion, .init = enter_with_database, .timeout = 120);

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

/* That a shell's file of completions has the option, as its own shell's test cannot ask for all. */
static void expect_mentioned(const char *program, const char *ending, const char *option)
{
	char *path;
	bool is_fish = strcmp(ending, ".fish") == 0;

	cr_assert_gt(asprintf(&path, "%s/%s%s", COMPLETIONS, program, ending), 0);
	char *text = read_file(path, NULL);
	bool is_there = false;
	for (char *at = text; (at = strstr(at, option)) && !is_there; at++)
		is_there = !is_fish || (at - text > 3 && strncmp(at - 3, "-l ", 3) == 0);
	cr_expect(is_there, "%s%s: %s", program, ending, option);
	free(text);
	free(path);
}

/* Each long option of the program's own list. */
static void expect_every_option(const char *program, const char *path)
{
	struct run help;
	char *offered = completions(program, path, "--");
	unsigned count = 0;

	RUN(&help, path, "--usage");
	for (char *at = help.output; (at = strstr(at, "--")) != NULL; at += 2) {
		char *option = strndup(at, strspn(at, "-=abcdefghijklmnopqrstuvwxyz"));

		cr_expect(strstr(offered, option), "%s %s", program, option);
		expect_mentioned(program, ".zsh", option);
		option[strcspn(option, "=")] = '\0';
		expect_mentioned(program, ".fish", option + 2);
		count++;
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

static int compare_words(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

/* The words of a text, each once, in their order and with a space behind. It is cut into pieces. */
static char *sorted_words(char *text)
{
	char *words[32] = {NULL};
	size_t count = 0;
	char *sorted = calloc(1, strlen(text) + 2);
	char *rest;

	for (char *word = strtok_r(text, " ,;.\n", &rest); word;
	     word = strtok_r(NULL, " ,;.\n", &rest)) {
		cr_assert_lt(count, 32);
		words[count++] = word;
	}
	qsort(words, count, sizeof *words, compare_words);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(words[i - 1], words[i]) != 0)
			strcat(strcat(sorted, words[i]), " ");
	return sorted;
}

/* The words of a manual page that stand behind a macro, between two of its lines. */
static char *words_of_manual(const char *page, const char *first, const char *last,
			     const char *macro)
{
	char *text = read_file(page, NULL);
	char *at = strstr(text, first);
	char *words;
	size_t size;
	FILE *stream = open_memstream(&words, &size);

	cr_assert_not_null(at, "%s: %s", page, first);
	at += strlen(first);
	char *end = strstr(at, last);
	cr_assert_not_null(end, "%s: %s", page, last);
	*end = '\0';
	while ((at = strstr(at, macro))) {
		at += strlen(macro);
		fprintf(stream, "%.*s ", (int)strcspn(at, " \n"), at);
	}
	fclose(stream);
	free(text);
	char *sorted = sorted_words(words);
	free(words);
	return sorted;
}

/* What stands in a file of completions behind the start of an option, from one mark to another. */
static char *words_in_file(const char *ending, const char *start, const char *from, const char *to)
{
	char *path;

	cr_assert_gt(asprintf(&path, "%s/portdb-query%s", COMPLETIONS, ending), 0);
	char *text = read_file(path, NULL);
	char *at = strstr(text, start);
	cr_assert_not_null(at, "%s: %s", path, start);
	at = strstr(at, from) + strlen(from);
	at[strcspn(at, to)] = '\0';
	char *sorted = sorted_words(at);
	free(text);
	free(path);
	return sorted;
}

static void expect_words(const char *shell, const char *option, char *offered, const char *expected)
{
	cr_expect_str_eq(offered, expected, "%s, --%s: %s", shell, option, offered);
	free(offered);
}

/* An option's values, in each shell. */
static void expect_values(const char *option, char *expected)
{
	char words[64];

	snprintf(words, sizeof words, "--%s = ''", option);
	char *offered = completions("portdb-query", QUERY, words);
	expect_words("bash", option, sorted_words(offered), expected);
	free(offered);
	snprintf(words, sizeof words, "'--%s=[", option);
	expect_words("zsh", option, words_in_file(".zsh", words, ":(", ")"), expected);
	snprintf(words, sizeof words, "-l %s ", option);
	expect_words("fish", option, words_in_file(".fish", words, "-a '", "'"), expected);
	free(expected);
}

Test(completion, offers_the_values_that_the_manuals_have)
{
	expect_values("status", words_of_manual(SOURCE_TREE "/nss/portdb.5", "\n.It Li Status\n",
						"\n.It Li Description\n", "\n.Li "));
	expect_values("format", words_of_manual(SOURCE_TREE "/tools/portdb-query.1",
						"\n.It Fl -format ", "\n.El\n", "\n.It Cm "));
}

/* Interactive shells here, where the programs only write down in "said" how they were called. */
static const char bash_start[] = "PS1='$ ' HISTFILE= HOME=$PWD; unset PROMPT_COMMAND\n"
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

static const char zsh_start[] = "PS1='$ ' HOME=$PWD\n"
				"fpath=($PWD/functions $fpath)\n"
				"autoload -U compinit && compinit -u -C -d $HOME/dump\n"
				"note() { printf '<%s>' \"$@\" >$HOME/said }\n"
				"portdb-query() {\n"
				"	case \" $* \" in\n"
				"	(*' --all '*) '" QUERY "' \"$@\" ;;\n"
				"	(*) note \"$@\" ;;\n"
				"	esac\n"
				"}\n"
				"portdb-compile() { note \"$@\" }\n";

static const char fish_start[] = "set fish_greeting\n"
				 "function fish_prompt; echo '$ '; end\n"
				 "source '" COMPLETIONS "/portdb-query.fish'\n"
				 "source '" COMPLETIONS "/portdb-compile.fish'\n"
				 "function note; printf '<%s>' $argv >$HOME/said; end\n"
				 "function portdb-query\n"
				 "	if contains -- --all $argv\n"
				 "		'" QUERY "' $argv\n"
				 "	else\n"
				 "		note $argv\n"
				 "	end\n"
				 "end\n"
				 "function portdb-compile; note $argv; end\n";

struct shell {
	const char *name;
	const char *file; /* what it reads first */
	const char *start;
	const char *arguments[6];
};

static const struct shell shells[] = {
    {"bash", "start", bash_start, {"bash", "--noprofile", "--rcfile", "start", "-i"}},
    {"zsh", ".zshrc", zsh_start, {"zsh", "-d", "-i"}},
    {"fish", "start", fish_start, {"fish", "--no-config", "-i", "-C", "source start"}},
};

static void prepare(const struct shell *shell)
{
	char *here = getcwd(NULL, 0);

	require_program(shell->name, shell->name);
	write_text(shell->file, shell->start);
	make_directories("functions");
	cr_assert_eq(symlink(COMPLETIONS "/portdb-query.zsh", "functions/_portdb-query"), 0);
	cr_assert_eq(symlink(COMPLETIONS "/portdb-compile.zsh", "functions/_portdb-compile"), 0);
	setenv("HOME", here, 1);
	setenv("ZDOTDIR", here, 1);
	setenv("XDG_CONFIG_HOME", here, 1);
	setenv("XDG_DATA_HOME", here, 1);
	setenv("TERM", "dumb", 1);
	setenv("INPUTRC", "/dev/null", 1);
	free(here);
}

/* Types the keys and ENTER; the program is to be called with these words, and nothing else to run.
 */
static void expect_typed(const struct shell *shell, const char *keys, const char *expected)
{
	char *line;

	unlink("said");
	cr_assert_gt(asprintf(&line, "%s\nexit\n", keys), 0);
	char *screen = type_at(shell->arguments, line);
	char *said = access("said", R_OK) == 0 ? read_file("said", NULL) : strdup("nothing");
	cr_expect_str_eq(said, expected, "%s: %s: %s\n%s", shell->name, keys, said, screen);
	cr_expect_neq(access("ran", F_OK), 0, "%s has run a command:\n%s", keys, screen);
	unlink("ran");
	free(said);
	free(screen);
	free(line);
}

/* What TAB inserts, ENTER runs. */
static void expect_harmless_names(const struct shell *shell)
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

	prepare(shell);
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
		expect_typed(shell, keys, expected);
	}
	expect_typed(shell, "portdb-query -d hostile.db 77/\t",
		     "<-d><hostile.db><77/tcp$(touch${IFS}ran)>");
	/* What is common to several, more keys, and the rest. */
	expect_typed(shell, "portdb-query -d hostile.db sa\tx\t", "<-d><hostile.db><same$x1>");
	/* Not offered: what a terminal would obey, what is more than a word, what is an option. */
	expect_typed(shell, "portdb-query -d hostile.db m1\t", "<-d><hostile.db><m1>");
	expect_typed(shell, "portdb-query -d hostile.db n1\t", "<-d><hostile.db><n1>");
	expect_typed(shell, "portdb-query -d hostile.db o1\t", "<-d><hostile.db><o1>");
	expect_typed(shell, "portdb-query -d hostile.db -o\t", "<-d><hostile.db><-o>");
}

Test(completion, makes_no_command_of_a_name_in_bash)
{
	expect_harmless_names(&shells[0]);
}

Test(completion, makes_no_command_of_a_name_in_zsh)
{
	expect_harmless_names(&shells[1]);
}

Test(completion, makes_no_command_of_a_name_in_fish)
{
	expect_harmless_names(&shells[2]);
}

static void expect_harmless_files(const struct shell *shell)
{
	static const char *const names[] = {"a1$(touch ran)", "b1`touch ran`", "c1;touch ran",
					    "d1 e",           "e1'f\"g",       "f1&touch ran"};
	bool is_bash = shell == &shells[0];
	char *dash;

	prepare(shell);
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
		expect_typed(shell, keys, expected);
		snprintf(keys, sizeof keys, "portdb-query -d files/%.2s\t", names[i]);
		snprintf(expected, sizeof expected, "<-d><files/%s>", names[i]);
		expect_typed(shell, keys, expected);
	}
	write_text("dash/-oX", "");
	cr_assert_gt(
	    asprintf(&dash, "<%s/-oX>", shell == &shells[2] ? realpath("dash", NULL) : "."), 0);
	expect_typed(shell, "cd dash\nportdb-compile \t", dash);
	free(dash);
	/* As the argument of an option it is none. */
	expect_typed(shell, "cd dash\nportdb-query -d \t", is_bash ? "<-d><./-oX>" : "<-d><-oX>");
	/* Neither of its lines is a file; bash would take them for two. */
	write_text("line\nlines;touch ran", "");
	expect_typed(shell, "portdb-compile li\t", is_bash ? "<li>" : "<line\nlines;touch ran>");
	expect_typed(shell, "portdb-query -d li\t",
		     is_bash ? "<-d><li>" : "<-d><line\nlines;touch ran>");
}

Test(completion, makes_no_command_of_a_file_in_bash)
{
	expect_harmless_files(&shells[0]);
}

Test(completion, makes_no_command_of_a_file_in_zsh)
{
	expect_harmless_files(&shells[1]);
}

Test(completion, makes_no_command_of_a_file_in_fish)
{
	expect_harmless_files(&shells[2]);
}

/* In each shell: an option, values of one, columns, and files behind what takes some. */
Test(completion, gives_options_and_values_in_each_shell)
{
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		const struct shell *shell = &shells[i];
		unlink("functions/_portdb-query");
		unlink("functions/_portdb-compile");
		prepare(shell);
		write_text("only.file", "");
		expect_typed(shell, "portdb-query --lis\t", "<--listening>");
		expect_typed(shell, "portdb-query --format=reser\t", "<--format=reserved-ports>");
		expect_typed(shell, "portdb-query -o NAME,REF\t 22", "<-o><NAME,REFERENCE><22>");
		expect_typed(shell, "portdb-query --diff onl\tonl\t",
			     "<--diff><only.file><only.file>");
		expect_typed(shell, "portdb-query --database=test.db 3co\t",
			     "<--database=test.db><3com-tsmux>");
		expect_typed(shell, "portdb-compile --verif\tonl\t", "<--verify><only.file>");
		expect_typed(shell, "portdb-compile --list\t--format=cs\t",
			     "<--list-sources><--format=csv>");
	}
}
