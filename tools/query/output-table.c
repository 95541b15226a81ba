/* Answers as tables and as CSV. */
#include "output.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const char *aliases_of(struct sheet *sheet, const struct answer *answer)
{
	struct obstack *memory = &sheet->memory;

	for (size_t i = 0; i < answer->alias_count; i++) {
		if (i > 0)
			obstack_1grow(memory, ' ');
		obstack_grow(memory, answer->aliases[i], (int)strlen(answer->aliases[i]));
	}
	obstack_1grow(memory, '\0');
	return obstack_finish(memory);
}

/* "443", "6000-6063", or nothing. */
static const char *ports_of(struct sheet *sheet, const struct answer *answer)
{
	if (!answer->has_port)
		return "";
	if (answer->last_port > answer->port)
		return sheet_text(sheet, "%u-%u", answer->port, answer->last_port);
	return sheet_text(sheet, "%u", answer->port);
}

/* "443/tcp". */
static const char *place_of(struct sheet *sheet, const struct answer *answer)
{
	return sheet_text(sheet, "%s/%s", ports_of(sheet, answer), answer->protocol);
}

void output_table(const struct answers *answers, const struct manner *manner)
{
	static const struct sheet_column columns[] = {
	    {.title = "NAME"},
	    {.title = "PORT"},
	    {.title = "ALIASES", .is_long = true},
	    {.title = "STATUS"},
	    {.title = "DESCRIPTION", .is_long = true},
	};
	struct sheet sheet;

	sheet_open(&sheet, NULL, columns, LENGTH(columns));
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		const char *const cells[] = {answer->name ? answer->name : "-",
					     place_of(&sheet, answer), aliases_of(&sheet, answer),
					     answer->status, answer->description};
		sheet_add(&sheet, cells, answer->is_second);
	}
	sheet_print_table(&sheet, manner);
	sheet_close(&sheet);
}

/* What a claim says, and what it says about that. */
static const char *words_of(struct sheet *sheet, const struct answer_claim *claim)
{
	if (claim->description && claim->notes)
		return sheet_text(sheet, "%s (%s)", claim->description, claim->notes);
	return claim->notes ? claim->notes : claim->description;
}

void output_claims_table(const struct answers *answers, const struct manner *manner)
{
	static const struct sheet_column columns[] = {
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
	struct sheet sheet;

	sheet_open(&sheet, NULL, columns + first, LENGTH(columns) - first);
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		for (size_t j = 0; j < answer->claim_count; j++) {
			const struct answer_claim *claim = &answer->claims[j];
			const char *const all[] = {
			    answer->disagreement,
			    place_of(&sheet, answer),
			    answer->name ? answer->name : "-",
			    claim->name ? claim->name : "-",
			    claim->status,
			    sheet_text(&sheet, "%s:%u", claim->source, claim->line),
			    words_of(&sheet, claim)};
			sheet_add(&sheet, all + first, false);
		}
	}
	sheet_print_table(&sheet, manner);
	sheet_close(&sheet);
}

void output_csv(const struct answers *answers)
{
	static const struct sheet_column columns[] = {
	    {.key = "Service Name"}, {.key = "Port Number"}, {.key = "Transport Protocol"},
	    {.key = "Aliases"},      {.key = "Status"},      {.key = "Description"},
	    {.key = "Language"},     {.key = "Source"},
	};
	struct sheet sheet;

	sheet_open(&sheet, NULL, columns, LENGTH(columns));
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		const char *const cells[] = {
		    answer->name,     answer->has_port ? ports_of(&sheet, answer) : NULL,
		    answer->protocol, aliases_of(&sheet, answer),
		    answer->status,   answer->description,
		    answer->language, answer->source};
		sheet_add(&sheet, cells, false);
	}
	sheet_print_csv(&sheet);
	sheet_close(&sheet);
}

void output_claims_csv(const struct answers *answers)
{
	static const struct sheet_column columns[] = {
	    {.key = "Service Name"}, {.key = "Port Number"}, {.key = "Transport Protocol"},
	    {.key = "Answer"},       {.key = "Status"},      {.key = "Description"},
	    {.key = "Language"},     {.key = "Source"},      {.key = "Line"},
	};
	struct sheet sheet;

	sheet_open(&sheet, NULL, columns, LENGTH(columns));
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		for (size_t j = 0; j < answer->claim_count; j++) {
			const struct answer_claim *claim = &answer->claims[j];
			const char *const cells[] = {claim->name,
						     ports_of(&sheet, answer),
						     answer->protocol,
						     answer->name,
						     claim->status,
						     claim->description,
						     claim->language,
						     claim->source,
						     sheet_text(&sheet, "%u", claim->line)};
			sheet_add(&sheet, cells, false);
		}
	}
	sheet_print_csv(&sheet);
	sheet_close(&sheet);
}
