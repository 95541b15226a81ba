/* SPDX-License-Identifier: MIT */
/* Filling a struct servent: every buffer length, every alignment, and damaged records. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nss/servent.h"
#include "tests/support/support.h"

#define POISON 0xa5

static const char two_aliases[] = "name\0tcp\0one\0another";

static struct portdb_service service_of(const char *strings, uint32_t size, uint32_t protocol,
					uint32_t alias_count)
{
	return (struct portdb_service){.strings = strings,
				       .strings_size = size,
				       .protocol = protocol,
				       .alias_count = alias_count,
				       .port = 0x1234};
}

static bool is_within(const void *address, const char *buffer, size_t size)
{
	return (const char *)address >= buffer && (const char *)address < buffer + size;
}

static void expect_filled(const struct servent *entry, const char *buffer, size_t size)
{
	cr_expect_str_eq(servent_text(entry), "name 4660/tcp one another");
	cr_expect_eq(entry->s_port, htons(0x1234));
	cr_expect_eq((uintptr_t)entry->s_aliases % _Alignof(char *), 0);
	cr_expect(is_within(entry->s_name, buffer, size));
	cr_expect(is_within(entry->s_proto, buffer, size));
	cr_expect(is_within(entry->s_aliases, buffer, size));
	cr_expect(is_within(entry->s_aliases + 2, buffer, size));
	cr_expect(is_within(entry->s_aliases[0], buffer, size));
	cr_expect(is_within(entry->s_aliases[1], buffer, size));
}

/* The smallest size that does at this alignment, found from 0 up; nothing else is ever written. */
static size_t sweep(char *memory, size_t memory_size, size_t alignment)
{
	struct portdb_service service = service_of(two_aliases, sizeof two_aliases, 5, 2);
	char *buffer = memory + 64 + alignment;

	for (size_t size = 0;; size++) {
		struct servent entry;
		struct servent untouched;
		memset(memory, POISON, memory_size);
		memset(&entry, POISON, sizeof entry);
		untouched = entry;
		int error = portdb_servent_fill(&entry, &service, buffer, size);
		for (size_t i = 0; i < memory_size; i++)
			if (!is_within(memory + i, buffer, size))
				cr_assert_eq((unsigned char)memory[i], POISON, "size %zu", size);
		if (error == 0) {
			expect_filled(&entry, buffer, size);
			return size;
		}
		cr_assert_eq(error, ERANGE);
		cr_assert_arr_eq(&entry, &untouched, sizeof entry);
	}
}

Test(servent, fits_any_buffer_from_just_large_enough_on)
{
	char memory[512] __attribute__((aligned(64)));
	size_t exact = 3 * sizeof(char *) + sizeof two_aliases;

	cr_expect_eq(sweep(memory, sizeof memory, 0), exact);
	for (size_t alignment = 1; alignment < sizeof(char *); alignment++)
		cr_expect_eq(sweep(memory, sizeof memory, alignment),
			     exact + sizeof(char *) - alignment);
}

Test(servent, has_an_empty_list_without_aliases)
{
	char buffer[64];
	struct servent entry;
	struct portdb_service service = service_of("n\0", 3, 2, 0);

	cr_assert_eq(portdb_servent_fill(&entry, &service, buffer, sizeof buffer), 0);
	cr_expect_str_eq(servent_text(&entry), "n 4660/");
	cr_expect_null(entry.s_aliases[0]);
}

static int fill_damaged(const char *strings, uint32_t size, uint32_t protocol, uint32_t count)
{
	static char buffer[65536];
	struct servent entry;
	struct portdb_service service = service_of(strings, size, protocol, count);

	return portdb_servent_fill(&entry, &service, buffer, sizeof buffer);
}

Test(servent, refuses_damaged_records)
{
	cr_expect_eq(fill_damaged("name\0tcp\0one\0another", 20, 5, 2), EBADMSG, "no NUL");
	cr_expect_eq(fill_damaged("nameXtcp", 9, 5, 0), EBADMSG, "no NUL behind the name");
	cr_expect_eq(fill_damaged("name\0tcp\0one", 13, 5, 2), EBADMSG, "an alias too few");
	cr_expect_eq(fill_damaged("name\0tcp", 9, 5, 1), EBADMSG, "an alias that is none");
	cr_expect_eq(fill_damaged("name\0tcp", 9, 5, UINT32_MAX), EBADMSG,
		     "a count that overflows");
	cr_expect_eq(fill_damaged("name\0tcp", 9, 5, 0), 0);
}

/* Strings behind those that are counted are left out; portdb-compile --verify finds them. */
Test(servent, has_as_many_aliases_as_are_counted)
{
	static char buffer[64];
	struct servent entry;
	struct portdb_service service = service_of("name\0tcp\0one\0two", 17, 5, 1);

	cr_assert_eq(portdb_servent_fill(&entry, &service, buffer, sizeof buffer), 0);
	cr_expect_str_eq(servent_text(&entry), "name 4660/tcp one");
	service.alias_count = 0;
	cr_assert_eq(portdb_servent_fill(&entry, &service, buffer, sizeof buffer), 0);
	cr_expect_str_eq(servent_text(&entry), "name 4660/tcp");
}
