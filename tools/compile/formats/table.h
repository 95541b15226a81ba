/* SPDX-License-Identifier: MIT */
/*
 * Tables: CSV files with a header row, whose columns are named as in IANA's registry of service
 * names and port numbers, which is a table as it stands.
 */
#ifndef PORTDB_TABLE_H
#define PORTDB_TABLE_H

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"

/*
 * Adds the rows of the size bytes at text to the source, in order; a range of ports or a list of
 * protocols is a claim for each. A row that names a service without a port or without a protocol,
 * or says something of ports without a name, is a claim but no service, and so is port 0; a row
 * that hides is one for its range. Rows that cannot be read are reported and skipped; what stands
 * behind them is read, see csv-rows.h. False, and reported, if this is no table.
 */
bool table_read(struct source *source, const char *text, size_t size,
		struct diagnostics *diagnostics);

#endif
