/* SPDX-License-Identifier: MIT */
/*
 * Reading services from a database's bytes.
 *
 * The bytes are whatever a file held: no answer depends on their being right. Every offset is
 * checked where it is followed, so that a damaged database gives PORTDB_DAMAGED or a well-formed
 * answer, and no byte outside of the database is read. The bytes must stay readable, and no
 * shorter, while a struct portdb or a struct portdb_service refers to them.
 *
 * Nothing here has state, takes a lock, allocates or touches errno. Ports are numbers in the
 * machine's own byte order.
 */
#ifndef PORTDB_DB_H
#define PORTDB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct portdb_slot;

/* Nearly all services' strings are no longer: so many bytes are copied at once. */
#define PORTDB_BLOCK 32

enum portdb_result {
	PORTDB_OK,
	PORTDB_NOT_FOUND,
	PORTDB_DAMAGED,       /* an offset or a count that cannot be */
	PORTDB_NOT_DATABASE,  /* no magic, or too short for a header */
	PORTDB_OTHER_VERSION, /* a major version that is not this reader's */
	PORTDB_TRUNCATED,     /* fewer or more bytes than the header says */
	PORTDB_BAD_HEADER,    /* the header's checksum or its sections are wrong */
};

/* A database that was opened. Plain values: it may be copied, and needs no closing. */
struct portdb {
	const unsigned char *bytes; /* the caller's */
	uint32_t size;
	uint32_t slot_count;
	const struct portdb_slot *slots;
	uint64_t hash_start; /* see hash.h */
	uint32_t probe_limit;
	uint32_t records; /* offset of the records, and of their end */
	uint32_t records_end;
	/* At so many bytes from there on a record may start whose strings can be read as a block.
	 */
	uint32_t block_starts;
};

/*
 * A service as it stands in the database. The strings are the database's own: "name\0protocol\0"
 * and the aliases, each ended by a NUL, in a sound database; so they are read by length alone.
 */
struct portdb_service {
	const char *strings;     /* the name first */
	uint32_t strings_size;   /* bytes, every NUL included; more than protocol */
	uint32_t protocol;       /* where the protocol starts in strings; the aliases follow it */
	uint32_t alias_count;    /* as the record says */
	uint32_t short_protocol; /* see hash.h */
	uint32_t offset;         /* of the record */
	uint16_t port;
};

/* Opens the database of size bytes at bytes, which must be aligned to 8. PORTDB_OK, or what is
 * wrong. */
enum portdb_result portdb_open(struct portdb *db, const void *bytes, size_t size);

/* What is wrong, in a few words of English, without a full stop. */
const char *portdb_strerror(enum portdb_result result);

/*
 * The service that answers to name, as its name or an alias, and to protocol; whatever its
 * protocol if that is NULL. PORTDB_OK, PORTDB_NOT_FOUND or PORTDB_DAMAGED.
 */
enum portdb_result portdb_by_name(const struct portdb *db, const char *name, const char *protocol,
				  struct portdb_service *service);

/* The same for a port. */
enum portdb_result portdb_by_port(const struct portdb *db, uint16_t port, const char *protocol,
				  struct portdb_service *service);

/*
 * The service at *cursor, which it moves on: 0 asks for the first service of the enumeration, and
 * PORTDB_NOT_FOUND says that there are no more. *cursor stays where it is unless it is PORTDB_OK.
 */
enum portdb_result portdb_next(const struct portdb *db, uint32_t *cursor,
			       struct portdb_service *service);

/* The service whose record stands at offset. PORTDB_OK or PORTDB_DAMAGED. */
enum portdb_result portdb_at(const struct portdb *db, uint32_t offset,
			     struct portdb_service *service);

/* The number of the first claim for a service of this database; see claims.h. */
uint32_t portdb_first_claim(const struct portdb *db, const struct portdb_service *service);

/*
 * Moves *position from a string of the service to the one behind it: from the protocol to the first
 * alias, and so on. False when there are no more. The walk ends by itself, whatever the bytes.
 */
bool portdb_next_string(const struct portdb_service *service, uint32_t *position);

/* Whether name, of length bytes and a NUL, is the service's name or one of its aliases. */
bool portdb_has_name(const struct portdb_service *service, const char *name, size_t length);

#endif
