/* SPDX-License-Identifier: MIT */
/* Memory for the tools: what grows keeps what is in it, and what is not to be had ends them. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/processes/counting.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"
#include "tools/shared/memory.h"

Test(memory, grows_by_doubling_and_keeps_what_is_there)
{
	unsigned *numbers = NULL;
	size_t capacity = 0;
	unsigned moves = 0;

	for (unsigned i = 0; i < 5000; i++) {
		size_t before = capacity;
		numbers = memory_grow(numbers, i, &capacity, sizeof *numbers);
		cr_assert_lt(i, capacity);
		moves += capacity != before;
		numbers[i] = i;
	}
	for (unsigned i = 0; i < 5000; i++)
		cr_assert_eq(numbers[i], i);
	cr_expect_lt(moves, 14, "moved %u times", moves);
	free(numbers);
}

/* More than any process has, in a way that no compiler sees through. */
static volatile size_t too_much = SIZE_MAX / 2;

static void allocate_too_much(void)
{
	free(memory_allocate(too_much));
}

static void resize_to_too_much(void)
{
	free(memory_resize(memory_allocate(1), too_much));
}

static void zero_too_much(void)
{
	free(memory_allocate_zeroed(too_much, 4));
}

static void grow_to_too_much(void)
{
	size_t capacity = too_much;

	free(memory_grow(NULL, too_much, &capacity, 16));
}

static void add_up_to_too_much(void)
{
	memory_sum(too_much, too_much + 2);
}

/* Runs it in a child, which must say so in one line and exit with 1. */
static void expect_end(void (*demand)(void), const char *name)
{
	char text[128] = "";
	int errors[2];
	int status;

	cr_assert_eq(pipe(errors), 0);
	pid_t child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		dup2(errors[1], STDERR_FILENO);
		demand();
		_exit(0);
	}
	close(errors[1]);
	cr_assert_geq(read(errors[0], text, sizeof text - 1), 0);
	close(errors[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE, "%s: status %#x", name,
		  status);
	const char *end = strstr(text, ": out of memory\n");
	cr_expect(end && strchr(text, '\n') == strrchr(text, '\n'), "%s: said \"%s\"", name, text);
}

Test(memory, that_is_not_to_be_had_ends_the_program_with_one_line)
{
	if (HAS_SANITIZED_MEMORY || runs_under_valgrind())
		cr_skip_test("who watches over the memory ends a program that asks for so much");
	expect_end(allocate_too_much, "memory_allocate");
	expect_end(resize_to_too_much, "memory_resize");
	expect_end(zero_too_much, "memory_allocate_zeroed");
	expect_end(grow_to_too_much, "memory_grow");
}

Test(memory, of_a_size_that_no_number_holds_ends_the_program)
{
	cr_expect_eq(memory_sum(SIZE_MAX - 1, 1), SIZE_MAX);
	expect_end(add_up_to_too_much, "memory_sum");
}
