/* SPDX-License-Identifier: MIT */
#include "children.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Shared with the children. */
static struct {
	atomic_size_t used;
	char text[1 << 16];
} * complaints;

#define CHILDREN 256

static struct {
	pid_t process;
	const char *name;
} children[CHILDREN];

static unsigned running;

void children_prepare(void)
{
	complaints = mmap(NULL, sizeof *complaints, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq((void *)complaints, MAP_FAILED);
}

void complain(const char *format, ...)
{
	char line[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line - 1, format, arguments);
	va_end(arguments);
	strcat(line, "\n");
	size_t length = strlen(line);
	size_t start = atomic_fetch_add(&complaints->used, length);
	/* The first ones are enough. */
	if (start + length < sizeof complaints->text)
		memcpy(complaints->text + start, line, length);
}

void child_settle(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(30);
}

void children_start(const char *name, void (*run)(const void *argument), const void *argument)
{
	cr_assert_lt(running, CHILDREN);
	pid_t child = fork();

	cr_assert_geq(child, 0, "%s", strerror(errno));
	if (child == 0) {
		child_settle();
		run(argument);
		_exit(0);
	}
	children[running].process = child;
	children[running++].name = name;
}

void children_expect_content(void)
{
	for (int status; running > 0; running--) {
		while (waitpid(children[running - 1].process, &status, 0) < 0)
			cr_assert_eq(errno, EINTR);
		cr_expect_eq(status, 0, "%s: ended with status %#x", children[running - 1].name,
			     status);
	}
	cr_expect_str_empty(complaints->text, "%s", complaints->text);
}

void descriptors_look(struct descriptors *descriptors)
{
	for (int i = 0; i < 256; i++) {
		struct stat status = {0};
		descriptors->each[i].is_open = fstat(i, &status) == 0;
		descriptors->each[i].device = status.st_dev;
		descriptors->each[i].inode = status.st_ino;
	}
}

void descriptors_expect_same(const struct descriptors *before, const char *where)
{
	struct descriptors after;

	descriptors_look(&after);
	for (int i = 0; i < 256; i++)
		if (before->each[i].is_open != after.each[i].is_open)
			complain("%s: descriptor %d was %s", where, i,
				 after.each[i].is_open ? "left open" : "closed");
		else if (before->each[i].device != after.each[i].device ||
			 before->each[i].inode != after.each[i].inode)
			complain("%s: descriptor %d is another file", where, i);
}

static time_t this_second(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now.tv_sec;
}

void wait_for_next_second(void)
{
	for (time_t second = this_second(); this_second() == second;)
		usleep(10000);
}
