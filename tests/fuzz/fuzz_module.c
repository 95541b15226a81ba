/* SPDX-License-Identifier: MIT */
/*
 * The module's five functions, on a database of any bytes behind a header that is right: through
 * the whole of it, from $PORTDB_DATABASE to the caller's buffer. Each input replaces the one before
 * as a new database does.
 *
 * It asserts: what glibc is told follows its contract (errno stays at NOTFOUND, TRYAGAIN with
 * ERANGE, and for a buffer that is too small alone). An answer is well-formed, within the caller's
 * buffer, of whatever size, and answers the question. It comes from this very database. errno stays
 * as it was.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answers.h"
#include "nss/reader/format.h"
#include "nss/reader/freshness.h"
#include "nss/services.h"
#include "target.h"
#include "tests/support/guarded.h"
#include "tools/compile/image/verify.h"

/* errno as it is before each call. */
#define UNTOUCHED   4711
#define BUFFER_SIZE 65536
/* Of an input's answers so many are asked for with buffers of all sizes. */
#define SWEEPS_MAX 6

static struct guarded buffers;
static unsigned sweeps;
static bool is_sound; /* the present database, as verify sees it */

static int make_file(const void *bytes, size_t size)
{
	int descriptor = memfd_create("portdb-fuzz", MFD_CLOEXEC);

	if (descriptor < 0 || write(descriptor, bytes, size) != (ssize_t)size ||
	    fchmod(descriptor, 0600) != 0)
		fail("no file in memory: %s", strerror(errno));
	return descriptor;
}

/* Puts the database in the place of the last one, which is told so. */
static void publish(const void *bytes, size_t size)
{
	static int published = -1; /* its number is part of the path, and stays */
	int descriptor = make_file(bytes, size);

	if (published < 0) {
		char path[64];
		published = descriptor;
		snprintf(path, sizeof path, "/proc/self/fd/%d", published);
		setenv("PORTDB_DATABASE", path, 1);
		return;
	}
	int last = dup(published);
	const portdb_le32 yes = {UINT32_MAX};
	if (last < 0 || dup3(descriptor, published, O_CLOEXEC) < 0 ||
	    pwrite(last, &yes, sizeof yes, offsetof(struct portdb_header, superseded)) < 0)
		fail("not published: %s", strerror(errno));
	close(last);
	close(descriptor);
}

static void check_status(enum nss_status status, int error, const struct servent *entry,
			 const char *buffer, size_t size, bool is_stale_enumeration)
{
	if (errno != UNTOUCHED)
		fail("errno was changed, to %d", errno);
	switch (status) {
	case NSS_STATUS_SUCCESS:
		check_entry(entry, buffer, size);
		break;
	case NSS_STATUS_NOTFOUND:
		if (error != 0)
			fail("not found, with error %d", error);
		break;
	case NSS_STATUS_TRYAGAIN:
		if (error != ERANGE || size >= BUFFER_SIZE)
			fail("to be tried again with %zu bytes, with error %d", size, error);
		break;
	case NSS_STATUS_UNAVAIL:
		/* A record is damaged, or a source seems to have changed: but there is a database.
		 */
		if (error != EBADMSG && error != (is_stale_enumeration ? 0 : ESTALE))
			fail("unavailable, with error %d", error);
		break;
	default:
		fail("status %d", status);
	}
}

static enum nss_status ask_with(const struct question *question, size_t size)
{
	char *buffer = (char *)guarded_bytes(&buffers, size);
	struct servent entry;
	int error = 0;
	enum nss_status status;

	errno = UNTOUCHED;
	if (question->name)
		status = _nss_portdb_getservbyname_r(question->name, question->protocol, &entry,
						     buffer, size, &error);
	else
		status = _nss_portdb_getservbyport_r(htons(question->port), question->protocol,
						     &entry, buffer, size, &error);
	check_status(status, error, &entry, buffer, size, false);
	if (status == NSS_STATUS_SUCCESS)
		check_answer(&entry, question, is_sound);
	return status;
}

/* What the module says must be what its reader says of these bytes. */
static void check_against_reader(const struct portdb *db, const struct question *question,
				 enum nss_status status)
{
	struct portdb_service service;
	enum portdb_result result =
	    question->name ? portdb_by_name(db, question->name, question->protocol, &service)
			   : portdb_by_port(db, question->port, question->protocol, &service);

	if (status != NSS_STATUS_UNAVAIL && (status == NSS_STATUS_SUCCESS) != (result == PORTDB_OK))
		fail("the module gives %d where its reader gives %d", status, result);
}

static void ask(const struct question *question, void *context)
{
	enum nss_status status = ask_with(question, BUFFER_SIZE);

	check_against_reader(context, question, status);
	if (status != NSS_STATUS_SUCCESS || sweeps == SWEEPS_MAX)
		return;
	sweeps++;
	/* From too small to large enough, with every alignment. */
	size_t size = 0;
	while (ask_with(question, size) == NSS_STATUS_TRYAGAIN) {
		size += size < 400 ? 1 : 97;
		if (size >= BUFFER_SIZE)
			fail("no buffer is large enough");
	}
}

/*
 * The next service, in a small buffer and, where that is too small, again in a large one. At the
 * end of what a stale database can tell, "files" goes on, and leaves errno alone; so is *error.
 */
static enum nss_status next_service(struct servent *entry, size_t odd_size, bool is_stale)
{
	char *large = (char *)guarded_bytes(&buffers, BUFFER_SIZE);
	char *small = (char *)guarded_bytes(&buffers, odd_size);
	int error = 0;
	enum nss_status status = _nss_portdb_getservent_r(entry, small, odd_size, &error);

	check_status(status, error, entry, small, odd_size, is_stale);
	if (status == NSS_STATUS_TRYAGAIN) {
		error = 0;
		status = _nss_portdb_getservent_r(entry, large, BUFFER_SIZE, &error);
		check_status(status, error, entry, large, BUFFER_SIZE, is_stale);
	}
	return status;
}

/* Where no source seems to have changed, the same services come as the reader finds. */
static void enumerate(const struct portdb *db, size_t odd_size)
{
	static const struct timespec published;
	struct portdb_changes changes;
	bool is_stale = portdb_look_for_changes(db, &published, &changes);
	struct portdb_service service;
	struct servent entry;
	enum nss_status status;
	uint32_t cursor = 0;
	uint32_t count = 0;

	errno = UNTOUCHED;
	if (_nss_portdb_setservent(0) != NSS_STATUS_SUCCESS || errno != UNTOUCHED)
		fail("a database that can be opened is not enumerated");
	do {
		enum portdb_result result = portdb_next(db, &cursor, &service);
		status = next_service(&entry, odd_size, is_stale);
		if (!is_stale && status == NSS_STATUS_SUCCESS &&
		    (result != PORTDB_OK || strcmp(entry.s_name, service.strings) != 0))
			fail("'%s' is not the next service", entry.s_name);
		if (!is_stale && status == NSS_STATUS_NOTFOUND && result != PORTDB_NOT_FOUND)
			fail("the enumeration ends too soon");
		if (count++ > db->size / sizeof(struct portdb_record))
			fail("the enumeration has no end");
	} while (status == NSS_STATUS_SUCCESS);
	_nss_portdb_endservent();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct portdb db;

	/* A record with more would not fit into the largest buffer. */
	if (size < sizeof(struct portdb_header) || size > BUFFER_SIZE / 16)
		return 0;
	unsigned char *repaired = malloc(size);
	memcpy(repaired, bytes, size);
	repair_header(repaired, size);
	/* Of one that is refused the module learns only a second later. */
	if (portdb_open(&db, repaired, size) == PORTDB_OK) {
		publish(repaired, size);
		sweeps = 0;
		is_sound = !verify_image(repaired, size, &(uint32_t){0});
		ask_questions(repaired, size, ask, &db);
		enumerate(&db, bytes[size - 1]);
	}
	free(repaired);
	return 0;
}
