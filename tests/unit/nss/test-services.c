/* SPDX-License-Identifier: MIT */
/* The five functions: by themselves, as glibc's rules want them, and through libc as programs do.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/module.h"
#include "tests/support/processes/host.h"
#include "tests/support/publishing.h"
#include "tests/support/support.h"

extern int __nss_configure_lookup(const char *database, const char *services);

static struct module module;

static char *database_path;
static struct servent entry;
static char buffer[1024];
static int error;

static void publish_text(const char *text)
{
	struct diagnostics diagnostics = {0};
	struct database database;

	database_make(&database, &text, 1);
	cr_assert_neq(publish_image(&database.image, database_path, &diagnostics), FAILED);
	database_free(&database);
}

static void set_up(void)
{
	database_path = scratch_path("services.db");
	setenv("PORTDB_DATABASE", database_path, 1);
	publish_text("ssh 22/tcp secsh\ndomain 53/tcp\ndomain 53/udp dns\n");
	module = open_module();
	errno = 0;
}

TestSuite(services, .init = set_up);

Test(services, are_found_by_name_and_port)
{
	errno = 4711;
	cr_assert_eq(module.by_name("secsh", NULL, &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_SUCCESS);
	cr_expect_str_eq(servent_text(&entry), "ssh 22/tcp secsh");
	cr_assert_eq(module.by_port(htons(53), "udp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_SUCCESS);
	cr_expect_str_eq(servent_text(&entry), "domain 53/udp dns");
	cr_expect_eq(errno, 4711, "errno was touched");
}

Test(services, are_not_found_with_errno_as_it_was)
{
	error = 4711;
	cr_expect_eq(module.by_name("ssh", "udp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_NOTFOUND);
	cr_expect_eq(error, 4711);
	cr_expect_eq(module.by_port(htons(22), "udp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_NOTFOUND);
	cr_expect_eq(error, 4711);
}

/* Names and protocols of every length that is read another way; strings of several blocks. */
static const char lengths[] = "a 1/tcp\nab 2/tcp\nabcd 3/tcp\nabcdefgh 4/tcp\nabcdefghi 5/udp\n"
			      "abcdefghijklmnop 6/udp\nabcdefghijklmnopq 7/sctp one two\n"
			      "abcdefghijklmnopqrstuvwxyz0123456789 8/sctp three\n"
			      "short 9/x\nshort 10/xy\nshort 11/a-long-one\nempty 12/\n";
static const char *const some_protocols[] = {NULL, "tcp",   "udp",   "sctp",       "dctp",
					     "",   "x",     "xy",    "a-long-one", "b-long-one",
					     "t",  "sctpx", "xsctp", "sct"};

/* The module's answer is the reader's. */
static void expect_as_read(const struct portdb *db, const char *name, uint16_t port,
			   const char *protocol)
{
	struct portdb_service service;
	enum portdb_result result = name ? portdb_by_name(db, name, protocol, &service)
					 : portdb_by_port(db, port, protocol, &service);
	enum nss_status status =
	    name ? module.by_name(name, protocol, &entry, buffer, sizeof buffer, &error)
		 : module.by_port(htons(port), protocol, &entry, buffer, sizeof buffer, &error);

	cr_assert_eq(status, result == PORTDB_OK ? NSS_STATUS_SUCCESS : NSS_STATUS_NOTFOUND);
	if (result != PORTDB_OK)
		return;
	cr_assert_str_eq(entry.s_name, service.strings);
	cr_assert_str_eq(entry.s_proto, service.strings + service.protocol);
	cr_assert_eq(entry.s_port, htons(service.port));
	for (uint32_t i = 0; i < service.alias_count; i++)
		cr_assert_not_null(entry.s_aliases[i]);
	cr_assert_null(entry.s_aliases[service.alias_count]);
}

Test(services, are_what_the_reader_finds)
{
	static const char *const texts[] = {lengths};
	struct portdb_service service;
	struct database database;
	uint32_t cursor = 0;
	char cut[64];

	publish_text(lengths);
	database_make(&database, texts, 1);
	while (portdb_next(&database.db, &cursor, &service) == PORTDB_OK)
		for (size_t p = 0; p < sizeof some_protocols / sizeof *some_protocols; p++) {
			uint32_t alias = service.protocol;
			expect_as_read(&database.db, service.strings, 0, some_protocols[p]);
			expect_as_read(&database.db, NULL, service.port, some_protocols[p]);
			expect_as_read(&database.db, NULL, 999, some_protocols[p]);
			while (portdb_next_string(&service, &alias))
				expect_as_read(&database.db, service.strings + alias, 0,
					       some_protocols[p]);
			/* Names that are none: each beginning of this one. */
			for (size_t length = 0; length < strlen(service.strings); length++) {
				snprintf(cut, sizeof cut, "%.*s", (int)length, service.strings);
				expect_as_read(&database.db, cut, 0, some_protocols[p]);
			}
		}
	database_free(&database);
}

/* A port is an int, of which only 16 bits in network byte order can be one. */
Test(services, are_not_found_by_what_is_no_port)
{
	cr_expect_eq(
	    module.by_port(htons(22) | 0x10000, "tcp", &entry, buffer, sizeof buffer, &error),
	    NSS_STATUS_NOTFOUND);
	cr_expect_eq(
	    module.by_port(htons(22) - 0x10000, "tcp", &entry, buffer, sizeof buffer, &error),
	    NSS_STATUS_NOTFOUND);
}

Test(services, want_a_larger_buffer_with_erange)
{
	cr_expect_eq(module.by_name("ssh", "tcp", &entry, buffer, 3, &error), NSS_STATUS_TRYAGAIN);
	cr_expect_eq(error, ERANGE);
	error = 0;
	cr_expect_eq(module.by_port(htons(22), "tcp", &entry, buffer, 0, &error),
		     NSS_STATUS_TRYAGAIN);
	cr_expect_eq(error, ERANGE);
}

Test(services, are_enumerated_in_order_without_skipping_on_erange)
{
	static const char *const expected[] = {"ssh 22/tcp secsh", "domain 53/tcp",
					       "domain 53/udp dns"};

	cr_assert_eq(module.set(0), NSS_STATUS_SUCCESS);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_eq(module.next(&entry, buffer, 4, &error), NSS_STATUS_TRYAGAIN);
		cr_assert_eq(error, ERANGE);
		cr_assert_eq(module.next(&entry, buffer, sizeof buffer, &error),
			     NSS_STATUS_SUCCESS);
		cr_expect_str_eq(servent_text(&entry), expected[i]);
	}
	error = 4711;
	for (int i = 0; i < 2; i++)
		cr_expect_eq(module.next(&entry, buffer, sizeof buffer, &error),
			     NSS_STATUS_NOTFOUND);
	cr_expect_eq(error, 4711);
	cr_expect_eq(module.set(1), NSS_STATUS_SUCCESS);
	cr_expect_eq(module.next(&entry, buffer, sizeof buffer, &error), NSS_STATUS_SUCCESS);
	cr_expect_str_eq(servent_text(&entry), expected[0]);
	cr_expect_eq(module.end(), NSS_STATUS_SUCCESS);
	cr_expect_eq(module.next(&entry, buffer, sizeof buffer, &error), NSS_STATUS_SUCCESS);
	cr_expect_str_eq(servent_text(&entry), expected[0], "it does not start by itself");
	module.end();
}

Test(services, are_enumerated_from_one_database_to_its_end)
{
	cr_assert_eq(module.set(0), NSS_STATUS_SUCCESS);
	cr_assert_eq(module.next(&entry, buffer, sizeof buffer, &error), NSS_STATUS_SUCCESS);
	/* Lookups go on in new databases meanwhile, more of them than there are mappings. */
	for (unsigned port = 1; port <= 5; port++) {
		char text[32];
		snprintf(text, sizeof text, "other %u/tcp\n", port);
		publish_text(text);
		cr_assert_eq(module.by_name("other", NULL, &entry, buffer, sizeof buffer, &error),
			     NSS_STATUS_SUCCESS);
		cr_expect_eq(ntohs((uint16_t)entry.s_port), port);
	}
	publish_text("other 1/tcp\n");
	cr_assert_eq(module.next(&entry, buffer, sizeof buffer, &error), NSS_STATUS_SUCCESS);
	cr_expect_str_eq(servent_text(&entry), "domain 53/tcp");
	cr_assert_eq(module.set(0), NSS_STATUS_SUCCESS);
	cr_assert_eq(module.next(&entry, buffer, sizeof buffer, &error), NSS_STATUS_SUCCESS);
	cr_expect_str_eq(servent_text(&entry), "other 1/tcp");
	module.end();
}

Test(services, are_unavailable_without_a_database)
{
	cr_assert_eq(unlink(database_path), 0);
	errno = 4711;
	cr_expect_eq(module.by_name("ssh", "tcp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_UNAVAIL);
	cr_expect_eq(error, ENOENT);
	cr_expect_eq(module.by_port(htons(22), "tcp", &entry, buffer, sizeof buffer, &error),
		     NSS_STATUS_UNAVAIL);
	cr_expect_eq(module.set(0), NSS_STATUS_UNAVAIL);
	error = 4711;
	cr_expect_eq(module.next(&entry, buffer, sizeof buffer, &error), NSS_STATUS_UNAVAIL);
	cr_expect_eq(error, 4711);
	cr_expect_eq(module.end(), NSS_STATUS_SUCCESS);
	cr_expect_eq(errno, 4711, "errno was touched");
}

/* From here on through libc, as any program. */
static void use(const char *services)
{
	cr_assert_eq(__nss_configure_lookup("services", services), 0);
}

Test(services, answer_programs_through_libc)
{
	use("portdb");
	struct servent *found = getservbyname("dns", NULL);
	cr_assert_not_null(found);
	cr_expect_str_eq(servent_text(found), "domain 53/udp dns");
	found = getservbyport(htons(22), NULL);
	cr_assert_not_null(found);
	cr_expect_str_eq(servent_text(found), "ssh 22/tcp secsh");
	cr_expect_null(getservbyname("nothing", "tcp"));
	cr_expect_null(getservbyport(htons(1), "tcp"));
}

Test(services, enumerate_through_libc)
{
	unsigned count = 0;

	use("portdb");
	setservent(0);
	while (getservent())
		count++;
	endservent();
	cr_expect_eq(count, 3);
}

/* libc starts with 1024 bytes and doubles them on ERANGE. */
Test(services, come_with_many_long_aliases_through_libc)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	use("portdb");
	fputs("many 1/tcp", stream);
	for (unsigned i = 0; i < 5000; i++)
		fprintf(stream, " an-alias-of-some-length-%u", i);
	fputs("\n", stream);
	fclose(stream);
	publish_text(text);
	struct servent *found = getservbyname("an-alias-of-some-length-4999", "tcp");
	cr_assert_not_null(found);
	cr_expect_str_eq(found->s_aliases[4999], "an-alias-of-some-length-4999");
	cr_expect_null(found->s_aliases[5000]);
	free(text);
}

Test(services, let_the_next_service_answer_where_there_is_no_database)
{
	cr_assert_eq(unlink(database_path), 0);
	if (access("/etc/services", R_OK) != 0)
		cr_skip_test("there is no /etc/services for 'files' to answer from");
	use("portdb [NOTFOUND=return] files");
	cr_expect_not_null(getservbyname("ssh", "tcp"));
}

Test(services, stop_at_not_found_where_nsswitch_says_so)
{
	use("portdb [NOTFOUND=return] files");
	cr_expect_null(getservbyname("telnet", "tcp"));
}

static atomic_uint failures;

static void *look_up_through_libc(void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < 20000; i++) {
		struct servent mine;
		struct servent *found;
		char memory[1024];
		if (getservbyname_r(i % 2 ? "dns" : "secsh", NULL, &mine, memory, sizeof memory,
				    &found) != 0 ||
		    !found || ntohs((uint16_t)found->s_port) != (i % 2 ? 53 : 22))
			atomic_fetch_add(&failures, 1);
	}
	return NULL;
}

Test(services, answer_threads_through_libc)
{
	pthread_t threads[4];

	use("portdb");
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, look_up_through_libc, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(atomic_load(&failures), 0);
}

static void *enumerate_when_cancelled(void *unused)
{
	pthread_cancel(pthread_self());
	module.set(0);
	module.end();
	pthread_testcancel();
	return unused;
}

/* A thread that is cancelled meanwhile leaves no lock behind, which others would wait for. */
Test(services, are_enumerated_to_the_end_by_a_thread_that_is_cancelled, .timeout = 20)
{
	pthread_t thread;
	void *result;

	cr_assert_eq(pthread_create(&thread, NULL, enumerate_when_cancelled, NULL), 0);
	pthread_join(thread, &result);
	cr_expect_eq(result, PTHREAD_CANCELED);
	module.set(0);
	cr_expect_eq(module.next(&entry, buffer, sizeof buffer, &error), NSS_STATUS_SUCCESS);
	module.end();
}

/* What the module exports is what NSS calls. */
Test(services, export_five_functions)
{
	struct run run;

	RUN(&run, "sh", "-c", "nm -D --defined-only \"$1\" | sed 's/.* //' | sort", "sh",
	    module_path());
	cr_expect_str_eq(run.output, "_nss_portdb_endservent\n"
				     "_nss_portdb_getservbyname_r\n"
				     "_nss_portdb_getservbyport_r\n"
				     "_nss_portdb_getservent_r\n"
				     "_nss_portdb_setservent\n");
	run_free(&run);
}

/* What a host's locale changes: case, classes of characters, numbers, messages. */
Test(services, call_nothing_that_goes_by_a_locale)
{
	struct run run;

#ifdef IS_SANITIZED
	cr_skip_test("a sanitizer's functions stand in the place of the C library's");
#endif
	RUN(&run, "sh", "-c", "readelf -W --syms \"$1\" | grep -m 1 ' __gcov_'", "sh",
	    module_path());
	if (run.status == 0)
		cr_skip_test("what counts the lines that are run calls the C library itself");
	run_free(&run);
	RUN(&run, "sh", "-c",
	    "readelf -W --dyn-syms \"$1\" | grep ' UND ' | tee \"$2\" | grep -E "
	    "' (__)?(ctype|is[a-z]+@|to(lower|upper)|str(n?case|to|coll|xfrm|error)|setlocale"
	    "|.*(scanf|printf|gettext)|mb|wc|iconv)'; grep -c ' strlen@' \"$2\"",
	    "sh", module_path(), scratch_path("undefined"));
	cr_expect_str_eq(run.output, "1\n", "%s", run.errors);
	run_free(&run);
}

Test(services, need_libc_alone)
{
	struct run run;

#ifdef IS_SANITIZED
	cr_skip_test("a module built with sanitizers needs their libraries, too");
#endif
	RUN(&run, "sh", "-c", "readelf -d \"$1\" | grep NEEDED | sed 's/.*\\[//'", "sh",
	    module_path());
	cr_expect_str_eq(run.output, "libc.so.6]\n");
	run_free(&run);
}
