/* SPDX-License-Identifier: MIT */
#include "index.h"

#include <stdlib.h>
#include <string.h>

#include "nss/reader/byteorder.h"
#include "nss/reader/hash.h"
#include "tools/compile/merge/key-map.h"
#include "tools/shared/memory.h"

/* A third of the slots are in use: a miss mostly ends at the first one it looks at. */
#define SLOTS_PER_KEY 3

/* How many seeds are tried, and how many records a lookup may have to look at. */
#define SEEDS     16
#define ALIKE_MAX 4

/* The first service that has a port, with its protocol and whatever the protocol. */
static void answer_ports(struct index_keys *keys, const struct merged *merged)
{
	static unsigned char seen[UINT16_MAX + 1];
	struct key_map ports = {0};

	memset(seen, 0, sizeof seen);
	key_map_expect(&ports, merged->service_count);
	keys->port_answers = memory_allocate_zeroed(merged->service_count + 1, 1);
	for (size_t i = 0; i < merged->service_count; i++) {
		const struct service *service = &merged->services[i];
		bool is_first;
		key_map_add(&ports, &(struct key){NULL, service->protocol, service->port},
			    &is_first);
		keys->port_answers[i] = (is_first ? ANSWERS_WITH_PROTOCOL : 0) |
					(seen[service->port] ? 0 : ANSWERS_WITHOUT);
		keys->count += (is_first ? 1 : 0) + (seen[service->port] ? 0 : 1);
		seen[service->port] = 1;
	}
	key_map_free(&ports);
}

/* How many of the two questions somebody answers. */
static size_t count_answers(unsigned char answers)
{
	return (answers & ANSWERS_WITH_PROTOCOL ? 1U : 0U) + (answers & ANSWERS_WITHOUT ? 1U : 0U);
}

static void count_names(struct index_keys *keys, const struct merged *merged)
{
	const unsigned char *answers = merged->answers;

	for (size_t i = 0; i < merged->service_count; i++)
		for (size_t name = 0; name <= merged->services[i].alias_count; name++)
			keys->count += count_answers(*answers++);
}

void index_count(struct index_keys *keys, const struct merged *merged)
{
	*keys = (struct index_keys){0};
	count_names(keys, merged);
	answer_ports(keys, merged);
	keys->slot_count = keys->count ? SLOTS_PER_KEY * keys->count : 1;
}

/* A slot that is to be taken, as the hash has it. */
struct entry {
	uint64_t hash;
	uint32_t record; /* 0 for none */
	uint16_t position;
};

/*
 * The index as it is filled, by one seed. Where a slot is, memory is seldom at hand: so as many are
 * always under way.
 */
#define UNDER_WAY 16
struct filling {
	struct portdb_slot *slots;
	size_t slot_count;
	uint64_t hash_start;
	uint16_t limit; /* the most that any lookup will have to look at so far */
	struct entry entries[UNDER_WAY];
	size_t oldest; /* of these */
};

static size_t first_slot(const struct filling *filling, uint64_t hash)
{
	return (hash & UINT32_MAX) * filling->slot_count >> 32;
}

/* False if a lookup would have to look at more than PORTDB_PROBES_MAX. */
static bool take_slot(struct filling *filling, const struct entry *entry)
{
	size_t slot = first_slot(filling, entry->hash);
	uint16_t probes = 1;

	for (; portdb_slot_record(from_le64(filling->slots[slot].fields)) != 0; probes++) {
		/* A miss may have to look one slot further, to see that it is unused. */
		if (probes + 1 == PORTDB_PROBES_MAX)
			return false;
		slot = slot + 1 < filling->slot_count ? slot + 1 : 0;
	}
	filling->slots[slot] =
	    portdb_slot_of(entry->record, entry->position, (uint16_t)(entry->hash >> 48));
	filling->limit = probes > filling->limit ? probes : filling->limit;
	return true;
}

/* Has the memory of its slot fetched, and lets the oldest of those under way take its own. */
static bool enter(struct filling *filling, uint64_t hash, size_t record, uint16_t position)
{
	struct entry *entry = &filling->entries[filling->oldest++ % UNDER_WAY];
	bool is_taken = entry->record == 0 || take_slot(filling, entry);

	*entry = (struct entry){hash, (uint32_t)record, position};
	__builtin_prefetch(&filling->slots[first_slot(filling, hash)], 1);
	return is_taken;
}

static bool enter_rest(struct filling *filling)
{
	for (size_t i = 0; i < UNDER_WAY; i++)
		if (!enter(filling, 0, 0, 0))
			return false;
	return true;
}

static bool enter_name(struct filling *filling, const char *name, uint32_t protocol, size_t record,
		       size_t place, unsigned char answers)
{
	uint16_t position = (uint16_t)(place < PORTDB_FAR ? place : PORTDB_FAR);
	size_t length = strlen(name);
	uint64_t start = filling->hash_start;

	return (!(answers & ANSWERS_WITH_PROTOCOL) ||
		enter(filling, portdb_hash_name(start, name, length, protocol), record,
		      position)) &&
	       (!(answers & ANSWERS_WITHOUT) ||
		enter(filling, portdb_hash_name(start, name, length, 0), record, position));
}

static bool enter_port(struct filling *filling, uint16_t port, uint32_t protocol, size_t record,
		       unsigned char answers)
{
	uint64_t start = filling->hash_start;

	return (!(answers & ANSWERS_WITH_PROTOCOL) ||
		enter(filling, portdb_hash_port(start, port, protocol), record, 0)) &&
	       (!(answers & ANSWERS_WITHOUT) ||
		enter(filling, portdb_hash_port(start, port, 0), record, 0));
}

/* Enters what the service answers; *name_answers moves on behind its names'. */
static bool enter_service(struct filling *filling, const struct service *service, size_t record,
			  const unsigned char **name_answers, unsigned char port_answers)
{
	uint32_t protocol = portdb_protocol_of(service->protocol);
	size_t place = strlen(service->name) + 1 + strlen(service->protocol) + 1;

	if (!enter_name(filling, service->name, protocol, record, 0, *(*name_answers)++))
		return false;
	for (size_t i = 0; i < service->alias_count; i++) {
		const char *alias = service->aliases[i];
		if (!enter_name(filling, alias, protocol, record, place, *(*name_answers)++))
			return false;
		place += strlen(alias) + 1;
	}
	return enter_port(filling, service->port, protocol, record, port_answers);
}

/*
 * Fills the slots; the most that any lookup will have to look at, or 0 if that is more than
 * PORTDB_PROBES_MAX. What a lookup meets before its key's own slot was put there before it, for the
 * same service or an earlier one. So even where the tags are the same by chance, a record that has
 * the key is the first that has it.
 */
static uint16_t fill(struct portdb_slot *slots, const struct index_keys *keys,
		     const struct merged *merged, const size_t *records, uint16_t seed)
{
	const unsigned char *name_answers = merged->answers;
	struct filling filling = {
	    .slots = slots,
	    .slot_count = keys->slot_count,
	    .hash_start = portdb_hash_start(seed),
	    .limit = 1,
	};

	for (size_t i = 0; i < merged->service_count; i++)
		if (!enter_service(&filling, &merged->services[i], records[i], &name_answers,
				   keys->port_answers[i]))
			return 0;
	if (!enter_rest(&filling))
		return 0;
	return filling.limit < filling.slot_count ? filling.limit + 1 : filling.limit;
}

/*
 * Whether a lookup may meet more than ALIKE_MAX slots of one tag, and look at a record for each. By
 * chance two are as near as that once in some thousands of services.
 */
static bool has_many_alike(const struct portdb_slot *slots, size_t slot_count, uint16_t probe_limit)
{
	for (size_t i = 0; i < slot_count; i++) {
		uint64_t first = from_le64(slots[i].fields);
		size_t slot = i;
		unsigned alike = 0;
		for (unsigned probes = 0; probes < probe_limit; probes++) {
			uint64_t fields = from_le64(slots[slot].fields);
			if (portdb_slot_record(fields) == 0)
				break;
			alike += portdb_slot_tag(fields) == portdb_slot_tag(first);
			slot = slot + 1 < slot_count ? slot + 1 : 0;
		}
		if (alike > ALIKE_MAX)
			return true;
	}
	return false;
}

uint16_t index_write(struct portdb_slot *slots, const struct index_keys *keys,
		     const struct merged *merged, const size_t *records, uint16_t *seed)
{
	for (*seed = 0; *seed < SEEDS; ++*seed) {
		uint16_t probe_limit = fill(slots, keys, merged, records, *seed);
		if (probe_limit > 0 && !has_many_alike(slots, keys->slot_count, probe_limit))
			return probe_limit;
		memset(slots, 0, keys->slot_count * sizeof *slots);
	}
	return 0;
}

void index_free(struct index_keys *keys)
{
	free(keys->port_answers);
}
