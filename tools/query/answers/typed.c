/* SPDX-License-Identifier: MIT */
#include "typed.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "fold.h"
#include "tools/shared/ascii.h"
#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"

/* Protocols that are meant although no service here may have them. */
static const char *const known_protocols[] = {"tcp", "udp", "sctp", "dccp"};

/* What surrounds a word in a sentence or a list, and separates two. */
static bool is_around(char character)
{
	return character && (ascii_is_blank(character) || strchr("()[]{}<>\"'`,;", character));
}

static const char *trim(struct arena *memory, const char *text, size_t length)
{
	while (length > 0 && is_around(*text)) {
		text++;
		length--;
	}
	while (length > 0 && (is_around(text[length - 1]) || text[length - 1] == ':'))
		length--;
	return arena_string(memory, text, length);
}

static bool is_separator(char character)
{
	return ascii_is_blank(character) || character == ',' || character == ';';
}

/* "80,443/tcp" has one protocol for both; "80/udp,443/tcp" and "ssh 443/tcp" do not. */
static const char *common_protocol(const char *text)
{
	const char *slash = strchr(text, '/');

	for (const char *next = text; *next; next++)
		if (ascii_is_blank(*next))
			return "";
	return slash && !strpbrk(slash, ",;") ? slash : "";
}

/* No line that somebody copied has other control characters than tabs. */
static bool is_line(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f)
			return false;
	return true;
}

size_t typed_parts(struct arena *memory, const char *text, const char *const **parts)
{
	const char *protocol = common_protocol(text);
	const char **found = arena_allocate(memory, (strlen(text) + 1) * sizeof *found);
	size_t count = 0;

	if (!is_line(text))
		text = "";
	while (*text) {
		size_t length = 0;
		while (text[length] && !is_separator(text[length]))
			length++;
		const char *part = trim(memory, text, length);
		bool has_protocol = strchr(part, '/');
		if (*part)
			found[count++] =
			    has_protocol ? part : arena_print(memory, "%s%s", part, protocol);
		text += length + (text[length] != '\0');
	}
	*parts = found;
	return count;
}

/* The protocol as the database has it, whatever its case; NULL for what is none. */
static const char *find_protocol(struct catalog *catalog, const char *text)
{
	struct portdb_service service;

	for (uint32_t cursor = 0; catalog_next_service(catalog, &cursor, &service);)
		if (ascii_is_same(service.strings + service.protocol, text))
			return service.strings + service.protocol;
	for (size_t i = 0; i < LENGTH(known_protocols); i++)
		if (ascii_is_same(known_protocols[i], text))
			return known_protocols[i];
	return NULL;
}

static void take_protocol(struct question *question, const char *protocol)
{
	free(question->protocol);
	question->protocol = memory_copy_string(protocol);
}

/* "443/TCP" or "tcp/443": takes the protocol out of what is the question's name so far. */
static void split_protocol(struct catalog *catalog, struct question *question, char separator)
{
	char *end = strrchr(question->name, separator);
	char *start = strchr(question->name, separator);
	const char *protocol;

	if (!start || !end)
		return;
	if (separator == '/' && (protocol = find_protocol(catalog, end + 1))) {
		*end = '\0';
		take_protocol(question, protocol);
		return;
	}
	*start = '\0';
	protocol = find_protocol(catalog, question->name);
	*start = separator;
	if (!protocol)
		return;
	take_protocol(question, protocol);
	memmove(question->name, start + 1, strlen(start + 1) + 1);
}

static bool is_ipv6(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET6, text, &address) == 1;
}

/* The colon before a port. "fe80::1" has none: without its last part it is no address any more. */
static char *port_colon(const char *name)
{
	char *colon = strrchr(name, ':');

	if (!colon || !is_ipv6(name))
		return colon;
	*colon = '\0';
	bool is_whole = is_ipv6(name);
	*colon = ':';
	return is_whole ? colon : NULL;
}

/* ":443" and "0.0.0.0:443" are 443. */
static void drop_address(struct arena *memory, struct question *question)
{
	const char *colon = port_colon(question->name);
	const char *rest = trim(memory, colon ? colon + 1 : question->name,
				strlen(colon ? colon + 1 : question->name));

	free(question->name);
	question->name = memory_copy_string(rest);
}

static struct question understand(struct catalog *catalog, const char *text)
{
	struct question question = question_of_name(trim(&catalog->memory, text, strlen(text)));

	question.text = text;
	split_protocol(catalog, &question, '/');
	if (!question.protocol)
		split_protocol(catalog, &question, ':');
	drop_address(&catalog->memory, &question);
	question_take_ports(&question, true);
	return question;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Names and aliases that are equal but for their case. */
struct spellings {
	const char **names;
	size_t count;
	size_t capacity;
};

static void consider_spelling(struct catalog *catalog, struct spellings *spellings,
			      const char *folded, const char *name)
{
	if (strcmp(fold_case(&catalog->memory, name), folded) != 0 ||
	    is_among(spellings->names, spellings->count, name))
		return;
	spellings->names = memory_grow(spellings->names, spellings->count, &spellings->capacity,
				       sizeof *spellings->names);
	spellings->names[spellings->count++] = name;
}

static struct spellings find_spellings(struct catalog *catalog, const char *name)
{
	struct spellings spellings = {0};
	struct portdb_service service;
	const char *folded = fold_case(&catalog->memory, name);

	for (uint32_t cursor = 0; catalog_next_service(catalog, &cursor, &service);) {
		consider_spelling(catalog, &spellings, folded, service.strings);
		for (uint32_t alias = service.protocol; portdb_next_string(&service, &alias);)
			consider_spelling(catalog, &spellings, folded, service.strings + alias);
	}
	return spellings;
}

static const char *text_of(struct catalog *catalog, const char *subject, const char *protocol)
{
	return protocol ? arena_print(&catalog->memory, "%s/%s", subject, protocol) : subject;
}

/* The question with each spelling of its name; false if there is none. */
static bool answer_spellings(struct catalog *catalog, struct typed *typed, struct answers *answers)
{
	struct spellings spellings = find_spellings(catalog, typed->question.name);
	struct buffer found = {0};

	for (size_t i = 0; i < spellings.count; i++) {
		struct question question = typed->question;
		question.name = (char *)spellings.names[i];
		if (find_answers(catalog, &question, answers))
			buffer_print(&found, "%s%s", found.length > 0 ? ", " : "",
				     text_of(catalog, question.name, question.protocol));
	}
	if (found.length > 0)
		typed->found = arena_string(&catalog->memory, found.bytes, found.length);
	buffer_free(&found);
	free(spellings.names);
	return typed->found;
}

/* Whether a word of the text is the protocol, as it stands. */
static bool has_protocol(const char *text, const char *protocol)
{
	static const char around[] = " \t()[]{}<>\"'`,;:/";
	size_t length;

	for (; *(text += strspn(text, around)); text += length) {
		length = strcspn(text, around);
		if (strncmp(text, protocol, length) == 0 && protocol[length] == '\0')
			return true;
	}
	return false;
}

/* What was typed, if nothing but its case is other than what is there. */
static const char *found_in_other_case(struct catalog *catalog, const struct question *question)
{
	const char *subject = question->name;
	struct port_range ports = question->ports;

	if (!question->protocol || has_protocol(question->text, question->protocol))
		return NULL;
	if (!subject)
		subject = ports.first < ports.last
			      ? arena_print(&catalog->memory, "%u-%u", ports.first, ports.last)
			      : arena_print(&catalog->memory, "%u", ports.first);
	return text_of(catalog, subject, question->protocol);
}

/* The text in another form than that of a question. */
static bool answer_meaning(struct catalog *catalog, struct answers *answers, struct typed *typed)
{
	struct question question = understand(catalog, typed->question.text);

	if (question.name && !*question.name) {
		question_free(&question);
		return false;
	}
	question_free(&typed->question);
	typed->question = question;
	if (find_answers(catalog, &question, answers)) {
		typed->found = found_in_other_case(catalog, &question);
		return true;
	}
	return question.name && answer_spellings(catalog, typed, answers);
}

/* Rows that hold a port for any protocol answer for one that there is not, such as TCP, too. */
static bool is_sure(const struct answers *answers, size_t before)
{
	for (size_t i = before; i < answers->count; i++)
		if (answers->items[i].aliases)
			return true;
	return false;
}

/* The text with its slashes in the name, or in the protocol. */
static bool answer_slashes(struct catalog *catalog, const char *text, struct answers *answers)
{
	struct question name = question_of_name(text);
	struct question protocol = question_of_protocol(text);
	bool is_found =
	    find_answers(catalog, &name, answers) || find_answers(catalog, &protocol, answers);

	question_free(&name);
	question_free(&protocol);
	return is_found;
}

bool typed_answer(struct catalog *catalog, const char *text, struct answers *answers,
		  struct typed *typed)
{
	size_t before = answers->count;

	*typed = (struct typed){.question = question_read(text)};
	bool is_found = find_answers(catalog, &typed->question, answers);
	if (!is_found && typed->question.protocol)
		is_found = answer_slashes(catalog, text, answers);
	if (is_found && (!typed->question.protocol || is_sure(answers, before)))
		return true;
	size_t rows = answers->count;
	if (!answer_meaning(catalog, answers, typed))
		return is_found;
	/* Of rows alone the second reading has each once more. */
	answers_drop(answers, before, rows - before);
	return true;
}
