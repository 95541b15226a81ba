/* SPDX-License-Identifier: MIT */
/*
 * Lookups in processes that are kept short: of system calls, by a filter that kills for any other
 * than libnss_portdb(8) lists, and of address space.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/module.h"
#include "tests/support/processes/children.h"
#include "tests/support/processes/counting.h"
#include "tests/support/publishing.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"
#include "tools/shared/memory.h"

static struct module module;
static char *database_path;
static struct servent entry;
static char buffer[1024];
static int error;

/* A database of so many services, one of which says which database it is. */
static void publish_services(unsigned count, unsigned number)
{
	size_t size = 0;
	char *text = NULL;
	FILE *stream = open_memstream(&text, &size);
	struct diagnostics diagnostics = {0};
	struct database database;

	fprintf(stream, "number %u/tcp\n", number);
	for (unsigned i = 1; i < count; i++)
		fprintf(stream, "service-%u %u/udp alias-%u\n", i, i % 65536, i);
	fclose(stream);
	database_make(&database, (const char *const *)&text, 1);
	cr_assert_eq(publish_image(&database.image, database_path, &diagnostics), PUBLISHED);
	database_free(&database);
	free(text);
}

static void set_up(void)
{
	database_path = scratch_path("services.db");
	setenv("PORTDB_DATABASE", database_path, 1);
	children_prepare();
	module = open_module();
}

TestSuite(confinement, .init = set_up);

static unsigned ask_for_number(void)
{
	if (module.by_name("number", NULL, &entry, buffer, sizeof buffer, &error) !=
	    NSS_STATUS_SUCCESS)
		return 0;
	return ntohs((uint16_t)entry.s_port);
}

static unsigned enumerate(void)
{
	unsigned count = 0;

	module.set(0);
	while (module.next(&entry, buffer, sizeof buffer, &error) == NSS_STATUS_SUCCESS)
		count++;
	module.end();
	return count;
}

/* The system calls that libnss_portdb(8) lists, by the names that the kernel has for them here. */
static const int lookup_calls[] = {
    SYS_openat, SYS_newfstatat, SYS_fstat, SYS_mmap,  SYS_close,           SYS_madvise,
    SYS_munmap, SYS_geteuid,    SYS_brk,   SYS_futex, SYS_clock_nanosleep,
};

/* What this test itself needs: to be told of a database, to say its number, and to end. */
static const int test_calls[] = {SYS_read, SYS_write, SYS_exit_group};

static bool allow_only_lookups(void)
{
	struct sock_filter filter[64];
	unsigned short length = 0;

	filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < LENGTH(lookup_calls) + LENGTH(test_calls); i++) {
		unsigned call =
		    (unsigned)(i < LENGTH(lookup_calls) ? lookup_calls[i]
							: test_calls[i - LENGTH(lookup_calls)]);
		filter[length++] =
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
		filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	struct sock_fprog program = {.len = length, .filter = filter};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* At once, and with nothing else that the build may have a process do at its end. */
static _Noreturn void end(int status)
{
	for (;;)
		syscall(SYS_exit_group, status);
}

static void *wait_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Each byte that comes stands for a new database. Answers with what is found then. */
static void answer_under_filter(int questions, int answers)
{
	pthread_t other;
	char byte;

	/* With a thread about, the one that looks keeps others from it. */
	if (pthread_create(&other, NULL, wait_for_ever, NULL) != 0 || !allow_only_lookups())
		end(77);
	while (read(questions, &byte, 1) == 1) {
		unsigned found[2] = {ask_for_number(), enumerate()};
		if (write(answers, found, sizeof found) != sizeof found)
			end(1);
	}
	end(0);
}

Test(confinement, to_the_system_calls_of_the_manual)
{
	int questions[2];
	int answers[2];
	int status;

	if (runs_under_valgrind() || HAS_SANITIZED_MEMORY || HAS_THREAD_SANITIZER)
		cr_skip_test("who watches over this process makes system calls of its own");
	publish_services(50, 1);
	cr_assert_eq(pipe(questions), 0);
	cr_assert_eq(pipe(answers), 0);
	pid_t child = fork();
	if (child == 0) {
		child_settle();
		close(questions[1]);
		answer_under_filter(questions[0], answers[1]);
	}
	close(answers[1]);
	/* Smaller and larger ones, each region in turn. */
	for (unsigned number = 1; number <= 9; number++) {
		unsigned found[2] = {0, 0};
		unsigned count = number % 3 == 0 ? 3000 : 100 * number;
		publish_services(count, number);
		cr_assert_eq(write(questions[1], "", 1), 1);
		cr_assert_eq(read(answers[0], found, sizeof found), (ssize_t)sizeof found,
			     "it ended at database %u", number);
		cr_expect_eq(found[0], number);
		cr_expect_eq(found[1], count, "%u services of %u", found[1], count);
	}
	close(questions[1]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		cr_skip_test("no filter of system calls is permitted here");
	cr_expect_eq(status, 0);
}

static size_t address_space(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file || fscanf(file, "%lu", &pages) != 1)
		_exit(1);
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

#define MANY 20000

static void enumerate_with_room_for_one(const void *unused)
{
	(void)unused;
	/* The database is of some 4 MB; for a second mapping of it there is no room. */
	rlim_t room = address_space() + 6 * 1000 * 1000;

	if (setrlimit(RLIMIT_AS, &(struct rlimit){room, room}) != 0)
		complain("no limit");
	if (enumerate() != MANY)
		complain("the first enumeration has not all services");
	if (ask_for_number() != 1)
		complain("no lookup");
	if (enumerate() != MANY)
		complain("the second enumeration has not all services");
}

Test(confinement, to_address_space_for_one_mapping)
{
	if (runs_under_valgrind() || HAS_SANITIZED_MEMORY || HAS_THREAD_SANITIZER)
		cr_skip_test("who watches over this process needs address space");
	publish_services(MANY, 1);
	children_start("with room for one", enumerate_with_room_for_one, NULL);
	children_expect_content();
}
