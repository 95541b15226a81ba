/* SPDX-License-Identifier: MIT */
/*
 * What may stand where the database should be, from the start or all of a sudden: the module is
 * unavailable by glibc's rules, through each of its functions, goes through the enumeration that it
 * began, and answers again when the database is back.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/module.h"
#include "tests/support/processes/children.h"
#include "tests/support/support.h"

#define NOBODY 65534

static struct module module;

static struct servent entry;
static char buffer[1024];
static struct database database;

/* A child works in a directory of its own: the database is "services.db", below its full path. */
static char *database_path;

static void set_up(void)
{
	children_prepare();
	module = open_module();
	database_make(&database,
		      (const char *const[]){"ssh 22/tcp\ndomain 53/udp\ntelnet 23/tcp\n"}, 1);
	scratch_directory();
}

TestSuite(lookup_files, .init = set_up, .timeout = 60);

static void expect_done(int result, const char *what)
{
	if (result < 0)
		complain("%s: %s", what, strerror(errno));
}

static void put_database(const char *name, mode_t mode)
{
	int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	expect_done(descriptor, name);
	if (write(descriptor, database.image.bytes, database.image.size) !=
	    (ssize_t)database.image.size)
		complain("%s: %s", name, strerror(errno));
	expect_done(fchmod(descriptor, mode), name);
	close(descriptor);
}

/* Each of these makes "found", which then takes the database's place. */
static void put_nothing(void)
{
}

static void put_directory(void)
{
	expect_done(mkdir("found", 0755), "mkdir");
}

static void put_fifo(void)
{
	expect_done(mkfifo("found", 0444), "mkfifo");
}

static void put_socket(void)
{
	static const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "found"};
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	expect_done(bind(descriptor, (const void *)&address, sizeof address), "bind");
	close(descriptor);
}

static void put_link_to_device(void)
{
	expect_done(symlink("/dev/null", "found"), "symlink");
}

static void put_link_to_nothing(void)
{
	expect_done(symlink("nothing", "found"), "symlink");
}

static void put_link_to_itself(void)
{
	expect_done(symlink("services.db", "found"), "symlink");
}

static void put_writable_by_group(void)
{
	put_database("found", 0464);
}

static void put_writable_by_others(void)
{
	put_database("found", 0446);
}

static void put_empty(void)
{
	int descriptor = open("found", O_WRONLY | O_CREAT | O_CLOEXEC, 0444);

	expect_done(descriptor, "open");
	close(descriptor);
}

static void put_too_large(void)
{
	int descriptor = open("found", O_WRONLY | O_CREAT | O_CLOEXEC, 0444);

	expect_done(ftruncate(descriptor, INT64_C(1) << 32), "ftruncate");
	close(descriptor);
}

static void put_unreadable(void)
{
	put_database("found", 0000);
}

static const struct kind {
	const char *name;
	void (*put)(void);
	int error;      /* that the module gives */
	bool is_nobody; /* where root would see no difference */
} kinds[] = {
    {"nothing", put_nothing, ENOENT, false},
    {"a directory", put_directory, EINVAL, false},
    {"a FIFO", put_fifo, EINVAL, false},
    {"a socket", put_socket, ENXIO, false},
    {"a link to a device", put_link_to_device, EINVAL, false},
    {"a link to nothing", put_link_to_nothing, ENOENT, false},
    {"a link to itself", put_link_to_itself, ELOOP, false},
    {"a database that its group may write", put_writable_by_group, EACCES, false},
    {"a database that others may write", put_writable_by_others, EACCES, false},
    {"an empty file", put_empty, ENODATA, false},
    {"a file of 4 GiB", put_too_large, EFBIG, false},
    {"an unreadable database", put_unreadable, EACCES, true},
};

/* Unavailable through each function, with errno and the descriptors as they were. */
static void expect_unavailable(const struct kind *kind, const char *when)
{
	enum nss_status status[5];
	int error[3] = {0, 0, 0};
	struct descriptors before;
	char where[128];

	snprintf(where, sizeof where, "%s, %s", kind->name, when);
	descriptors_look(&before);
	errno = 4711;
	status[0] = module.by_name("ssh", "tcp", &entry, buffer, sizeof buffer, &error[0]);
	status[1] = module.by_port(htons(22), NULL, &entry, buffer, sizeof buffer, &error[1]);
	status[2] = module.set(0);
	status[3] = module.next(&entry, buffer, sizeof buffer, &error[2]);
	status[4] = module.end();
	if (errno != 4711)
		complain("%s: errno was touched", where);
	for (size_t i = 0; i < 4; i++)
		if (status[i] != NSS_STATUS_UNAVAIL)
			complain("%s: function %zu has status %d", where, i, status[i]);
	if (status[4] != NSS_STATUS_SUCCESS)
		complain("%s: the end has status %d", where, status[4]);
	/* An enumeration leaves errno to the service that comes next. */
	for (size_t i = 0; i < 3; i++)
		if (error[i] != (i < 2 ? kind->error : 0))
			complain("%s: %s", where, strerror(error[i]));
	descriptors_expect_same(&before, where);
}

static void expect_next(const char *expected, const char *where)
{
	int error = 0;
	enum nss_status status = module.next(&entry, buffer, sizeof buffer, &error);

	if (expected ? status != NSS_STATUS_SUCCESS || strcmp(entry.s_name, expected) != 0
		     : status != NSS_STATUS_NOTFOUND || error != 0)
		complain("%s: status %d instead of %s", where, status, expected ? expected : "end");
}

static void expect_answers(const char *where)
{
	int error;

	if (module.by_name("ssh", "tcp", &entry, buffer, sizeof buffer, &error) !=
		NSS_STATUS_SUCCESS ||
	    strcmp(entry.s_name, "ssh") != 0)
		complain("%s: by name: %s", where, strerror(error));
	if (module.by_port(htons(53), NULL, &entry, buffer, sizeof buffer, &error) !=
		NSS_STATUS_SUCCESS ||
	    strcmp(entry.s_name, "domain") != 0)
		complain("%s: by port: %s", where, strerror(error));
	if (module.set(0) != NSS_STATUS_SUCCESS)
		complain("%s: no enumeration", where);
	expect_next("ssh", where);
	expect_next("domain", where);
	expect_next("telnet", where);
	expect_next(NULL, where);
	module.end();
}

static void enter_own_directory(bool as_nobody)
{
	bool is_nobody = as_nobody && geteuid() == 0;
	char name[32];

	snprintf(name, sizeof name, "%d", (int)getpid());
	char *directory = scratch_path(name);
	expect_done(mkdir(directory, 0755), directory);
	if (is_nobody) {
		expect_done(chown(directory, NOBODY, NOBODY), "chown");
		expect_done(chmod(scratch_directory(), 0711), "chmod");
	}
	expect_done(chdir(directory), directory);
	if (is_nobody && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
		complain("cannot become nobody: %s", strerror(errno));
	if (asprintf(&database_path, "%s/services.db", directory) > 0)
		setenv("PORTDB_DATABASE", database_path, 1);
}

static void put_in_place(const struct kind *kind)
{
	unlink("services.db");
	rmdir("services.db");
	kind->put();
	if (kind->put != put_nothing)
		expect_done(rename("found", "services.db"), "rename");
}

static void put_database_back(void)
{
	unlink("services.db");
	rmdir("services.db");
	put_database("services.db", 0444);
}

static void meet_from_the_start(const void *argument)
{
	const struct kind *kind = argument;

	enter_own_directory(kind->is_nobody);
	put_in_place(kind);
	expect_unavailable(kind, "from the start");
	put_database_back();
	wait_for_next_second();
	expect_answers(kind->name);
}

static void meet_meanwhile(const void *argument)
{
	const struct kind *kind = argument;

	enter_own_directory(kind->is_nobody);
	put_database_back();
	expect_answers("at first");
	module.set(0);
	expect_next("ssh", kind->name);
	put_in_place(kind);
	expect_next("domain", kind->name);
	wait_for_next_second();
	expect_next("telnet", kind->name);
	expect_next(NULL, kind->name);
	expect_unavailable(kind, "in the database's place");
	put_database_back();
	wait_for_next_second();
	expect_answers(kind->name);
}

/* One child for each, all at once as they wait for the clock. */
static void meet_all(void (*meet)(const void *))
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		children_start(kinds[i].name, meet, &kinds[i]);
	children_expect_content();
}

Test(lookup_files, that_are_no_database_from_the_start)
{
	meet_all(meet_from_the_start);
}

Test(lookup_files, that_take_the_place_of_a_database)
{
	meet_all(meet_meanwhile);
}

/* A path that leads nowhere, whatever is put there. */
static void meet_bad_path(const void *argument)
{
	const struct kind *kind = argument;

	char path[5001] = {0};

	enter_own_directory(false);
	put_database("services.db", 0444);
	if (kind->error == ENOTDIR)
		snprintf(path, sizeof path, "%s/services.db", database_path);
	else
		memset(path, '/', sizeof path - 1);
	setenv("PORTDB_DATABASE", path, 1);
	expect_unavailable(kind, "as a path");
}

Test(lookup_files, that_no_path_leads_to)
{
	children_start("a path", meet_bad_path,
		       &(struct kind){"below a file", NULL, ENOTDIR, false});
	children_start("a path", meet_bad_path,
		       &(struct kind){"too long", NULL, ENAMETOOLONG, false});
	children_expect_content();
}

/* A database of a user, as another one asks who may be in a user namespace. */
static const struct owning {
	const char *name;
	uid_t owner;
	uid_t asker;
	bool is_in_namespace; /* of its own, which maps no user */
	bool is_used;
} ownings[] = {
    {"root's, asked by root", 0, 0, false, true},
    {"root's, asked by another", 0, 4711, false, true},
    {"root's, asked by root in a namespace", 0, 0, true, true},
    {"root's, asked by another in a namespace", 0, 4711, true, true},
    {"a user's, asked by the same", 4711, 4711, false, true},
    {"a user's, asked by the same in a namespace", 4711, 4711, true, true},
    {"a user's, asked by root", 4711, 0, false, false},
    {"a user's, asked by another", 4711, 4712, false, false},
    {"nobody's, asked by another", NOBODY, 4711, false, true},
};

static void meet_owner(const void *argument)
{
	const struct owning *owning = argument;

	enter_own_directory(false);
	put_database("services.db", 0444);
	expect_done(chown("services.db", owning->owner, owning->owner), "chown");
	expect_done(chmod(scratch_directory(), 0711), "chmod");
	if (owning->asker != 0)
		expect_done(setuid(owning->asker), "setuid");
	if (owning->is_in_namespace)
		expect_done(unshare(CLONE_NEWUSER), "unshare");
	if (owning->is_used)
		expect_answers(owning->name);
	else
		expect_unavailable(&(struct kind){owning->name, NULL, EACCES, false}, "owned");
}

static bool may_enter_user_namespace(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(unshare(CLONE_NEWUSER) != 0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return status == 0;
}

Test(lookup_files, of_some_owners_are_used)
{
	if (geteuid() != 0)
		cr_skip_test("only root can give a file to another");
	for (size_t i = 0; i < sizeof ownings / sizeof *ownings; i++)
		if (!ownings[i].is_in_namespace)
			children_start(ownings[i].name, meet_owner, &ownings[i]);
	children_expect_content();
}

Test(lookup_files, of_some_owners_are_used_in_a_user_namespace)
{
	if (geteuid() != 0)
		cr_skip_test("only root can give a file to another");
	if (!may_enter_user_namespace())
		cr_skip_test("no user namespaces are permitted here");
	for (size_t i = 0; i < sizeof ownings / sizeof *ownings; i++)
		if (ownings[i].is_in_namespace)
			children_start(ownings[i].name, meet_owner, &ownings[i]);
	children_expect_content();
}

/* As a path from where the process happens to be, to a database that is there. */
static void meet_relative_path(const void *path)
{
	if (access(PORTDB_DATABASE_PATH, F_OK) == 0)
		return; /* this machine's own would answer */
	enter_own_directory(false);
	put_database("services.db", 0444);
	setenv("PORTDB_DATABASE", path, 1);
	expect_unavailable(&(struct kind){path, NULL, ENOENT, false}, "as a path");
}

Test(lookup_files, that_a_relative_path_leads_to_are_left_alone)
{
	children_start("a name", meet_relative_path, "services.db");
	children_start("a relative path", meet_relative_path, "./services.db");
	children_start("no path", meet_relative_path, "");
	children_expect_content();
}

/* One path for lookups and enumerations, however the environment changes. */
static void keep_path(const void *unused)
{
	(void)unused;
	enter_own_directory(false);
	put_database("services.db", 0444);
	expect_answers("at first");
	setenv("PORTDB_DATABASE", "/nonexistent", 1);
	expect_done(chdir("/"), "chdir");
	wait_for_next_second();
	expect_answers("with another environment");
}

Test(lookup_files, stay_those_of_the_first_lookup)
{
	children_start("a path", keep_path, NULL);
	children_expect_content();
}

/* A link to a database is one, and what counts is what it leads to. */
static void follow_link(const void *unused)
{
	(void)unused;
	enter_own_directory(false);
	put_database("one", 0444);
	expect_done(symlink("one", "services.db"), "symlink");
	expect_answers("a link");
	expect_done(unlink("one"), "unlink");
	wait_for_next_second();
	expect_unavailable(&(struct kind){"the target", NULL, ENOENT, false}, "removed");
	put_database("two", 0444);
	expect_done(symlink("two", "found"), "symlink");
	expect_done(rename("found", "services.db"), "rename");
	wait_for_next_second();
	expect_answers("another link");
}

Test(lookup_files, that_are_symbolic_links)
{
	children_start("a link", follow_link, NULL);
	children_expect_content();
}

/* A program may close what it did not open, as daemons do; nothing there is the module's. */
static void close_everything(const void *unused)
{
	struct descriptors before;

	(void)unused;
	enter_own_directory(false);
	put_database_back();
	expect_answers("with descriptors");
	module.set(0);
	expect_next("ssh", "with descriptors");
	for (int i = 0; i < 1024; i++)
		close(i);
	/* The first numbers are free when the module looks again, and free they stay. */
	descriptors_look(&before);
	put_database_back();
	expect_next("domain", "without descriptors");
	wait_for_next_second();
	expect_answers("without descriptors");
	descriptors_expect_same(&before, "without descriptors");
	/* And when they are the program's, they stay the program's. */
	for (int i = 0; i < 5; i++)
		expect_done(open(i % 2 ? "/dev/null" : "/dev/zero", O_RDWR | O_CLOEXEC), "open");
	descriptors_look(&before);
	put_database_back();
	wait_for_next_second();
	expect_answers("with other descriptors");
	descriptors_expect_same(&before, "with other descriptors");
}

Test(lookup_files, while_the_program_closes_all_descriptors)
{
	children_start("closing", close_everything, NULL);
	children_expect_content();
}
