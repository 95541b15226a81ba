/* SPDX-License-Identifier: MIT */
/*
 * What was built is hardened as configure found that it can be: readelf tells. And what
 * portdb-compile does as root needs no more than being root's files' owner.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nss/reader/byteorder.h"
#include "tests/support/processes/host.h"
#include "tests/support/support.h"

static void set_up(void)
{
	if (strspn(HARDENING, " ") == strlen(HARDENING))
		cr_skip_test(
		    "configured without hardening (--disable-hardening or --enable-sanitizers)");
	require_program("readelf", "binutils");
}

TestSuite(hardening, .init = set_up);

/* Whether the flag is one of those that the compiler takes. */
static bool has_flag(const char *flag)
{
	return strstr(HARDENING, flag);
}

static char *read_elf(const char *options, const char *path)
{
	struct run run;

	RUN(&run, "readelf", "-W", options, path);
	cr_assert_eq(run.status, 0, "%s: %s", path, run.errors);
	free(run.errors);
	return run.output;
}

static bool elf_has(const char *options, const char *path, const char *text)
{
	char *output = read_elf(options, path);
	bool has = strstr(output, text);

	free(output);
	return has;
}

/* Relocations are done at the start, and read-only from then on. */
static void expect_full_relro(const char *path)
{
	cr_expect(elf_has("-l", path, " GNU_RELRO "), "%s", path);
	cr_expect(elf_has("-d", path, "NOW"), "%s", path);
	cr_expect_not(elf_has("-d", path, "TEXTREL"), "%s", path);
}

/* No segment is both writable and executable, the stack included. */
static void expect_no_writable_code(const char *path)
{
	char *output = read_elf("-l", path);

	cr_expect_not_null(strstr(output, " GNU_STACK "), "%s", path);
	cr_expect_null(strstr(output, " RWE "), "%s", path);
	free(output);
}

Test(hardening, makes_relocations_read_only)
{
	expect_full_relro(module_path());
	expect_full_relro(COMPILER);
	expect_full_relro(QUERY);
}

Test(hardening, leaves_no_memory_writable_and_executable)
{
	expect_no_writable_code(module_path());
	expect_no_writable_code(COMPILER);
	expect_no_writable_code(QUERY);
}

Test(hardening, lets_programs_stand_at_any_address)
{
	if (!has_flag("-pie"))
		cr_skip_test("this compiler makes no position-independent programs");
	cr_expect(elf_has("-h", COMPILER, "DYN "));
	cr_expect(elf_has("-h", QUERY, "DYN "));
}

Test(hardening, guards_the_stack)
{
	if (!has_flag("-fstack-protector"))
		cr_skip_test("this compiler has no stack protector");
	cr_expect(elf_has("--dyn-syms", module_path(), " __stack_chk_fail@"));
	cr_expect(elf_has("--dyn-syms", COMPILER, " __stack_chk_fail@"));
	cr_expect(elf_has("--dyn-syms", QUERY, " __stack_chk_fail@"));
}

/* The module formats nothing, so that there is nothing to see in it. */
Test(hardening, checks_calls_of_the_c_library)
{
#if !PORTDB_FORTIFY || !defined __OPTIMIZE__
	cr_skip_test("the C library checks nothing with this compiler and its flags");
#endif
	cr_expect(elf_has("--dyn-syms", COMPILER, "_chk@GLIBC"));
	cr_expect(elf_has("--dyn-syms", COMPILER, "printf_chk@"));
	cr_expect(elf_has("--dyn-syms", QUERY, "printf_chk@"));
}

static bool is_marked_for_cet(const char *path)
{
	return elf_has("-n", path, "IBT") && elf_has("-n", path, "SHSTK");
}

/* One object that is not marked takes the mark from what it is linked into. */
static bool is_start_file_marked(void)
{
	struct run run;

	RUN(&run, "sh", "-c", CC " -print-file-name=Scrt1.o");
	run.output[strcspn(run.output, "\n")] = '\0';
	bool is_marked = run.status == 0 && is_marked_for_cet(run.output);
	run_free(&run);
	return is_marked;
}

static void expect_objects_marked(const char *pattern)
{
	glob_t objects;

	cr_assert_eq(glob(pattern, 0, NULL, &objects), 0);
	for (size_t i = 0; i < objects.gl_pathc; i++)
		cr_expect(is_marked_for_cet(objects.gl_pathv[i]), "%s", objects.gl_pathv[i]);
	globfree(&objects);
}

Test(hardening, lets_the_module_run_under_cet)
{
#ifndef __CET__
	cr_skip_test("this compiler or machine has no CET");
#endif
	cr_expect(is_marked_for_cet(module_path()));
}

Test(hardening, lets_programs_run_under_cet)
{
#ifndef __CET__
	cr_skip_test("this compiler or machine has no CET");
#endif
	expect_objects_marked(BUILD "/tools/*/portdb_*.o");
	if (!is_start_file_marked())
		cr_skip_test("the C library's start files are not marked for CET");
	cr_expect(is_marked_for_cet(COMPILER));
	cr_expect(is_marked_for_cet(QUERY));
}

/* Nothing of the module runs when it is loaded, and nothing of it is patched but calls to libc. */
Test(hardening, leaves_the_module_nothing_to_do_at_its_start)
{
	cr_expect_not(elf_has("-d", module_path(), "(INIT"));
	cr_expect_not(elf_has("-d", module_path(), "(FINI"));
	cr_expect_not(elf_has("-r", module_path(), "_RELATIVE"));
}

TestSuite(privileges);

/* As root, but with none of root's capabilities, now or by any program it could start. */
static void compile_without_capabilities(const char *text)
{
	struct run run;

	write_text("source", text);
	RUN(&run, "setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", COMPILER,
	    "-o", "database/services.db", "source");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

static uint32_t superseded_field(const char *path)
{
	size_t size;
	char *bytes = read_file(path, &size);
	const struct portdb_header *header = (const void *)bytes;

	cr_assert_gt(size, sizeof *header);
	uint32_t superseded = from_le32(header->superseded);
	free(bytes);
	return superseded;
}

Test(privileges, beyond_ownership_are_not_needed_to_compile)
{
	struct stat status;

	require_program("setpriv", "util-linux");
	if (geteuid() != 0)
		cr_skip_test("only root has capabilities to do without");
	cr_assert_eq(chdir(scratch_directory()), 0);
	cr_assert_eq(mkdir("database", 0755), 0);
	umask(0);
	compile_without_capabilities("first 1/tcp\n");
	cr_assert_eq(link("database/services.db", "old.db"), 0);
	compile_without_capabilities("second 2/tcp\n");
	cr_expect_eq(superseded_field("old.db"), 1, "the old database was not told");
	cr_expect_eq(superseded_field("database/services.db"), 0);
	cr_assert_eq(stat("database/services.db", &status), 0);
	cr_expect_eq(status.st_mode, S_IFREG | 0444, "mode %o", status.st_mode);
	/* With "." and "..": nothing but the database is left there. */
	cr_expect_eq(count_entries("database"), 1);
}
