/* SPDX-License-Identifier: MIT */
#include "listening.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/shared/memory.h"

/* The kernel's numbers of states: enum in its include/net/tcp_states.h. */
#define TCP_IS_LISTENING  10
#define UDP_NOT_CONNECTED 7

struct table {
	const char *path;
	const char *protocol;
	int family;
	unsigned state;
};

static const struct table tables[] = {
    {"/proc/net/tcp", "tcp", AF_INET, TCP_IS_LISTENING},
    {"/proc/net/tcp6", "tcp", AF_INET6, TCP_IS_LISTENING},
    {"/proc/net/udp", "udp", AF_INET, UDP_NOT_CONNECTED},
    {"/proc/net/udp6", "udp", AF_INET6, UDP_NOT_CONNECTED},
};

/* An address is written as words of 32 bits, each as this machine reads it from memory. */
static bool read_address(const char *digits, int family, char *address)
{
	uint32_t words[4] = {0};
	size_t count = family == AF_INET ? 1 : 4;

	for (size_t i = 0; i < count; i++)
		if (sscanf(digits + 8 * i, "%8x", &words[i]) != 1)
			return false;
	return inet_ntop(family, words, address, INET6_ADDRSTRLEN) != NULL;
}

static bool read_row(const char *row, const struct table *table, struct listener *listener)
{
	char digits[33];
	unsigned port;
	unsigned state;

	*listener = (struct listener){.protocol = table->protocol};
	if (sscanf(row,
		   " %*u: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %lu",
		   digits, &port, &state, &listener->inode) != 4 ||
	    state != table->state || strlen(digits) != (table->family == AF_INET ? 8 : 32))
		return false;
	listener->port = (uint16_t)port;
	return read_address(digits, table->family, listener->address);
}

static bool read_table(struct listeners *listeners, const struct table *table)
{
	FILE *file = fopen(table->path, "re");
	char *row = NULL;
	size_t size = 0;
	struct listener listener;

	if (!file)
		return false;
	while (getline(&row, &size, file) > 0)
		if (read_row(row, table, &listener)) {
			listeners->items = memory_grow(listeners->items, listeners->count,
						       &listeners->capacity, sizeof listener);
			listeners->items[listeners->count++] = listener;
		}
	free(row);
	fclose(file);
	return true;
}

/* Adds a name to those that the listener's processes have. */
static void add_process(struct listener *listener, const char *name)
{
	size_t length = strlen(listener->process);
	size_t name_length = strlen(name);

	for (const char *known = listener->process; *known;) {
		size_t known_length = strcspn(known, ",");
		if (known_length == name_length && memcmp(known, name, name_length) == 0)
			return;
		known += known_length + (known[known_length] == ',');
	}
	snprintf(listener->process + length, sizeof listener->process - length, "%s%s",
		 length > 0 ? "," : "", name);
}

static void read_process_name(int process, char *name, size_t size)
{
	int descriptor = openat(process, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t length = descriptor >= 0 ? read(descriptor, name, size - 1) : -1;

	if (descriptor >= 0)
		close(descriptor);
	name[length > 0 ? length : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

/* The sockets among a process's open files. */
static void read_files(struct listeners *listeners, int process, DIR *files)
{
	char name[32] = "";
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
			if (listeners->items[i].inode == inode) {
				if (!*name)
					read_process_name(process, name, sizeof name);
				add_process(&listeners->items[i], name);
			}
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

static int compare(const void *one, const void *other)
{
	const struct listener *first = one;
	const struct listener *second = other;

	if (first->port != second->port)
		return first->port < second->port ? -1 : 1;
	int protocols = strcmp(first->protocol, second->protocol);
	if (protocols != 0)
		return protocols;
	int addresses = strcmp(first->address, second->address);
	return addresses != 0 ? addresses : strcmp(first->process, second->process);
}

/* Several processes may listen on one address, each with a socket of its own. */
static void drop_repeated(struct listeners *listeners)
{
	size_t kept = 0;

	for (size_t i = 0; i < listeners->count; i++)
		if (kept == 0 || compare(&listeners->items[kept - 1], &listeners->items[i]) != 0)
			listeners->items[kept++] = listeners->items[i];
	listeners->count = kept;
}

bool listening_find(struct listeners *listeners)
{
	bool is_any = false;

	*listeners = (struct listeners){0};
	/* A kernel without IPv6 has no tables of it. */
	for (size_t i = 0; i < LENGTH(tables); i++)
		is_any |= read_table(listeners, &tables[i]);
	if (!is_any)
		return false;
	find_processes(listeners);
	if (listeners->count > 0)
		qsort(listeners->items, listeners->count, sizeof *listeners->items, compare);
	drop_repeated(listeners);
	return true;
}
