/* SPDX-License-Identifier: MIT */
/* Answers as JSON. The shape is part of the manual page: it stays. */
#include "output.h"

#include "tools/shared/memory.h"
#include "tools/shared/text.h"
#include "tools/shared/writer.h"

enum column {
	NAME,
	PORT,
	PROTOCOL,
	ALIASES,
	STATUS,
	DESCRIPTION,
	LANGUAGE,
	SOURCE,
	HIDDEN_BY,
	REGISTERED,
	REFERENCE,
};

static const struct listing_column columns[] = {
    [NAME] = {.title = "NAME"},
    [PORT] = {.title = "PORT"},
    [PROTOCOL] = {.title = "PROTOCOL"},
    [ALIASES] = {.title = "ALIASES"},
    [STATUS] = {.title = "STATUS"},
    [DESCRIPTION] = {.title = "DESCRIPTION"},
    [LANGUAGE] = {.title = "LANGUAGE"},
    [SOURCE] = {.title = "SOURCE"},
    [HIDDEN_BY] = {.title = "HIDDEN BY"},
    [REGISTERED] = {.title = "REGISTERED", .is_extra = true},
    [REFERENCE] = {.title = "REFERENCE", .is_extra = true},
};

/* A document, and what of an answer goes into it. */
struct answer_writer {
	struct writer writer;
	bool shows[LENGTH(columns)];
	bool has_claims;
	struct left_out *left_out;
};

static void write_claims(struct answer_writer *document, const struct answer *answer)
{
	struct writer *writer = &document->writer;

	writer_open(writer, "claims", '[');
	for (size_t i = 0; i < answer->claim_count; i++) {
		const struct answer_claim *claim = &answer->claims[i];
		if (claim->name && !text_is_utf8(claim->name)) {
			document->left_out->names++;
			continue;
		}
		writer_open(writer, NULL, '{');
		writer_string(writer, "source", claim->source);
		writer_number(writer, "line", claim->line);
		writer_string(writer, "name", claim->name);
		writer_string(writer, "status", claim->status);
		writer_string(writer, "description", claim->description);
		writer_string(writer, "language", claim->language);
		writer_string(writer, "notes", claim->notes);
		writer_string(writer, "registered", claim->registered);
		writer_string(writer, "reference", claim->reference);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void write_aliases(struct answer_writer *document, const struct answer *answer)
{
	writer_open(&document->writer, "aliases", '[');
	for (size_t i = 0; i < answer->alias_count; i++)
		if (text_is_utf8(answer->aliases[i]))
			writer_string(&document->writer, NULL, answer->aliases[i]);
		else
			document->left_out->names++;
	writer_close(&document->writer, ']');
}

/* Only what is hidden has it. */
static void write_hider(struct answer_writer *document, const struct answer *answer)
{
	if (!answer->hidden_by)
		return;
	writer_open(&document->writer, "hidden_by", '{');
	writer_string(&document->writer, "source", answer->hidden_by);
	writer_number(&document->writer, "line", answer->hidden_line);
	writer_close(&document->writer, '}');
}

static void write_ports(struct answer_writer *document, const struct answer *answer)
{
	if (!answer->has_port) {
		writer_string(&document->writer, "port", NULL);
		return;
	}
	writer_number(&document->writer, "port", answer->port);
	if (answer->last_port > answer->port)
		writer_number(&document->writer, "last_port", answer->last_port);
}

static void write_text(struct answer_writer *document, enum column column, const char *key,
		       const char *text)
{
	if (document->shows[column])
		writer_string(&document->writer, key, text);
}

static void write_answer(struct answer_writer *document, const struct answer *answer)
{
	writer_open(&document->writer, NULL, '{');
	write_text(document, NAME, "name", answer->name);
	if (document->shows[PORT])
		write_ports(document, answer);
	write_text(document, PROTOCOL, "protocol", answer->protocol);
	if (document->shows[ALIASES])
		write_aliases(document, answer);
	write_text(document, STATUS, "status", answer->status);
	write_text(document, DESCRIPTION, "description", answer->description);
	write_text(document, LANGUAGE, "language", answer->language);
	write_text(document, SOURCE, "source", answer->source);
	if (document->shows[HIDDEN_BY])
		write_hider(document, answer);
	write_text(document, REGISTERED, "registered", answer->registered);
	write_text(document, REFERENCE, "reference", answer->reference);
	if (document->has_claims)
		write_claims(document, answer);
	writer_close(&document->writer, '}');
}

static void write_document(struct answer_writer *document, const struct answers *answers)
{
	writer_open(&document->writer, NULL, '{');
	writer_open(&document->writer, "services", '[');
	for (size_t i = 0; i < answers->count; i++)
		if (output_is_text(answers->items[i].name, answers->items[i].protocol))
			write_answer(document, &answers->items[i]);
		else
			document->left_out->names++;
	writer_close(&document->writer, ']');
	writer_close(&document->writer, '}');
	document->left_out->changed_texts += document->writer.changed_texts;
}

bool output_json(const struct answers *answers, bool has_claims, const struct style *style,
		 struct left_out *left_out)
{
	struct answer_writer document = {.has_claims = has_claims, .left_out = left_out};
	struct listing chosen;

	bool is_known = listing_open_as(&chosen, NULL, columns, LENGTH(columns), &style->wish);
	if (is_known) {
		for (size_t i = 0; i < LENGTH(columns); i++)
			document.shows[i] = listing_shows(&chosen, columns[i].title);
		write_document(&document, answers);
	}
	listing_close(&chosen);
	return is_known;
}
