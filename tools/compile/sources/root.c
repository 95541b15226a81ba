/* SPDX-License-Identifier: MIT */
#include "root.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"

bool root_open(struct root *root, const char *path)
{
	*root = ROOT_HERE;
	if (*path == '\0' || strcmp(path, "/") == 0)
		return true;
	root->path = path;
	root->descriptor = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root->descriptor >= 0;
}

void root_close(struct root *root)
{
	if (root->descriptor >= 0)
		close(root->descriptor);
	root->descriptor = AT_FDCWD;
}

int root_open_file(const struct root *root, const char *path, int flags)
{
	flags |= O_CLOEXEC;
	if (!(flags & O_PATH))
		flags |= O_NOCTTY | O_NONBLOCK;
	if (root->descriptor == AT_FDCWD)
		return open(path, flags);
	struct open_how how = {.flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT};
	return (int)syscall(SYS_openat2, root->descriptor, path, &how, sizeof how);
}

bool root_look(const struct root *root, const char *path, struct stat *status)
{
	if (root->descriptor == AT_FDCWD)
		return stat(path, status) == 0;
	int descriptor = root_open_file(root, path, O_PATH);
	if (descriptor < 0)
		return false;
	bool is_there = fstat(descriptor, status) == 0;
	int error = errno;
	close(descriptor);
	errno = error;
	return is_there;
}

bool root_is_link(const struct root *root, const char *path)
{
	int descriptor = root_open_file(root, path, O_PATH | O_NOFOLLOW);
	struct stat status;
	bool is_link =
	    descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISLNK(status.st_mode);

	if (descriptor >= 0)
		close(descriptor);
	return is_link;
}

/* Appends the parts of a path, and takes one back for each "..", as if there were no links. */
static void append_parts(struct buffer *to, char *path)
{
	char *rest;

	for (char *part = strtok_r(path, "/", &rest); part; part = strtok_r(NULL, "/", &rest)) {
		if (strcmp(part, "..") == 0) {
			while (to->length > 0 && to->bytes[--to->length] != '/')
				;
		} else if (strcmp(part, ".") != 0) {
			buffer_print(to, "/%s", part);
		}
	}
}

/* Where the text of a link that stands at path leads to. */
static bool leads_to(const char *path, char *text, const char *target)
{
	struct buffer to = {0};

	if (*text != '/') {
		char *directory = memory_copy_string(path);
		append_parts(&to, dirname(directory));
		free(directory);
	}
	append_parts(&to, text);
	bool is_target = strcmp(buffer_string(&to), target) == 0;
	buffer_free(&to);
	return is_target;
}

bool root_is_link_to(const struct root *root, const char *path, const char *target)
{
	int descriptor = root_open_file(root, path, O_PATH | O_NOFOLLOW);
	char text[PATH_MAX];

	if (descriptor < 0)
		return false;
	/* Of what is no link there is nothing to read. */
	ssize_t length = readlinkat(descriptor, "", text, sizeof text - 1);
	close(descriptor);
	if (length <= 0)
		return false;
	text[length] = '\0';
	return leads_to(path, text, target);
}

/* Without openat2(2) only this system's paths are looked at. */
static bool is_linked_here(const char *path, bool *is_linked)
{
	char *real = realpath(path, NULL);

	if (!real)
		return false;
	*is_linked = strcmp(real, path) != 0;
	free(real);
	return true;
}

bool root_is_linked(const struct root *root, const char *path, bool *is_linked)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS};

	if (root->descriptor == AT_FDCWD)
		return is_linked_here(path, is_linked);
	int descriptor = (int)syscall(SYS_openat2, root->descriptor, path, &how, sizeof how);
	*is_linked = descriptor < 0 && errno == ELOOP;
	if (descriptor >= 0)
		close(descriptor);
	return descriptor >= 0 || *is_linked;
}

/* What the directory above hands down by its access control list counts for more than a umask. */
static bool make_directory(int parent, const char *name)
{
	mode_t mask = umask(S_IWGRP | S_IWOTH);
	bool is_made = mkdirat(parent, name, 0755) == 0;

	umask(mask);
	return is_made ? fchmodat(parent, name, 0755, 0) == 0 : errno == EEXIST;
}

bool root_make_directories(const struct root *root, const char *path)
{
	char *above = memory_copy_string(path);
	char *name = strrchr(above, '/');

	*name++ = '\0';
	bool is_top = *above == '\0';
	int parent = root_open_file(root, is_top ? "/" : above, O_PATH | O_DIRECTORY);
	if (parent < 0 && errno == ENOENT && !is_top && root_make_directories(root, above))
		parent = root_open_file(root, above, O_PATH | O_DIRECTORY);
	bool is_there = parent >= 0 && make_directory(parent, name);
	int error = errno;
	if (parent >= 0)
		close(parent);
	free(above);
	errno = error;
	return is_there;
}
