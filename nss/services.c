/* SPDX-License-Identifier: MIT */
#include "services.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "at-once.h"
#include "live.h"
#include "nss/reader/freshness.h"
#include "nss/reader/lookup.h"
#include "servent.h"

/* Whatever the reason: a database's ENOENT must not be taken for a lookup's. */
static enum nss_status unavailable(int reason, int *error)
{
	*error = reason;
	return NSS_STATUS_UNAVAIL;
}

/* Hands over what was found: 0, or the errno that says why there is nothing. */
static int give(enum portdb_result result, const struct portdb_service *service,
		struct servent *entry, char *buffer, size_t size)
{
	switch (result) {
	case PORTDB_OK:
		return portdb_servent_fill(entry, service, buffer, size);
	case PORTDB_NOT_FOUND:
		return ENOENT;
	default:
		return EBADMSG;
	}
}

/*
 * What to say to glibc of give's 0 or errno. *error, which may be errno itself, is left alone where
 * "files" leaves it alone: by what was found and by what was not.
 */
static enum nss_status status_of(int reason, int *error)
{
	switch (reason) {
	case 0:
		return NSS_STATUS_SUCCESS;
	case ENOENT:
		return NSS_STATUS_NOTFOUND;
	default:
		break;
	}
	*error = reason;
	switch (reason) {
	case ERANGE:
		return NSS_STATUS_TRYAGAIN;
	default:
		return NSS_STATUS_UNAVAIL;
	}
}

/* Whether the source that has changed may have changed this answer: any "no", and its own claims.
 */
static bool is_outdated(const struct portdb_view *view, enum portdb_result result,
			const struct portdb_service *service)
{
	return view->is_stale &&
	       (result == PORTDB_NOT_FOUND ||
		(result == PORTDB_OK && portdb_live_rests_on_changes(view, service)));
}

/* A port as glibc hands it over, in network byte order, in an int whose other bits must be zero. */
PORTDB_INLINE bool is_port(int port)
{
	return port >= 0 && port <= UINT16_MAX;
}

static enum portdb_result find(const struct portdb *db, const char *name, int port,
			       const char *protocol, struct portdb_service *service)
{
	if (name)
		return portdb_by_name(db, name, protocol, service);
	if (!is_port(port))
		return PORTDB_NOT_FOUND;
	return portdb_by_port(db, ntohs((uint16_t)port), protocol, service);
}

/*
 * A lookup, whatever may be out of the ordinary. name is NULL where it is about a port. Nearly all
 * lookups are answered at once instead, by the functions below that glibc calls.
 */
static __attribute__((noinline, cold)) enum nss_status
look_up_with_care(const char *name, int port, const char *protocol, struct servent *entry,
		  char *buffer, size_t size, int *error)
{
	struct portdb_service service;
	struct portdb_view view;
	int reason;

	do {
		reason = portdb_live_begin(&view);
		if (reason != 0)
			return unavailable(reason, error);
		enum portdb_result result = find(&view.db, name, port, protocol, &service);
		reason = is_outdated(&view, result, &service)
			     ? ESTALE
			     : give(result, &service, entry, buffer, size);
	} while (portdb_live_changed(&view));
	return status_of(reason, error);
}

enum nss_status _nss_portdb_getservbyname_r(const char *name, const char *protocol,
					    struct servent *entry, char *buffer, size_t size,
					    int *error)
{
	/* Calls come first, as they leave nothing in registers. */
	unsigned long second = portdb_this_second();
	size_t length = strlen(name);
	enum portdb_at_once answer = PORTDB_TAKES_MORE;
	struct portdb_view view;

	if (portdb_live_begin_at_once(&view, second)) {
		struct portdb_key key = portdb_key_of_name(&view.db, name, length, protocol);
		answer = portdb_answer_at_once(&view, &key, entry, buffer, size);
	}
	if (PORTDB_LIKELY(answer != PORTDB_TAKES_MORE))
		return answer == PORTDB_ANSWERED ? NSS_STATUS_SUCCESS : NSS_STATUS_NOTFOUND;
	return look_up_with_care(name, 0, protocol, entry, buffer, size, error);
}

enum nss_status _nss_portdb_getservbyport_r(int port, const char *protocol, struct servent *entry,
					    char *buffer, size_t size, int *error)
{
	unsigned long second = portdb_this_second();
	enum portdb_at_once answer = PORTDB_TAKES_MORE;
	struct portdb_view view;

	if (is_port(port) && portdb_live_begin_at_once(&view, second)) {
		struct portdb_key key =
		    portdb_key_of_port(&view.db, ntohs((uint16_t)port), protocol);
		answer = portdb_answer_at_once(&view, &key, entry, buffer, size);
	}
	if (PORTDB_LIKELY(answer != PORTDB_TAKES_MORE))
		return answer == PORTDB_ANSWERED ? NSS_STATUS_SUCCESS : NSS_STATUS_NOTFOUND;
	return look_up_with_care(NULL, port, protocol, entry, buffer, size, error);
}

/*
 * An enumeration holds the mapping that is there, so that it goes through one database from first
 * to last whatever is published meanwhile. glibc calls these three under a lock of its own; this
 * one is for who calls them without.
 *
 * Where there is no database, or no more of it, errno is left alone: "files" comes next, and ends
 * without touching it.
 */
static struct {
	pthread_mutex_t lock;
	bool is_open;
	struct portdb_view view;
	uint32_t cursor;               /* for portdb_next */
	struct portdb_changes changes; /* as they were when it began */
} enumeration = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void enumeration_close(void)
{
	if (enumeration.is_open)
		portdb_live_release();
	enumeration.is_open = false;
}

static enum nss_status enumeration_open(void)
{
	int cancel_state;

	/* A thread that is cancelled in here would take locks with it, glibc's and this one. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	enumeration_close();
	enumeration.cursor = 0;
	enumeration.is_open = portdb_live_hold(&enumeration.view, &enumeration.changes) == 0;
	pthread_setcancelstate(cancel_state, NULL);
	return enumeration.is_open ? NSS_STATUS_SUCCESS : NSS_STATUS_UNAVAIL;
}

enum nss_status _nss_portdb_setservent(int stay_open)
{
	(void)stay_open;
	pthread_mutex_lock(&enumeration.lock);
	enum nss_status status = enumeration_open();
	pthread_mutex_unlock(&enumeration.lock);
	return status;
}

enum nss_status _nss_portdb_endservent(void)
{
	pthread_mutex_lock(&enumeration.lock);
	enumeration_close();
	pthread_mutex_unlock(&enumeration.lock);
	return NSS_STATUS_SUCCESS;
}

/* The next service that rests on no change. */
static enum portdb_result enumeration_find(uint32_t *cursor, struct portdb_service *service)
{
	const struct portdb *db = &enumeration.view.db;
	enum portdb_result result;

	do
		result = portdb_next(db, cursor, service);
	while (result == PORTDB_OK && enumeration.view.is_stale &&
	       portdb_rests_on_changes(db, service, &enumeration.changes));
	return result;
}

static enum nss_status enumeration_next(struct servent *entry, char *buffer, size_t size,
					int *error)
{
	struct portdb_service service;
	uint32_t cursor = enumeration.cursor;
	enum portdb_result result = enumeration_find(&cursor, &service);

	/* The next service's lines follow, among them those that were left out. */
	if (result == PORTDB_NOT_FOUND && enumeration.view.is_stale)
		return NSS_STATUS_UNAVAIL;
	int reason = give(result, &service, entry, buffer, size);
	/* After ERANGE the same service is asked for again, with a larger buffer. */
	if (reason == 0)
		enumeration.cursor = cursor;
	return status_of(reason, error);
}

enum nss_status _nss_portdb_getservent_r(struct servent *entry, char *buffer, size_t size,
					 int *error)
{
	enum nss_status status = NSS_STATUS_SUCCESS;

	pthread_mutex_lock(&enumeration.lock);
	if (!enumeration.is_open)
		status = enumeration_open();
	if (status == NSS_STATUS_SUCCESS)
		status = enumeration_next(entry, buffer, size, error);
	pthread_mutex_unlock(&enumeration.lock);
	return status;
}
