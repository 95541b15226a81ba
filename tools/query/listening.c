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
#define TIME_WAIT    6
#define IS_CLOSED    7 /* of UDP: not connected */
#define IS_LISTENING 10

struct table {
	const char *path;
	const char *protocol;
	int family; /* of the addresses; AF_UNSPEC in SCTP's, which has another form */
	unsigned state;
};

static const struct table tables[] = {
    {"/proc/net/tcp", "tcp", AF_INET, IS_LISTENING},
    {"/proc/net/tcp6", "tcp", AF_INET6, IS_LISTENING},
    {"/proc/net/udp", "udp", AF_INET, IS_CLOSED},
    {"/proc/net/udp6", "udp", AF_INET6, IS_CLOSED},
    {"/proc/net/udplite", "udplite", AF_INET, IS_CLOSED},
    {"/proc/net/udplite6", "udplite", AF_INET6, IS_CLOSED},
    {"/proc/net/sctp/eps", "sctp", AF_UNSPEC, IS_LISTENING},
};

_Static_assert(LENGTH(tables) == LISTENING_TABLES, "each table may fail");

/* What is read of a table: the sockets that listen, or all that have a port. */
struct reading {
	struct listeners *listeners;
	const struct table *table;
	bool is_of_all;
};

static bool is_wanted(const struct reading *reading, unsigned state)
{
	return reading->is_of_all ? state != TIME_WAIT : state == reading->table->state;
}

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

static void add_listener(struct listeners *listeners, const struct listener *listener)
{
	listeners->items =
	    memory_grow(listeners->items, listeners->count, &listeners->capacity, sizeof *listener);
	listeners->items[listeners->count++] = *listener;
}

static void read_row(const char *row, const struct reading *reading)
{
	const struct table *table = reading->table;
	struct listener listener = {.protocol = table->protocol};
	char digits[33];
	unsigned port;
	unsigned state;

	if (sscanf(row,
		   " %*u: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %u %*u %lu",
		   digits, &port, &state, &listener.user, &listener.inode) != 5 ||
	    !is_wanted(reading, state) || strlen(digits) != (table->family == AF_INET ? 8 : 32))
		return;
	listener.port = (uint16_t)port;
	if (read_address(digits, table->family, listener.address))
		add_listener(reading->listeners, &listener);
}

/* In the form in which other protocols' addresses are. */
static bool take_address(struct listener *listener, const char *text)
{
	unsigned char address[sizeof(struct in6_addr)];
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;

	return inet_pton(family, text, address) == 1 &&
	       inet_ntop(family, address, listener->address, INET6_ADDRSTRLEN);
}

/* SCTP's endpoints have any number of addresses. */
static void read_endpoint(const char *row, const struct reading *reading)
{
	static const char blanks[] = " \t\n";
	struct listener listener = {.protocol = reading->table->protocol};
	char text[INET6_ADDRSTRLEN];
	unsigned port;
	unsigned state;
	int end;

	if (sscanf(row, " %*s %*s %*u %u %*u %u %u %lu%n", &state, &port, &listener.user,
		   &listener.inode, &end) != 4 ||
	    !is_wanted(reading, state))
		return;
	listener.port = (uint16_t)port;
	for (row += end; *(row += strspn(row, blanks)); row += strcspn(row, blanks))
		if (sscanf(row, "%45s", text) == 1 && take_address(&listener, text))
			add_listener(reading->listeners, &listener);
}

static bool read_table(const struct reading *reading)
{
	struct listeners *listeners = reading->listeners;
	FILE *file = fopen(reading->table->path, "re");
	char *row = NULL;
	size_t size = 0;

	if (!file) {
		if (errno != ENOENT)
			listeners->failures[listeners->failure_count++] =
			    (struct listening_failure){reading->table->path, errno};
		return false;
	}
	while (getline(&row, &size, file) > 0)
		(reading->table->family == AF_UNSPEC ? read_endpoint : read_row)(row, reading);
	if (ferror(file))
		listeners->failures[listeners->failure_count++] =
		    (struct listening_failure){reading->table->path, errno};
	free(row);
	fclose(file);
	return true;
}

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

static bool is_unit(const char *part)
{
	const char *ending = strrchr(part, '.');

	return ending && (strcmp(ending, ".service") == 0 || strcmp(ending, ".scope") == 0);
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

static int compare(const void *one, const void *other)
{
	const struct listener *first = one;
	const struct listener *second = other;

	if (first->port != second->port)
		return first->port < second->port ? -1 : 1;
	int protocols = strcmp(first->protocol, second->protocol);
	if (protocols != 0)
		return protocols;
	int texts = strcmp(first->address, second->address);
	if (texts == 0)
		texts = strcmp(first->process, second->process);
	if (texts == 0)
		texts = strcmp(first->unit, second->unit);
	if (texts == 0 && first->user != second->user)
		texts = first->user < second->user ? -1 : 1;
	return texts;
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

static bool read_tables(struct listeners *listeners, bool is_of_all)
{
	bool is_any = false;

	*listeners = (struct listeners){0};
	for (size_t i = 0; i < LENGTH(tables); i++) {
		struct reading reading = {listeners, &tables[i], is_of_all};
		is_any |= read_table(&reading);
	}
	errno = listeners->failure_count > 0 ? listeners->failures[0].error : ENOENT;
	return is_any;
}

bool listening_find(struct listeners *listeners)
{
	if (!read_tables(listeners, false))
		return false;
	find_processes(listeners);
	if (listeners->count > 0)
		qsort(listeners->items, listeners->count, sizeof *listeners->items, compare);
	drop_repeated(listeners);
	return true;
}

bool listening_find_bound(struct listeners *listeners)
{
	return read_tables(listeners, true);
}
