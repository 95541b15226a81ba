/* SPDX-License-Identifier: MIT */
/*
 * The way of nearly every lookup, from the question to the answer in one go: the first slot with
 * the key's tag has the key, or there is none, and the answer fits. Whatever else may be is left to
 * the way that takes care of everything (services.c). Of a sound database that gives the same
 * answer; of a damaged one none of both gives any that is not well-formed.
 *
 * This is what every program waits for, so it is written for registers: it reads each number when
 * it is needed, and it calls on its usual way nothing. What is seldom needed are functions of this
 * file that are not inline, and so small that the compiler knows what they leave alone.
 */
#ifndef PORTDB_AT_ONCE_H
#define PORTDB_AT_ONCE_H

#include <arpa/inet.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>

#include "live.h"
#include "nss/reader/lookup.h"
#include "servent.h"

enum portdb_at_once {
	PORTDB_ANSWERED,
	PORTDB_IS_NOT_THERE,
	PORTDB_TAKES_MORE,
};

/* The first slot that has the hash's tag, or 0. */
PORTDB_INLINE uint64_t portdb_first_candidate(const struct portdb *db, uint64_t hash)
{
	const struct portdb_slot *slots = db->slots;
	uint32_t number = portdb_probe_start(db, hash).number;
	uint32_t left = db->probe_limit; /* not 0, see portdb_open */

	do {
		uint64_t slot = read_le64(&slots[number].fields);
		if (portdb_slot_record(slot) == 0)
			return 0;
		if (portdb_slot_tag(slot) == hash >> 48)
			return slot;
		if (++number == db->slot_count)
			number = 0;
	} while (--left > 0);
	return 0;
}

/* What a record says, each number read once. Of its strings there are whole blocks to be read. */
struct portdb_at_hand {
	const struct portdb_record *record;
	const char *strings;
	uint32_t strings_size;
	uint32_t protocol;
	uint32_t short_protocol;
};

/* How many bytes the strings are beyond their first block, in whole blocks. */
PORTDB_INLINE uint32_t portdb_further_blocks(const struct portdb_at_hand *from)
{
	return (from->strings_size - 1) / PORTDB_BLOCK * PORTDB_BLOCK;
}

/*
 * Whether a record is there, its protocol is where it says, and its names are where slots can tell.
 */
PORTDB_INLINE bool portdb_read_at_once(const struct portdb *db, uint32_t offset,
				       struct portdb_at_hand *to)
{
	/* An offset before the first record is more than there is, as it wraps around. */
	uint32_t ahead = offset - db->records;

	if (PORTDB_UNLIKELY(ahead >= db->block_starts ||
			    offset % _Alignof(struct portdb_record) != 0))
		return false;
	to->record = (const void *)(db->bytes + offset);
	to->strings = (const char *)(to->record + 1);
	to->strings_size = read_le32(&to->record->strings_size);
	to->protocol = read_le32(&to->record->protocol);
	to->short_protocol = read_le32(&to->record->short_protocol) & ~PORTDB_LONG_PROTOCOL;
	/* A block may be read beyond the records, and be a string's no more. */
	uint32_t room = db->records_end - offset - (uint32_t)sizeof(struct portdb_record);
	if (PORTDB_UNLIKELY(to->protocol == 0 || to->protocol >= to->strings_size ||
			    to->strings_size > room))
		return false;
	return PORTDB_LIKELY(to->strings_size <= PORTDB_BLOCK) ||
	       (to->strings_size <= PORTDB_FAR &&
		portdb_further_blocks(to) < db->block_starts - ahead);
}

/* Whether the string of at most size bytes at bytes is that; nearly all that are asked are. */
static __attribute__((noinline)) bool portdb_is_protocol(const char *bytes, uint32_t size,
							 const char *protocol)
{
	for (; size > 0; size--, bytes++, protocol++) {
		if (*bytes != *protocol)
			return false;
		if (*protocol == '\0')
			return true;
	}
	return false;
}

/* As portdb_answers. */
PORTDB_INLINE bool portdb_answers_at_once(const struct portdb_at_hand *from,
					  const struct portdb_key *key, uint16_t position)
{
	/* Where the numbers differ the protocols do, unless they are long ones. */
	if (PORTDB_UNLIKELY(from->short_protocol != key->protocol) && key->protocol != 0 &&
	    (!(key->protocol & PORTDB_LONG_PROTOCOL) ||
	     !portdb_is_protocol(from->strings + from->protocol,
				 from->strings_size - from->protocol, key->protocol_string)))
		return false;
	if (!key->name)
		return PORTDB_LIKELY(read_le16(&from->record->port) == key->port);
	return PORTDB_LIKELY(position + key->length < from->strings_size) &&
	       PORTDB_LIKELY(portdb_is_same(from->strings + position, key->name, key->length + 1));
}

/* Copies size bytes, of which there are whole blocks. */
static __attribute__((noinline)) void portdb_copy_blocks(char *to, const char *from, uint32_t size)
{
	for (uint32_t at = 0; at < size; at += PORTDB_BLOCK)
		memcpy(to + at, from + at, PORTDB_BLOCK);
}

/* As portdb_servent_fill, where there is room for the whole blocks. */
PORTDB_INLINE bool portdb_fill_at_once(struct servent *entry, const struct portdb_at_hand *from,
				       uint16_t port, char *buffer, size_t size)
{
	uint32_t count = read_le32(&from->record->alias_count);
	/* 64 bits, lest a damaged count overflow where a pointer has 32. */
	uint64_t aligned = ((uintptr_t)buffer + _Alignof(char *) - 1) & -_Alignof(char *);
	uint64_t start = aligned + ((uint64_t)count + 1) * sizeof(char *);
	uint64_t end = (uint64_t)(uintptr_t)buffer + size;

	if (PORTDB_UNLIKELY(start + PORTDB_BLOCK > end))
		return false;
	char **aliases = (char **)(uintptr_t)aligned;
	char *strings = (char *)(uintptr_t)start;
	memcpy(strings, from->strings, PORTDB_BLOCK);
	if (PORTDB_UNLIKELY(from->strings_size > PORTDB_BLOCK)) {
		uint32_t further = portdb_further_blocks(from);
		if (start + PORTDB_BLOCK + further > end)
			return false;
		portdb_copy_blocks(strings + PORTDB_BLOCK, from->strings + PORTDB_BLOCK, further);
	}
	/* With both of these NULs every string ends within the buffer. */
	if (PORTDB_UNLIKELY((strings + from->strings_size)[-1] != '\0' ||
			    (strings + from->protocol)[-1] != '\0'))
		return false;
	aliases[0] = NULL;
	if (count > 0) {
		char **further = aliases;
		uint32_t before = from->protocol;
		if (PORTDB_LIKELY(from->short_protocol != 0)) {
			/* Its number tells the protocol's length, and so where the first alias is.
			 */
			unsigned bits = 31 - (unsigned)__builtin_clz(from->short_protocol);
			before += bits / 8 + 1;
			if (PORTDB_UNLIKELY(before >= from->strings_size ||
					    (strings + before)[-1] != '\0'))
				return false;
			*further++ = strings + before;
			*further = NULL;
			count--;
		}
		if (count > 0 &&
		    !portdb_point_at_aliases(further, count, strings, before, from->strings_size))
			return false;
	}
	*entry = (struct servent){
	    .s_name = strings,
	    .s_aliases = aliases,
	    .s_port = htons(port),
	    .s_proto = strings + from->protocol,
	};
	return true;
}

/*
 * Answers the question by a view of portdb_live_begin_at_once. *entry and the size bytes at buffer
 * are filled as by portdb_servent_fill, and may be after PORTDB_TAKES_MORE. The pointers in *entry
 * are into buffer alone.
 */
PORTDB_INLINE enum portdb_at_once portdb_answer_at_once(const struct portdb_view *view,
							const struct portdb_key *key,
							struct servent *entry, char *buffer,
							size_t size)
{
	uint64_t slot = portdb_first_candidate(&view->db, key->hash);
	struct portdb_at_hand record;

	if (slot == 0)
		return portdb_live_changed(view) ? PORTDB_TAKES_MORE : PORTDB_IS_NOT_THERE;
	if (!portdb_read_at_once(&view->db, portdb_slot_record(slot), &record) ||
	    !portdb_answers_at_once(&record, key, portdb_slot_position(slot)))
		return PORTDB_TAKES_MORE;
	uint16_t port = key->name ? read_le16(&record.record->port) : key->port;
	if (!portdb_fill_at_once(entry, &record, port, buffer, size) || portdb_live_changed(view))
		return PORTDB_TAKES_MORE;
	return PORTDB_ANSWERED;
}

#endif
