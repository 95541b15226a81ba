/* SPDX-License-Identifier: MIT */
/*
 * Programs whose clock is not the kernel's: time stands still for them, or cannot be asked. The
 * module still looks at the disk.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/machine.h"
#include "tests/support/processes/children.h"
#include "tests/support/processes/counting.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

/* What stands before the C library's functions, as faketime(1) puts it there. */
static const char still[] = "#include <time.h>\n"
			    "time_t time(time_t *to) { if (to) *to = 1; return 1; }\n"
			    "int clock_gettime(clockid_t clock, struct timespec *to)\n"
			    "{ (void)clock; *to = (struct timespec){1, 0}; return 0; }\n";
static const char at_zero[] = "#include <time.h>\n"
			      "time_t time(time_t *to) { if (to) *to = 0; return 0; }\n"
			      "int clock_gettime(clockid_t clock, struct timespec *to)\n"
			      "{ (void)clock; *to = (struct timespec){0, 0}; return 0; }\n";
/* No function of the kernel is found: what the C library has is all there is. */
static const char alone[] = "unsigned long getauxval(unsigned long type)\n"
			    "{ (void)type; return 0; }\n";
static const char alone_and_failing[] =
    "#include <errno.h>\n#include <time.h>\n"
    "unsigned long getauxval(unsigned long type) { (void)type; return 0; }\n"
    "int clock_gettime(clockid_t clock, struct timespec *to)\n"
    "{ (void)clock; (void)to; errno = EPERM; return -1; }\n";
/* The only second that no clock of ours has. */
static const char alone_and_at_no_time[] =
    "#include <limits.h>\n#include <time.h>\n"
    "unsigned long getauxval(unsigned long type) { (void)type; return 0; }\n"
    "int clock_gettime(clockid_t clock, struct timespec *to)\n"
    "{ *to = (struct timespec){clock == CLOCK_REALTIME_COARSE ? LONG_MIN : 1, 0}; return 0; }\n";
static const char failing[] = "#include <time.h>\n"
			      "time_t time(time_t *to) { (void)to; return -1; }\n"
			      "int clock_gettime(clockid_t clock, struct timespec *to)\n"
			      "{ (void)clock; (void)to; return -1; }\n";

/* An image of the kernel's that has no such function: of so many headers, with that first tag, and
 * with its symbol's name at so many bytes of its strings. */
static const char image[] =
    "#include <elf.h>\n#include <link.h>\n#include <stddef.h>\n"
    "static struct {\n"
    "	ElfW(Ehdr) header; ElfW(Phdr) headers[2]; ElfW(Dyn) dynamic[4];\n"
    "	char before[32]; ElfW(Sym) symbols[2]; char behind[32];\n"
    "} image = {\n"
    "	.header = {.e_phoff = offsetof(__typeof__(image), headers), .e_phnum = %d},\n"
    "	.headers = {{.p_type = PT_LOAD}, {.p_type = PT_DYNAMIC,\n"
    "		.p_vaddr = offsetof(__typeof__(image), dynamic)}},\n"
    "	.dynamic = {{.d_tag = %s, .d_un.d_ptr = offsetof(__typeof__(image), symbols)},\n"
    "		{.d_tag = DT_STRTAB, .d_un.d_ptr = offsetof(__typeof__(image), %s)},\n"
    "		{.d_tag = DT_STRSZ, .d_un.d_val = 32}},\n"
    "	.symbols = {{0}, {.st_name = %s, .st_shndx = 1}},\n"
    "	.before = \"\\0none\", .behind = \"\\0none\",\n"
    "};\n"
    "unsigned long getauxval(unsigned long type) { (void)type; return (unsigned long)&image; }\n";

static char *build_clock(const char *source)
{
	char *library = scratch_path("clock.so");
	struct run run;

	write_text(scratch_path("clock.c"), source);
	RUN(&run, "sh", "-c", CC " -shared -fPIC -o \"$1\" \"$2\"", "sh", library,
	    scratch_path("clock.c"));
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	return library;
}

/* A program that asks what is written to the FIFO. */
static pid_t start_asking(const char *clock, const char *fifo, const char *output)
{
	pid_t child = fork();

	if (child == 0) {
		child_settle();
		setenv("LD_PRELOAD", clock, 1);
		if (!freopen(output, "w", stdout))
			_exit(1);
		execl(ASK, ASK, fifo, NULL);
		_exit(1);
	}
	return child;
}

static void expect_edit_noticed_by(const char *clock_source)
{
	if (HAS_SANITIZED_MEMORY || runs_under_valgrind())
		cr_skip_test("what is loaded first is not ours to choose");
	char *clock = build_clock(clock_source);
	char *database = scratch_path("services.db");
	char *source = scratch_path("site.services");
	char *fifo = scratch_path("questions");
	char *output = scratch_path("answers");
	struct run run;
	int status;

	write_text(source, "ssh 22/tcp\n");
	setenv("PORTDB_DATABASE", database, 1);
	RUN(&run, COMPILER, "--track", "-o", database, source);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	pid_t child = start_asking(clock, fifo, output);
	FILE *questions = fopen(fifo, "w");
	fputs("ssh\n", questions);
	fflush(questions);
	wait_for_next_second();
	wait_for_next_second();
	write_text(source, "ssh 2222/tcp\n");
	wait_for_next_second();
	fputs("ssh\n", questions);
	fclose(questions);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
	char *answers = read_file(output, NULL);
	cr_expect_str_eq(answers, "ssh 22/tcp\n-\n");
	free(answers);
}

Test(clock, that_stands_still_hides_no_edit)
{
	expect_edit_noticed_by(still);
}

/* Which is also the second in which nothing is known yet. */
Test(clock, that_stands_at_zero_hides_no_edit)
{
	expect_edit_noticed_by(at_zero);
}

Test(clock, that_cannot_be_asked_hides_no_edit)
{
	expect_edit_noticed_by(failing);
}

Test(clock, of_the_library_alone_hides_no_edit)
{
	expect_edit_noticed_by(alone);
}

Test(clock, of_the_library_alone_that_cannot_be_asked_hides_no_edit)
{
	expect_edit_noticed_by(alone_and_failing);
}

static void expect_edit_noticed_with_image(int headers, const char *tag, const char *strings,
					   const char *name)
{
	char *source;

	cr_assert_gt(asprintf(&source, image, headers, tag, strings, name), 0);
	expect_edit_noticed_by(source);
	free(source);
}

Test(clock, of_a_kernel_whose_image_has_no_headers_hides_no_edit)
{
	expect_edit_noticed_with_image(0, "DT_SYMTAB", "behind", "1");
}

Test(clock, of_a_kernel_whose_image_has_no_symbols_hides_no_edit)
{
	expect_edit_noticed_with_image(2, "DT_NULL", "behind", "1");
}

Test(clock, of_a_kernel_whose_image_counts_no_symbols_hides_no_edit)
{
	expect_edit_noticed_with_image(2, "DT_SYMTAB", "behind", "1");
}

Test(clock, of_a_kernel_whose_image_has_its_strings_first_hides_no_edit)
{
	expect_edit_noticed_with_image(2, "DT_SYMTAB", "before", "1");
}

Test(clock, of_a_kernel_whose_image_has_a_name_out_of_its_strings_hides_no_edit)
{
	expect_edit_noticed_with_image(2, "DT_SYMTAB", "behind", "0x7fffffff");
}

/* Nothing is known of a database that is not there, whatever the clock says. */
Test(clock, that_stands_before_all_time_takes_nothing_for_known)
{
	if (HAS_SANITIZED_MEMORY || runs_under_valgrind())
		cr_skip_test("what is loaded first is not ours to choose");
	char *clock = build_clock(alone_and_at_no_time);
	char *questions = scratch_path("questions");
	struct run run;

	write_text(questions, "ssh\nssh\n");
	setenv("PORTDB_DATABASE", scratch_path("none.db"), 1);
	setenv("LD_PRELOAD", clock, 1);
	RUN(&run, ASK, questions);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	cr_expect_str_eq(run.output, "-\n-\n");
	run_free(&run);
}

/* ---- the module's clock alone, as the program second tells it ---------------------------------
 */

/* For a program that was built for this machine or another. */
static void run_second(struct run *run, const struct machine *machine, const char *library_second,
		       const char *image)
{
	const char *arguments[] = {machine->run, machine->second, library_second, image, NULL};

	if (HAS_SANITIZED_MEMORY || runs_under_valgrind())
		cr_skip_test("what is loaded first is not ours to choose");
	run_program(run, arguments + (machine->run == NULL));
}

static void require_known_function(void)
{
#if !(defined __x86_64__ && defined __LP64__) && !defined __aarch64__ && !defined __s390x__ && \
    !(defined __riscv && __riscv_xlen == 64) && !defined __i386__
	cr_skip_test("the module calls no function of the kernel's on this machine");
#endif
}

static void expect_kernels_own(const struct machine *machine)
{
	struct timespec before[2];
	struct timespec after[2];
	unsigned long second;
	unsigned long uptime;
	struct run run;

	cr_assert_eq(clock_gettime(CLOCK_REALTIME_COARSE, &before[0]), 0);
	cr_assert_eq(clock_gettime(CLOCK_MONOTONIC_COARSE, &before[1]), 0);
	run_second(&run, machine, "1", "kernel");
	cr_assert_eq(clock_gettime(CLOCK_REALTIME_COARSE, &after[0]), 0);
	cr_assert_eq(clock_gettime(CLOCK_MONOTONIC_COARSE, &after[1]), 0);
	if (run.status == 77)
		cr_skip_test("the kernel maps no functions into processes here");
	cr_assert_eq(sscanf(run.output, "%lu %lu", &second, &uptime), 2, "%s", run.errors);
	cr_expect_geq(second, (unsigned long)before[0].tv_sec & machine->long_max);
	cr_expect_leq(second, (unsigned long)after[0].tv_sec & machine->long_max);
	cr_expect_geq(uptime, (unsigned long)before[1].tv_sec);
	cr_expect_leq(uptime, (unsigned long)after[1].tv_sec);
	run_free(&run);
}

Test(clock, is_the_kernels_own)
{
	struct machine machine = this_machine();

	require_known_function();
	expect_kernels_own(&machine);
}

Test(clock, is_the_kernels_own_on_a_machine_of_32_bits, .timeout = 900)
{
	struct machine machine = foreign_machine("i386");

	expect_kernels_own(&machine);
}

/* An image of the kernel's by whose clock it is that second. */
static char *build_image(const struct machine *machine, const char *style, long long second)
{
	char *image = scratch_path("image.so");
	char command[512];
	struct run run;

	snprintf(command, sizeof command,
		 "%s -shared -fPIC -nostdlib -DSECOND=%lldLL -Wl,--hash-style=%s -o \"$1\" \"$2\"",
		 machine->cc, second, style);
	RUN(&run, "sh", "-c", command, "sh", image, KERNEL_IMAGE_SOURCE);
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	return image;
}

static void expect_second(const struct machine *machine, long long library_second,
			  const char *image, long long second)
{
	unsigned long long expected = (unsigned long long)second & machine->long_max;
	unsigned long long read = 0;
	unsigned long long uptime = 0;
	char argument[32];
	struct run run;

	snprintf(argument, sizeof argument, "%lld", library_second);
	run_second(&run, machine, argument, image);
	cr_assert_eq(run.status, 0, "%d: %s", run.status, run.errors);
	cr_assert_eq(sscanf(run.output, "%llu %llu", &read, &uptime), 2);
	cr_expect_eq(read, expected, "%s: %llu instead of %llu", image, read, expected);
	cr_expect_eq(uptime & machine->long_max, expected, "%s: %llu", image, uptime);
	run_free(&run);
}

/* The last seconds that 31 and 32 bits can tell, the first that they cannot, and a later one. */
static void expect_every_year_told(const struct machine *machine)
{
	static const long long seconds[] = {INT32_MAX,  INT32_MAX + 1LL,  UINT32_MAX - 1LL,
					    UINT32_MAX, UINT32_MAX + 1LL, 7258118400};

	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
		expect_second(machine, seconds[i], "none", seconds[i]);
		expect_second(machine, 1, build_image(machine, "both", seconds[i]), seconds[i]);
	}
}

static void expect_function_found(const struct machine *machine)
{
	static const char *const styles[] = {"sysv", "gnu", "both"};

	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
		expect_second(machine, 1, build_image(machine, styles[i], 4711), 4711);
}

Test(clock, is_found_by_any_table_of_symbols)
{
	struct machine machine = this_machine();

	require_known_function();
	expect_function_found(&machine);
}

Test(clock, is_found_on_a_big_endian_machine, .timeout = 900)
{
	struct machine machine = foreign_machine("s390x");

	expect_function_found(&machine);
}

Test(clock, is_found_on_a_machine_of_32_bits, .timeout = 900)
{
	struct machine machine = foreign_machine("i386");

	expect_function_found(&machine);
}

/* In each it is another second, and never the one that no clock has (PORTDB_NEVER). */
Test(clock, goes_on_after_2038_and_2106)
{
	struct machine machine = this_machine();

	require_known_function();
	expect_every_year_told(&machine);
}

Test(clock, goes_on_after_2038_and_2106_on_a_machine_of_32_bits, .timeout = 900)
{
	struct machine machine = foreign_machine("i386");

	expect_every_year_told(&machine);
}
