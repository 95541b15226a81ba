/* SPDX-License-Identifier: MIT */
#include "search.h"

#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "tools/shared/ascii.h"
#include "tools/shared/memory.h"

/* How well a word fits, from the best; what all words come to is their sum. */
enum rank {
	IS_NAME,
	IS_ALIAS,
	STARTS_NAME,
	IN_NAME,
	IS_WORD,
	IN_WORDS,
	NOWHERE,
};

struct search {
	struct catalog *catalog;
	const char **words; /* folded */
	size_t word_count;
	struct arena memory; /* of folded texts; emptied after each answer */
	unsigned *ranks;     /* of each word in the current answer */
};

struct match {
	struct answer answer;
	unsigned rank;
	size_t order;
};

struct matches {
	struct match *items;
	size_t count;
	size_t capacity;
};

static bool is_part_of_word(char character)
{
	return ascii_is_letter(character) || ascii_is_digit(character) || (character & 0x80);
}

static enum rank rank_in_name(const char *name, const char *word, enum rank whole)
{
	const char *found = strstr(name, word);

	if (!found)
		return NOWHERE;
	if (found == name)
		return name[strlen(word)] == '\0' ? whole : STARTS_NAME;
	return IN_NAME;
}

static enum rank rank_in_description(const char *text, const char *word)
{
	size_t length = strlen(word);
	enum rank rank = NOWHERE;

	for (const char *found = text; (found = strstr(found, word)); found++) {
		rank = IN_WORDS;
		if ((found == text || !is_part_of_word(found[-1])) &&
		    !is_part_of_word(found[length]))
			return IS_WORD;
	}
	return rank;
}

/* Looks for every word in a name (whole is its rank if it is the word), or in a description. */
static void rank_text(struct search *search, const char *text, enum rank whole)
{
	if (!text || !*text)
		return;
	const char *folded = fold_text(&search->memory, text);
	for (size_t i = 0; i < search->word_count; i++) {
		const char *word = search->words[i];
		enum rank rank = whole == IS_WORD ? rank_in_description(folded, word)
						  : rank_in_name(folded, word, whole);
		if (rank < search->ranks[i])
			search->ranks[i] = rank;
	}
}

static void rank_row(struct search *search, const struct portdb_claim_row *row)
{
	uint32_t position = row->facts;
	const char *column;
	const char *value;

	rank_text(search, row->name, IS_ALIAS);
	for (const char *alias = row->aliases; *alias;) {
		size_t length = strcspn(alias, " ");
		rank_text(search, arena_string(&search->memory, alias, length), IS_ALIAS);
		alias += length + strspn(alias + length, " ");
	}
	while (portdb_next_fact(&search->catalog->claims, &position, &column, &value))
		if (strncmp(column, "Description", 11) == 0)
			rank_text(search, value, IS_WORD);
}

static void start_ranking(struct search *search)
{
	for (size_t i = 0; i < search->word_count; i++)
		search->ranks[i] = NOWHERE;
}

/* The sum of the words' ranks; false unless each is somewhere. */
static bool end_ranking(struct search *search, unsigned *sum)
{
	arena_empty(&search->memory);
	*sum = 0;
	for (size_t i = 0; i < search->word_count; i++) {
		if (search->ranks[i] == NOWHERE)
			return false;
		*sum += search->ranks[i];
	}
	return search->word_count > 0;
}

static bool rank_service(struct search *search, const struct portdb_service *service, unsigned *sum)
{
	struct catalog *catalog = search->catalog;
	struct portdb_claim_row row;

	start_ranking(search);
	rank_text(search, service->strings, IS_NAME);
	for (uint32_t alias = service->protocol; portdb_next_string(service, &alias);)
		rank_text(search, service->strings + alias, IS_ALIAS);
	for (uint32_t number = portdb_first_claim(catalog->db, service);
	     catalog_get_claim(catalog, number, &row) && row.service == service->offset; number++)
		rank_row(search, &row);
	return end_ranking(search, sum);
}

static void add_match(struct matches *matches, const struct answer *answer, unsigned rank)
{
	matches->items =
	    memory_grow(matches->items, matches->count, &matches->capacity, sizeof *matches->items);
	matches->items[matches->count] = (struct match){*answer, rank, matches->count};
	matches->count++;
}

/* Only what matches is worth an answer. */
static void match_services(struct search *search, struct matches *matches)
{
	struct catalog *catalog = search->catalog;
	struct portdb_service service;
	uint32_t cursor = 0;
	unsigned rank;

	while (catalog_next_service(catalog, &cursor, &service)) {
		if (rank_service(search, &service, &rank)) {
			struct answer answer = catalog_answer(catalog, &service);
			add_match(matches, &answer, rank);
		}
	}
}

static void match_rows(struct search *search, struct matches *matches)
{
	struct portdb_claim_row row;
	unsigned rank;

	for (uint32_t number = 0; catalog_next_row(search->catalog, &number, &row);) {
		start_ranking(search);
		if (*row.name)
			rank_text(search, row.name, IS_NAME);
		rank_row(search, &row);
		if (end_ranking(search, &rank)) {
			struct answer answer = catalog_answer_of_row(search->catalog, &row);
			add_match(matches, &answer, rank);
		}
	}
}

/* By that name alone: what else is said is the service's, which is found by it. */
static void match_hidden_aliases(struct search *search, struct matches *matches)
{
	const struct answers *aliases = catalog_hidden_aliases(search->catalog);
	unsigned rank;

	for (size_t i = 0; i < aliases->count; i++) {
		start_ranking(search);
		rank_text(search, aliases->items[i].name, IS_NAME);
		if (end_ranking(search, &rank))
			add_match(matches, &aliases->items[i], rank);
	}
}

static int compare_matches(const void *one, const void *other)
{
	const struct match *first = one;
	const struct match *second = other;

	if (first->rank != second->rank)
		return first->rank < second->rank ? -1 : 1;
	return first->order < second->order ? -1 : first->order > second->order;
}

static void find_matches(struct search *search, struct matches *matches)
{
	match_services(search, matches);
	match_rows(search, matches);
	match_hidden_aliases(search, matches);
	if (matches->count > 0)
		qsort(matches->items, matches->count, sizeof *matches->items, compare_matches);
}

/* The words of all arguments, folded. */
static void take_words(struct search *search, struct arena *memory, char *const *words,
		       size_t count)
{
	static const char blanks[] = " \t\n\v\f\r";
	size_t capacity = 0;

	for (size_t i = 0; i < count; i++)
		for (const char *word = words[i] + strspn(words[i], blanks); *word;) {
			size_t length = strcspn(word, blanks);
			const char *copy = arena_string(memory, word, length);
			search->words = memory_grow(search->words, search->word_count, &capacity,
						    sizeof *search->words);
			search->words[search->word_count++] = fold_text(memory, copy);
			word += length;
			word += strspn(word, blanks);
		}
}

void search_services(struct catalog *catalog, char *const *words, size_t count,
		     struct answers *answers)
{
	struct search search = {.catalog = catalog};
	struct matches matches = {0};
	struct arena memory = {0};

	take_words(&search, &memory, words, count);
	search.ranks = memory_allocate_zeroed(search.word_count + 1, sizeof *search.ranks);
	find_matches(&search, &matches);
	for (size_t i = 0; i < matches.count; i++)
		answers_add(answers, &matches.items[i].answer);
	free(matches.items);
	free(search.ranks);
	free(search.words);
	arena_free(&search.memory);
	arena_free(&memory);
}
