/* SPDX-License-Identifier: MIT */
#include "port.h"

#include "ascii.h"

bool port_read(const char **text, uint16_t *port)
{
	unsigned long value = 0;
	const char *next = *text;

	while (ascii_is_digit(*next) && value <= UINT16_MAX)
		value = 10 * value + (unsigned long)(*next++ - '0');
	if (next == *text || value > UINT16_MAX)
		return false;
	*port = (uint16_t)value;
	*text = next;
	return true;
}

bool port_range_read(struct port_range *range, const char *text)
{
	struct port_range read;

	if (!port_read(&text, &read.first))
		return false;
	read.last = read.first;
	if (*text == '-') {
		text++;
		if (!port_read(&text, &read.last))
			return false;
	}
	if (*text != '\0' || read.first > read.last)
		return false;
	*range = read;
	return true;
}
