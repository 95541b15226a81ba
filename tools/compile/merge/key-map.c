/* SPDX-License-Identifier: MIT */
#include "key-map.h"

#include <string.h>

/* A key as bytes: this, the name and a NUL if it has one, then the protocol in the same way. */
struct head {
	int port;
	bool has_name;
	bool has_protocol;
	char zero[2];
};

static void write_key(struct buffer *bytes, const struct key *key)
{
	struct head head = {key->port, key->name, key->protocol, {0}};

	bytes->length = 0;
	buffer_add(bytes, &head, sizeof head);
	if (key->name)
		buffer_add(bytes, key->name, strlen(key->name) + 1);
	if (key->protocol)
		buffer_add(bytes, key->protocol, strlen(key->protocol) + 1);
}

void key_map_expect(struct key_map *map, size_t count)
{
	byte_map_expect(&map->keys, count);
}

void key_map_prefetch(struct key_map *map, const struct key *key)
{
	write_key(&map->bytes, key);
	byte_map_prefetch(&map->keys, map->bytes.bytes, map->bytes.length);
}

size_t key_map_add(struct key_map *map, const struct key *key, bool *is_new)
{
	write_key(&map->bytes, key);
	return byte_map_add(&map->keys, map->bytes.bytes, map->bytes.length, is_new);
}

bool key_map_find(struct key_map *map, const struct key *key, size_t *number)
{
	write_key(&map->bytes, key);
	return byte_map_find(&map->keys, map->bytes.bytes, map->bytes.length, number);
}

size_t key_map_count(const struct key_map *map)
{
	return map->keys.count;
}

struct key key_map_key(const struct key_map *map, size_t number)
{
	const char *bytes = map->keys.bytes.bytes + byte_map_start(&map->keys, number);
	struct head head;

	memcpy(&head, bytes, sizeof head);
	bytes += sizeof head;
	const char *protocol = head.has_name ? bytes + strlen(bytes) + 1 : bytes;
	return (struct key){
	    .name = head.has_name ? bytes : NULL,
	    .protocol = head.has_protocol ? protocol : NULL,
	    .port = head.port,
	};
}

void key_map_free(struct key_map *map)
{
	byte_map_free(&map->keys);
	buffer_free(&map->bytes);
}
