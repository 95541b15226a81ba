/* SPDX-License-Identifier: MIT */
#include "bad-databases.h"

#include <stdlib.h>
#include <string.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/format.h"
#include "nss/reader/hash.h"
#include "tools/compile/image/image.h"

const char *const bad_database_texts[2] = {
    "ssh 22/tcp secsh sshd # Secure Shell\ndomain 53/tcp\ndomain 53/udp nameserver dns",
    "Service Name,Port Number,Transport Protocol,Description[pt]\n"
    "ssh,22,tcp,um\nhttp,80-81,tcp,dois\nx,,,sem porta\n"};
const char *const bad_database_names[] = {"ssh", "secsh", "sshd", "domain", "nameserver",
					  "dns", "none",  "",     NULL};
const uint16_t bad_database_ports[] = {0, 22, 53, 65535};
const size_t bad_database_port_count = sizeof bad_database_ports / sizeof *bad_database_ports;

static struct portdb_header *header_of(const struct mutant *mutant)
{
	return (void *)mutant->bytes;
}

static struct portdb_slot *slots_of(const struct mutant *mutant)
{
	return (void *)(mutant->bytes + from_le32(header_of(mutant)->index.offset));
}

static unsigned char *records_of(const struct mutant *mutant)
{
	return mutant->bytes + from_le32(header_of(mutant)->records.offset);
}

static void cut_to_nothing(struct mutant *mutant)
{
	mutant->size = 0;
}

static void cut_in_header(struct mutant *mutant)
{
	mutant->size = sizeof(struct portdb_header) - 1;
}

static void cut_behind_header(struct mutant *mutant)
{
	mutant->size = sizeof(struct portdb_header);
}

static void cut_last_byte(struct mutant *mutant)
{
	mutant->size--;
}

static void add_byte(struct mutant *mutant)
{
	mutant->bytes[mutant->size++] = 0;
}

static void fill_with_zeros(struct mutant *mutant)
{
	memset(mutant->bytes, 0, mutant->size);
}

static void fill_with_ones(struct mutant *mutant)
{
	memset(mutant->bytes, 0xff, mutant->size);
}

/* As a text-mode transfer would leave it. */
static void end_lines_in_dos(struct mutant *mutant)
{
	memmove(mutant->bytes + 7, mutant->bytes + 6, mutant->size - 6);
	mutant->bytes[6] = '\r';
	mutant->size++;
}

static void add_slots_beyond_index(struct mutant *mutant)
{
	struct portdb_header *header = header_of(mutant);

	header->slot_count = to_le32(from_le32(header->slot_count) + 1);
}

/* So many that their size in bytes is that of a few again, in 32 bits. */
static void add_slots_until_they_overflow(struct mutant *mutant)
{
	struct portdb_header *header = header_of(mutant);

	header->slot_count = to_le32(from_le32(header->slot_count) + (UINT32_C(1) << 29));
}

static void take_a_slot(struct mutant *mutant)
{
	struct portdb_header *header = header_of(mutant);

	header->slot_count = to_le32(from_le32(header->slot_count) - 1);
}

static void probe_beyond_slots(struct mutant *mutant)
{
	struct portdb_header *header = header_of(mutant);

	header->probe_limit = to_le16((uint16_t)(from_le32(header->slot_count) + 1));
}

static void put_records_over_index(struct mutant *mutant)
{
	header_of(mutant)->records = header_of(mutant)->index;
}

static void put_claims_over_records(struct mutant *mutant)
{
	struct portdb_header *header = header_of(mutant);

	header->claims.offset = to_le32(from_le32(header->claims.offset) - 8);
}

static void put_sources_over_claims(struct mutant *mutant)
{
	header_of(mutant)->sources.offset = header_of(mutant)->claims.offset;
}

static void put_strings_over_everything(struct mutant *mutant)
{
	struct portdb_header *header = header_of(mutant);

	header->strings.size = to_le32((uint32_t)(mutant->size - sizeof *header));
	header->strings.offset = to_le32(sizeof *header);
}

static void end_within_a_claim(struct mutant *mutant)
{
	struct portdb_header *header = header_of(mutant);

	header->claims.size = to_le32(from_le32(header->claims.size) - 1);
}

static void end_within_a_record(struct mutant *mutant)
{
	struct portdb_header *header = header_of(mutant);

	header->records.size = to_le32(from_le32(header->records.size) - 4);
}

static void set_all_slots(struct mutant *mutant, uint32_t record, uint16_t position, uint16_t tag)
{
	struct portdb_header *header = header_of(mutant);

	for (uint32_t i = 0; i < from_le32(header->slot_count); i++)
		slots_of(mutant)[i] = portdb_slot_of(record, position, tag);
	uint32_t most = from_le32(header->slot_count) < PORTDB_PROBES_MAX
			    ? from_le32(header->slot_count)
			    : PORTDB_PROBES_MAX;
	header->probe_limit = to_le16((uint16_t)most);
}

static uint16_t tag_of(const char *name)
{
	return (uint16_t)(portdb_hash_name(0, name, strlen(name), portdb_protocol_of(NULL)) >> 48);
}

static uint32_t records_offset(const struct mutant *mutant)
{
	return from_le32(header_of(mutant)->records.offset);
}

static void empty_index(struct mutant *mutant)
{
	set_all_slots(mutant, 0, 0, 0);
}

/* Whoever asks for "none" is told at each slot that this may be it, and comes around to the first.
 */
static void close_a_loop(struct mutant *mutant)
{
	set_all_slots(mutant, records_offset(mutant), 0, tag_of("none"));
}

static void close_a_loop_of_far_names(struct mutant *mutant)
{
	set_all_slots(mutant, records_offset(mutant), PORTDB_FAR, tag_of("none"));
}

static void close_a_loop_behind_the_strings(struct mutant *mutant)
{
	set_all_slots(mutant, records_offset(mutant), PORTDB_FAR - 1, tag_of("ssh"));
}

static void close_a_loop_within_strings(struct mutant *mutant)
{
	set_all_slots(mutant, records_offset(mutant), 1, tag_of("ssh"));
}

static void close_a_loop_over_strings(struct mutant *mutant)
{
	set_all_slots(mutant, from_le32(header_of(mutant)->strings.offset), 0, tag_of("ssh"));
}

static void close_a_loop_over_records_end(struct mutant *mutant)
{
	uint32_t end = records_offset(mutant) + from_le32(header_of(mutant)->records.size);

	set_all_slots(mutant, end, 0, tag_of("ssh"));
}

static void close_a_loop_over_the_last_offset(struct mutant *mutant)
{
	set_all_slots(mutant, UINT32_MAX - 3, 0, tag_of("ssh"));
}

static void close_a_loop_over_odd_offsets(struct mutant *mutant)
{
	set_all_slots(mutant, records_offset(mutant) + 1, 0, tag_of("ssh"));
}

static void use_an_unused_slot(struct mutant *mutant)
{
	struct portdb_slot *slots = slots_of(mutant);

	while (from_le64(slots->fields) != 0)
		slots++;
	*slots = portdb_slot_of(records_offset(mutant), 0, 0);
}

static struct portdb_record *first_record(const struct mutant *mutant)
{
	return (void *)records_of(mutant);
}

static char *first_strings(const struct mutant *mutant)
{
	return (char *)(first_record(mutant) + 1);
}

static void end_no_string_of_a_record(struct mutant *mutant)
{
	memset(first_strings(mutant), 'x', from_le32(first_record(mutant)->strings_size));
}

static void end_last_string_of_a_record_late(struct mutant *mutant)
{
	first_strings(mutant)[from_le32(first_record(mutant)->strings_size) - 1] = 'x';
}

static void start_protocol_within_name(struct mutant *mutant)
{
	first_record(mutant)->protocol = to_le32(1);
}

static void start_protocol_at_end(struct mutant *mutant)
{
	first_record(mutant)->protocol = first_record(mutant)->strings_size;
}

/* The one record reaches to the section's end, and takes all the others for its aliases. */
static void swallow_other_records(struct mutant *mutant)
{
	first_record(mutant)->strings_size = to_le32(from_le32(header_of(mutant)->records.size) -
						     (uint32_t)sizeof(struct portdb_record));
}

/* Their sum is right again in 32 bits. */
static void overflow_claim_counts(struct mutant *mutant)
{
	struct portdb_source *sources =
	    (void *)(mutant->bytes + from_le32(header_of(mutant)->sources.offset));

	for (size_t i = 0; i < 2; i++)
		sources[i].claim_count =
		    to_le32(from_le32(sources[i].claim_count) + (UINT32_C(1) << 31));
}

#define HEADER(field)    IN_HEADER, offsetof(struct portdb_header, field)
#define SLOT(field)      IN_INDEX, offsetof(struct portdb_slot, field)
#define RECORD(field)    IN_RECORDS, offsetof(struct portdb_record, field)
#define CLAIM(field)     IN_CLAIMS, offsetof(struct portdb_claim, field)
#define SOURCE(field)    IN_SOURCES, offsetof(struct portdb_source, field)
#define BY(function)     IN_HEADER, 0, 0, 0, function
#define IS(width, value) width, value, NULL

#define NO_DATABASE PORTDB_NOT_DATABASE, "not a portdb database"
#define OTHER       PORTDB_OTHER_VERSION, "the database is of another version"
#define NOT_AS_LONG PORTDB_TRUNCATED, "the database is not as long as its header says"
#define BAD_HEADER  PORTDB_BAD_HEADER, "the database's header is damaged"
#define VERIFY(why) PORTDB_OK, why

/* Members have names without parentheses. NOLINTBEGIN(bugprone-macro-parentheses) */
/* clang-format off */
#define SECTION(name)                                                                          \
	{#name ": offset is odd", HEADER(name.offset), IS(1, 1), SEALED, BAD_HEADER},              \
	{#name ": starts within the header", HEADER(name.offset), IS(4, 8), SEALED, BAD_HEADER},   \
	{#name ": starts at 0", HEADER(name.offset), IS(4, 0), SEALED, BAD_HEADER},                \
	{#name ": starts past the end", HEADER(name.offset), IS(4, 0x10000), SEALED, BAD_HEADER},  \
	{#name ": starts at the last offset", HEADER(name.offset), IS(4, 0xfffffff8), SEALED,      \
	 BAD_HEADER},                                                                              \
	{#name ": ends past the end", HEADER(name.size), IS(4, 0x10000), SEALED, BAD_HEADER},      \
	{#name ": is 4 GiB - 1 long", HEADER(name.size), IS(4, UINT32_MAX), SEALED, BAD_HEADER},   \
	{#name ": comes around to its start", HEADER(name.size), IS(4, 0xffffff98), SEALED,        \
	 BAD_HEADER},                                                                              \
	{#name ": end and offset overflow", HEADER(name), IS(8, UINT64_C(0xfffffff8fffffff8)),      \
	 SEALED, BAD_HEADER}
/* NOLINTEND(bugprone-macro-parentheses) */

const struct bad_database bad_databases[] = {
	{"no bytes", BY(cut_to_nothing), UNSEALED, NO_DATABASE},
	{"half a header", BY(cut_in_header), UNSEALED, NO_DATABASE},
	{"a header alone", BY(cut_behind_header), UNSEALED, NOT_AS_LONG},
	{"one byte short", BY(cut_last_byte), UNSEALED, NOT_AS_LONG},
	{"one byte long", BY(add_byte), UNSEALED, NOT_AS_LONG},
	{"zeros", BY(fill_with_zeros), UNSEALED, NO_DATABASE},
	{"ones", BY(fill_with_ones), UNSEALED, NO_DATABASE},
	{"DOS line ends", BY(end_lines_in_dos), UNSEALED, NO_DATABASE},

	{"magic: first byte", HEADER(magic), IS(1, 'P'), SEALED, NO_DATABASE},
	{"magic: last byte", IN_HEADER, 7, IS(1, 0), SEALED, NO_DATABASE},
	{"major: newer", HEADER(major), IS(2, PORTDB_MAJOR + 1), SEALED, OTHER},
	{"major: newest", HEADER(major), IS(2, UINT16_MAX), SEALED, OTHER},
	{"major: 0", HEADER(major), IS(2, 0), SEALED, OTHER},
	{"major: big-endian", HEADER(major), IS(2, PORTDB_MAJOR << 8), SEALED, OTHER},
	{"minor: changed under the checksum", HEADER(minor), IS(2, 7), UNSEALED, BAD_HEADER},
	{"header_size: 0", HEADER(header_size), IS(4, 0), SEALED, BAD_HEADER},
	{"header_size: smaller", HEADER(header_size), IS(4, sizeof(struct portdb_header) - 1), SEALED, BAD_HEADER},
	{"header_size: larger", HEADER(header_size), IS(4, 4096), SEALED, BAD_HEADER},
	{"header_size: largest", HEADER(header_size), IS(4, UINT32_MAX), SEALED, BAD_HEADER},
	{"file_size: 0", HEADER(file_size), IS(4, 0), SEALED, NOT_AS_LONG},
	{"file_size: another", HEADER(file_size), IS(4, 4096), SEALED, NOT_AS_LONG},
	{"file_size: largest", HEADER(file_size), IS(4, UINT32_MAX), SEALED, NOT_AS_LONG},
	{"content_checksum: another", HEADER(content_checksum), IS(8, 1), HEADER_SEALED, VERIFY("its contents are not what was written: the checksum differs")},
	{"slot_count: 0", HEADER(slot_count), IS(4, 0), SEALED, BAD_HEADER},
	{"slot_count: one more", BY(add_slots_beyond_index), SEALED, BAD_HEADER},
	{"slot_count: one less", BY(take_a_slot), SEALED, VERIFY("the index is not as large as its slots")},
	{"slot_count: overflows", BY(add_slots_until_they_overflow), SEALED, BAD_HEADER},
	{"slot_count: largest", HEADER(slot_count), IS(4, UINT32_MAX), SEALED, BAD_HEADER},
	{"probe_limit: 0", HEADER(probe_limit), IS(2, 0), SEALED, BAD_HEADER},
	{"probe_limit: more than slots", BY(probe_beyond_slots), SEALED, BAD_HEADER},
	{"probe_limit: largest", HEADER(probe_limit), IS(2, UINT16_MAX), SEALED, BAD_HEADER},
	{"seed: another", HEADER(seed), IS(2, 1), SEALED, VERIFY("a service is not found by its port")},
	{"service_count: 0", HEADER(service_count), IS(4, 0), SEALED, VERIFY("the services are miscounted")},
	{"service_count: largest", HEADER(service_count), IS(4, UINT32_MAX), SEALED, VERIFY("the services are miscounted")},
	{"key_count: 0", HEADER(key_count), IS(4, 0), SEALED, VERIFY("the keys are miscounted")},
	{"key_count: largest", HEADER(key_count), IS(4, UINT32_MAX), SEALED, VERIFY("the keys are miscounted")},
	{"header_checksum: another", HEADER(header_checksum), IS(8, 1), UNSEALED, BAD_HEADER},

	SECTION(index),
	SECTION(records),
	SECTION(claims),
	SECTION(sources),
	SECTION(strings),
	{"index: empty", HEADER(index.size), IS(4, 0), SEALED, BAD_HEADER},
	{"index: short of a slot", HEADER(index.size), IS(4, 8), SEALED, BAD_HEADER},
	{"records: empty", HEADER(records.size), IS(4, 0), SEALED, VERIFY("the services are miscounted")},
	{"records: over the index", BY(put_records_over_index), SEALED, VERIFY("two sections overlap")},
	{"records: end within a record", BY(end_within_a_record), SEALED, VERIFY("the records do not follow one another")},
	{"claims: over the records", BY(put_claims_over_records), SEALED, VERIFY("two sections overlap")},
	{"claims: end within a claim", BY(end_within_a_claim), SEALED, VERIFY("a section ends within an element")},
	{"claims: none", HEADER(claims.size), IS(4, 0), SEALED, VERIFY("the claims are miscounted")},
	{"sources: over the claims", BY(put_sources_over_claims), SEALED, VERIFY("two sections overlap")},
	{"sources: none", HEADER(sources.size), IS(4, 0), SEALED, VERIFY("a claim refers to nothing")},
	{"strings: over everything", BY(put_strings_over_everything), SEALED, VERIFY("two sections overlap")},
	{"strings: none", HEADER(strings.size), IS(4, 0), SEALED, VERIFY("a source has no path")},
	{"strings: do not end", BEFORE_END, 1, IS(1, 'x'), SEALED, VERIFY("the strings do not end")},

	{"index: every slot unused", BY(empty_index), SEALED, VERIFY("a service is not found by its port")},
	{"index: every slot the same", BY(close_a_loop), SEALED, VERIFY("a service is not found by its port")},
	{"index: every slot far", BY(close_a_loop_of_far_names), SEALED, VERIFY("a service is not found by its port")},
	{"index: every slot behind the strings", BY(close_a_loop_behind_the_strings), SEALED, VERIFY("a service is not found by its port")},
	{"index: every slot within the strings", BY(close_a_loop_within_strings), SEALED, VERIFY("a service is not found by its port")},
	{"index: every slot a string", BY(close_a_loop_over_strings), SEALED, VERIFY("a service is not found by its port")},
	{"index: every slot the records' end", BY(close_a_loop_over_records_end), SEALED, VERIFY("a service is not found by its port")},
	{"index: every slot the last offset", BY(close_a_loop_over_the_last_offset), SEALED, VERIFY("a service is not found by its port")},
	{"index: every slot odd", BY(close_a_loop_over_odd_offsets), SEALED, VERIFY("a service is not found by its port")},
	{"index: a slot too many", BY(use_an_unused_slot), SEALED, VERIFY("the keys are miscounted")},

	{"record: no strings", RECORD(strings_size), IS(4, 0), SEALED, VERIFY("the records do not follow one another")},
	{"record: strings past the end", RECORD(strings_size), IS(4, 0x10000), SEALED, VERIFY("the records do not follow one another")},
	{"record: strings come around", RECORD(strings_size), IS(4, UINT32_MAX), SEALED, VERIFY("the records do not follow one another")},
	{"record: strings come around to itself", RECORD(strings_size), IS(4, 0xffffffec), SEALED, VERIFY("the records do not follow one another")},
	{"record: strings are the other records", BY(swallow_other_records), SEALED, VERIFY("a record's aliases are miscounted")},
	{"record: shorter strings", RECORD(strings_size), IS(4, 9), SEALED, VERIFY("a record's strings are not where it says")},
	{"record: no string ends", BY(end_no_string_of_a_record), SEALED, VERIFY("a record's strings are not where it says")},
	{"record: last string does not end", BY(end_last_string_of_a_record_late), SEALED, VERIFY("a record's strings are not where it says")},
	{"record: protocol within the name", BY(start_protocol_within_name), SEALED, VERIFY("a record's strings are not where it says")},
	{"record: protocol is the name", RECORD(protocol), IS(4, 0), SEALED, VERIFY("the records do not follow one another")},
	{"record: protocol at the end", BY(start_protocol_at_end), SEALED, VERIFY("the records do not follow one another")},
	{"record: protocol at the last offset", RECORD(protocol), IS(4, UINT32_MAX), SEALED, VERIFY("the records do not follow one another")},
	{"record: fewer aliases", RECORD(alias_count), IS(4, 1), SEALED, VERIFY("a record's aliases are miscounted")},
	{"record: no aliases", RECORD(alias_count), IS(4, 0), SEALED, VERIFY("a record's aliases are miscounted")},
	{"record: more aliases", RECORD(alias_count), IS(4, 3), SEALED, VERIFY("a record's aliases are miscounted")},
	{"record: as many aliases as bytes", RECORD(alias_count), IS(4, 19), SEALED, VERIFY("a record's aliases are miscounted")},
	{"record: pointers to aliases overflow", RECORD(alias_count), IS(4, 0x20000000), SEALED, VERIFY("a record's aliases are miscounted")},
	{"record: pointers and their end overflow", RECORD(alias_count), IS(4, 0x1fffffff), SEALED, VERIFY("a record's aliases are miscounted")},
	{"record: most aliases", RECORD(alias_count), IS(4, UINT32_MAX), SEALED, VERIFY("a record's aliases are miscounted")},
	{"record: claims start at the last", RECORD(first_claim), IS(4, UINT32_MAX), SEALED, VERIFY("a service's claims start too late")},
	{"record: another short protocol", RECORD(short_protocol), IS(4, 1), SEALED, VERIFY("a record's protocol is not the one that it has as a number")},
	{"record: no short protocol", RECORD(short_protocol), IS(4, 0), SEALED, VERIFY("a record's protocol is not the one that it has as a number")},
	{"record: another port", RECORD(port), IS(2, 23), SEALED, VERIFY("a service is not found by its port")},

	{"claim: for an odd offset", CLAIM(service), IS(4, 107), SEALED, VERIFY("a claim is for a record that is none")},
	{"claim: for the last offset", CLAIM(service), IS(4, UINT32_MAX), SEALED, VERIFY("a claim is for a record that is none")},
	{"claim: of no source", CLAIM(source), IS(4, 2), SEALED, VERIFY("a claim refers to nothing")},
	{"claim: of the last source", CLAIM(source), IS(4, UINT32_MAX), SEALED, VERIFY("a claim refers to nothing")},
	{"claim: another port", CLAIM(port), IS(2, 23), SEALED, VERIFY("a claim is for another port than its service")},
	{"claim: name in the header", CLAIM(name), IS(4, 4), SEALED, VERIFY("a claim refers to nothing")},
	{"claim: name past the end", CLAIM(name), IS(4, 0x10000), SEALED, VERIFY("a claim refers to nothing")},
	{"claim: protocol at the last offset", CLAIM(protocol), IS(4, UINT32_MAX), SEALED, VERIFY("a claim refers to nothing")},
	{"claim: no protocol", CLAIM(protocol), IS(4, 0), SEALED, VERIFY("a claim is for another port than its service")},
	{"claim: aliases at the last offset", CLAIM(aliases), IS(4, UINT32_MAX), SEALED, VERIFY("a claim refers to nothing")},
	{"claim: facts at the last offset", CLAIM(facts), IS(4, UINT32_MAX), SEALED, VERIFY("a claim refers to nothing")},

	{"source: path past the end", SOURCE(path), IS(4, 0x10000), SEALED, VERIFY("a source has no path")},
	{"source: path at the last offset", SOURCE(path), IS(4, UINT32_MAX), SEALED, VERIFY("a source has no path")},
	{"source: of no kind", SOURCE(kind), IS(4, 6), SEALED, VERIFY("a source has no path")},
	{"source: of the last kind", SOURCE(kind), IS(4, UINT32_MAX), SEALED, VERIFY("a source has no path")},
	{"source: more claims", SOURCE(claim_count), IS(4, UINT32_MAX), SEALED, VERIFY("the claims are miscounted")},
	{"source: claims overflow", BY(overflow_claim_counts), SEALED, VERIFY("the claims are miscounted")},
};
/* clang-format on */
const size_t bad_database_count = sizeof bad_databases / sizeof *bad_databases;

static size_t place_of(const struct mutant *mutant, enum place place, size_t at)
{
	const struct portdb_header *header = header_of(mutant);

	switch (place) {
	case IN_INDEX:
		return from_le32(header->index.offset) + at;
	case IN_RECORDS:
		return from_le32(header->records.offset) + at;
	case IN_CLAIMS:
		return from_le32(header->claims.offset) + at;
	case IN_SOURCES:
		return from_le32(header->sources.offset) + at;
	case BEFORE_END:
		return from_le32(header->strings.offset) + from_le32(header->strings.size) - at;
	case IN_HEADER:
		break;
	}
	return at;
}

void mutant_seal(struct mutant *mutant, enum seal seal)
{
	struct portdb_header *header = header_of(mutant);

	if (seal == UNSEALED || mutant->size < sizeof *header)
		return;
	if (seal == SEALED)
		header->content_checksum =
		    to_le64(image_content_checksum(mutant->bytes, mutant->size));
	struct portdb_header copy = *header;
	copy.superseded = to_le32(0);
	header->header_checksum =
	    to_le64(portdb_hash_bytes(0, &copy, offsetof(struct portdb_header, header_checksum)));
}

void bad_database_make(struct mutant *mutant, const struct bad_database *bad,
		       const unsigned char *sound, size_t size)
{
	mutant->size = size;
	mutant->capacity = size + 64;
	mutant->bytes = calloc(1, mutant->capacity);
	memcpy(mutant->bytes, sound, size);
	if (bad->change)
		bad->change(mutant);
	size_t start = place_of(mutant, bad->place, bad->at);
	for (unsigned i = 0; i < bad->width; i++)
		mutant->bytes[start + i] = (unsigned char)(bad->value >> (8 * i));
	mutant_seal(mutant, bad->seal);
}
