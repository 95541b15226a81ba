/* SPDX-License-Identifier: MIT */
/* Answers as tables and as CSV. */
#include "output.h"

#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"
#include "tools/shared/text.h"

static const char *aliases_of(struct listing *listing, const struct answer *answer)
{
	struct buffer aliases = {0};

	for (size_t i = 0; i < answer->alias_count; i++)
		buffer_print(&aliases, "%s%s", i > 0 ? " " : "", answer->aliases[i]);
	const char *kept = arena_string(&listing->memory, aliases.bytes, aliases.length);
	buffer_free(&aliases);
	return kept;
}

/* "443", "6000-6063", or nothing. */
static const char *ports_of(struct listing *listing, const struct answer *answer)
{
	if (!answer->has_port)
		return "";
	if (answer->last_port > answer->port)
		return arena_print(&listing->memory, "%u-%u", answer->port, answer->last_port);
	return arena_print(&listing->memory, "%u", answer->port);
}

/* "443/tcp". */
static const char *place_of(struct listing *listing, const struct answer *answer)
{
	return arena_print(&listing->memory, "%s/%s", ports_of(listing, answer), answer->protocol);
}

/* Where the row stands that hides the answer; NULL if none does. */
static const char *hider_of(struct listing *listing, const struct answer *answer)
{
	if (!answer->hidden_by)
		return NULL;
	return arena_print(&listing->memory, "%s:%u", answer->hidden_by, answer->hidden_line);
}

/* Words, and behind them who hides the answer. */
static const char *with_hider(struct listing *listing, const struct answer *answer,
			      const char *words)
{
	const char *hider = hider_of(listing, answer);

	if (!hider)
		return words;
	return words ? arena_print(&listing->memory, "%s (hidden by %s)", words, hider)
		     : arena_print(&listing->memory, "(hidden by %s)", hider);
}

void output_table(const struct answers *answers, const struct terminal *terminal)
{
	static const struct listing_column columns[] = {
	    {.title = "NAME"},
	    {.title = "PORT"},
	    {.title = "ALIASES", .is_long = true},
	    {.title = "STATUS"},
	    {.title = "DESCRIPTION", .is_long = true},
	};
	struct listing listing;

	listing_open(&listing, NULL, columns, LENGTH(columns));
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		const char *const cells[] = {answer->name ? answer->name : "-",
					     place_of(&listing, answer),
					     aliases_of(&listing, answer), answer->status,
					     with_hider(&listing, answer, answer->description)};
		listing_add(&listing, cells, answer->is_second);
	}
	listing_print_table(&listing, terminal);
	listing_close(&listing);
}

/* What a claim says, and what it says about that. */
static const char *words_of(struct listing *listing, const struct answer_claim *claim)
{
	if (claim->description && claim->notes)
		return arena_print(&listing->memory, "%s (%s)", claim->description, claim->notes);
	return claim->notes ? claim->notes : claim->description;
}

void output_claims_table(const struct answers *answers, const struct terminal *terminal)
{
	static const struct listing_column columns[] = {
	    {.title = "AT ODDS"},
	    {.title = "PORT"},
	    {.title = "ANSWER"},
	    {.title = "CLAIM"},
	    {.title = "STATUS"},
	    {.title = "SOURCE", .is_long = true},
	    {.title = "WORDS", .is_long = true},
	};
	/* The first column is for conflicts only. */
	bool has_disagreements = answers->count > 0 && answers->items[0].disagreement;
	size_t first = has_disagreements ? 0 : 1;
	struct listing listing;

	listing_open(&listing, NULL, columns + first, LENGTH(columns) - first);
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		for (size_t j = 0; j < answer->claim_count; j++) {
			const struct answer_claim *claim = &answer->claims[j];
			const char *const all[] = {
			    answer->disagreement,
			    place_of(&listing, answer),
			    answer->name && !answer->hidden_by ? answer->name : "-",
			    claim->name ? claim->name : "-",
			    claim->status,
			    arena_print(&listing.memory, "%s:%u", claim->source, claim->line),
			    with_hider(&listing, answer, words_of(&listing, claim))};
			listing_add(&listing, all + first, false);
		}
	}
	listing_print_table(&listing, terminal);
	listing_close(&listing);
}

/* Whether it comes back as one word out of a cell with several; commas separate them as well. */
static bool is_word(const char *text)
{
	return *text && text[ascii_word_length(text)] == '\0' && !strpbrk(text, ",;") &&
	       text_is_utf8(text);
}

/* Those that a reader can tell from each other. */
static const char *alias_words_of(struct listing *listing, const struct answer *answer,
				  struct left_out *left_out)
{
	struct buffer aliases = {0};

	for (size_t i = 0; i < answer->alias_count; i++) {
		if (is_word(answer->aliases[i]))
			buffer_print(&aliases, "%s%s", aliases.length > 0 ? " " : "",
				     answer->aliases[i]);
		else
			left_out->names++;
	}
	const char *kept = arena_string(&listing->memory, aliases.bytes, aliases.length);
	buffer_free(&aliases);
	return kept;
}

/* The last column is there for the sake of what is hidden only. */
static bool is_any_hidden(const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++)
		if (answers->items[i].hidden_by)
			return true;
	return false;
}

/* With something else in place of a byte that is not UTF-8, it would be another service. */
static bool can_be_text(const char *name, const char *protocol)
{
	return (!name || text_is_utf8(name)) && text_is_utf8(protocol);
}

void output_csv(const struct answers *answers, const struct terminal *terminal,
		struct left_out *left_out)
{
	static const struct listing_column columns[] = {
	    {.key = "Service Name"}, {.key = "Port Number"}, {.key = "Transport Protocol"},
	    {.key = "Aliases"},      {.key = "Status"},      {.key = "Description"},
	    {.key = "Language"},     {.key = "Source"},      {.key = "Hidden By"},
	};
	struct listing listing;

	listing_open(&listing, NULL, columns, LENGTH(columns) - !is_any_hidden(answers));
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		if (!can_be_text(answer->name, answer->protocol)) {
			left_out->names++;
			continue;
		}
		const char *const cells[] = {answer->name,
					     answer->has_port ? ports_of(&listing, answer) : NULL,
					     answer->protocol,
					     alias_words_of(&listing, answer, left_out),
					     answer->status,
					     answer->description,
					     answer->language,
					     answer->source,
					     hider_of(&listing, answer)};
		listing_add(&listing, cells, false);
	}
	listing_print_csv(&listing, terminal);
	listing_close(&listing);
}

void output_claims_csv(const struct answers *answers, const struct terminal *terminal,
		       struct left_out *left_out)
{
	static const struct listing_column columns[] = {
	    {.key = "Service Name"}, {.key = "Port Number"}, {.key = "Transport Protocol"},
	    {.key = "Answer"},       {.key = "Status"},      {.key = "Description"},
	    {.key = "Language"},     {.key = "Source"},      {.key = "Line"},
	    {.key = "Hidden By"},
	};
	struct listing listing;

	listing_open(&listing, NULL, columns, LENGTH(columns) - !is_any_hidden(answers));
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		for (size_t j = 0; j < answer->claim_count; j++) {
			const struct answer_claim *claim = &answer->claims[j];
			if (!can_be_text(claim->name, answer->protocol) ||
			    !can_be_text(answer->name, "")) {
				left_out->names++;
				continue;
			}
			const char *const cells[] = {
			    claim->name,
			    ports_of(&listing, answer),
			    answer->protocol,
			    answer->hidden_by ? NULL : answer->name,
			    claim->status,
			    claim->description,
			    claim->language,
			    claim->source,
			    arena_print(&listing.memory, "%u", claim->line),
			    hider_of(&listing, answer)};
			listing_add(&listing, cells, false);
		}
	}
	listing_print_csv(&listing, terminal);
	listing_close(&listing);
}
