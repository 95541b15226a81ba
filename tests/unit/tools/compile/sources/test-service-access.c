/* SPDX-License-Identifier: MIT */
/* What portdb.service may read, and what is said of the rest. */
#include "tools/compile/sources/service-access.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"

static const char *refusal_of(const char *path, uid_t owner, gid_t group, mode_t mode)
{
	struct stat status;

	cr_assert_eq(stat(path, &status), 0);
	status.st_uid = owner;
	status.st_gid = group;
	status.st_mode = S_IFREG | mode;
	return service_access_refusal(path, &status);
}

#define EXPECT_READ(...) cr_expect_null(refusal_of("/etc/passwd", __VA_ARGS__))
#define EXPECT_REFUSED(...)                         \
	cr_expect_str_eq(                           \
	    refusal_of("/etc/passwd", __VA_ARGS__), \
	    "portdb.service may not read it: it is another user's, and not for everybody to read")

Test(service_access, is_that_of_a_root_without_capabilities)
{
	EXPECT_READ(0, 0, 0600);
	EXPECT_READ(0, 0, 0644);
	EXPECT_READ(1, 1, 0644);
	EXPECT_READ(1, 0, 0640);
	EXPECT_REFUSED(0, 0, 0066);
	EXPECT_REFUSED(1, 1, 0600);
	EXPECT_REFUSED(1, 1, 0640);
}

/* By its path without links, whatever the link is called. */
Test(service_access, ends_where_users_keep_their_own)
{
	struct stat status = {.st_mode = S_IFREG | 0644};
	char file[] = "/root/portdb-test.XXXXXX";
	int descriptor = mkstemp(file);

	if (descriptor < 0)
		cr_skip_test("only root may write to /root");
	close(descriptor);
	int is_linked = symlink(file, scratch_path("services"));
	const char *refusal = service_access_refusal(scratch_path("services"), &status);
	unlink(file);
	cr_assert_eq(is_linked, 0);
	cr_expect(refusal && strstr(refusal, "it lies in /home, /root or /run/user"), "%s",
		  refusal);
}

Test(service_access, ends_at_a_directory_of_another_user)
{
	const char *directory = scratch_path("private");
	struct stat status = {.st_mode = S_IFREG | 0644};

	make_directories(directory);
	write_text(scratch_path("private/file"), "");
	cr_assert_eq(chmod(directory, 0700), 0);
	if (geteuid() == 0)
		cr_assert_eq(chown(directory, 1, 1), 0);
	const char *refusal = service_access_refusal(scratch_path("private/file"), &status);
	cr_expect(refusal && strstr(refusal, "or in a directory of another user's"), "%s", refusal);
}

/* The service is refused at the same places, and knows less of them. */
Test(service_access, is_explained_in_the_same_words)
{
	struct stat status;

	cr_assert_eq(stat("/etc/passwd", &status), 0);
	cr_expect_str_eq(service_access_explain("/etc/passwd"),
			 refusal_of("/etc/passwd", 1, 1, 0600));
	cr_expect(strstr(service_access_explain("/no/such/file"), "it lies in /home, /root"));
}
