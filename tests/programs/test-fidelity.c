/* SPDX-License-Identifier: MIT */
/*
 * Fidelity: a database made of one services(5) file answers as the C library's "files" does from
 * that file. In a mount namespace of its own, where /etc/services is the file in question, a child
 * asks both every question there is.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/module.h"
#include "tests/support/support.h"
#include "tools/compile/formats/services-reading.h"

/* What the child says by its exit status. */
enum verdict {
	SAME,
	DIFFERENT,
	NO_NAMESPACE = 77,
};

struct answer {
	enum nss_status status;
	struct servent entry;
	char buffer[65536];
};

static struct answer files_answer;
static struct answer our_answer;

static void expect_same(const char *question, const char *name, int port, const char *protocol)
{
	if (files_answer.status == our_answer.status &&
	    (our_answer.status != NSS_STATUS_SUCCESS ||
	     same_servent(&files_answer.entry, &our_answer.entry)))
		return;
	fprintf(stderr, "%s %s %d/%s: ", question, name, port, protocol ? protocol : "*");
	fprintf(
	    stderr, "files gives %d, %s; ", files_answer.status,
	    servent_text(files_answer.status == NSS_STATUS_SUCCESS ? &files_answer.entry : NULL));
	fprintf(stderr, "portdb gives %d, %s\n", our_answer.status,
		servent_text(our_answer.status == NSS_STATUS_SUCCESS ? &our_answer.entry : NULL));
	_exit(DIFFERENT);
}

static void ask_by_name(const struct module *files, const struct module *ours, const char *name,
			const char *protocol)
{
	int error;

	files_answer.status =
	    files->by_name(name, protocol, &files_answer.entry, files_answer.buffer,
			   sizeof files_answer.buffer, &error);
	our_answer.status = ours->by_name(name, protocol, &our_answer.entry, our_answer.buffer,
					  sizeof our_answer.buffer, &error);
	expect_same("by name", name, 0, protocol);
}

static void ask_by_port(const struct module *files, const struct module *ours, uint16_t port,
			const char *protocol)
{
	int error;

	files_answer.status =
	    files->by_port(htons(port), protocol, &files_answer.entry, files_answer.buffer,
			   sizeof files_answer.buffer, &error);
	our_answer.status = ours->by_port(htons(port), protocol, &our_answer.entry,
					  our_answer.buffer, sizeof our_answer.buffer, &error);
	expect_same("by port", "", port, protocol);
}

static void enumerate(const struct module *files, const struct module *ours)
{
	int error;

	files->set(0);
	ours->set(0);
	do {
		files_answer.status = files->next(&files_answer.entry, files_answer.buffer,
						  sizeof files_answer.buffer, &error);
		our_answer.status = ours->next(&our_answer.entry, our_answer.buffer,
					       sizeof our_answer.buffer, &error);
		expect_same("enumeration", "", 0, NULL);
	} while (our_answer.status == NSS_STATUS_SUCCESS);
	files->end();
	ours->end();
}

/* Every protocol of the source, each once, and some that it lacks; ended by a NULL besides the
 * first. */
static size_t protocols_of(const struct source *source, const char **protocols, size_t limit)
{
	static const char *const always[] = {NULL, "tcp", "udp", "", "nosuch"};
	size_t count = sizeof always / sizeof *always;

	memcpy(protocols, always, sizeof always);
	for (size_t i = 0; i < source->claim_count && count < limit; i++) {
		size_t known = 1;
		while (known < count && strcmp(protocols[known], source->claims[i].protocol) != 0)
			known++;
		if (known == count)
			protocols[count++] = source->claims[i].protocol;
	}
	return count;
}

/* Every name, alias and port of the source, and some that it lacks, with every protocol. */
static void ask_everything(const struct source *source)
{
	struct module files;
	struct module ours = open_module();
	const char *protocols[16];
	size_t count = protocols_of(source, protocols, 16);

	if (!find_files(&files))
		_exit(DIFFERENT);
	for (size_t p = 0; p < count; p++) {
		for (size_t i = 0; i < source->claim_count; i++) {
			const struct claim *claim = &source->claims[i];
			ask_by_name(&files, &ours, claim->name, protocols[p]);
			ask_by_port(&files, &ours, claim->port, protocols[p]);
			ask_by_port(&files, &ours, (uint16_t)(claim->port + 1), protocols[p]);
			for (size_t alias = 0; alias < claim->alias_count; alias++)
				ask_by_name(&files, &ours, claim->aliases[alias], protocols[p]);
		}
		ask_by_name(&files, &ours, "", protocols[p]);
		ask_by_name(&files, &ours, "no-such-name", protocols[p]);
	}
	enumerate(&files, &ours);
}

static void compare_in_child(const struct database *database, const char *text)
{
	char *path = scratch_path("services.db");

	unlink(path);
	write_file(path, database->image.bytes, database->image.size);
	setenv("PORTDB_DATABASE", path, 1);
	if (!enter_etc_with(text, strlen(text)))
		_exit(NO_NAMESPACE);
	ask_everything(&database->sources[0]);
	_exit(SAME);
}

/* The database is made as portdb-compile makes it here, and "files" is this C library's. */
static void expect_fidelity(const char *text)
{
	struct text sized = {text, strlen(text), services_reading_here()};
	struct database database;
	int status;

	cr_assert_null(database_compile(&database, &sized, 1));
	scratch_directory(); /* is this process's to remove */
	pid_t child = fork();
	if (child == 0)
		compare_in_child(&database, text);
	cr_assert_eq(waitpid(child, &status, 0), child);
	database_free(&database);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_NAMESPACE)
		cr_skip_test("no mount namespace is permitted here");
	cr_assert_eq(status, SAME, "for the file:\n%s", text);
}

Test(fidelity, to_files_on_random_services)
{
	/* Where a port is out of range, the difference is intended. */
	struct random random = {.state = 42, .has_ports_in_range = true};

	cr_redirect_stderr();
	for (unsigned round = 0; round < 150; round += stride()) {
		char *text = random_services(&random, 1 + random_below(&random, 40));
		expect_fidelity(text);
		free(text);
	}
}

Test(fidelity, to_files_on_oddities)
{
	cr_redirect_stderr();
	expect_fidelity("");
	expect_fidelity("# nothing\n\n   \n");
	expect_fidelity("a 010/tcp\nb 0x10/tcp\nc 1/tcp#c\nd 5/\ne 6\nf 0/tcp\n");
	expect_fidelity("a 0080/tcp\nb 010/tcp\nc 0x50/tcp\nd 81//tcp\ne 09/tcp\n");
	expect_fidelity("one 1/tcp two\ntwo 2/tcp\nthree 3/udp one\n");
	expect_fidelity("a 1/udp\na 2/tcp\nb 2/tcp a a b\n");
	expect_fidelity("g 7//tcp\nh 8/ tcp\nl +11/tcp\np 12/tcp/udp\nr#x 1/tcp\ns 0x/tcp\n");
	expect_fidelity("a 1/tcp\r\nb 2/tcp x\r\n\v\fd 4/tcp al\n");
	expect_fidelity("a 1/tcp\n  \tindented 22/tcp and not ended");
	expect_fidelity("a 1/tcp\nlast 22/tcp not ended");
}

Test(fidelity, to_files_on_this_machines_file)
{
	if (access("/etc/services", R_OK) != 0)
		cr_skip_test("there is no /etc/services here");
	char *text = read_file("/etc/services", NULL);
	expect_fidelity(text);
	free(text);
}

/* make check FIDELITY_FILE=…: any other file, which may take minutes as "files" reads it for each
 * answer. */
Test(fidelity, to_files_on_a_file_of_choice)
{
	const char *path = getenv("FIDELITY_FILE");

	if (!path || !*path)
		cr_skip_test("FIDELITY_FILE names no file");
	char *text = read_file(path, NULL);
	expect_fidelity(text);
	free(text);
}
