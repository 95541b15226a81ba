/* SPDX-License-Identifier: MIT */
/* Answers as tables and as CSV. */
#include "output.h"

#include <string.h>

#include "tools/query/answers/source-names.h"
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
static const char *with_hider(struct catalog *catalog, struct listing *listing,
			      const struct answer *answer, const char *words)
{
	if (!answer->hidden_by)
		return words;
	return arena_print(&listing->memory, "%s%s(hidden by %s:%u)", words ? words : "",
			   words ? " " : "", source_names_short(catalog, answer->hidden_source),
			   answer->hidden_line);
}

bool output_table(struct catalog *catalog, const struct answers *answers, const struct style *style)
{
	static const struct listing_column columns[] = {
	    {.title = "NAME"},
	    {.title = "PORT"},
	    {.title = "ALIASES", .is_long = true},
	    {.title = "STATUS"},
	    {.title = "DESCRIPTION", .is_long = true},
	    {.title = "PROTOCOL", .is_extra = true},
	    {.title = "LANGUAGE", .is_extra = true},
	    {.title = "SOURCE", .is_extra = true},
	    {.title = "REGISTERED", .is_extra = true},
	    {.title = "REFERENCE", .is_extra = true, .is_long = true},
	};
	struct listing listing;

	bool is_known = listing_open_as(&listing, NULL, columns, LENGTH(columns), &style->wish);
	for (size_t i = 0; i < answers->count && is_known; i++) {
		const struct answer *answer = &answers->items[i];
		const char *const cells[] = {
		    answer->name ? answer->name : "-",
		    place_of(&listing, answer),
		    aliases_of(&listing, answer),
		    answer->status,
		    with_hider(catalog, &listing, answer, answer->description),
		    answer->protocol,
		    answer->language,
		    answer->source,
		    answer->registered,
		    answer->reference};
		listing_add(&listing, cells, answer->is_second);
	}
	if (is_known)
		listing_print_table(&listing, &style->terminal);
	listing_close(&listing);
	return is_known;
}

/* What a claim says, and what it says about that. */
static const char *words_of(struct listing *listing, const struct answer_claim *claim)
{
	if (claim->description && claim->notes)
		return arena_print(&listing->memory, "%s (%s)", claim->description, claim->notes);
	return claim->notes ? claim->notes : claim->description;
}

/* "4251 4253" of a reference: the addresses of other documents would take the place of words. */
static const char *rfcs_of(struct listing *listing, const struct answer_claim *claim)
{
	struct buffer rfcs = {0};

	for (const char *next = claim->reference; next && (next = strstr(next, "RFC")); next++)
		if (ascii_is_digit(next[3]))
			buffer_print(&rfcs, "%s%.*s", rfcs.length > 0 ? " " : "",
				     (int)strspn(next + 3, "0123456789"), next + 3);
	const char *kept = arena_string(&listing->memory, rfcs.bytes, rfcs.length);
	buffer_free(&rfcs);
	return kept;
}

static void add_claims(struct catalog *catalog, const struct answer *answer, size_t first,
		       struct listing *listing)
{
	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		const char *const all[] = {
		    answer->disagreement,
		    place_of(listing, answer),
		    answer->name && !answer->hidden_by ? answer->name : "-",
		    claim->name ? claim->name : "-",
		    claim->status,
		    arena_print(&listing->memory, "%s:%u",
				source_names_short(catalog, claim->source_number), claim->line),
		    claim->registered,
		    rfcs_of(listing, claim),
		    with_hider(catalog, listing, answer, words_of(listing, claim)),
		    claim->reference};
		listing_add(listing, all + first, false);
	}
}

bool output_claims_table(struct catalog *catalog, const struct answers *answers,
			 const struct style *style)
{
	static const struct listing_column columns[] = {
	    {.title = "AT ODDS"},
	    {.title = "PORT"},
	    {.title = "ANSWER"},
	    {.title = "CLAIM"},
	    {.title = "STATUS"},
	    {.title = "SOURCE", .is_long = true},
	    {.title = "REGISTERED", .is_optional = true},
	    {.title = "RFC", .is_long = true, .is_optional = true},
	    {.title = "WORDS", .is_long = true},
	    {.title = "REFERENCE", .is_long = true, .is_extra = true},
	};
	/* The first column is for conflicts only. */
	bool has_disagreements = answers->count > 0 && answers->items[0].disagreement;
	size_t first = has_disagreements ? 0 : 1;
	struct listing listing;

	bool is_known =
	    listing_open_as(&listing, NULL, columns + first, LENGTH(columns) - first, &style->wish);
	for (size_t i = 0; i < answers->count && is_known; i++)
		add_claims(catalog, &answers->items[i], first, &listing);
	if (is_known)
		listing_print_table(&listing, &style->terminal);
	listing_close(&listing);
	return is_known;
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

/* With something else in place of a byte that is not UTF-8, it would be another service. */
static bool can_be_text(const char *name, const char *protocol)
{
	return (!name || text_is_utf8(name)) && text_is_utf8(protocol);
}

/* A column is there for the sake of what is hidden only. */
static bool is_any_hidden(const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++)
		if (answers->items[i].hidden_by)
			return true;
	return false;
}

static void print_csv(struct listing *listing, const struct style *style, struct left_out *left_out)
{
	listing_print_csv(listing, &style->terminal);
	left_out->changed_texts += listing->changed_texts;
}

bool output_csv(const struct answers *answers, const struct style *style, struct left_out *left_out)
{
	const struct listing_column columns[] = {
	    {.title = "NAME", .key = "Service Name"},
	    {.title = "PORT", .key = "Port Number"},
	    {.title = "PROTOCOL", .key = "Transport Protocol"},
	    {.title = "ALIASES", .key = "Aliases"},
	    {.title = "STATUS", .key = "Status"},
	    {.title = "DESCRIPTION", .key = "Description"},
	    {.title = "LANGUAGE", .key = "Language"},
	    {.title = "SOURCE", .key = "Source"},
	    {.title = "HIDDEN BY", .key = "Hidden By", .is_extra = !is_any_hidden(answers)},
	    {.title = "REGISTERED", .key = "Registration Date", .is_extra = true},
	    {.title = "REFERENCE", .key = "Reference", .is_extra = true},
	};
	struct listing listing;

	bool is_known = listing_open_as(&listing, NULL, columns, LENGTH(columns), &style->wish);
	for (size_t i = 0; i < answers->count && is_known; i++) {
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
					     hider_of(&listing, answer),
					     answer->registered,
					     answer->reference};
		listing_add(&listing, cells, false);
	}
	if (is_known)
		print_csv(&listing, style, left_out);
	listing_close(&listing);
	return is_known;
}

static void add_claims_to_csv(const struct answer *answer, struct listing *listing,
			      struct left_out *left_out)
{
	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (!can_be_text(claim->name, answer->protocol) || !can_be_text(answer->name, "")) {
			left_out->names++;
			continue;
		}
		const char *const cells[] = {claim->name,
					     ports_of(listing, answer),
					     answer->protocol,
					     answer->hidden_by ? NULL : answer->name,
					     claim->status,
					     claim->description,
					     claim->language,
					     claim->source,
					     arena_print(&listing->memory, "%u", claim->line),
					     hider_of(listing, answer),
					     claim->registered,
					     claim->reference,
					     claim->notes};
		listing_add(listing, cells, false);
	}
}

bool output_claims_csv(const struct answers *answers, const struct style *style,
		       struct left_out *left_out)
{
	const struct listing_column columns[] = {
	    {.title = "CLAIM", .key = "Service Name"},
	    {.title = "PORT", .key = "Port Number"},
	    {.title = "PROTOCOL", .key = "Transport Protocol"},
	    {.title = "ANSWER", .key = "Answer"},
	    {.title = "STATUS", .key = "Status"},
	    {.title = "DESCRIPTION", .key = "Description"},
	    {.title = "LANGUAGE", .key = "Language"},
	    {.title = "SOURCE", .key = "Source"},
	    {.title = "LINE", .key = "Line"},
	    {.title = "HIDDEN BY", .key = "Hidden By", .is_extra = !is_any_hidden(answers)},
	    {.title = "REGISTERED", .key = "Registration Date", .is_extra = true},
	    {.title = "REFERENCE", .key = "Reference", .is_extra = true},
	    {.title = "NOTES", .key = "Assignment Notes", .is_extra = true},
	};
	struct listing listing;

	bool is_known = listing_open_as(&listing, NULL, columns, LENGTH(columns), &style->wish);
	for (size_t i = 0; i < answers->count && is_known; i++)
		add_claims_to_csv(&answers->items[i], &listing, left_out);
	if (is_known)
		print_csv(&listing, style, left_out);
	listing_close(&listing);
	return is_known;
}
