/* SPDX-License-Identifier: MIT */
/*
 * Makes the databases that fuzzing starts from, in the present format: tests/fuzz/databases
 * DIRECTORY
 *
 * Some are what the compiler makes. In the others a check decides, at the end of the file where it
 * can be seen: they are damaged in one place each, and so the names of the files say in which.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "nss/reader/byteorder.h"
#include "nss/reader/hash.h"
#include "texts.h"

static const char *directory;

static void save(const char *name, const void *bytes, size_t size)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
		fail("%s cannot be written", path);
}

static void save_compiled(const char *name, const char *input)
{
	struct text texts[DATABASE_SOURCES_MAX];
	size_t count = texts_of((const uint8_t *)input, strlen(input), texts, DATABASE_SOURCES_MAX);
	struct database database;

	compile_quietly(&database, texts, count);
	save(name, database.image.bytes, database.image.size);
	database_free(&database);
}

/* A database with one record, behind which there is nothing. */
struct single {
	const char *strings;
	size_t size;           /* of the strings */
	uint32_t claimed_size; /* what the record says it is */
	uint32_t protocol;
	uint32_t alias_count;
	const char *name;  /* a question that comes to the record, */
	uint16_t position; /* and where the slot says its answer starts */
	const char *name_protocol;
};

#define SINGLE_SLOTS 8

static void add_slot(struct portdb_slot *slots, uint64_t hash, uint32_t record, uint16_t position)
{
	size_t slot = (hash & UINT32_MAX) * SINGLE_SLOTS >> 32;

	while (portdb_slot_record(from_le64(slots[slot].fields)) != 0)
		slot = (slot + 1) % SINGLE_SLOTS;
	slots[slot] = portdb_slot_of(record, position, (uint16_t)(hash >> 48));
}

/* The caller frees it. */
static unsigned char *make_single(const struct single *single, size_t *size)
{
	size_t index = sizeof(struct portdb_header);
	size_t start = index + SINGLE_SLOTS * sizeof(struct portdb_slot);
	*size = start + sizeof(struct portdb_record) + single->size;
	unsigned char *bytes = calloc(1, *size);
	struct portdb_header *header = (void *)bytes;
	struct portdb_slot *slots = (void *)(bytes + index);
	struct portdb_record *record = (void *)(bytes + start);
	uint32_t protocol = portdb_protocol_of(single->name_protocol);
	size_t length = strlen(single->name);

	header->header_size = to_le32(sizeof *header);
	header->slot_count = to_le32(SINGLE_SLOTS);
	header->probe_limit = to_le16(SINGLE_SLOTS);
	header->service_count = to_le32(1);
	header->key_count = to_le32(4);
	header->index = (struct portdb_section){to_le32((uint32_t)index),
						to_le32(SINGLE_SLOTS * sizeof *slots)};
	header->records =
	    (struct portdb_section){to_le32((uint32_t)start), to_le32((uint32_t)(*size - start))};
	header->claims = header->sources = header->strings =
	    (struct portdb_section){to_le32((uint32_t)start), to_le32(0)};
	*record = (struct portdb_record){
	    .strings_size = to_le32(single->claimed_size),
	    .protocol = to_le32(single->protocol),
	    .alias_count = to_le32(single->alias_count),
	    .short_protocol = to_le32(portdb_short_protocol(protocol)),
	    .port = to_le16(7),
	};
	memcpy(record + 1, single->strings, single->size);
	add_slot(slots, portdb_hash_name(0, single->name, length, protocol), (uint32_t)start,
		 single->position);
	add_slot(slots, portdb_hash_name(0, single->name, length, portdb_protocol_of(NULL)),
		 (uint32_t)start, single->position);
	add_slot(slots, portdb_hash_port(0, 7, protocol), (uint32_t)start, 0);
	add_slot(slots, portdb_hash_port(0, 7, portdb_protocol_of(NULL)), (uint32_t)start, 0);
	repair_header(bytes, *size);
	return bytes;
}

static void save_single(const char *file, struct single single)
{
	size_t size;
	unsigned char *bytes = make_single(&single, &size);

	save(file, bytes, size);
	free(bytes);
}

/* Each set of strings has a size with which the file's is a multiple of 8. */
static void save_singles(void)
{
	static const char sixteen[] = "abcd\0tcp\0fghijk";
	struct single single = {.strings = sixteen,
				.size = sizeof sixteen,
				.claimed_size = sizeof sixteen,
				.protocol = 5,
				.alias_count = 1,
				.name = "abcd",
				.name_protocol = "tcp"};
	struct single changed;

	save_single("record-at-the-end", single);
	changed = single;
	changed.alias_count = 5;
	save_single("fewer-aliases-than-counted", changed);
	changed.alias_count = UINT32_MAX;
	save_single("many-aliases", changed);
	changed = single;
	changed.protocol = 0;
	save_single("no-byte-before-the-protocol", changed);
	changed.protocol = sizeof sixteen;
	save_single("protocol-behind-the-strings", changed);
	changed = single;
	changed.claimed_size = UINT32_MAX - 15;
	save_single("strings-size-wraps", changed);
	changed.claimed_size = 4096;
	save_single("record-beyond-the-end", changed);
	changed = single;
	changed.name = "bcd";
	changed.position = 1;
	save_single("slot-amid-a-name", changed);
	changed.position = PORTDB_FAR;
	save_single("slot-far-off", changed);
	changed.position = sizeof sixteen - 1;
	changed.name = "";
	save_single("slot-at-the-last-byte", changed);
	changed.position = sizeof sixteen + 100;
	save_single("slot-behind-the-strings", changed);

	/* No NUL at the very end: in an alias, in the name, and before the protocol. */
	changed = single;
	changed.strings = "abcd\0tcp\0fghijkl";
	changed.name = "fghijkl";
	changed.position = 9;
	save_single("alias-without-nul-at-the-end", changed);
	changed.position = PORTDB_FAR;
	save_single("far-alias-without-nul-at-the-end", changed);
	changed = single;
	changed.strings = "abcdefghijklmnop";
	changed.protocol = 1;
	changed.alias_count = 0;
	changed.name = changed.strings;
	changed.name_protocol = "bcdefghijklmnop";
	save_single("string-without-nul-at-the-end", changed);
	changed = single;
	changed.strings = "abcdXtcp\0fghijk";
	save_single("name-without-nul", changed);
}

static struct portdb_header *header_of(unsigned char *bytes)
{
	return (void *)bytes;
}

static void save_cut(const unsigned char *bytes, size_t size)
{
	save("magic-alone", bytes, 8);
	save("header-cut", bytes, sizeof(struct portdb_header) - 8);
	save("header-alone", bytes, sizeof(struct portdb_header));
	save("truncated", bytes, size / 16 * 8);
	save("half", bytes, size / 2);
}

/* A field that is not what it was; the bytes are restored. */
static void save_field(const char *name, unsigned char *bytes, size_t size, portdb_le32 *field,
		       uint32_t value)
{
	portdb_le32 usual = *field;

	*field = to_le32(value);
	save(name, bytes, size);
	*field = usual;
}

static void save_damaged(unsigned char *bytes, size_t size)
{
	struct portdb_header *header = header_of(bytes);
	struct portdb_claim *claim = (void *)(bytes + from_le32(header->claims.offset));
	uint32_t index = from_le32(header->index.offset);

	save_field("content-changed", bytes, size, &claim->line, 77);
	save_field("source-that-is-none", bytes, size, &claim->source, 77);
	save_field("services-miscounted", bytes, size, &header->service_count, 99);
	save_field("index-out-of-line", bytes, size, &header->index.offset, index + 1);
	save_field("claims-beyond-the-end", bytes, size, &header->claims.size, UINT32_MAX - 31);
	save_field("sources-beyond-the-end", bytes, size, &header->sources.size, UINT32_MAX - 31);
	save_field("strings-beyond-the-end", bytes, size, &header->strings.size,
		   (uint32_t)size + 999);
}

/* Strings that are the last thing in the file, whose size is a multiple of 8. */
static void save_strings_last(unsigned char *bytes)
{
	struct portdb_header *header = header_of(bytes);
	struct portdb_claim *claim = (void *)(bytes + from_le32(header->claims.offset));
	uint32_t end = from_le32(header->sources.offset);
	uint32_t strings = from_le32(header->strings.offset);

	/* Something else has to be taken for a source then. */
	header->sources = (struct portdb_section){header->claims.offset, to_le32(32)};
	header->strings.size = to_le32(end - strings);
	memcpy(bytes + end - 2, "x", 2);
	claim->facts = claim->name = to_le32(end - 2);
	repair_header(bytes, end);
	save("column-without-value", bytes, end);
	bytes[end - 1] = 'x';
	save("text-without-nul-at-the-end", bytes, end);
}

static void save_all_damaged(const char *input)
{
	struct text texts[DATABASE_SOURCES_MAX];
	size_t count = texts_of((const uint8_t *)input, strlen(input), texts, DATABASE_SOURCES_MAX);
	struct database database;

	compile_quietly(&database, texts, count);
	save_cut(database.image.bytes, database.image.size);
	save_damaged(database.image.bytes, database.image.size);
	save_strings_last(database.image.bytes);
	database_free(&database);
}

static void save_slots(void)
{
	struct single single = {.strings = "abcd\0tcp\0fghijk",
				.size = 16,
				.claimed_size = 16,
				.protocol = 5,
				.alias_count = 1,
				.name = "abcd",
				.name_protocol = "tcp"};
	size_t size;
	unsigned char *bytes = make_single(&single, &size);

	header_of(bytes)->slot_count = to_le32(1 << 20);
	repair_header(bytes, size);
	save("more-slots-than-the-index-has", bytes, size);
	header_of(bytes)->slot_count = to_le32(SINGLE_SLOTS);
	header_of(bytes)->probe_limit = to_le16(100);
	repair_header(bytes, size);
	save("more-probes-than-slots", bytes, size);
	free(bytes);
}

/* Among them protocols that are no longer, and longer, than what a record keeps as a number. */
#define TABLE "Service Name,Port Number,Transport Protocol,Aliases,Description\n"

int main(int count, char **arguments)
{
	if (count != 2) {
		fprintf(stderr, "usage: databases DIRECTORY\n");
		return 2;
	}
	directory = arguments[1];
	save_compiled("empty", "");
	save_compiled("one", "a 1/t\n");
	save_compiled("plain", "ssh 22/tcp\nhttp 80/tcp www\ndomain 53/udp nameserver\n");
	save_compiled("aliases", "imap2 143/tcp imap\nx 1/tcp a b c a\ny 1/tcp b\nb 2/udp x\n");
	save_compiled("protocols", "a 1/\na 1/t\na 1/sctp b\na 1/ctp b\na 1/xsctp\n");
	save_compiled("first-wins", "a 1/udp\na 2/tcp\nb 2/tcp a a b\none 1/tcp two\ntwo 2/tcp\n");
	save_compiled("three", "a 1/tcp b\nc 2/udp\n%%\na 1/tcp c\nd 1/tcp\n%%\nb 1/udp a\n");
	save_compiled("all-kinds",
		      "ssh 22/tcp # shell\n%%\n" TABLE "ssh,22,tcp,secsh,Secure Shell\n"
		      ",5-9,tcp,,Reserved\nx11,6000-6003,tcp,,X\n%%\n"
		      "dn: cn=ssh\nobjectClass: ipService\ncn: ssh\nipServicePort: 22\n"
		      "ipServiceProtocol: udp\n");
	save_all_damaged("a 1/tcp b\nc 2/udp\n%%\na 1/tcp c # text\nd 1/tcp\n%%\nb 1/udp a\n");
	save_singles();
	save_slots();
	return 0;
}
