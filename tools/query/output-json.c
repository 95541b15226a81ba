/* SPDX-License-Identifier: MIT */
/* Answers as JSON. The shape is part of the manual page: it stays. */
#include "output.h"

#include <jansson.h>

#include "tools/shared/document.h"
#include "tools/shared/text.h"

static json_t *string_or_null(struct arena *memory, const char *text)
{
	return text ? json_string(text_as_utf8(memory, text)) : json_null();
}

static json_t *claims_of(struct arena *memory, const struct answer *answer,
			 struct left_out *left_out)
{
	json_t *claims = json_array();

	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (claim->name && !text_is_utf8(claim->name)) {
			left_out->names++;
			continue;
		}
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

static json_t *aliases_of(const struct answer *answer, struct left_out *left_out)
{
	json_t *aliases = json_array();

	for (size_t i = 0; i < answer->alias_count; i++)
		if (text_is_utf8(answer->aliases[i]))
			json_array_append_new(aliases, json_string(answer->aliases[i]));
		else
			left_out->names++;
	return aliases;
}

static json_t *hider_of(struct arena *memory, const struct answer *answer)
{
	json_t *object = json_object();

	json_object_set_new(object, "source", string_or_null(memory, answer->hidden_by));
	json_object_set_new(object, "line", json_integer(answer->hidden_line));
	return object;
}

static json_t *service_of(struct arena *memory, const struct answer *answer, bool has_claims,
			  struct left_out *left_out)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", string_or_null(memory, answer->name));
	json_object_set_new(object, "port",
			    answer->has_port ? json_integer(answer->port) : json_null());
	if (answer->has_port && answer->last_port > answer->port)
		json_object_set_new(object, "last_port", json_integer(answer->last_port));
	json_object_set_new(object, "protocol", string_or_null(memory, answer->protocol));
	json_object_set_new(object, "aliases", aliases_of(answer, left_out));
	json_object_set_new(object, "status", string_or_null(memory, answer->status));
	json_object_set_new(object, "description", string_or_null(memory, answer->description));
	json_object_set_new(object, "language", string_or_null(memory, answer->language));
	json_object_set_new(object, "source", string_or_null(memory, answer->source));
	if (answer->hidden_by)
		json_object_set_new(object, "hidden_by", hider_of(memory, answer));
	if (has_claims)
		json_object_set_new(object, "claims", claims_of(memory, answer, left_out));
	return object;
}

/* With something else in place of a byte that is not UTF-8, it would be another service. */
static bool can_be_text(const struct answer *answer)
{
	return (!answer->name || text_is_utf8(answer->name)) && text_is_utf8(answer->protocol);
}

void output_json(const struct answers *answers, bool has_claims, struct left_out *left_out)
{
	json_t *document = json_object();
	json_t *services = json_array();
	struct arena memory = {0};

	for (size_t i = 0; i < answers->count; i++)
		if (can_be_text(&answers->items[i]))
			json_array_append_new(services, service_of(&memory, &answers->items[i],
								   has_claims, left_out));
		else
			left_out->names++;
	json_object_set_new(document, "services", services);
	document_print(document);
	json_decref(document);
	arena_free(&memory);
}
