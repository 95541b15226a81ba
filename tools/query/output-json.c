/* Answers as JSON. The shape is part of the manual page: it stays. */
#include "output.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "tools/shared/memory.h"
#include "tools/shared/text.h"

static json_t *string_or_null(struct arena *memory, const char *text)
{
	return text ? json_string(text_as_utf8(memory, text)) : json_null();
}

static json_t *claims_of(struct arena *memory, const struct answer *answer)
{
	json_t *claims = json_array();

	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		json_t *object = json_object();
		json_object_set_new(object, "source", string_or_null(memory, claim->source));
		json_object_set_new(object, "line", json_integer(claim->line));
		json_object_set_new(object, "name", string_or_null(memory, claim->name));
		json_object_set_new(object, "status", string_or_null(memory, claim->status));
		json_object_set_new(object, "description",
				    string_or_null(memory, claim->description));
		json_object_set_new(object, "language", string_or_null(memory, claim->language));
		json_array_append_new(claims, object);
	}
	return claims;
}

static json_t *aliases_of(struct arena *memory, const struct answer *answer)
{
	json_t *aliases = json_array();

	for (size_t i = 0; i < answer->alias_count; i++)
		json_array_append_new(aliases, string_or_null(memory, answer->aliases[i]));
	return aliases;
}

static json_t *service_of(struct arena *memory, const struct answer *answer, bool has_claims)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", string_or_null(memory, answer->name));
	json_object_set_new(object, "port",
			    answer->has_port ? json_integer(answer->port) : json_null());
	if (answer->has_port && answer->last_port > answer->port)
		json_object_set_new(object, "last_port", json_integer(answer->last_port));
	json_object_set_new(object, "protocol", string_or_null(memory, answer->protocol));
	json_object_set_new(object, "aliases", aliases_of(memory, answer));
	json_object_set_new(object, "status", string_or_null(memory, answer->status));
	json_object_set_new(object, "description", string_or_null(memory, answer->description));
	json_object_set_new(object, "language", string_or_null(memory, answer->language));
	json_object_set_new(object, "source", string_or_null(memory, answer->source));
	if (has_claims)
		json_object_set_new(object, "claims", claims_of(memory, answer));
	return object;
}

void output_json(const struct answers *answers, bool has_claims)
{
	json_t *document = json_object();
	json_t *services = json_array();
	struct arena memory = {0};

	for (size_t i = 0; i < answers->count; i++)
		json_array_append_new(services,
				      service_of(&memory, &answers->items[i], has_claims));
	json_object_set_new(document, "services", services);
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
	arena_free(&memory);
}
