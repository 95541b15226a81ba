/* SPDX-License-Identifier: MIT */
/*
 * Threads and forked children that look up and enumerate while databases are published: stress
 * [PUBLICATIONS [THREADS]]. It uses the real module and the real publishing, and no Criterion,
 * which does not start under ThreadSanitizer.
 *
 * - Every answer belongs whole to one database, and no thread is ever given an older one than
 *   before.
 * - A child is given the database of its fork or a later one, whatever its parent's other threads
 *   were about.
 * - Every other database is waited for until some thread was given it; the next one follows at
 *   once.
 * - The second half of the publications leaves no more mappings, addresses, descriptors or memory
 *   than the first.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numbered.h"
#include "tests/support/module.h"
#include "tests/support/processes/counting.h"
#include "tests/support/publishing.h"

#define MOST_THREADS 256
#define STACK        (512UL * 1024)
#define PATIENCE     120 /* seconds after which a child counts as hung */

static struct module module;

static char directory[] = "/tmp/portdb-stress.XXXXXX";
static char database_path[PATH_MAX];
static bool compares_allocated;
static atomic_uint published; /* the number of the last one that is in place */
static atomic_uint seen;      /* the highest that a thread was given */
static atomic_bool is_over;
static atomic_uint failures;
static atomic_ulong lookups;
static atomic_ulong enumerations;
static atomic_ulong forks;

/* Held to enumerate alone, or shared by those who get in each other's way. */
static pthread_rwlock_t enumerating = PTHREAD_RWLOCK_INITIALIZER;

__attribute__((format(printf, 1, 2))) static void fail(const char *format, ...)
{
	va_list arguments;

	/* The first few say it all. */
	if (atomic_fetch_add(&failures, 1) >= 10)
		return;
	va_start(arguments, format);
	dprintf(STDERR_FILENO, "[FAIL] stress: ");
	vdprintf(STDERR_FILENO, format, arguments);
	va_end(arguments);
}

/* The number of the database that the answer is from; 0, and a failure, if it is not whole. */
static unsigned judge(enum nss_status status, const struct servent *entry, int error,
		      const char *question)
{
	if (status != NSS_STATUS_SUCCESS) {
		fail("%s: status %d, error %d\n", question, status, error);
		return 0;
	}
	unsigned number = numbered_whole(entry);
	if (number == 0)
		fail("%s: a torn answer: %s %u/%s %s\n", question, entry->s_name,
		     ntohs((uint16_t)entry->s_port), entry->s_proto, entry->s_aliases[0]);
	return number;
}

static unsigned look_up(unsigned kind)
{
	static const struct {
		const char *name; /* NULL: by port */
		const char *protocol;
	} questions[] = {{"self", "tcp"}, {"shared", NULL}, {"self", NULL},
			 {NULL, "tcp"},   {NULL, NULL},     {"shared", "udp"}};
	size_t number = kind % (sizeof questions / sizeof *questions);
	const char *name = questions[number].name;
	const char *protocol = questions[number].protocol;
	struct servent entry;
	char buffer[256];
	int error = 0;

	enum nss_status status =
	    name ? module.by_name(name, protocol, &entry, buffer, sizeof buffer, &error)
		 : module.by_port(htons(NUMBERED_PORT), protocol, &entry, buffer, sizeof buffer,
				  &error);
	return judge(status, &entry, error, name ? name : "by port");
}

static void look_up_nothing(void)
{
	struct servent entry;
	char buffer[256];
	int error = 0;
	enum nss_status status =
	    module.by_name("absent", NULL, &entry, buffer, sizeof buffer, &error);

	if (status != NSS_STATUS_NOTFOUND || error != 0)
		fail("absent: status %d, error %d\n", status, error);
}

/* One database from first to last. */
static unsigned enumerate_alone(void)
{
	struct servent entry;
	char buffer[256];
	int error = 0;
	unsigned first = 0;
	unsigned count = 0;
	enum nss_status status;

	pthread_rwlock_wrlock(&enumerating);
	module.set(0);
	while ((status = module.next(&entry, buffer, sizeof buffer, &error)) ==
	       NSS_STATUS_SUCCESS) {
		unsigned number = judge(status, &entry, error, "enumeration");
		first = count == 0 ? number : first;
		if (number != first)
			fail("an enumeration of %u goes on with %u\n", first, number);
		count++;
	}
	module.end();
	pthread_rwlock_unlock(&enumerating);
	if (status != NSS_STATUS_NOTFOUND || error != 0 || count < NUMBERED_SERVICES)
		fail("enumeration: status %d, error %d after %u\n", status, error, count);
	atomic_fetch_add(&enumerations, 1);
	return first;
}

/* Each answer is whole, whoever else moves on the one enumeration that a process has. */
static void enumerate_together(unsigned steps)
{
	struct servent entry;
	char buffer[256];
	int error = 0;

	pthread_rwlock_rdlock(&enumerating);
	module.set(1);
	for (unsigned i = 0; i < steps; i++) {
		enum nss_status status = module.next(&entry, buffer, sizeof buffer, &error);
		if (status != NSS_STATUS_NOTFOUND)
			judge(status, &entry, error, "common enumeration");
	}
	module.end();
	pthread_rwlock_unlock(&enumerating);
}

/* A child that looks up by itself. Whatever is in place at the fork, it must be given that. */
static void fork_child(void)
{
	unsigned floor = atomic_load(&published);
	pid_t child = fork();
	int status;

	if (child < 0) {
		fail("fork: %s\n", strerror(errno));
		return;
	}
	if (child == 0) {
		alarm(PATIENCE);
		unsigned last = floor;
		for (unsigned kind = 0; kind < 12; kind++) {
			unsigned number = look_up(kind);
			if (number < last) {
				fail("a child was given %u, after %u\n", number, last);
				_exit(1);
			}
			last = number;
		}
		look_up_nothing();
		_exit(atomic_load(&failures) > 0);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (status != 0)
		fail("a child ended with status %#x\n", (unsigned)status);
	atomic_fetch_add(&forks, 1);
}

static void note_seen(unsigned number)
{
	unsigned old = atomic_load(&seen);

	while (old < number && !atomic_compare_exchange_weak(&seen, &old, number))
		;
}

static void *look_up_until_over(void *argument)
{
	unsigned long count = 0;
	unsigned last = 0;
	unsigned step = *(const unsigned *)argument;

	while (!atomic_load(&is_over)) {
		step++;
		unsigned number = look_up(step);
		if (number < last)
			fail("a thread was given %u after %u\n", number, last);
		last = number;
		note_seen(number);
		count++;
		if (step % 64 == 0) {
			look_up_nothing();
			sched_yield(); /* there are fewer processors than threads */
		}
		if (step % 4096 == 0)
			enumerate_together(20);
		if (step % 16384 == 0 && enumerate_alone() < last)
			fail("an enumeration was given an older database than %u\n", last);
		if (step % 65536 == 0)
			fork_child();
	}
	atomic_fetch_add(&lookups, count);
	return NULL;
}

static void publish_numbered(unsigned number, unsigned fillers)
{
	struct diagnostics diagnostics = {0};
	struct image image;

	numbered_make(&image, number, fillers);
	if (publish_image(&image, database_path, &diagnostics) != PUBLISHED)
		fail("number %u was not published\n", number);
	free(image.bytes);
	atomic_store(&published, number);
}

/* No thread is at it any more: so the next lookup must find the last one. */
static void expect_last(unsigned number)
{
	unsigned found = look_up(0);

	if (found != number)
		fail("%u was published last, and %u is found\n", number, found);
}

struct holdings {
	struct mappings mappings;
	unsigned descriptors;
	size_t allocated; /* from the C library, and not freed */
};

static void hold_region(void)
{
	struct servent entry;
	char buffer[256];
	int error = 0;

	module.set(0);
	judge(module.next(&entry, buffer, sizeof buffer, &error), &entry, error, "the first");
}

/* Two databases of that many fillers, and two more while an enumeration holds the region of the
 * second. */
static void publish_into_all_regions(unsigned number, unsigned fillers)
{
	for (unsigned i = 0; i < 4; i++) {
		if (i == 2)
			hold_region();
		publish_numbered(number + i, fillers);
		expect_last(number + i);
	}
	module.end();
}

/* Databases that it takes to take stock. */
#define STOCK 8

/*
 * What the process holds once the largest and then the smallest have been in each of the two
 * regions and in the spare one, so that it depends on nothing that came before.
 */
static struct holdings take_stock(unsigned number)
{
	publish_into_all_regions(number, NUMBERED_LARGEST);
	publish_into_all_regions(number + STOCK / 2, 0);
	malloc_trim(0);
	struct holdings holdings = {.descriptors = count_descriptors()};
	holdings.mappings = count_mappings();
#ifndef IS_SANITIZED
	holdings.allocated = mallinfo2().uordblks;
#endif
	return holdings;
}

/* The publications from number first to last, with threads about. */
static void run(unsigned first, unsigned last, unsigned thread_count)
{
	pthread_t threads[MOST_THREADS];
	unsigned starts[MOST_THREADS];
	pthread_attr_t attributes;

	atomic_store(&is_over, false);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	for (unsigned i = 0; i < thread_count; i++) {
		starts[i] = i * 4099;
		if (pthread_create(&threads[i], &attributes, look_up_until_over, &starts[i]) != 0)
			abort();
	}
	pthread_attr_destroy(&attributes);
	for (unsigned number = first; number <= last; number++) {
		publish_numbered(number, numbered_fillers(number));
		while (number % 2 == 0 && atomic_load(&seen) < number &&
		       atomic_load(&failures) == 0)
			sched_yield();
		if (number % 25 == 0)
			fork_child();
	}
	atomic_store(&is_over, true);
	for (unsigned i = 0; i < thread_count; i++)
		pthread_join(threads[i], NULL);
}

static void compare(const struct holdings *before, const struct holdings *after)
{
	printf("mappings %u and %u, of %zu and %zu KiB; descriptors %u and %u; allocated %zu and "
	       "%zu bytes\n",
	       before->mappings.count, after->mappings.count, before->mappings.bytes / 1024,
	       after->mappings.bytes / 1024, before->descriptors, after->descriptors,
	       before->allocated, after->allocated);
	if (after->mappings.count > before->mappings.count)
		fail("mappings grow\n");
	/* Those of valgrind do, as it likes. */
	if (after->mappings.bytes > before->mappings.bytes && !runs_under_valgrind())
		fail("mapped addresses grow\n");
	if (after->descriptors > before->descriptors)
		fail("descriptors grow\n");
	if (compares_allocated && after->allocated > before->allocated)
		fail("allocated memory grows\n");
}

static void stress(unsigned publications, unsigned thread_count)
{
	unsigned half = publications / 2;

	take_stock(1);
	run(1 + STOCK, half, thread_count);
	struct holdings before = take_stock(half + 1);
	run(half + 1 + STOCK, publications, thread_count);
	struct holdings after = take_stock(publications + 1);
	printf("%u databases published, %lu lookups by %u threads, %lu enumerations, %lu forks\n",
	       publications, atomic_load(&lookups), thread_count, atomic_load(&enumerations),
	       atomic_load(&forks));
	compare(&before, &after);
}

/* A whole number from 1 on, up to the most there may be. */
static unsigned argument(const char *text, unsigned most)
{
	char *rest;
	unsigned long number = strtoul(text, &rest, 10);

	if (*rest || number < 1 || number > most) {
		fprintf(stderr, "usage: stress [PUBLICATIONS [THREADS]]\n");
		exit(2);
	}
	return (unsigned)number;
}

/*
 * What is allocated can be compared where the C library keeps nothing of what is freed for later.
 * Part of that can only be asked for before the program starts, as the makefile does.
 */
static bool malloc_is_settled(void)
{
	const char *tunables = getenv("GLIBC_TUNABLES");

	mallopt(M_MXFAST, 0);
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	return tunables && strstr(tunables, "glibc.malloc.tcache_count=0");
}

int main(int argc, char **argv)
{
	unsigned publications = argc > 1 ? argument(argv[1], NUMBERED_LAST - STOCK) : 400;
	unsigned thread_count = argc > 2 ? argument(argv[2], MOST_THREADS) : 16;

	compares_allocated = malloc_is_settled();
	if (!mkdtemp(directory)) {
		perror(directory);
		return EXIT_FAILURE;
	}
	snprintf(database_path, sizeof database_path, "%s/services.db", directory);
	setenv("PORTDB_DATABASE", database_path, 1);
	module = open_module();
	stress(publications < 20 ? 20 : publications, thread_count);
	unlink(database_path);
	rmdir(directory);
	printf("stress: %u failure%s\n", atomic_load(&failures),
	       atomic_load(&failures) == 1 ? "" : "s");
	return atomic_load(&failures) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
