/* SPDX-License-Identifier: MIT */
/*
 * Where portdb is put on the services line of nsswitch.conf: what becomes of lines, that each comes
 * back as it was, and that in a real chain of modules no answer is another one afterwards.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/processes/host.h"
#include "tests/support/support.h"
#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"

static void enter_scratch(void)
{
	cr_assert_eq(chdir(scratch_directory()), 0);
}

TestSuite(services_line, .init = enter_scratch, .timeout = 120);

/* A line, and what it becomes; or why it is left alone. */
static const struct example {
	const char *line;
	const char *expected;
	const char *why;
} examples[] = {
    {"services: files", "services: portdb [NOTFOUND=return] files", NULL},
    {"services:files", "services:portdb [NOTFOUND=return] files", NULL},
    {"services:       db files", "services:       db portdb [NOTFOUND=return] files", NULL},
    {"services: files db", "services: files db portdb", NULL},
    {"services: db files sss", "services: db files sss portdb", NULL},
    {"services: files sss", "services: files sss portdb", NULL},
    {"services: sss files", "services: sss portdb [NOTFOUND=return] files", NULL},
    {"services: sss db files", "services: sss db portdb [NOTFOUND=return] files", NULL},
    {"services: files sss files", "services: files sss portdb [NOTFOUND=return] files", NULL},
    {"services: sss", "services: sss portdb", NULL},
    {"services: db", "services: db portdb", NULL},
    {"services: files usrfiles", "services: portdb [NOTFOUND=return] files usrfiles", NULL},
    {"services: usrfiles", "services: usrfiles portdb", NULL},
    {"services: files usrfiles sss", "services: files usrfiles sss portdb", NULL},
    {"services: files altfiles", "services: files altfiles portdb", NULL},
    {"services: files winbind nis ldap custom", "services: files winbind nis ldap custom portdb",
     NULL},
    /* Blanks and comments. */
    {"\tservices:\tsss\tfiles\t", "\tservices:\tsss\tportdb [NOTFOUND=return] files\t", NULL},
    {"services: files # not sss-like", "services: portdb [NOTFOUND=return] files # not sss-like",
     NULL},
    {"services : files", "services : portdb [NOTFOUND=return] files", NULL},
    {"services files sss", "services files sss portdb", NULL},
    {"services: files sss  # both", "services: files sss portdb  # both", NULL},
    {"services: files sss# [x]", "services: files sss portdb# [x]", NULL},
    {"services: files#portdb", "services: portdb [NOTFOUND=return] files#portdb", NULL},
    /* An administrator's own actions. */
    {"services: sss [NOTFOUND=return] files",
     "services: sss [NOTFOUND=return] portdb [NOTFOUND=return] files", NULL},
    {"services: sss [!UNAVAIL=return] files",
     "services: sss [!UNAVAIL=return] portdb [NOTFOUND=return] files", NULL},
    {"services: files [UNAVAIL=return tryagain=continue] sss",
     "services: files [UNAVAIL=return tryagain=continue] sss portdb", NULL},
    {"services: files sss[ !NOTFOUND = return NOTFOUND=continue ] # c",
     "services: files sss[ !NOTFOUND = return NOTFOUND=continue ] portdb # c", NULL},
    {"services: files [NOTFOUND=return] sss", NULL, "nobody is asked behind \"files\""},
    {"services: files sss [notfound=RETURN]", NULL, "nobody is asked behind \"sss\""},
    {"services: files sss [!SUCCESS=return]", NULL, "nobody is asked behind \"sss\""},
    {"services: files sss [SUCCESS=continue]", NULL, "an action follows SUCCESS"},
    {"services: files [SUCCESS=merge] sss", NULL, "an action follows SUCCESS"},
    {"services: db [!NOTFOUND=continue] files", NULL, "an action follows SUCCESS"},
    /* What the C library stops at, or asks nobody for. */
    {"services:", NULL, "it is not understood"},
    {"services: # files", NULL, "it is not understood"},
    {"services: [NOTFOUND=return] files", NULL, "it is not understood"},
    {"services: sss [x] files", NULL, "it is not understood"},
    {"services: sss [FOUND=return] files", NULL, "it is not understood"},
    {"services: sss [NOTFOUND=return] [UNAVAIL=return] files", NULL, "it is not understood"},
    {"services: sss [NOTFOUND=return files", NULL, "it is not understood"},
    {"services: sss [ ] files", NULL, "it is not understood"},
};

#define NOTE  "# The next line was added with portdb, and goes with it.\n"
#define ADDED NOTE "services:       portdb [NOTFOUND=return] files\n"

#define FOR_EACH_EXAMPLE(example)                                                             \
	for (const struct example *example = examples; example < examples + LENGTH(examples); \
	     example++)

/* With FILE "nsswitch.conf"; the caller frees the run. */
static void run_switch(struct run *run, const char *mode)
{
	RUN(run, SERVICES_LINE, mode, "nsswitch.conf");
	cr_assert_eq(run->status, 0, "%s", run->errors);
}

static void expect_file(const char *expected, const char *what)
{
	char *text = read_file("nsswitch.conf", NULL);

	cr_expect_str_eq(text, expected, "%s: «%s» instead of «%s»", what, text, expected);
	free(text);
}

/* Switches, and expects the file and what is said on standard error. */
static void expect_switched(const char *mode, const char *expected, const char *errors)
{
	struct run run;

	run_switch(&run, mode);
	expect_file(expected, mode);
	cr_expect_str_eq(run.errors, errors, "%s: «%s» instead of «%s»", expected, run.errors,
			 errors);
	run_free(&run);
}

/* In static memory. */
static const char *print(const char *format, ...) __attribute__((format(printf, 1, 2)));

static const char *print(const char *format, ...)
{
	static char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return text;
}

static void write_line(const char *line)
{
	write_text("nsswitch.conf", print("# Names.\nhosts: files dns\n%s\npasswd: files\n", line));
}

static void expect_switched_on(const struct example *example)
{
	char *file = strdup(print("# Names.\nhosts: files dns\n%s\npasswd: files\n",
				  example->expected ? example->expected : example->line));
	const char *errors = "";

	if (example->why)
		errors = print("nsswitch.conf: portdb is not on the services line: %s; see "
			       "libnss_portdb(8)\n",
			       example->why);
	expect_switched("on", file, errors);
	free(file);
}

Test(services_line, gets_portdb_where_it_takes_no_answer)
{
	FOR_EACH_EXAMPLE(example)
	{
		write_line(example->line);
		expect_switched_on(example);
		/* Again there is nothing to do. */
		expect_switched_on(example);
	}
}

Test(services_line, comes_back_as_it_was)
{
	FOR_EACH_EXAMPLE(example)
	{
		struct run run;

		write_line(example->line);
		char *before = read_file("nsswitch.conf", NULL);
		run_switch(&run, "on");
		run_free(&run);
		expect_switched("off", before, "");
		free(before);
	}
}

/* The table of a section: its rows begin with what a line has, and then what it becomes. */
static unsigned expect_rows_of_manual(char *section)
{
	static const char begin[] = "\n.It ";
	unsigned rows = 0;

	for (char *next = section; (next = strstr(next, begin)); next++) {
		char *from = next + strlen(begin);
		char *end = strchr(from, '\n');
		char *to = memmem(from, (size_t)(end - from), " Ta ", 4);
		if (!to || strncmp(from, "Sy", 2) == 0)
			continue;
		char *expected = to + strlen(" Ta ");
		int length = (int)(strstr(expected, " Ta ") - expected);
		bool is_line = strncmp(from, "no line", 7) != 0;
		char *file = strdup(print("%sservices:%s%.*s\n", is_line ? "" : NOTE,
					  is_line ? " " : "       ", length, expected));
		write_text("nsswitch.conf",
			   is_line ? print("services: %.*s\n", (int)(to - from), from) : "");
		expect_switched("on", file, "");
		free(file);
		rows++;
	}
	return rows;
}

Test(services_line, becomes_what_the_manual_says)
{
	char *page = read_file(DATA_DIR "/../nss/libnss_portdb.8", NULL);
	char *section = strstr(page, "\n.Ss The services line\n");

	cr_assert_not_null(section);
	char *next_section = strstr(section + 1, "\n.Ss ");
	cr_assert_not_null(next_section);
	*next_section = '\0';
	cr_expect_geq(expect_rows_of_manual(section), 8);
	free(page);
}

/* Lines of all that may stand on one, good and bad; each line of the file is switched. */
static char *random_lines(unsigned count)
{
	static const char *const pieces[] = {"files",
					     "files",
					     "db",
					     "sss",
					     "ldap",
					     "usrfiles",
					     "[NOTFOUND=return]",
					     "[!UNAVAIL=return]",
					     "[SUCCESS=continue]",
					     "[UNAVAIL=continue NOTFOUND=return]",
					     "[",
					     "]",
					     "# files",
					     "#",
					     " ",
					     "\t",
					     "[NOTFOUND=continue]"};
	struct random random = {0};
	struct buffer text = {0};

	for (unsigned i = 0; i < count; i++) {
		buffer_add_string(&text, "services:");
		for (unsigned piece = random_below(&random, 7); piece > 0; piece--) {
			buffer_add_string(&text, random_below(&random, 4) > 0 ? " " : "");
			buffer_add_string(&text, pieces[random_below(&random, LENGTH(pieces))]);
		}
		buffer_add_string(&text, "\n");
	}
	return buffer_string(&text);
}

Test(services_line, comes_back_as_it_was_whatever_it_was)
{
	char *before = random_lines(2000);
	struct run run;

	write_text("nsswitch.conf", before);
	run_switch(&run, "on");
	run_free(&run);
	char *once = read_file("nsswitch.conf", NULL);
	cr_expect_str_neq(once, before);
	run_switch(&run, "on");
	run_free(&run);
	expect_file(once, "again");
	run_switch(&run, "off");
	run_free(&run);
	expect_file(before, "off");
	free(once);
	free(before);
}

Test(services_line, is_added_where_there_is_none)
{
	write_text("nsswitch.conf", "hosts: files\n#services: files\nmyservices: files\n");
	expect_switched("on", "hosts: files\n#services: files\nmyservices: files\n" ADDED, "");
	expect_switched("on", "hosts: files\n#services: files\nmyservices: files\n" ADDED, "");
	expect_switched("off", "hosts: files\n#services: files\nmyservices: files\n", "");

	write_text("nsswitch.conf", "");
	expect_switched("on", ADDED, "");
	expect_switched("off", "", "");

	/* What somebody made of it stays. */
	write_text("nsswitch.conf", NOTE "services: portdb files sss\nhosts: files\n");
	expect_switched("off", NOTE "services: files sss\nhosts: files\n", "");
	write_text("nsswitch.conf", NOTE "hosts: files\n" NOTE);
	expect_switched("off", NOTE "hosts: files\n" NOTE, "");
}

Test(services_line, keeps_what_stands_at_the_end_of_the_file)
{
	write_text("nsswitch.conf", "services: files");
	expect_switched("on", "services: portdb [NOTFOUND=return] files", "");
	expect_switched("off", "services: files", "");
	write_text("nsswitch.conf", "hosts: files");
	expect_switched("on", "hosts: files\n" ADDED, "");
}

Test(services_line, loses_what_an_administrator_made_of_it)
{
	static const char *const lines[][2] = {
	    {"services: files portdb", "services: files"},
	    {"services: portdb", "services: files"},
	    {"services: portdb # alone", "services: files # alone"},
	    {"services: portdb[!UNAVAIL=return] db files", "services: db files"},
	    {"services: sss portdb [NOTFOUND=return] [x] files", "services: sss files"},
	    {"services: portdb files portdb", "services: files"},
	    {"services: files # portdb", "services: files # portdb"},
	    {"services: files portdb2", "services: files portdb2"},
	};

	for (size_t i = 0; i < LENGTH(lines); i++) {
		write_text("nsswitch.conf", print("%s\n", lines[i][0]));
		char *expected = strdup(print("%s\n", lines[i][1]));
		expect_switched("off", expected, "");
		free(expected);
	}
}

Test(services_line, is_shown_and_not_written)
{
	struct run run;

	write_line("services: files sss");
	char *before = read_file("nsswitch.conf", NULL);
	RUN(&run, SERVICES_LINE, "-n", "on", "nsswitch.conf");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.output, "services: files sss portdb\n");
	run_free(&run);
	expect_file(before, "-n");
	free(before);
}

Test(services_line, is_written_to_the_file_behind_a_link)
{
	struct stat status;
	struct run run;

	write_text("real.conf", "services: files\n");
	cr_assert_eq(chmod("real.conf", 0640), 0);
	cr_assert_eq(symlink("real.conf", "nsswitch.conf"), 0);
	run_switch(&run, "on");
	cr_expect_not_null(
	    strstr(run.output, "/real.conf: services: portdb [NOTFOUND=return] files\n"), "%s",
	    run.output);
	run_free(&run);
	cr_expect_eq(lstat("nsswitch.conf", &status), 0);
	cr_expect(S_ISLNK(status.st_mode));
	cr_expect_eq(stat("real.conf", &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0640, "its mode is %o", status.st_mode);
	expect_file("services: portdb [NOTFOUND=return] files\n", "behind the link");
	cr_expect_eq(count_entries("."), 2, "something was left beside it");
}

/* Up to version 2.32 the C library takes it for a comment. */
#define OLD "services: files\n"
#define NEW "services: portdb [NOTFOUND=return] files\n"

/*
 * What the script calls, in the order in which it does. In its place stands one that signals all of
 * the script's programs, as a terminal does, before or behind its work.
 */
static const char *const called[] = {"mktemp", "cp", "awk", "cmp", "sync", "mv"};

static void put_in_front(const char *program, const char *lines)
{
	char *path;
	FILE *file;

	cr_assert_gt(asprintf(&path, "bin/%s", program), 0);
	file = fopen(path, "we");
	cr_assert_not_null(file);
	fprintf(file, "#!/bin/sh\nPATH=$USUAL_PATH\n%s\n", lines);
	fclose(file);
	cr_assert_eq(chmod(path, 0755), 0);
	free(path);
}

static void enter_with_programs_in_front(void)
{
	char *path;

	cr_assert_eq(mkdir("bin", 0755), 0);
	cr_assert_eq(mkdir("etc", 0755), 0);
	setenv("USUAL_PATH", getenv("PATH"), 1);
	cr_assert_gt(asprintf(&path, "%s/bin:%s", scratch_directory(), getenv("PATH")), 0);
	setenv("PATH", path, 1);
	free(path);
}

/* Whether it is all done is told by the exit status, and nothing is done by half. */
static void expect_signalled(size_t number, const char *lines)
{
	bool is_done = strcmp(called[number], "mv") == 0;
	char *path;
	struct run run;

	write_text("etc/nsswitch.conf", OLD);
	put_in_front(called[number], lines);
	RUN(&run, "setsid", SERVICES_LINE, "on", "etc/nsswitch.conf");
	cr_expect_eq(run.status, is_done ? 0 : 1, "%s: %s: status %d", called[number], lines,
		     run.status);
	run_free(&run);
	char *text = read_file("etc/nsswitch.conf", NULL);
	cr_expect_str_eq(text, is_done ? NEW : OLD, "%s: %s: %s", called[number], lines, text);
	free(text);
	cr_expect_eq(count_entries("etc"), 1, "%s: %s: something is left", called[number], lines);
	cr_assert_gt(asprintf(&path, "bin/%s", called[number]), 0);
	cr_assert_eq(unlink(path), 0);
	free(path);
}

Test(services_line, is_old_or_new_whatever_signal_comes)
{
	static const char *const signals[] = {"HUP", "INT", "TERM"};
	char lines[128];

	require_program("setsid", "util-linux");
	enter_with_programs_in_front();
	/* No shell can heed a signal that it was started to ignore, as by nohup. */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	for (size_t i = 0; i < LENGTH(called); i++)
		for (size_t s = 0; s < LENGTH(signals); s++) {
			/* What it prints comes last: whoever is killed has told nobody. */
			snprintf(lines, sizeof lines,
				 "said=$(%s \"$@\"; s=$?; echo x; exit $s); s=$?; kill -%s 0\n"
				 "printf %%s \"${said%%x}\"; exit $s",
				 called[i], signals[s]);
			expect_signalled(i, lines);
			snprintf(lines, sizeof lines, "kill -%s 0; exec %s \"$@\"", signals[s],
				 called[i]);
			expect_signalled(i, lines);
		}
}

Test(services_line, is_on_the_disk_before_it_has_the_name)
{
	struct run run;

	enter_with_programs_in_front();
	write_text("etc/nsswitch.conf", OLD);
	put_in_front("sync", "cat etc/nsswitch.conf \"$1\" >synced; echo $# >>synced");
	RUN(&run, SERVICES_LINE, "on", "etc/nsswitch.conf");
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	cr_assert_eq(access("synced", F_OK), 0, "nothing was synced");
	cr_expect_str_eq(read_file("synced", NULL), OLD NEW "1\n");
	cr_expect_str_eq(read_file("etc/nsswitch.conf", NULL), NEW);
	/* What may not be there is not put in place. */
	put_in_front("sync", "exit 1");
	RUN(&run, SERVICES_LINE, "off", "etc/nsswitch.conf");
	cr_expect_eq(run.status, 1);
	run_free(&run);
	cr_expect_str_eq(read_file("etc/nsswitch.conf", NULL), NEW);
	cr_expect_eq(count_entries("etc"), 1);
}

Test(services_line, is_left_alone_if_its_comment_names_a_module)
{
	char *line = "services: files # or sss-like\n";

	write_text("nsswitch.conf", line);
	write_text("libnss_sss-like.so.2", "");
	setenv("LD_LIBRARY_PATH", scratch_directory(), 1);
	expect_switched("on", line,
			"nsswitch.conf: portdb is not on the services line: its comment names "
			"\"sss-like\", and the C library may ask that; see libnss_portdb(8)\n");
}

static void expect_failure(int status, const char *errors, const char *argument, const char *file)
{
	struct run run;

	RUN(&run, SERVICES_LINE, argument, file);
	cr_expect_eq(run.status, status);
	cr_expect_str_eq(run.errors, errors, "%s", run.errors);
	run_free(&run);
}

Test(services_line, is_not_looked_for_in_what_is_no_file)
{
	expect_failure(1, "services-line: nowhere: no such file\n", "on", "nowhere");
	expect_failure(1, "services-line: .: no such file\n", "off", ".");
	expect_failure(2, "usage: services-line [-n] on|off [FILE]\n", "up", "nsswitch.conf");
}

/* On Debian the path of awk leads through /etc, which is another one there. */
static void enter_host_with_awk(void)
{
	struct run run;

	RUN(&run, "sh", "-c", "ln -s \"$(readlink -f \"$(command -v awk)\")\" awk");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	setenv("PATH", print("%s:%s", scratch_directory(), getenv("PATH")), 1);
	enter_host("");
}

Test(services_line, of_authselect_is_left_to_it)
{
	struct run run;

	enter_host_with_awk();
	cr_assert_eq(mkdir("/etc/authselect", 0755), 0);
	write_text("/etc/authselect/nsswitch.conf", "services: files sss\n");
	cr_assert_eq(unlink("/etc/nsswitch.conf"), 0);
	cr_assert_eq(symlink("authselect/nsswitch.conf", "/etc/nsswitch.conf"), 0);
	expect_failure(1,
		       "services-line: /etc/nsswitch.conf is authselect's: see libnss_portdb(8)\n",
		       "on", NULL);
	RUN(&run, SERVICES_LINE, "-n", "on");
	cr_expect_str_eq(run.output, "services: files sss portdb\n");
	run_free(&run);
}

/* ---- a chain of modules -------------------------------------------------------------------- */

/* What each knows. The names of one at the ports of others: whoever is asked first is heard. */
#define FILES_KNOWS "ssh 22/tcp\ncommon 4441/tcp\nfile-only 7779/udp\nshared-port 7780/tcp\n"
#define SSS_KNOWS                                                                         \
	"{\"ldaponly\",7777,\"tcp\"},{\"common\",4442,\"tcp\"},{\"bfd-echo\",1,\"udp\"}," \
	"{\"sss-port\",7780,\"tcp\"}"
#define DB_KNOWS                                                                        \
	"{\"dbonly\",7778,\"tcp\"},{\"common\",4443,\"tcp\"},{\"bfd-echo\",2,\"udp\"}," \
	"{\"db-port\",7780,\"tcp\"}"
#define LOWER_TABLE                                                                    \
	"cbt 7777/tcp\nregistered 7778/tcp\nregistered-too 7779/udp\nlower 7780/tcp\n" \
	"common 4444/tcp\nbfd-echo 3785/udp\nldaponly 5001/tcp\ndbonly 5002/tcp\n"     \
	"portdb-only 7781/tcp\n"

static const char ask_all[] =
    "for key in ssh 22/tcp 22 common common/tcp common/udp 4441/tcp 4442/tcp 4443/tcp"
    " 4444/tcp file-only 7779/udp 7779/tcp shared-port 7780/tcp ldaponly ldaponly/tcp 7777 7777/tcp"
    " dbonly dbonly/tcp 7778/tcp bfd-echo bfd-echo/udp 3785/udp 1/udp 2/udp sss-port db-port; do"
    " found=$(getent services $key) && echo $key: $found; done";

static void build_module(const char *name, const char *services)
{
	struct run run;

	RUN(&run, "sh", "-c",
	    CC " -std=gnu17 -shared -fPIC -DMODULE=\"$1\" \"-DSERVICES=$2\" "
	       "-o \"libnss_$1.so.2\" \"$3\"",
	    "sh", name, services, KNOWN_SERVICES_SOURCE);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static void enter_host_with_modules(void)
{
	struct run run;

	require_program("getent", "libc-bin");
	build_module("sss", SSS_KNOWS);
	build_module("db", DB_KNOWS);
	enter_host_with_awk();
	write_text("/etc/services", FILES_KNOWS);
	write_text("lower.services", LOWER_TABLE);
	RUN(&run, COMPILER, "-o", getenv("PORTDB_DATABASE"), "/etc/services", "lower.services");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	setenv("LD_LIBRARY_PATH", print("%s:" MODULES, scratch_directory()), 1);
}

/* Each is freed by the caller. */
struct answers {
	char *to_questions; /* a line each, of those that were answered */
	char *enumerated;
};

static struct answers ask_chain(void)
{
	struct answers answers;
	struct run run;

	RUN(&run, "sh", "-c", ask_all);
	answers.to_questions = strdup(run.output);
	run_free(&run);
	RUN(&run, "getent", "services");
	answers.enumerated = strdup(run.output);
	run_free(&run);
	return answers;
}

static void free_answers(struct answers *answers)
{
	free(answers->to_questions);
	free(answers->enumerated);
}

/* That each line of one is a line of the other. */
static void expect_kept(const char *before, const char *after, const char *where)
{
	for (const char *line = before; *line;) {
		size_t length = strcspn(line, "\n") + 1;
		char *wanted = strndup(line, length);
		const char *found = strstr(after, wanted);
		cr_expect(found && (found == after || found[-1] == '\n'),
			  "«%s»: the answer %sis another one now:\n%s", where, wanted, after);
		free(wanted);
		line += length;
	}
}

static void expect_answers_kept(const char *line)
{
	struct run run;

	write_text("/etc/nsswitch.conf", print("%s\n", line));
	struct answers before = ask_chain();
	RUN(&run, SERVICES_LINE, "on");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	bool is_left_alone = *run.errors;
	run_free(&run);
	struct answers after = ask_chain();
	expect_kept(before.to_questions, after.to_questions, line);
	cr_expect_eq(strncmp(after.enumerated, before.enumerated, strlen(before.enumerated)), 0,
		     "«%s» does not begin with the services of before:\n%s", line,
		     after.enumerated);
	/* It is for something that it stands there, but for lines that this C library cannot read.
	 */
	if (!is_left_alone && *before.to_questions && !strstr(line, "return"))
		cr_expect_not_null(strstr(after.to_questions, "3785/udp: bfd-echo 3785/udp\n"),
				   "«%s»: portdb is not asked", line);
	free_answers(&before);
	free_answers(&after);
}

Test(services_line, with_portdb_keeps_the_answers_of_all_modules, .init = NULL, .timeout = 300)
{
	require_module_for_all();
	enter_scratch();
	enter_host_with_modules();
	expect_answers_kept("hosts: files");
	expect_answers_kept("services: files # sss");
	FOR_EACH_EXAMPLE(example)
	expect_answers_kept(example->line);
}
