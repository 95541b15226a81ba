/* SPDX-License-Identifier: MIT */
#include "socket-owners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "tools/shared/memory.h"

/* Control groups in one another that are followed; systemd makes some ten. */
#define DEPTH_MAX 64

/* Adds a name to those in the text, which has `size` bytes. */
static void add_name(char *text, size_t size, const char *name)
{
	size_t length = strlen(text);
	size_t name_length = strlen(name);

	for (const char *known = text; *known;) {
		size_t known_length = strcspn(known, ",");
		if (known_length == name_length && memcmp(known, name, name_length) == 0)
			return;
		known += known_length + (known[known_length] == ',');
	}
	if (name_length > 0)
		snprintf(text + length, size - length, "%s%s", length > 0 ? "," : "", name);
}

/* The start of a file below a process's directory; "" if it cannot be read. */
static void read_start(int process, const char *file, char *text, size_t size)
{
	int descriptor = openat(process, file, O_RDONLY | O_CLOEXEC);
	ssize_t length = descriptor >= 0 ? read(descriptor, text, size - 1) : -1;

	if (descriptor >= 0)
		close(descriptor);
	text[length > 0 ? length : 0] = '\0';
}

/* Of systemd's units those that have processes, or sockets that it makes for others. */
static bool is_unit(const char *part)
{
	const char *ending = strrchr(part, '.');

	return ending && (strcmp(ending, ".service") == 0 || strcmp(ending, ".scope") == 0 ||
			  strcmp(ending, ".socket") == 0);
}

/*
 * A process's unit is the innermost service or scope on the path of its control group, which is
 * that of systemd's own hierarchy or, where there is only one, of that.
 */
static void read_unit(int process, char *unit, size_t size)
{
	char text[4096];
	char *next_line;
	char *next_part;

	*unit = '\0';
	read_start(process, "cgroup", text, sizeof text);
	for (char *line = strtok_r(text, "\n", &next_line); line;
	     line = strtok_r(NULL, "\n", &next_line)) {
		char *path = strchr(line, '/');
		if (!path || (strncmp(line, "0::", 3) != 0 && !strstr(line, ":name=systemd:")))
			continue;
		for (char *part = strtok_r(path, "/", &next_part); part;
		     part = strtok_r(NULL, "/", &next_part))
			if (is_unit(part))
				snprintf(unit, size, "%s", part);
	}
}

/* A process, as far as it was looked at. */
struct process {
	int directory;
	bool is_known;
	char name[32];
	char unit[128];
};

static void add_process(struct listener *listener, struct process *process)
{
	if (!process->is_known) {
		read_start(process->directory, "comm", process->name, sizeof process->name);
		process->name[strcspn(process->name, "\n")] = '\0';
		read_unit(process->directory, process->unit, sizeof process->unit);
		process->is_known = true;
	}
	add_name(listener->process, sizeof listener->process, process->name);
	add_name(listener->unit, sizeof listener->unit, process->unit);
}

/* The sockets among a process's open files. */
static void read_files(struct listeners *listeners, int directory, DIR *files)
{
	struct process process = {.directory = directory};
	char target[64];
	unsigned long inode;
	struct dirent *entry;

	while ((entry = readdir(files))) {
		ssize_t length = readlinkat(dirfd(files), entry->d_name, target, sizeof target - 1);
		if (length < 0)
			continue;
		target[length] = '\0';
		if (sscanf(target, "socket:[%lu]", &inode) != 1)
			continue;
		for (size_t i = 0; i < listeners->count; i++)
			if (listeners->items[i].inode == inode)
				add_process(&listeners->items[i], &process);
	}
}

static void read_process(struct listeners *listeners, int processes, const char *number)
{
	int process = openat(processes, number, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process < 0)
		return; /* it has ended */

	int descriptor = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *files = descriptor >= 0 ? fdopendir(descriptor) : NULL;
	if (files) {
		read_files(listeners, process, files);
		closedir(files);
	} else {
		if (descriptor >= 0)
			close(descriptor);
		else if (errno == EACCES || errno == EPERM)
			listeners->has_hidden_processes = true;
	}
	close(process);
}

static void find_processes(struct listeners *listeners)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;

	if (!processes) {
		listeners->has_hidden_processes = true;
		return;
	}
	while ((entry = readdir(processes)))
		if (*entry->d_name >= '0' && *entry->d_name <= '9')
			read_process(listeners, dirfd(processes), entry->d_name);
	closedir(processes);
}

static bool wants_unit(const struct listener *listener)
{
	return listener->group != 0 && !*listener->process && !*listener->unit;
}

/* A control group's number is that of its directory. */
static void take_unit(struct listeners *listeners, ino_t group, const char *unit)
{
	for (size_t i = 0; i < listeners->count; i++) {
		struct listener *listener = &listeners->items[i];
		if (listener->group == group && wants_unit(listener))
			add_name(listener->unit, sizeof listener->unit, unit);
	}
}

/* NULL if it cannot be read. */
static DIR *open_directory(int parent, const char *name)
{
	int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *directory = descriptor >= 0 ? fdopendir(descriptor) : NULL;

	if (!directory && descriptor >= 0)
		close(descriptor);
	return directory;
}

/* The groups in a group that belongs to the unit. */
static void read_groups(struct listeners *listeners, DIR *group, const char *unit, unsigned depth)
{
	struct dirent *entry;

	while ((entry = readdir(group))) {
		if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		const char *inner = is_unit(entry->d_name) ? entry->d_name : unit;
		if (inner)
			take_unit(listeners, entry->d_ino, inner);
		DIR *groups =
		    depth < DEPTH_MAX ? open_directory(dirfd(group), entry->d_name) : NULL;
		if (groups) {
			read_groups(listeners, groups, inner, depth + 1);
			closedir(groups);
		}
	}
}

/* Numbers of other file systems' directories mean nothing. */
static bool has_groups(int directory)
{
	struct statfs status;

	return fstatfs(directory, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

/* By the hierarchy of control groups, which is alone or stands beside those of version 1. */
static void find_units(struct listeners *listeners)
{
	static const char *const hierarchies[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	bool is_wanted = false;

	for (size_t i = 0; i < listeners->count; i++)
		is_wanted |= wants_unit(&listeners->items[i]);
	for (size_t i = 0; i < LENGTH(hierarchies) && is_wanted; i++) {
		DIR *hierarchy = open_directory(AT_FDCWD, hierarchies[i]);
		if (hierarchy && has_groups(dirfd(hierarchy)))
			read_groups(listeners, hierarchy, NULL, 0);
		if (hierarchy)
			closedir(hierarchy);
	}
}

void socket_owners_find(struct listeners *listeners)
{
	find_processes(listeners);
	find_units(listeners);
}
