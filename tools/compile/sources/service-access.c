/* SPDX-License-Identifier: MIT */
#include "service-access.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

#define REFUSED "portdb.service may not read it: "

static const char of_another_user[] = REFUSED "it is another user's, and not for everybody to read";
static const char out_of_sight[] =
    REFUSED "it lies in /home, /root or /run/user, or in a directory of another user's";

/* What the unit's ProtectHome= hides. */
static const char *const hidden[] = {"/home/", "/root/", "/run/user/"};

/* Whether root has one of the rights in mode by that mode alone; each is given for the owner. */
static bool is_permitted(const struct stat *status, mode_t right)
{
	if (status->st_uid == 0)
		return status->st_mode & right;
	return status->st_mode & (status->st_gid == 0 ? right >> 3 : right >> 6);
}

/* Whether each directory on the way to a file, by its path without links, lets root through. */
static bool is_in_sight(char *path)
{
	struct stat status;

	for (size_t i = 0; i < LENGTH(hidden); i++)
		if (strncmp(path, hidden[i], strlen(hidden[i])) == 0)
			return false;
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		bool is_way = stat(path, &status) != 0 || is_permitted(&status, S_IXUSR);
		*slash = '/';
		if (!is_way)
			return false;
	}
	return true;
}

const char *service_access_refusal(const char *path, const struct stat *status)
{
	char *real = realpath(path, NULL);
	bool is_seen = !real || is_in_sight(real);

	free(real);
	if (!is_seen)
		return out_of_sight;
	return is_permitted(status, S_IRUSR) ? NULL : of_another_user;
}

const char *service_access_explain(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? of_another_user : out_of_sight;
}
