/* SPDX-License-Identifier: MIT */
#include "question.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"
#include "tools/shared/port.h"

struct question question_of_name(const char *text)
{
	return (struct question){.text = text, .name = memory_copy_string(text)};
}

struct question question_read(const char *text)
{
	struct question question = question_of_name(text);
	char *slash = strrchr(question.name, '/');

	if (slash) {
		*slash = '\0';
		question.protocol = memory_copy_string(slash + 1);
	}
	const char *digits = question.name;
	if (*digits && strspn(digits, "0123456789") == strlen(digits)) {
		question.is_out_of_range = !port_read(&digits, &question.port);
		free(question.name);
		question.name = NULL;
	}
	return question;
}

void question_free(struct question *question)
{
	free(question->name);
	free(question->protocol);
}
