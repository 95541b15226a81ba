/* SPDX-License-Identifier: MIT */
#include "every-question.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nss/reader/claims.h"
#include "nss/reader/freshness.h"
#include "nss/servent.h"
#include "tests/support/bad-databases.h"
#include "tests/support/guarded.h"
#include "tests/support/module.h"
#include "tests/support/processes/children.h"
#include "tests/support/support.h"
#include "tools/compile/image/verify.h"

static const char *const protocols[] = {NULL, "tcp", "udp", "", "a protocol of some length"};

#define PROTOCOLS (sizeof protocols / sizeof *protocols)

/* Callers' buffers end at a page that cannot be touched, and poison shows what is in front. */
#define BUFFER_SIZE 8192
#define POISON      0xa5

static struct guarded buffers;

static char *buffer_of(size_t size)
{
	size_t spoiled = size + 64 < BUFFER_SIZE ? size + 64 : BUFFER_SIZE;

	memset(guarded_bytes(&buffers, spoiled), POISON, spoiled);
	return (char *)guarded_bytes(&buffers, size);
}

static void expect_nothing_in_front(const char *buffer, const char *where)
{
	const unsigned char *start = guarded_bytes(&buffers, BUFFER_SIZE);

	for (const unsigned char *byte = (const unsigned char *)buffer;
	     byte-- > start && byte + 64 >= (const unsigned char *)buffer;)
		if (*byte != POISON)
			complain("%s: wrote in front of the buffer", where);
}

static bool is_within(const void *address, const char *buffer, size_t size)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)buffer;

	return offset < size;
}

static void expect_string(const char *string, const char *buffer, size_t size, const char *where)
{
	if (!is_within(string, buffer, size) ||
	    !memchr(string, '\0', size - (size_t)(string - buffer)))
		complain("%s: a string is not in the buffer", where);
}

static void expect_well_formed(const struct servent *entry, const char *buffer, size_t size,
			       const char *where)
{
	char *const *alias = entry->s_aliases;

	expect_string(entry->s_name, buffer, size, where);
	expect_string(entry->s_proto, buffer, size, where);
	if (entry->s_port < 0 || entry->s_port > UINT16_MAX)
		complain("%s: port %d", where, entry->s_port);
	if ((uintptr_t)alias % _Alignof(char *) != 0)
		complain("%s: the aliases are not aligned", where);
	for (;; alias++) {
		if (!is_within(alias, buffer, size) || !is_within(alias + 1, buffer, size + 1)) {
			complain("%s: the aliases' end is not in the buffer", where);
			return;
		}
		if (!*alias)
			return;
		expect_string(*alias, buffer, size, where);
	}
}

static void fill_buffer(const struct portdb_service *service, size_t size, const char *where)
{
	static const struct servent untouched = {"untouched", NULL, 4711, "untouched"};
	struct servent entry = untouched; /* its padding aside */
	char *buffer = buffer_of(size);
	int error = portdb_servent_fill(&entry, service, buffer, size);

	expect_nothing_in_front(buffer, where);
	if (error == 0)
		expect_well_formed(&entry, buffer, size, where);
	else if ((error != ERANGE && error != EBADMSG) || entry.s_name != untouched.s_name ||
		 entry.s_aliases != untouched.s_aliases || entry.s_port != untouched.s_port ||
		 entry.s_proto != untouched.s_proto)
		complain("%s: error %d", where, error);
}

static void look_at_service(const struct portdb *db, enum portdb_result result,
			    const struct portdb_service *service, bool is_thorough,
			    const char *where)
{
	struct portdb_changes all;

	if (result != PORTDB_OK) {
		if (result != PORTDB_NOT_FOUND && result != PORTDB_DAMAGED)
			complain("%s: result %d", where, result);
		return;
	}
	if (!is_within(service->strings, (const char *)db->bytes, db->size) ||
	    service->strings_size > db->size || service->protocol >= service->strings_size)
		complain("%s: a service's strings are not in the database", where);
	memset(&all, 0xff, sizeof all);
	portdb_rests_on_changes(db, service, &all);
	for (uint32_t string = service->protocol; portdb_next_string(service, &string);)
		if (string >= service->strings_size)
			complain("%s: a string is not the service's", where);
	for (size_t size = 0; is_thorough && size < 400; size++)
		fill_buffer(service, size, where);
	fill_buffer(service, BUFFER_SIZE, where);
	fill_buffer(service, BUFFER_SIZE - 3, where);
}

static void look_up(const struct portdb *db, bool is_thorough, const char *where)
{
	static char long_name[70000];
	struct portdb_service service;

	memset(long_name, 'a', sizeof long_name - 1);
	for (size_t p = 0; p < PROTOCOLS; p++) {
		for (const char *const *name = bad_database_names; *name; name++)
			look_at_service(db, portdb_by_name(db, *name, protocols[p], &service),
					&service, is_thorough, where);
		portdb_by_name(db, long_name, protocols[p], &service);
		for (size_t i = 0; i < bad_database_port_count; i++)
			look_at_service(
			    db, portdb_by_port(db, bad_database_ports[i], protocols[p], &service),
			    &service, is_thorough, where);
	}
	portdb_by_name(db, "ssh", long_name, &service);
}

static void walk(const struct portdb *db, bool is_thorough, const char *where)
{
	struct portdb_service service;
	enum portdb_result result;
	uint32_t cursor = 0;
	uint32_t count = 0;

	while ((result = portdb_next(db, &cursor, &service)) == PORTDB_OK) {
		look_at_service(db, result, &service, is_thorough, where);
		if (++count > db->size) {
			complain("%s: the enumeration has no end", where);
			return;
		}
	}
	look_at_service(db, result, &service, false, where);
	for (uint32_t offset = 0; is_thorough && offset < db->size + 64; offset++)
		look_at_service(db, portdb_at(db, offset, &service), &service, false, where);
	for (uint32_t offset = UINT32_MAX - 64; offset != 0; offset++)
		if (portdb_at(db, offset, &service) != PORTDB_DAMAGED)
			complain("%s: a service at offset %u", where, offset);
}

static void look_at_facts(const struct portdb_claims *claims, uint32_t position, const char *where)
{
	const char *column;
	const char *value;
	uint32_t count = 0;

	while (portdb_next_fact(claims, &position, &column, &value))
		if (strlen(column) + strlen(value) > claims->db->size || ++count > claims->db->size)
			complain("%s: the facts have no end", where);
}

static void look_at_claims(const struct portdb *db, bool is_thorough, const char *where)
{
	struct portdb_claims claims;
	struct portdb_claim_row claim;
	struct portdb_source_row source;
	static const struct timespec published;
	struct portdb_changes changes;

	portdb_look_for_changes(db, &published, &changes);
	if (portdb_claims_open(&claims, db) != PORTDB_OK)
		return;
	for (uint32_t i = 0; i < claims.count; i++)
		if (portdb_claim_get(&claims, i, &claim) == PORTDB_OK) {
			if (strlen(claim.name) + strlen(claim.protocol) + strlen(claim.aliases) >
			    3 * (size_t)db->size)
				complain("%s: a claim's strings are too long", where);
			look_at_facts(&claims, claim.facts, where);
		}
	for (uint32_t i = 0; i < claims.source_count; i++)
		if (portdb_source_get(&claims, i, &source) == PORTDB_OK &&
		    strlen(source.path) > db->size)
			complain("%s: a source's path is too long", where);
	if (portdb_claim_get(&claims, UINT32_MAX, &claim) != PORTDB_NOT_FOUND ||
	    portdb_source_get(&claims, UINT32_MAX, &source) != PORTDB_NOT_FOUND)
		complain("%s: there is no end of claims or sources", where);
	for (uint32_t position = 0; is_thorough && position < db->size + 64; position++)
		look_at_facts(&claims, position, where);
}

enum portdb_result ask_reader(const void *bytes, size_t size, bool is_thorough, const char *where)
{
	struct portdb db;
	uint32_t services;
	enum portdb_result result = portdb_open(&db, bytes, size);

	if (result != PORTDB_OK) {
		if (!verify_image(bytes, size, &services))
			complain("%s: not refused by verify", where);
		return result;
	}
	verify_image(bytes, size, &services);
	look_up(&db, is_thorough, where);
	walk(&db, is_thorough, where);
	look_at_claims(&db, is_thorough, where);
	return result;
}

extern int __nss_configure_lookup(const char *database, const char *services);

static struct module module;

void questions_prepare(void)
{
	module = open_module();
	cr_assert_eq(__nss_configure_lookup("services", "portdb"), 0);
}

/* What glibc's manual allows a module to answer. */
static void expect_status(enum nss_status status, int error, const struct servent *entry,
			  const char *buffer, size_t size, enum portdb_result opens,
			  const char *where)
{
	bool is_right = false;

	expect_nothing_in_front(buffer, where);
	if (opens != PORTDB_OK) {
		if (status != NSS_STATUS_UNAVAIL || error != ENODATA)
			complain("%s: status %d with error %d", where, status, error);
		return;
	}
	if (status == NSS_STATUS_SUCCESS)
		expect_well_formed(entry, buffer, size, where);
	if (status == NSS_STATUS_SUCCESS)
		is_right = true;
	else if (status == NSS_STATUS_NOTFOUND)
		is_right = error == 0;
	else if (status == NSS_STATUS_TRYAGAIN)
		is_right = error == ERANGE && size < BUFFER_SIZE;
	else if (status == NSS_STATUS_UNAVAIL)
		is_right = error == EBADMSG;
	if (!is_right)
		complain("%s: status %d with error %d", where, status, error);
}

static void ask_for(const char *name, uint16_t port, const char *protocol, size_t size,
		    enum portdb_result opens, const char *where)
{
	struct servent entry;
	int error = 0;
	char *buffer = buffer_of(size);
	enum nss_status status =
	    name ? module.by_name(name, protocol, &entry, buffer, size, &error)
		 : module.by_port(htons(port), protocol, &entry, buffer, size, &error);

	expect_status(status, error, &entry, buffer, size, opens, where);
}

static void ask_for_all(size_t size, enum portdb_result opens, const char *where)
{
	for (size_t p = 0; p < PROTOCOLS; p++) {
		for (const char *const *name = bad_database_names; *name; name++)
			ask_for(*name, 0, protocols[p], size, opens, where);
		for (size_t i = 0; i < bad_database_port_count; i++)
			ask_for(NULL, bad_database_ports[i], protocols[p], size, opens, where);
	}
}

/* Each service is asked for with buffers that grow; more than there can be are no enumeration. */
static void enumerate(enum portdb_result opens, const char *where)
{
	enum nss_status status = module.set(0);

	if (status != (opens == PORTDB_OK ? NSS_STATUS_SUCCESS : NSS_STATUS_UNAVAIL))
		complain("%s: setservent has status %d", where, status);
	for (unsigned count = 0; status == NSS_STATUS_SUCCESS; count++) {
		size_t size = 0;
		do {
			struct servent entry;
			int error = 0;
			char *buffer = buffer_of(size);
			status = module.next(&entry, buffer, size, &error);
			expect_status(status, error, &entry, buffer, size, opens, where);
			size = size < 512 ? size + 1 : BUFFER_SIZE;
		} while (status == NSS_STATUS_TRYAGAIN);
		if (count > 10000) {
			complain("%s: the enumeration has no end", where);
			break;
		}
	}
	module.end();
}

static void ask_libc(const char *where)
{
	unsigned count = 0;

	getservbyname("ssh", NULL);
	getservbyport(htons(53), "udp");
	setservent(0);
	while (getservent() && ++count < 10000)
		;
	endservent();
	if (count == 10000)
		complain("%s: libc finds no end", where);
}

void ask_module(enum portdb_result opens, bool is_thorough, const char *where)
{
	struct descriptors before;

	descriptors_look(&before);
	errno = 4711;
	ask_for_all(BUFFER_SIZE, opens, where);
	for (size_t size = 0; size < 200; size += is_thorough ? 1 : 50)
		ask_for_all(size, opens, where);
	enumerate(opens, where);
	if (errno != 4711)
		complain("%s: errno was touched", where);
	ask_libc(where);
	descriptors_expect_same(&before, where);
}
