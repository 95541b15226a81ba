/* SPDX-License-Identifier: MIT */
/* Answers as tables for people. */
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

/* "443/tcp". */
static const char *place_of(struct listing *listing, const struct answer *answer)
{
	return arena_print(&listing->memory, "%s/%s", output_ports(&listing->memory, answer),
			   answer->protocol);
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
