/* SPDX-License-Identifier: MIT */
/*
 * The module in programs that are not like others: privileged ones, some in a changed root
 * directory, some linked statically, some that open and close it all the time.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <netdb.h>
#include <nss.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/compiling.h"
#include "tests/support/module.h"
#include "tests/support/processes/children.h"
#include "tests/support/processes/counting.h"
#include "tests/support/processes/host.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

/* What a child ends with that may not do what it has to. */
#define NOT_PERMITTED 77
#define NOBODY        "65534"

extern int __nss_configure_lookup(const char *database, const char *services);

TestSuite(hosts, .timeout = 60);

static void copy_file(const char *from, const char *to, mode_t mode)
{
	size_t size;
	char *bytes = read_file(from, &size);

	write_file(to, bytes, size);
	cr_assert_eq(chmod(to, mode), 0);
	free(bytes);
}

/* What a program answers to the questions in /etc/questions, asked by an ordinary user. */
static void expect_answers(const char *program, const char *expected)
{
	struct run run;

	RUN(&run, "setpriv", "--reuid=" NOBODY, "--regid=" NOBODY, "--clear-groups", program,
	    "/etc/questions");
	cr_expect_str_eq(run.output, expected, "%s: %s%s", program, run.output, run.errors);
	run_free(&run);
}

/*
 * Privileged programs do not heed LD_LIBRARY_PATH either, so the host's loader is told of a
 * directory in which the module is.
 */
static void install_module(void)
{
	struct run run;

	cr_assert_eq(mkdir("/etc/modules", 0755), 0);
	copy_file(module_path(), "/etc/modules/libnss_portdb.so.2", 0644);
	write_text("/etc/ld.so.conf", "/etc/modules\n");
	host_hide("/var/cache"); /* for a file of ldconfig's own */
	RUN(&run, "/sbin/ldconfig", "-X");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	unsetenv("LD_LIBRARY_PATH");
}

static void enter_host_with_privileged_program(mode_t privilege)
{
	if (geteuid() != 0)
		cr_skip_test("only root can make a program privileged");
	require_program("setpriv", "util-linux");
	enter_host("any 1/tcp\n");
	compile_text("mine 7001/tcp\n", "/etc/mine.db");
	cr_assert_eq(chmod("/etc", 0755), 0);
	copy_file(ASK, "/etc/ask", 0755);
	copy_file(ASK, "/etc/privileged", 0755 | privilege);
	install_module();
	write_text("/etc/questions", "mine\n7002/tcp\n");
	setenv("PORTDB_DATABASE", "/etc/mine.db", 1);
}

static void expect_environment_ignored(mode_t privilege)
{
	enter_host_with_privileged_program(privilege);
	bool has_system_database = host_has_system_database();
	if (has_system_database)
		host_compile("the-system 7002/tcp\n");
	expect_answers("/etc/ask", "mine 7001/tcp\n-\n");
	if (has_system_database)
		expect_answers("/etc/privileged", "-\nthe-system 7002/tcp\n");
	else
		expect_answers("/etc/privileged", "-\n-\n");
}

Test(hosts, set_user_id_programs_ignore_the_environment)
{
	expect_environment_ignored(S_ISUID);
}

Test(hosts, set_group_id_programs_ignore_the_environment)
{
	expect_environment_ignored(S_ISGID);
}

static struct module module;
static struct servent entry;
static char buffer[1024];
static int error;

static enum nss_status look_up(void)
{
	return module.by_name("mine", "tcp", &entry, buffer, sizeof buffer, &error);
}

/* In a child, which Criterion's assertions do not know of. */
static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "in the child, this does not hold: %s\n", what);
		_exit(EXIT_FAILURE);
	}
}

/* In a child: `root` becomes its root directory. */
static void change_root(const char *root)
{
	if (chroot(root) != 0 || chdir("/") != 0)
		_exit(NOT_PERMITTED);
}

static void change_root_before_the_first_lookup(const char *root)
{
	change_root(root);
	errno = 4711;
	must(look_up() == NSS_STATUS_UNAVAIL, "a lookup is unavailable");
	must(error == ENOENT, "its error is ENOENT");
	must(module.set(0) == NSS_STATUS_UNAVAIL, "an enumeration is unavailable");
	must(errno == 4711, "errno is untouched");
}

/* The database is where its path leads to by then: one left outside is not used any longer. */
static void change_root_after_a_lookup(const char *root)
{
	const char *path = getenv("PORTDB_DATABASE");

	must(look_up() == NSS_STATUS_SUCCESS, "there is an answer before");
	change_root(root);
	wait_for_next_second();
	must(look_up() == NSS_STATUS_UNAVAIL, "a lookup is unavailable behind");
	must(error == ENOENT, "its error is ENOENT");
	must(rename("/kept.db", path) == 0, "a database can be put there");
	wait_for_next_second();
	must(look_up() == NSS_STATUS_SUCCESS, "that database answers");
}

/* There, not even the module is to be found. */
static void change_root_and_ask_libc(const char *root)
{
	change_root(root);
	must(__nss_configure_lookup("services", "portdb") == 0, "portdb is asked");
	must(!getservbyname("mine", "tcp"), "nothing is found");
	setservent(0);
	must(!getservent(), "nothing is enumerated");
	endservent();
}

/* A directory with nothing but a database, kept.db, and directories up to where it would stand. */
static char *make_root(void)
{
	char *root = scratch_path("root");
	char *kept = scratch_path("root/kept.db");
	struct run run;

	RUN(&run, "mkdir", "-p", root);
	run_free(&run);
	compile_text("mine 7001/tcp\n", kept);
	RUN(&run, "sh", "-c", "mkdir -p \"$1$(dirname \"$2\")\"", "sh", root,
	    getenv("PORTDB_DATABASE"));
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	free(kept);
	return root;
}

static void in_child(void (*steps)(const char *))
{
	char *path = scratch_path("mine.db");
	int status;

	compile_text("mine 7001/tcp\n", path);
	setenv("PORTDB_DATABASE", path, 1);
	char *root = make_root();
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		if (!enter_etc_with("", 0))
			_exit(NOT_PERMITTED);
		steps(root);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_PERMITTED)
		cr_skip_test("chroot is not permitted here");
	cr_assert_eq(status, 0, "the child ended with status %#x", (unsigned)status);
	free(root);
	free(path);
}

Test(hosts, without_a_database_below_a_changed_root_are_unavailable)
{
	module = open_module();
	in_child(change_root_before_the_first_lookup);
}

Test(hosts, that_change_their_root_use_the_database_below_it)
{
	module = open_module();
	in_child(change_root_after_a_lookup);
}

Test(hosts, without_a_module_below_a_changed_root_find_nothing)
{
	in_child(change_root_and_ask_libc);
}

/* A program that is linked statically loads modules all the same, if its C library is the host's.
 */
Test(hosts, linked_statically_are_answered)
{
#if defined IS_SANITIZED && (defined __clang__ || HAS_THREAD_SANITIZER)
	cr_skip_test("this sanitizer is the program's, and not for one linked statically");
#endif
	char *program = scratch_path("ask-static");
	char *questions = scratch_path("questions");
	char *path = scratch_path("mine.db");
	struct run run;

	RUN(&run, "sh", "-c",
	    "echo 'int main(void) { return 0; }' | " CC " -static -o \"$1\" -x c -", "sh", program);
	int status = run.status;
	run_free(&run);
	if (status != 0)
		cr_skip_test("nothing can be linked statically here");
	RUN(&run, "sh", "-c", CC " -static -std=gnu17 -w -D_GNU_SOURCE -o \"$1\" \"$2\"", "sh",
	    program, ASK_SOURCE);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);

	compile_text("mine 7001/tcp my\nmine 7001/udp\n", path);
	setenv("PORTDB_DATABASE", path, 1);
	write_text(questions, "my/tcp\n7001/udp\nyours\n*\n");
	RUN(&run, program, questions);
	cr_expect_str_eq(run.output,
			 "mine 7001/tcp my\nmine 7001/udp\n-\nmine 7001/tcp my\nmine 7001/udp\n",
			 "%s%s", run.output, run.errors);
	run_free(&run);
}

/* What a process has in use that an opened module could leave behind. */
struct use {
	unsigned descriptors;
	unsigned mappings;
	size_t heap;
	unsigned long pages; /* of address space */
};

static struct use measure(void)
{
	struct use use = {.descriptors = count_descriptors(),
			  .mappings = count_mappings().count,
			  .heap = mallinfo2().uordblks};
	char *text = read_file("/proc/self/statm", NULL);

	use.pages = strtoul(text, NULL, 10);
	free(text);
	return use;
}

static void expect_same_use(const struct use *before)
{
	struct use now = measure();

	cr_expect_eq(now.descriptors, before->descriptors, "%u, not %u", now.descriptors,
		     before->descriptors);
	cr_expect_eq(now.mappings, before->mappings, "%u, not %u", now.mappings, before->mappings);
	cr_expect_eq(now.heap, before->heap, "%zu, not %zu", now.heap, before->heap);
	/* Who watches over a process has pages in it, too. */
	if (!runs_under_valgrind() && !HAS_THREAD_SANITIZER)
		cr_expect_eq(now.pages, before->pages, "%lu pages, not %lu", now.pages,
			     before->pages);
}

static void open_and_close(bool asks)
{
	struct servent mine;
	char memory[1024];
	int reason;
	struct module opened;
	void *library = dlopen("libnss_portdb.so.2", RTLD_NOW);

	cr_assert_not_null(library, "%s", dlerror());
	cr_assert(module_find(&opened, library, "portdb"), "%s", dlerror());
	if (asks)
		cr_assert_eq(opened.by_name("mine", "tcp", &mine, memory, sizeof memory, &reason),
			     NSS_STATUS_SUCCESS);
	cr_assert_eq(dlclose(library), 0);
}

static void use_database(void)
{
	char *path = scratch_path("mine.db");

	compile_text("mine 7001/tcp\n", path);
	setenv("PORTDB_DATABASE", path, 1);
	free(path);
}

static void expect_same_use_over_1000(bool asks)
{
	struct use before;

	for (unsigned i = 0; i < 1000; i++) {
		open_and_close(asks);
		if (i == 10)
			before = measure();
	}
	expect_same_use(&before);
}

Test(hosts, that_open_and_close_the_module_1000_times_do_not_grow)
{
	use_database();
	expect_same_use_over_1000(false);
	expect_same_use_over_1000(true);
}

/* The function outlives the module's handle: a thread may be in it. */
Test(hosts, that_close_the_module_may_still_be_in_it)
{
	use_database();
	void *library = dlopen("libnss_portdb.so.2", RTLD_NOW);
	cr_assert_not_null(library, "%s", dlerror());
	cr_assert(module_find(&module, library, "portdb"), "%s", dlerror());
	cr_assert_eq(dlclose(library), 0);
	cr_expect_eq(look_up(), NSS_STATUS_SUCCESS);
}

static void *open_and_close_1000_times(void *unused)
{
	for (unsigned i = 0; i < 1000; i++)
		open_and_close(true);
	return unused;
}

static void open_and_close_in_threads(void)
{
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, open_and_close_1000_times, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

Test(hosts, that_open_and_close_the_module_in_threads_do_not_grow)
{
	use_database();
	/* The C library keeps stacks and arenas of threads for the next ones. */
	open_and_close_in_threads();
	unsigned descriptors = count_descriptors();
	unsigned mappings = count_mappings().count;
	open_and_close_in_threads();
	cr_expect_eq(count_descriptors(), descriptors);
	cr_expect_leq(count_mappings().count, mappings + 8);
}
