/* SPDX-License-Identifier: MIT */
#include "check-words.h"

#include <string.h>

#include "tools/shared/ascii.h"
#include "tools/shared/buffer.h"
#include "tools/shared/memory.h"
#include "tools/shared/message.h"

/* Protocols that have ports, and that somebody asks for. */
static const char *const protocols[] = {"tcp", "udp", "sctp",   "dccp", "udplite",
					"ddp", "rds", "divert", "mptcp"};

/* Their numbers, by which some know them (/etc/protocols). */
static const struct {
	const char *number;
	const char *protocol;
} protocol_numbers[] = {
    {"6", "tcp"}, {"17", "udp"}, {"33", "dccp"}, {"132", "sctp"}, {"136", "udplite"}};

/* Characters that look like a blank or like nothing, and are part of a word. */
static const struct {
	const char *bytes;
	const char *name;
} invisible[] = {
    {"\xc2\xa0", "a no-break space (U+00A0)"},
    {"\xc2\xad", "a soft hyphen (U+00AD)"},
    {"\xe2\x80\x8b", "a zero-width space (U+200B)"},
    {"\xe2\x80\x8c", "a zero-width non-joiner (U+200C)"},
    {"\xe2\x80\x8d", "a zero-width joiner (U+200D)"},
    {"\xe2\x80\xaf", "a narrow no-break space (U+202F)"},
    {"\xe3\x80\x80", "an ideographic space (U+3000)"},
    {"\xef\xbb\xbf", "a byte order mark (U+FEFF)"},
};

/* One message about a row. */
struct finding_place {
	struct words *words;
	const struct source *source;
	const struct claim *claim;
	struct diagnostics *diagnostics;
};

static bool is_told(const struct finding_place *place, enum words_kind kind)
{
	return ++place->words->counts[kind] <= WORDS_ROWS_MAX;
}

#define TELL(place, kind, ...)                                                           \
	do {                                                                             \
		if (is_told(place, kind))                                                \
			diagnostics_warning((place)->diagnostics, (place)->source->path, \
					    (place)->claim->line, __VA_ARGS__);          \
	} while (0)

static const char *find_protocol(const char *word, size_t length)
{
	for (size_t i = 0; i < LENGTH(protocols); i++)
		if (ascii_is_word(protocols[i], word, length))
			return protocols[i];
	return NULL;
}

/* What is invisible in a word: its place in the list, or its length if nothing is. */
static size_t find_invisible(const char *word, const char **at)
{
	for (size_t i = 0; i < LENGTH(invisible); i++)
		if ((*at = strstr(word, invisible[i].bytes)))
			return i;
	return LENGTH(invisible);
}

/* Adds the word without what is invisible. */
static void add_visible(struct buffer *buffer, const char *word)
{
	while (*word) {
		const char *at;
		size_t first = LENGTH(invisible);
		const char *nearest = word + strlen(word);
		for (size_t i = 0; i < LENGTH(invisible); i++)
			if ((at = strstr(word, invisible[i].bytes)) && at < nearest) {
				nearest = at;
				first = i;
			}
		buffer_add(buffer, word, (size_t)(nearest - word));
		word = nearest + (first < LENGTH(invisible) ? strlen(invisible[first].bytes) : 0);
	}
}

/* Whether it was told of; what is "name", "alias" or "protocol". */
static bool tell_invisible(const struct finding_place *place, const char *what, const char *word)
{
	struct buffer meant = {0};
	const char *at;
	size_t found = find_invisible(word, &at);

	if (found == LENGTH(invisible))
		return false;
	add_visible(&meant, word);
	TELL(place, WORDS_INVISIBLE,
	     "the %s '" MESSAGE_QUOTED "' has %s in it: probably '" MESSAGE_QUOTED "' was meant",
	     what, word, invisible[found].name, buffer_string(&meant));
	buffer_free(&meant);
	return true;
}

/* What separates protocols in the minds of people. */
#define SEPARATORS "/,;|+&"

/* Whether the word is a list of protocols; they are added as a message has them. */
static bool list_protocols(const char *word, struct buffer *list)
{
	size_t count = 0;

	while (*word) {
		size_t length = strcspn(word, SEPARATORS);
		const char *protocol = find_protocol(word, length);
		if (length > 0 && !protocol)
			return false;
		if (protocol)
			buffer_print(list, "%s'%s'", count++ > 0 ? " and one for " : "", protocol);
		word += length;
		word += strspn(word, SEPARATORS);
	}
	return count > 0;
}

static const char *protocol_of_number(const char *word)
{
	for (size_t i = 0; i < LENGTH(protocol_numbers); i++)
		if (strcmp(word, protocol_numbers[i].number) == 0)
			return protocol_numbers[i].protocol;
	return NULL;
}

/* Whether one letter was left out, added, changed, or exchanged with its neighbour. */
static bool is_one_slip_away(const char *word, const char *meant)
{
	while (*word && ascii_lower(*word) == *meant) {
		word++;
		meant++;
	}
	if (!*word || !*meant)
		return strlen(word) + strlen(meant) == 1;
	return ascii_is_same(word + 1, meant + 1) || ascii_is_same(word + 1, meant) ||
	       ascii_is_same(word, meant + 1) ||
	       (ascii_lower(word[0]) == meant[1] && ascii_lower(word[1]) == meant[0] &&
		ascii_is_same(word + 2, meant + 2));
}

static const char *nearest_protocol(const char *word)
{
	/* Of the first four only: others are rarer than words that happen to be near. */
	for (size_t i = 0; i < 4; i++)
		if (is_one_slip_away(word, protocols[i]))
			return protocols[i];
	return NULL;
}

static bool is_number(const char *word)
{
	return *word != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* Whether it could be the name of anything. */
static bool is_like_name(const char *word)
{
	bool has_letter = false;

	for (; *word; word++) {
		if (!ascii_is_letter(*word) && !ascii_is_digit(*word) && !strchr("-._", *word))
			return false;
		has_letter = has_letter || ascii_is_letter(*word);
	}
	return has_letter;
}

static void tell_unknown_protocol(const struct finding_place *place, const char *word)
{
	const char *meant = find_protocol(word, strlen(word));

	if (meant)
		TELL(place, WORDS_PROTOCOL,
		     "the protocol '" MESSAGE_QUOTED
		     "' is not '%s', which is what programs ask for",
		     word, meant);
	else if ((meant = protocol_of_number(word)))
		TELL(place, WORDS_PROTOCOL,
		     "the protocol '" MESSAGE_QUOTED
		     "' is a number: its name, '%s', is what programs ask "
		     "for",
		     word, meant);
	else if (is_number(word))
		TELL(place, WORDS_PROTOCOL,
		     "the protocol '" MESSAGE_QUOTED
		     "' is a number, where its name was probably meant",
		     word);
	else if ((meant = nearest_protocol(word)))
		TELL(place, WORDS_PROTOCOL,
		     "the protocol '" MESSAGE_QUOTED
		     "' is none that is known: probably '%s' was meant",
		     word, meant);
	else if (!is_like_name(word))
		TELL(place, WORDS_PROTOCOL,
		     "'" MESSAGE_QUOTED "' is taken for a protocol, and is no name of any", word);
}

static void check_protocol(const struct finding_place *place)
{
	const char *word = place->claim->protocol;
	const char *known = find_protocol(word, strlen(word));
	struct buffer list = {0};

	if (*word == '\0' || (known && strcmp(known, word) == 0) ||
	    tell_invisible(place, "protocol", word))
		return;
	if (!known && strpbrk(word, SEPARATORS) && list_protocols(word, &list))
		TELL(place, WORDS_PROTOCOL,
		     "'" MESSAGE_QUOTED
		     "' is taken for one protocol of that name: write a row for %s",
		     word, buffer_string(&list));
	else
		tell_unknown_protocol(place, word);
	buffer_free(&list);
}

/* As in nmap-services: how often a port was found open. */
static bool is_frequency(const char *word)
{
	size_t digits = strspn(word, "0123456789");

	return digits > 0 && word[digits] == '.' && is_number(word + digits + 1);
}

/* Names with a comma or semicolon between them. */
static bool is_list(const char *word)
{
	size_t names = 0;
	char name[64];

	if (!strpbrk(word, ",;"))
		return false;
	while (*word) {
		size_t length = strcspn(word, ",;");
		if (length >= sizeof name)
			return false;
		memcpy(name, word, length);
		name[length] = '\0';
		if (length > 0 && !is_like_name(name))
			return false;
		names += length > 0;
		word += length;
		word += strspn(word, ",;");
	}
	return names > 0;
}

/* Words that no service is called by, and few descriptions do without. */
static const char *const plain_words[] = {
    "a",    "an",   "and",     "are",      "as",     "at",     "by",       "for",
    "from", "in",   "into",    "is",       "its",    "of",     "on",       "or",
    "our",  "over", "the",     "this",     "to",     "used",   "uses",     "via",
    "with", "port", "service", "services", "server", "client", "protocol", "daemon",
};

static bool is_plain_word(const char *word)
{
	for (size_t i = 0; i < LENGTH(plain_words); i++)
		if (ascii_is_same(word, plain_words[i]))
			return true;
	return false;
}

/* Whether it has what a sentence has and a name has not. */
static bool is_of_a_sentence(const char *word)
{
	size_t length = strlen(word);

	return is_plain_word(word) || strpbrk(word, "()[]{}<>\"'!?=,;:&|") ||
	       word[strspn(word, "-/+*.")] == '\0' || word[length - 1] == '.';
}

/* "Secure", but not "CVSup", nor the service's own name. */
static bool is_capitalised(const char *word, const char *name)
{
	return word[0] >= 'A' && word[0] <= 'Z' && word[1] >= 'a' && word[1] <= 'z' &&
	       word[strcspn(word + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_0123456789") + 1] == '\0' &&
	       !ascii_is_same(word, name);
}

/* What is odd about an alias in another way says nothing of the others. */
static bool is_description(const struct claim *claim)
{
	unsigned capitalised = 0;

	for (size_t i = 0; i < claim->alias_count; i++) {
		const char *alias = claim->aliases[i];
		if (is_of_a_sentence(alias) && !is_list(alias) && !is_frequency(alias))
			return true;
		capitalised += is_capitalised(alias, claim->name);
	}
	return capitalised >= 2;
}

static void tell_description(const struct finding_place *place)
{
	const struct claim *claim = place->claim;
	struct buffer words = {0};

	for (size_t i = 0; i < claim->alias_count && words.length < 60; i++)
		buffer_print(&words, "%s%s", i > 0 ? " " : "", claim->aliases[i]);
	TELL(place, WORDS_DESCRIPTION,
	     "the aliases of '" MESSAGE_QUOTED "' look like words about it ('" MESSAGE_QUOTED
	     "'): a description stands behind a '#'",
	     claim->name, buffer_string(&words));
	buffer_free(&words);
}

/* Whether it is no name of the service's. */
static bool tell_of_alias(const struct finding_place *place, const char *alias)
{
	if (is_frequency(alias)) {
		TELL(place, WORDS_FREQUENCY,
		     "'" MESSAGE_QUOTED "' is taken for an alias of '" MESSAGE_QUOTED
		     "': it looks like a frequency, as nmap-services has",
		     alias, place->claim->name);
		return true;
	}
	if (tell_invisible(place, "alias", alias))
		return false;
	if (is_list(alias))
		TELL(place, WORDS_LIST,
		     "'" MESSAGE_QUOTED "' is taken for one alias of '" MESSAGE_QUOTED
		     "': blanks stand between aliases",
		     alias, place->claim->name);
	return false;
}

/*
 * Whether the aliases are names. Where many rows of a file have words of a description there, those
 * have as well that do not look like it.
 */
static bool check_aliases(const struct finding_place *place)
{
	const struct claim *claim = place->claim;
	bool has_names = place->words->counts[WORDS_DESCRIPTION] < WORDS_ROWS_MAX;

	if (is_description(claim)) {
		tell_description(place);
		return false;
	}
	for (size_t i = 0; i < claim->alias_count; i++)
		has_names = !tell_of_alias(place, claim->aliases[i]) && has_names;
	return has_names;
}

bool check_words_of(struct words *words, const struct source *source, const struct claim *claim,
		    struct diagnostics *diagnostics)
{
	struct finding_place place = {words, source, claim, diagnostics};
	const struct claim *last = words->last;
	bool is_same_row = last && last->line == claim->line;

	if (!is_same_row || strcmp(last->protocol, claim->protocol) != 0)
		check_protocol(&place);
	if (!is_same_row) {
		tell_invisible(&place, "name", claim->name);
		/* Of a row that hides they are names of nothing. */
		words->has_names = !claim->hides && check_aliases(&place);
	}
	words->last = claim;
	return words->has_names;
}

void check_words_conclude(const struct words *words, const struct source *source,
			  struct diagnostics *diagnostics)
{
	static const char *const whats[] = {
	    [WORDS_PROTOCOL] = "protocols that are none",
	    [WORDS_INVISIBLE] = "invisible characters",
	    [WORDS_LIST] = "aliases with a comma between",
	    [WORDS_FREQUENCY] = "frequencies for aliases",
	    [WORDS_DESCRIPTION] = "words of a description for aliases",
	};

	for (size_t i = 0; i < WORDS_KINDS; i++)
		if (words->counts[i] > WORDS_ROWS_MAX)
			diagnostics_warning(diagnostics, source->path, 0,
					    "%lu more with %s, as on those lines",
					    words->counts[i] - WORDS_ROWS_MAX, whats[i]);
}
