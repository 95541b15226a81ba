/* SPDX-License-Identifier: MIT */
/* A database's file: what may be one, and what becomes of the process when it is none. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nss/reader/file.h"
#include "tests/support/compiling.h"
#include "tests/support/processes/counting.h"
#include "tests/support/processes/faults.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"

static const char *path;

static void set_up(void)
{
	path = scratch_path("services.db");
	compile_text("ssh 22/tcp\n", path);
}

TestSuite(file, .init = set_up, .timeout = 60);

static void expect_refused(int error, enum portdb_result expected, const char *what)
{
	struct portdb_file file;
	enum portdb_result result = PORTDB_DAMAGED;
	unsigned descriptors = count_descriptors();
	struct mappings before = count_mappings();

	cr_expect_not(portdb_file_map(&file, path, &result), "%s", what);
	cr_expect_eq(errno, error, "%s: %s", what, strerror(errno));
	cr_expect_eq(result, expected, "%s: %s", what, portdb_strerror(result));
	cr_expect_eq(count_descriptors(), descriptors, "%s: a descriptor is left open", what);
	cr_expect_eq(count_mappings().count, before.count, "%s: a mapping is left", what);
}

Test(file, is_mapped_and_let_go_of)
{
	struct mappings before = count_mappings();
	unsigned descriptors = count_descriptors();
	struct portdb_file file;
	struct portdb_service service;
	enum portdb_result result;

	cr_assert(portdb_file_map(&file, path, &result));
	cr_expect_eq(result, PORTDB_OK);
	cr_expect_eq(count_descriptors(), descriptors);
	cr_expect_eq(portdb_by_name(&file.db, "ssh", NULL, &service), PORTDB_OK);
	errno = ERANGE;
	portdb_file_unmap(&file);
	cr_expect_eq(errno, ERANGE);
	cr_expect_null(file.address);
	cr_expect_eq(count_mappings().count, before.count);
}

Test(file, must_be_regular)
{
	cr_assert_eq(unlink(path), 0);
	expect_refused(ENOENT, PORTDB_OK, "nothing");
	cr_assert_eq(mkdir(path, 0755), 0);
	expect_refused(EINVAL, PORTDB_OK, "a directory");
	cr_assert_eq(rmdir(path), 0);
	/* Nobody writes into it: who waited for that would hang. */
	cr_assert_eq(mkfifo(path, 0644), 0);
	expect_refused(EINVAL, PORTDB_OK, "a FIFO");
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(symlink("/dev/null", path), 0);
	expect_refused(EINVAL, PORTDB_OK, "a device");
}

Test(file, must_not_be_writable_by_others)
{
	static const mode_t modes[] = {0664, 0646, 0420, 0402, 0666};
	struct portdb_file file;
	enum portdb_result result;

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		cr_assert_eq(chmod(path, modes[i]), 0);
		expect_refused(EACCES, PORTDB_OK, "writable");
	}
	cr_assert_eq(chmod(path, 0755), 0);
	cr_assert(portdb_file_map(&file, path, &result));
	portdb_file_unmap(&file);
}

Test(file, must_be_a_database_of_a_size_that_it_can_have)
{
	cr_assert_eq(chmod(path, 0644), 0);
	write_text(path, "");
	expect_refused(ENODATA, PORTDB_NOT_DATABASE, "an empty file");
	write_text(path, "ssh 22/tcp\n");
	expect_refused(ENODATA, PORTDB_NOT_DATABASE, "a text");
	if (truncate(path, (off_t)UINT32_MAX + 1) != 0)
		cr_skip_test("no file here can be as large: %s", strerror(errno));
	expect_refused(EFBIG, PORTDB_OK, "4 GiB");
}

/* 0 if it is mapped and answers, 1 if it gives no answer or left something behind, or its errno. */
static int map_under_fault(const void *argument)
{
	struct portdb_file file;
	struct portdb_service service;
	enum portdb_result result;
	unsigned descriptors = count_descriptors();

	(void)argument;
	faults_begin();
	bool is_mapped = portdb_file_map(&file, path, &result);
	int error = errno;
	faults_end();
	if (count_descriptors() != descriptors)
		return 1;
	if (!is_mapped)
		return result == PORTDB_OK ? error : 1;
	return portdb_by_name(&file.db, "ssh", "tcp", &service) == PORTDB_OK ? 0 : 1;
}

Test(file, is_mapped_or_refused_by_name_whatever_call_fails)
{
	unsigned failed = 0;

	if (HAS_THREAD_SANITIZER)
		cr_skip_test("the sanitizer's own calls would fail, too");
	for (struct fault fault = {1, ENOMEM, .is_between = true, .spares_close = true};;
	     fault.number++) {
		struct faulty_run run;
		if (!run_with_fault(&run, &fault, map_under_fault, NULL))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		cr_expect_eq(run.status, run.has_failed ? ENOMEM : 0, "call %u (%d): status %d",
			     fault.number, run.call, run.status);
		failed += run.has_failed;
		if (run.calls < fault.number)
			break;
	}
	/* To open it, to look at it, to map it. */
	cr_expect_eq(failed, 3);
}
