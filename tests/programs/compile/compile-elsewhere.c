/* SPDX-License-Identifier: MIT */
/*
 * portdb-compile, which is linked with this, as it is on a machine whose C library reads ports in
 * another way: READS in the environment is "base 0" or "decimal". With anything else the parser
 * takes no line at all.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/support/oracle.h"

/* Under this name the program's own one is found before the C library's. */
services_reading_parser _nss_files_parse_servent;

int _nss_files_parse_servent(char *line, struct servent *result, void *room, size_t size,
			     int *error)
{
	const char *reads = getenv("READS");

	if (reads && strcmp(reads, "base 0") == 0)
		return oracle_parser_by_hand(READS_BASE_0)(line, result, room, size, error);
	if (reads && strcmp(reads, "decimal") == 0)
		return oracle_parser_by_hand(READS_DECIMAL)(line, result, room, size, error);
	return 0;
}
