#include "question.h"

#include <stdlib.h>
#include <string.h>

#include "tools/shared/memory.h"

/* Reads decimal digits up to the end of *text or another character, to which *text moves. */
static bool read_number(const char **text, unsigned long *number)
{
	const char *next = *text;

	for (*number = 0; *next >= '0' && *next <= '9'; next++)
		if (*number <= UINT16_MAX)
			*number = 10 * *number + (unsigned long)(*next - '0');
	bool is_number = next != *text;
	*text = next;
	return is_number;
}

struct question question_of_name(const char *text)
{
	return (struct question){.text = text, .name = memory_copy_string(text)};
}

struct question question_read(const char *text)
{
	struct question question = question_of_name(text);
	char *slash = strrchr(question.name, '/');
	unsigned long number;

	if (slash) {
		*slash = '\0';
		question.protocol = memory_copy_string(slash + 1);
	}
	const char *end = question.name;
	if (read_number(&end, &number) && *end == '\0') {
		free(question.name);
		question.name = NULL;
		question.port = (uint16_t)number;
		question.is_out_of_range = number > UINT16_MAX;
	}
	return question;
}

void question_free(struct question *question)
{
	free(question->name);
	free(question->protocol);
}

bool port_range_read(struct port_range *range, const char *text)
{
	unsigned long first;
	unsigned long last;

	if (!read_number(&text, &first))
		return false;
	last = first;
	if (*text == '-') {
		text++;
		if (!read_number(&text, &last))
			return false;
	}
	if (*text != '\0' || first > last || last > UINT16_MAX)
		return false;
	*range = (struct port_range){(uint16_t)first, (uint16_t)last};
	return true;
}
