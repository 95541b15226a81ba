/* SPDX-License-Identifier: MIT */
#include "counting.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool runs_under_valgrind(void)
{
	return getenv("RUNS_UNDER_VALGRIND");
}

static bool is_counted(const char *permissions)
{
#ifdef IS_SANITIZED
	bool has_host = true;
#else
	bool has_host = runs_under_valgrind();
#endif

	return !has_host || strncmp(permissions, "r--", 3) == 0;
}

struct mappings count_mappings(void)
{
	struct mappings mappings = {0};
	FILE *file = fopen("/proc/self/maps", "re");
	char line[8192];

	if (!file) {
		perror("/proc/self/maps");
		abort();
	}
	while (fgets(line, sizeof line, file)) {
		unsigned long start;
		unsigned long end;
		char permissions[8];
		if (sscanf(line, "%lx-%lx %7s", &start, &end, permissions) == 3 &&
		    is_counted(permissions)) {
			mappings.count++;
			mappings.bytes += end - start;
		}
	}
	fclose(file);
	return mappings;
}

unsigned count_descriptors(void)
{
	DIR *stream = opendir("/proc/self/fd");
	unsigned count = 0;

	if (!stream) {
		perror("/proc/self/fd");
		abort();
	}
	while (readdir(stream))
		count++;
	closedir(stream);
	return count - 3; /* ".", "..", and the stream's own */
}

unsigned count_low_descriptors(void)
{
	unsigned count = 0;

	for (int i = 0; i < 64; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}
