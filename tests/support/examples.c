/* SPDX-License-Identifier: MIT */
#include "examples.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

void check_example(source_reader *read, const struct example *example, bool is_taken)
{
	char *exact = malloc(example->size ? example->size : 1);
	struct reading reading;

	memcpy(exact, example->text, example->size);
	reading_make(&reading, read, exact, example->size);
	free(exact);
	char *rows = rows_of(&reading.source);
	cr_expect_str_eq(rows, example->rows, "of\n%s\nrows:\n%s", example->text, rows);
	cr_expect_str_eq(reading.messages, example->messages, "of\n%s\nmessages:\n%s",
			 example->text, reading.messages);
	cr_expect_eq(reading.is_taken, is_taken, "of\n%s", example->text);
	cr_expect_eq(reading.diagnostics.errors, is_taken ? 0 : 1);
	free(rows);
	reading_free(&reading);
}

void check_examples(source_reader *read, const struct example *examples, size_t count,
		    bool are_taken)
{
	for (size_t i = 0; i < count; i++)
		check_example(read, &examples[i], are_taken);
}
