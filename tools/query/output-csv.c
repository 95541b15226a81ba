/* SPDX-License-Identifier: MIT */
/* Answers as CSV, in the columns of a table that portdb-compile reads. */
#include "output.h"

#include <string.h>

#include "tools/shared/buffer.h"
#include "tools/shared/language-tag.h"
#include "tools/shared/memory.h"

#define ENGLISH "en"

/* A table may have any number of languages; nobody writes in more. */
#define LANGUAGES_MAX 16

/* Of either sheet below, and which of them descriptions are in. */
#define COLUMNS_MAX 13
#define DESCRIPTION 5

/* What is printed, and the languages that have columns of their own, behind the others. */
struct sheet {
	struct listing listing;
	const char *languages[LANGUAGES_MAX];
	size_t language_count;
	bool has_languages;  /* else descriptions of whatever language are in one column */
	struct arena titles; /* of these columns */
};

static bool is_english(const char *language)
{
	return !language || strcmp(language, ENGLISH) == 0;
}

/* The number of a language's column, of those of languages; language_count if it has none. */
static size_t find_language(const struct sheet *sheet, const char *language)
{
	size_t i = 0;

	while (i < sheet->language_count && strcmp(sheet->languages[i], language) != 0)
		i++;
	return i;
}

static void take_language(struct sheet *sheet, const char *description, const char *language)
{
	if (description && *description && !is_english(language) && language_tag_is(language) &&
	    sheet->language_count < LANGUAGES_MAX &&
	    find_language(sheet, language) == sheet->language_count)
		sheet->languages[sheet->language_count++] = language;
}

static void take_languages(struct sheet *sheet, const struct answers *answers, bool is_of_claims)
{
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		if (!is_of_claims)
			take_language(sheet, answer->description, answer->language);
		for (size_t j = 0; is_of_claims && j < answer->claim_count; j++)
			take_language(sheet, answer->claims[j].description,
				      answer->claims[j].language);
	}
}

/*
 * With these columns and one for each language. Who chooses columns has the language in one of
 * them, and could not know beforehand which others there are.
 */
static bool open_sheet(struct sheet *sheet, const struct listing_column *usual, size_t count,
		       const struct answers *answers, bool is_of_claims, const struct style *style)
{
	struct listing_column columns[COLUMNS_MAX + LANGUAGES_MAX];

	*sheet = (struct sheet){.has_languages = !style->wish.columns};
	if (sheet->has_languages)
		take_languages(sheet, answers, is_of_claims);
	memcpy(columns, usual, count * sizeof *usual);
	for (size_t i = 0; i < sheet->language_count; i++) {
		const char *title =
		    arena_print(&sheet->titles, "Description[%s]", sheet->languages[i]);
		columns[count + i] = (struct listing_column){.title = title, .key = title};
	}
	return listing_open_as(&sheet->listing, NULL, columns, count + sheet->language_count,
			       &style->wish);
}

/* Adds a row of these cells, and of a description in its own column or in the one for English. */
static void add_row(struct sheet *sheet, const char *const *usual, size_t count,
		    const char *language, struct left_out *left_out)
{
	const char *cells[COLUMNS_MAX + LANGUAGES_MAX] = {NULL};
	const char *description = usual[DESCRIPTION];

	memcpy(cells, usual, count * sizeof *usual);
	if (sheet->has_languages && description && *description && !is_english(language)) {
		size_t number = find_language(sheet, language);
		cells[DESCRIPTION] = NULL;
		if (number < sheet->language_count)
			cells[count + number] = description;
		else
			left_out->descriptions++;
	}
	listing_add(&sheet->listing, cells, false);
}

static void close_sheet(struct sheet *sheet, bool is_known, const struct style *style,
			struct left_out *left_out)
{
	if (is_known)
		listing_print_csv(&sheet->listing, &style->terminal);
	left_out->changed_texts += sheet->listing.changed_texts;
	listing_close(&sheet->listing);
	arena_free(&sheet->titles);
}

/* Where the row stands that hides the answer; NULL if none does. */
static const char *hider_of(struct arena *memory, const struct answer *answer)
{
	if (!answer->hidden_by)
		return NULL;
	return arena_print(memory, "%s:%u", answer->hidden_by, answer->hidden_line);
}

/* Whether its protocol comes back out of a cell that may have several. */
static bool can_be_row(const struct answer *answer, const char *name)
{
	return output_can_be_compiled(answer, name) && !strpbrk(answer->protocol, " ,;/");
}

/* Those that a reader can tell from each other. */
static const char *alias_words_of(struct arena *memory, const struct answer *answer,
				  struct left_out *left_out)
{
	struct buffer aliases = {0};

	for (size_t i = 0; i < answer->alias_count; i++) {
		if (output_can_be_alias(answer->aliases[i]) && !strpbrk(answer->aliases[i], ",;"))
			buffer_print(&aliases, "%s%s", aliases.length > 0 ? " " : "",
				     answer->aliases[i]);
		else
			left_out->names++;
	}
	const char *kept = arena_string(memory, aliases.bytes, aliases.length);
	buffer_free(&aliases);
	return kept;
}

/* A column is there for the sake of what is hidden only. */
static bool is_any_hidden(const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++)
		if (answers->items[i].hidden_by)
			return true;
	return false;
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
	struct sheet sheet;
	struct arena *memory = &sheet.listing.memory;

	bool is_known = open_sheet(&sheet, columns, LENGTH(columns), answers, false, style);
	for (size_t i = 0; i < answers->count && is_known; i++) {
		const struct answer *answer = &answers->items[i];
		if (!can_be_row(answer, answer->name)) {
			left_out->names++;
			continue;
		}
		const char *const cells[] = {answer->name,
					     output_ports(memory, answer),
					     answer->protocol,
					     alias_words_of(memory, answer, left_out),
					     answer->status,
					     answer->description,
					     answer->language,
					     answer->source,
					     hider_of(memory, answer),
					     answer->registered,
					     answer->reference};
		add_row(&sheet, cells, LENGTH(cells), answer->language, left_out);
	}
	close_sheet(&sheet, is_known, style, left_out);
	return is_known;
}

static void add_claims(struct sheet *sheet, const struct answer *answer, struct left_out *left_out)
{
	struct arena *memory = &sheet->listing.memory;

	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (!can_be_row(answer, claim->name) || !output_is_text(answer->name, "")) {
			left_out->names++;
			continue;
		}
		const char *const cells[] = {claim->name,
					     output_ports(memory, answer),
					     answer->protocol,
					     answer->hidden_by ? NULL : answer->name,
					     claim->status,
					     claim->description,
					     claim->language,
					     claim->source,
					     arena_print(memory, "%u", claim->line),
					     hider_of(memory, answer),
					     claim->registered,
					     claim->reference,
					     claim->notes};
		add_row(sheet, cells, LENGTH(cells), claim->language, left_out);
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
	struct sheet sheet;

	bool is_known = open_sheet(&sheet, columns, LENGTH(columns), answers, true, style);
	for (size_t i = 0; i < answers->count && is_known; i++)
		add_claims(&sheet, &answers->items[i], left_out);
	close_sheet(&sheet, is_known, style, left_out);
	return is_known;
}
