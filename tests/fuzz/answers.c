/* SPDX-License-Identifier: MIT */
#include "answers.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/hash.h"
#include "target.h"
#include "tools/compile/image/image.h"

#define PLACES_MAX 64

static const char *const other_protocols[] = {NULL, "tcp", "", "no-such-protocol"};

static void ask_both_ways(const char *name, uint16_t port, const char *protocol,
			  void (*ask)(const struct question *question, void *context),
			  void *context)
{
	struct question by_name = {name, protocol, 0};
	struct question by_port = {NULL, protocol, port};

	ask(&by_name, context);
	ask(&by_port, context);
}

static void ask_each_protocol(const char *name, uint16_t port, const char *protocol,
			      void (*ask)(const struct question *question, void *context),
			      void *context)
{
	ask_both_ways(name, port, protocol, ask, context);
	for (size_t i = 0; i < sizeof other_protocols / sizeof *other_protocols; i++)
		ask_both_ways(name, port, other_protocols[i], ask, context);
}

/* Up to the next NUL. The caller frees it. */
static char *string_from(const char *bytes, size_t size, size_t offset)
{
	return offset < size ? strndup(bytes + offset, size - offset) : strdup("");
}

/* As if a record stood there: three strings, and a port. */
static void ask_place(const char *bytes, size_t size, size_t offset,
		      void (*ask)(const struct question *question, void *context), void *context)
{
	struct portdb_record record;

	memcpy(&record, bytes + offset, sizeof record);
	size_t strings = offset + sizeof record;
	char *name = string_from(bytes, size, strings);
	char *protocol = string_from(bytes, size, strings + strlen(name) + 1);
	char *alias = string_from(bytes, size, strings + strlen(name) + 1 + strlen(protocol) + 1);
	ask_each_protocol(name, from_le16(record.port), protocol, ask, context);
	ask_each_protocol(alias, from_le16(record.port), protocol, ask, context);
	free(name);
	free(protocol);
	free(alias);
}

void ask_questions(const void *bytes, size_t size,
		   void (*ask)(const struct question *question, void *context), void *context)
{
	struct portdb_header header;
	size_t places = 0;

	ask_each_protocol("no-such-name", 1, "udp", ask, context);
	ask_each_protocol("", 0, "", ask, context);
	if (size < sizeof header)
		return;
	memcpy(&header, bytes, sizeof header);
	/* What the index names, which a lookup may come to. */
	for (size_t slot = from_le32(header.index.offset);
	     slot <= size - sizeof(struct portdb_slot) && places < PLACES_MAX;
	     slot += sizeof(struct portdb_slot)) {
		struct portdb_slot named;
		memcpy(&named, (const char *)bytes + slot, sizeof named);
		uint32_t record = portdb_slot_record(from_le64(named.fields));
		if (record == 0 || record > size - sizeof(struct portdb_record))
			continue;
		ask_place(bytes, size, record, ask, context);
		places++;
	}
}

static bool is_in(const char *string, const char *buffer, size_t size)
{
	return string >= buffer && string < buffer + size &&
	       memchr(string, '\0', (size_t)(buffer + size - string));
}

void check_entry(const struct servent *entry, const char *buffer, size_t size)
{
	const char *aliases = (const char *)entry->s_aliases;
	size_t room = (size_t)(buffer + size - aliases);

	if (!is_in(entry->s_name, buffer, size) || !is_in(entry->s_proto, buffer, size))
		fail("a string of the answer is not in the buffer");
	if ((uintptr_t)aliases % _Alignof(char *) != 0)
		fail("the aliases are not aligned");
	if (aliases < buffer || room > size)
		fail("the aliases are not in the buffer");
	for (size_t i = 0;; i++) {
		if (room / sizeof(char *) <= i)
			fail("the aliases have no end in the buffer");
		if (!entry->s_aliases[i])
			break;
		if (!is_in(entry->s_aliases[i], buffer, size))
			fail("an alias is not in the buffer");
	}
	if (entry->s_port < 0 || entry->s_port > UINT16_MAX)
		fail("%#x is no port in network byte order", entry->s_port);
}

static bool has_name(const struct servent *entry, const char *name)
{
	bool has = strcmp(entry->s_name, name) == 0;

	for (char **alias = entry->s_aliases; !has && *alias; alias++)
		has = strcmp(*alias, name) == 0;
	return has;
}

void check_answer(const struct servent *entry, const struct question *question, bool is_sound)
{
	bool has_protocol = !question->protocol || strcmp(entry->s_proto, question->protocol) == 0;

	if (!has_protocol &&
	    (is_sound || portdb_short_protocol(portdb_protocol_of(question->protocol)) == 0))
		fail("the answer is of protocol '%s', not '%s'", entry->s_proto,
		     question->protocol);
	if (is_sound && question->name && !has_name(entry, question->name))
		fail("the answer '%s' has not the name '%s'", entry->s_name, question->name);
	if (!question->name && ntohs((uint16_t)entry->s_port) != question->port)
		fail("the answer is for another port than %u", question->port);
}

void repair_header(void *bytes, size_t size)
{
	struct portdb_header *header = bytes;

	if (size < sizeof *header)
		return;
	memcpy(header->magic, PORTDB_MAGIC, sizeof header->magic);
	header->major = to_le16(PORTDB_MAJOR);
	header->file_size = to_le32((uint32_t)size);
	header->superseded = to_le32(0);
	header->content_checksum = to_le64(image_content_checksum(bytes, size));
	header->header_checksum =
	    to_le64(portdb_hash_bytes(0, header, offsetof(struct portdb_header, header_checksum)));
}

/* Whether there was any need. */
static bool repair_section(struct portdb_section *section, size_t size)
{
	size_t offset = from_le32(section->offset);
	size_t length = from_le32(section->size);

	if (offset % PORTDB_ALIGNMENT == 0 && offset >= sizeof(struct portdb_header) &&
	    offset <= size && length <= size - offset)
		return false;
	offset = offset / PORTDB_ALIGNMENT * PORTDB_ALIGNMENT;
	if (offset < sizeof(struct portdb_header) || offset > size)
		offset = sizeof(struct portdb_header);
	section->offset = to_le32((uint32_t)offset);
	section->size = to_le32((uint32_t)(length < size - offset ? length : size - offset));
	return true;
}

bool repair_sections(void *bytes, size_t size)
{
	struct portdb_header *header = bytes;
	struct portdb_section *const sections[] = {
	    &header->index, &header->records, &header->claims, &header->sources, &header->strings};
	bool was_needed = false;

	if (size < sizeof *header)
		return false;
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		was_needed |= repair_section(sections[i], size);
	uint32_t slots = from_le32(header->index.size) / sizeof(struct portdb_slot);
	if (from_le32(header->slot_count) > slots || from_le32(header->slot_count) == 0) {
		header->slot_count = to_le32(slots);
		was_needed = true;
	}
	uint32_t most = from_le32(header->slot_count) < PORTDB_PROBES_MAX
			    ? from_le32(header->slot_count)
			    : PORTDB_PROBES_MAX;
	if (from_le16(header->probe_limit) == 0 || from_le16(header->probe_limit) > most) {
		header->probe_limit = to_le16((uint16_t)most);
		was_needed = true;
	}
	header->header_size = to_le32(sizeof *header);
	repair_header(bytes, size);
	return was_needed;
}
