/* SPDX-License-Identifier: MIT */
#include "question.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

struct question question_of_name(const char *text)
{
	return (struct question){.text = text, .name = memory_copy_string(text)};
}

/* Digits, and with is_range a '-' between two such. */
static bool looks_like_ports(const char *text, bool is_range)
{
	size_t digits = strspn(text, "0123456789");

	if (is_range && digits > 0 && text[digits] == '-')
		return looks_like_ports(text + digits + 1, false);
	return digits > 0 && text[digits] == '\0';
}

void question_take_ports(struct question *question, bool takes_range)
{
	if (!looks_like_ports(question->name, takes_range))
		return;
	question->is_out_of_range = !port_range_read(&question->ports, question->name);
	free(question->name);
	question->name = NULL;
}

/* find tells which of the slashes stands before the protocol. */
static struct question read_by(char *(*find)(const char *, int), const char *text)
{
	struct question question = question_of_name(text);
	char *slash = find(question.name, '/');

	if (slash) {
		*slash = '\0';
		question.protocol = memory_copy_string(slash + 1);
	}
	question_take_ports(&question, false);
	return question;
}

struct question question_read(const char *text)
{
	return read_by(strrchr, text);
}

struct question question_of_protocol(const char *text)
{
	return read_by(strchr, text);
}

void question_free(struct question *question)
{
	free(question->name);
	free(question->protocol);
}
