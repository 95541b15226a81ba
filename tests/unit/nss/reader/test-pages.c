/* SPDX-License-Identifier: MIT */
/*
 * Which pages of the database a lookup touches: in all of a registry, few.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/module.h"
#include "tests/support/processes/counting.h"
#include "tests/support/processes/host.h"
#include "tests/support/support.h"

#define PAGES_MAX 4

static struct module module;
static struct servent entry;
static char buffer[4096];
static int error;

/* The module's mapping of the database. */
static unsigned char *mapping;
static size_t mapping_size;
static size_t page_size;
static volatile unsigned touched;

/* A page that is touched for the first time is let be touched. */
static void on_fault(int number, siginfo_t *information, void *context)
{
	unsigned char *address = information->si_addr;

	(void)number, (void)context;
	if (address < mapping || address >= mapping + mapping_size)
		_exit(1); /* another fault, and none to come back from */
	touched++;
	mprotect((void *)((uintptr_t)address & -page_size), page_size, PROT_READ);
}

static void find_mapping(const char *path)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	void *start;
	void *end;

	while (fgets(line, sizeof line, maps))
		if (strstr(line, path) && sscanf(line, "%p-%p", &start, &end) == 2) {
			mapping = start;
			mapping_size = (size_t)((char *)end - (char *)start);
		}
	fclose(maps);
	cr_assert_not_null(mapping);
}

static void set_up(void)
{
	const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
	char *path = scratch_path("registry.db");
	struct run run;

	if (runs_under_valgrind())
		cr_skip_test("valgrind takes it for an error to touch a page that may not be");
	RUN(&run, COMPILER, "-o", path, "/dev/null", DATA_DIR "/tables/00-registry.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	setenv("PORTDB_DATABASE", path, 1);
	page_size = (size_t)sysconf(_SC_PAGESIZE);
	module = open_module();
	cr_assert_eq(module.by_name("bfd-echo", NULL, &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_SUCCESS);
	find_mapping(path);
	sigaction(SIGSEGV, &action, NULL);
	free(path);
}

TestSuite(pages, .init = set_up);

static void forget_what_was_touched(void)
{
	touched = 0;
	cr_assert_eq(mprotect(mapping, mapping_size, PROT_NONE), 0);
}

Test(pages, touched_by_a_port_are_few)
{
	unsigned found = 0;
	unsigned most = 0;

	for (int port = 1; port <= UINT16_MAX; port += 3) {
		forget_what_was_touched();
		found += module.by_port(htons((uint16_t)port), port % 2 ? "tcp" : NULL, &entry,
					buffer, sizeof buffer, &error) == NSS_STATUS_SUCCESS;
		cr_assert_leq(touched, PAGES_MAX, "%u by port %d", touched, port);
		most = touched > most ? touched : most;
	}
	cr_expect_gt(found, 1000);
	cr_expect_geq(most, 3, "the header, a slot and a record are not counted");
}

Test(pages, touched_by_a_name_are_few)
{
	unsigned found = 0;

	for (int port = 1; port <= UINT16_MAX; port += 3) {
		if (module.by_port(htons((uint16_t)port), NULL, &entry, buffer, sizeof buffer,
				   &error) != NSS_STATUS_SUCCESS)
			continue;
		char *name = strdup(entry.s_name);
		forget_what_was_touched();
		found += module.by_name(name, port % 2 ? "tcp" : NULL, &entry, buffer,
					sizeof buffer, &error) == NSS_STATUS_SUCCESS;
		cr_assert_leq(touched, PAGES_MAX, "%u by name %s", touched, name);
		forget_what_was_touched();
		name[0] = '~';
		module.by_name(name, NULL, &entry, buffer, sizeof buffer, &error);
		cr_assert_leq(touched, PAGES_MAX, "%u by no name %s", touched, name);
		free(name);
	}
	cr_expect_gt(found, 1000);
}
