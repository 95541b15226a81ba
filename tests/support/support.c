/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/openat2.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#ifdef IS_SANITIZED
/*
 * A test ends with its process and frees little; the reader and the module keep no memory but a
 * path. So leaks are not looked for in here, but in portdb-compile and portdb-query as the tests
 * run them.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

void database_make(struct database *database, const char *const *texts, size_t count)
{
	struct text sized[DATABASE_SOURCES_MAX];

	cr_assert_leq(count, DATABASE_SOURCES_MAX);
	for (size_t i = 0; i < count; i++)
		sized[i] = (struct text){texts[i], strlen(texts[i]), READS_BASE_0};
	const char *wrong = database_compile(database, sized, count);
	cr_assert_null(wrong, "%s", wrong);
}

static char scratch[64];
static pid_t scratch_owner;

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static void remove_scratch(void)
{
	/* Not in the children that a test forks. */
	if (scratch_owner == getpid())
		nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_directory(void)
{
	if (scratch_owner == 0) {
		strcpy(scratch, "/tmp/portdb-tests.XXXXXX");
		cr_assert_not_null(mkdtemp(scratch), "%s", strerror(errno));
		scratch_owner = getpid();
		atexit(remove_scratch);
	}
	return scratch;
}

char *scratch_path(const char *name)
{
	char *path;

	cr_assert_gt(asprintf(&path, "%s/%s", scratch_directory(), name), 0);
	return path;
}

void write_file(const char *path, const void *bytes, size_t size)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	cr_assert_geq(descriptor, 0, "%s: %s", path, strerror(errno));
	cr_assert_eq(write(descriptor, bytes, size), (ssize_t)size);
	close(descriptor);
}

void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	char *bytes = NULL;
	size_t length = 0;
	size_t capacity = 0;

	cr_assert_not_null(file, "%s: %s", path, strerror(errno));
	for (;;) {
		if (capacity - length < 4096) {
			capacity = 2 * capacity + 8192;
			char *larger = realloc(bytes, capacity);
			cr_assert_not_null(larger);
			bytes = larger;
		}
		size_t got = fread(bytes + length, 1, capacity - length - 1, file);
		if (got == 0)
			break;
		length += got;
	}
	fclose(file);
	bytes[length] = '\0';
	if (size)
		*size = length;
	return bytes;
}

unsigned count_entries(const char *directory)
{
	DIR *stream = opendir(directory);
	unsigned count = 0;

	cr_assert_not_null(stream, "%s: %s", directory, strerror(errno));
	while (readdir(stream))
		count++;
	closedir(stream);
	return count - 2; /* "." and ".." */
}

void run_program(struct run *run, const char *const *arguments)
{
	static unsigned number;
	char name[32];
	posix_spawn_file_actions_t actions;
	int status;
	pid_t child;

	snprintf(name, sizeof name, "output.%u", ++number);
	char *output = scratch_path(name);
	snprintf(name, sizeof name, "errors.%u", number);
	char *errors = scratch_path(name);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0600);
	posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0600);
	int error = posix_spawnp(&child, arguments[0], &actions, NULL, (char **)arguments, environ);
	cr_assert_eq(error, 0, "%s: %s", arguments[0], strerror(error));
	posix_spawn_file_actions_destroy(&actions);
	while (waitpid(child, &status, 0) < 0)
		cr_assert_eq(errno, EINTR);

	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	run->output = read_file(output, NULL);
	run->errors = read_file(errors, NULL);
	unlink(output);
	unlink(errors);
	free(output);
	free(errors);
}

void run_free(struct run *run)
{
	free(run->output);
	free(run->errors);
}

unsigned random_below(struct random *random, unsigned limit)
{
	/* xorshift64*; any fixed start but 0 does. */
	uint64_t state = random->state ? random->state : 88172645463325252U;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	random->state = state;
	return (unsigned)(((state * 2685821657736338717U) >> 32) * limit >> 32);
}

#define PICK(random, list) (list)[random_below((random), sizeof(list) / sizeof *(list))]

static const char *const some_names[] = {"ssh",
					 "imap",
					 "imap2",
					 "http",
					 "www",
					 "x11",
					 "a",
					 "b",
					 "c",
					 "d",
					 "e",
					 "Ssh",
					 "telnet-with-a-long-name"};
static const char *const some_numbers[] = {"22",    "22",  "80",   "143", "1",  "0",
					   "65535", "010", "0x10", "+7",  "08", ""};
static const char *const far_numbers[] = {"-1", "65536", "99999999999999"};
static const char *const some_protocols[] = {"tcp", "tcp", "tcp", "udp", "udp", "sctp", "TCP", ""};
static const char *const some_separators[] = {"/", "/", "/", "/", "/",  "/",
					      "/", "/", "/", "/", "//", " "};
static const char *const some_blanks[] = {" ", " ", "\t", "  ", " \v", "\f"};
static const char *const some_ends[] = {"\n", "\n", "\n", "\n", " # comment\n", "#tight\n", "\r\n"};

static void random_row(struct random *random, FILE *text)
{
	switch (random_below(random, 16)) {
	case 0:
		fprintf(text, "# only a comment\n");
		return;
	case 1:
		fprintf(text, "%s", PICK(random, some_ends));
		return;
	case 2: /* indented */
		fputs(PICK(random, some_blanks), text);
		break;
	}
	bool is_far = !random->has_ports_in_range && random_below(random, 5) == 0;
	fprintf(text, "%s%s%s", PICK(random, some_names), PICK(random, some_blanks),
		is_far ? PICK(random, far_numbers) : PICK(random, some_numbers));
	fprintf(text, "%s%s", PICK(random, some_separators), PICK(random, some_protocols));
	for (unsigned aliases = random_below(random, 4); aliases > 0; aliases--)
		fprintf(text, "%s%s", PICK(random, some_blanks), PICK(random, some_names));
	fputs(PICK(random, some_ends), text);
}

char *random_services(struct random *random, unsigned rows)
{
	char *bytes;
	size_t size;
	FILE *text = open_memstream(&bytes, &size);

	for (unsigned i = 0; i < rows; i++)
		random_row(random, text);
	/* The last line may lack its line feed. */
	if (random_below(random, 2))
		fprintf(text, "%s%s 99/tcp x yz", random_below(random, 2) ? "  " : "",
			PICK(random, some_names));
	fclose(text);
	return bytes;
}

unsigned stride(void)
{
	const char *text = getenv("TEST_STRIDE");
	unsigned long number = text ? strtoul(text, NULL, 10) : 1;

	cr_assert(number >= 1 && number <= 1000, "TEST_STRIDE is %s", text);
	return (unsigned)number;
}

bool same_servent(const struct servent *one, const struct servent *other)
{
	char **alias = one->s_aliases;
	char **other_alias = other->s_aliases;

	if (strcmp(one->s_name, other->s_name) != 0 || one->s_port != other->s_port ||
	    strcmp(one->s_proto, other->s_proto) != 0)
		return false;
	for (; *alias && *other_alias; alias++, other_alias++)
		if (strcmp(*alias, *other_alias) != 0)
			return false;
	return !*alias && !*other_alias;
}

const char *servent_text(const struct servent *entry)
{
	static char text[1024];
	int length;

	if (!entry)
		return "nothing";
	length = snprintf(text, sizeof text, "%s %u/%s", entry->s_name,
			  ntohs((uint16_t)entry->s_port), entry->s_proto);
	for (char **alias = entry->s_aliases; *alias && length < (int)sizeof text; alias++)
		length += snprintf(text + length, sizeof text - (size_t)length, " %s", *alias);
	return text;
}

static void write_to(const char *path, const char *format, unsigned number)
{
	FILE *file = fopen(path, "we");

	if (file) {
		fprintf(file, format, number);
		fclose(file);
	}
}

/* A namespace in which this process may mount; as root at once, else as root of a user namespace.
 */
static bool enter_namespace(void)
{
	unsigned user = getuid();
	unsigned group = getgid();

	if (unshare(CLONE_NEWNS) != 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
			return false;
		write_to("/proc/self/setgroups", "deny", 0);
		write_to("/proc/self/uid_map", "0 %u 1", user);
		/* Without a group, no file can be made in what is mounted there. */
		write_to("/proc/self/gid_map", "0 %u 1", group);
	}
	return mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
}

bool enter_etc_with(const char *text, size_t size)
{
	if (!enter_namespace() || mount("none", "/etc", "tmpfs", 0, NULL) != 0)
		return false;
	int descriptor = open("/etc/services", O_WRONLY | O_CREAT, 0644);
	if (descriptor < 0 || write(descriptor, text, size) != (ssize_t)size)
		return false;
	close(descriptor);
	return true;
}

void make_directories(const char *path)
{
	char *copy = strdup(path);

	for (char *at = copy + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		cr_assert(mkdir(copy, 0755) == 0 || errno == EEXIST, "%s", copy);
		*at = '/';
	}
	cr_assert(mkdir(copy, 0755) == 0 || errno == EEXIST, "%s", copy);
	free(copy);
}

void require_roots(void)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	int descriptor = (int)syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof how);

	if (descriptor < 0)
		cr_skip_test("there is no openat2(2) here: %s", strerror(errno));
	close(descriptor);
}
