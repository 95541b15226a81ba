/* SPDX-License-Identifier: MIT */
/*
 * Gives a target the files of a corpus, one after the other, as libFuzzer's own driver would, and
 * with any compiler: TARGET FILE-OR-DIRECTORY...
 *
 * The last name on standard error is the one of an input that ends the process.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "target.h"
#include "tools/compile/sources/input.h"

static unsigned long inputs;

static void replay_file(const char *path)
{
	struct input input;

	fprintf(stderr, "%s\n", path);
	if (!input_read(&input, &ROOT_HERE, path, INPUT_ANY)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	/* Exactly as large, so that tools that watch memory see what reads further. */
	uint8_t *bytes = malloc(input.size ? input.size : 1);
	memcpy(bytes, input.bytes, input.size);
	free(input.bytes);
	LLVMFuzzerTestOneInput(bytes, input.size);
	free(bytes);
	inputs++;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay_directory(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_visible, alphasort);

	if (count < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	for (int i = 0; i < count; i++) {
		char *file;
		if (asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0)
			exit(2);
		replay_file(file);
		free(file);
		free(entries[i]);
	}
	free(entries);
}

int main(int count, char **arguments)
{
	for (int i = 1; i < count; i++) {
		struct stat status;
		if (stat(arguments[i], &status) == 0 && !S_ISDIR(status.st_mode))
			replay_file(arguments[i]);
		else
			replay_directory(arguments[i]);
	}
	printf("%lu inputs\n", inputs);
	return inputs > 0 ? 0 : 1;
}
