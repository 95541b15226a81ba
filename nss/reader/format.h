/* SPDX-License-Identifier: MIT */
/*
 * The portdb database, byte by byte. This header is the specification and the only definition.
 *
 *      0 ┌──────────────────────────────────────────────────────────────┐
 *        │ header          one struct portdb_header                     │ what a process
 *        ├──────────────────────────────────────────────────────────────┤ reads first:
 *        │ sources         struct portdb_source, highest first          │ which files to
 *        │ strings         NUL-terminated strings, the sources' paths   │ look at
 *        │                 and then what the claims say                 │
 *        ├──────────────────────────────────────────────────────────────┤
 *        │ index           slot_count × struct portdb_slot              │ hot: one slot,
 *        ├──────────────────────────────────────────────────────────────┤ then one record,
 *        │ records         services in the order of enumeration, each a │ per lookup
 *        │                 struct portdb_record followed by its strings │
 *        ├──────────────────────────────────────────────────────────────┤
 *        │ claims          struct portdb_claim: those of the first      │ cold: who says so,
 *        │                 service, of the second, …, of no service     │ and what about it
 *        └──────────────────────────────────────────────────────────────┘
 *
 * - Every integer is unsigned and little-endian, and stands at a multiple of its own size. Nothing
 *   is native: the same bytes are read and written on every machine.
 * - An offset counts bytes from the start of the file. 0 is where the header stands, so as an
 *   offset it means "nothing". The file is at most 4 GiB − 1.
 * - A section starts at a multiple of PORTDB_ALIGNMENT and stands wholly within the file, behind
 *   the header; sections do not overlap. What pads them is zero.
 * - Strings are bytes as the source had them, in no particular encoding, without NUL.
 *
 * A lookup. Every question that getservbyname(3) and getservbyport(3) can ask is a key: a name (or
 * alias) or a port, with a protocol or with none. The compiler has answered each of them, so that
 * a reader hashes its question (see hash.h), goes to slot ((hash & 0xffffffff) × slot_count) >> 32
 * and looks at up to probe_limit slots from there on, wrapping at the end, until one whose tag is
 * hash >> 48 names a record that has the key, or until a slot names no record: not found. A tag can
 * be another key's as well, so that the record has the last word.
 *
 * Versions. A reader refuses another major version and accepts any minor one. Within a major
 * version sections may be added and structures may not grow; the header's size is part of the
 * header.
 */
#ifndef PORTDB_FORMAT_H
#define PORTDB_FORMAT_H

#include <assert.h>
#include <stdint.h>

/* 8 bytes. The line feed and the 0x1a show a file that went through a text-mode transfer. */
#define PORTDB_MAGIC     "portdb\n\x1a"
#define PORTDB_MAJOR     2
#define PORTDB_MINOR     0
#define PORTDB_ALIGNMENT 8

/* A lookup looks at no more slots than that, whatever a source holds: two pages of them at most. */
#define PORTDB_PROBES_MAX 64

/* Not more sources than that: every process looks at each of them, once a second if it asks. */
#define PORTDB_SOURCES_MAX 1024

/* Little-endian integers, wrapped so that none is read without a conversion: see byteorder.h. */
typedef struct {
	uint16_t little;
} portdb_le16;

typedef struct {
	uint32_t little;
} portdb_le32;

typedef struct {
	uint64_t little;
} portdb_le64;

struct portdb_section {
	portdb_le32 offset; /* a multiple of PORTDB_ALIGNMENT */
	portdb_le32 size;   /* in bytes, without padding */
};

struct portdb_header {
	char magic[8]; /* PORTDB_MAGIC */
	portdb_le16 major;
	portdb_le16 minor;
	portdb_le32 header_size; /* sizeof(struct portdb_header) when it was written */
	portdb_le32 file_size;
	/*
	 * How often another database took this one's place: 0, and then 1 unless somebody puts it
	 * back. It is the one field that changes once the file is published, so that processes that
	 * have it mapped learn of the new database without a system call; no checksum covers it.
	 */
	portdb_le32 superseded;
	portdb_le64 content_checksum; /* XXH3 (64 bits, seed 0) of all that follows the header */
	portdb_le32 slot_count;       /* not 0 */
	portdb_le16 probe_limit;      /* 1 … slot_count, and PORTDB_PROBES_MAX */
	portdb_le16 seed; /* of the keys' hashes: the first with which the probes are as few */
	portdb_le32 service_count; /* number of records */
	portdb_le32 key_count;     /* number of slots in use */
	struct portdb_section index;
	struct portdb_section records;
	struct portdb_section claims;
	struct portdb_section sources;
	struct portdb_section strings;
	/* portdb_hash_bytes(0, …) of the header's bytes up to here, superseded taken as 0. */
	portdb_le64 header_checksum;
};

/*
 * A slot of the index is one number, so that one load reads it. From the lowest bit on:
 *
 *     32 bits  offset of the record; 0 in an unused slot, which is all zeros
 *     16 bits  where the key's name starts, counted from the record's first string; PORTDB_FAR if
 *              that is no less, and then it is any of the record's names; 0 for a port
 *     16 bits  the tag: hash >> 48
 */
struct portdb_slot {
	portdb_le64 fields;
};

#define PORTDB_FAR 0xffff

/*
 * One service. Its strings follow at once: name NUL protocol NUL {alias NUL}…, strings_size bytes,
 * and zeros up to a multiple of 4, where the next record starts.
 */
struct portdb_record {
	portdb_le32 strings_size; /* in bytes, with every NUL; without padding */
	portdb_le32 protocol; /* where the protocol starts, counted from the name's first byte */
	portdb_le32 alias_count;
	portdb_le32 first_claim;    /* number of its first claim in the claims section */
	portdb_le32 short_protocol; /* see portdb_short_protocol in hash.h */
	portdb_le16 port;           /* 0 … 65535, as a number */
	portdb_le16 zero;
};

/* One row of a source. It stands for the service that answers in its name, or for none. */
struct portdb_claim {
	portdb_le32 service; /* offset of the record, or 0 */
	portdb_le32 source;  /* number of the source in the sources section */
	portdb_le32 line;    /* in the source, from 1 */
	portdb_le16 port;
	portdb_le16
	    last_port;    /* more than port for a range, which is no service; less for no port */
	portdb_le32 name; /* string, or 0 for a claim without a name */
	portdb_le32 protocol; /* string, or 0 */
	portdb_le32 aliases;  /* string: the row's aliases, a space between two; or 0 */
	/* What else the row says: column NUL value NUL …, ended by an empty column; or 0. */
	portdb_le32 facts;
};

/* What a database remembers of a source, so that a reader can tell whether it has changed since. */
enum portdb_source_kind {
	PORTDB_UNTRACKED = 0, /* nothing */
	PORTDB_FILE = 1,      /* a file: its size and when it was modified */
	PORTDB_ABSENT = 2,    /* there was nothing at its path */
	PORTDB_DIRECTORY =
	    3, /* where sources come and go: when it was modified; it has no claims */
	/*
	 * The same two, last touched (ctime) at a time that was still to come when the database was
	 * compiled: that time, in the place of when they were modified.
	 */
	PORTDB_FILE_AHEAD = 4,
	PORTDB_DIRECTORY_AHEAD = 5,
};

/*
 * Added to a kind where the path leads through a symbolic link: then which file it leads to counts
 * as well, by the number of its inode. Where it is not added, a link at the path is a change.
 */
#define PORTDB_LINKED 8

struct portdb_source {
	portdb_le32 path;        /* string: as the compiler was given it; absolute if tracked */
	portdb_le32 claim_count; /* how many claims are its own */
	portdb_le32 kind;        /* enum portdb_source_kind, and PORTDB_LINKED or not */
	portdb_le32 nanoseconds; /* of the time of modification, */
	portdb_le64 seconds;     /* in two's complement, since 1970-01-01 00:00:00 UTC */
	/* In bytes; 0 for a directory. The lower 32 bits of an inode's number are the upper ones.
	 */
	portdb_le64 size;
};

static_assert(sizeof(PORTDB_MAGIC) == 8 + 1, "the magic is eight bytes");
static_assert(sizeof(struct portdb_header) == 96, "the header has no hidden padding");
static_assert(sizeof(struct portdb_slot) == 8, "eight slots share a cache line");
static_assert(sizeof(struct portdb_record) == 24, "records have no hidden padding");
static_assert(sizeof(struct portdb_claim) == 32, "claims have no hidden padding");
static_assert(sizeof(struct portdb_source) == 32, "sources have no hidden padding");

#endif
