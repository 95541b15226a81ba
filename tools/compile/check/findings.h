/* SPDX-License-Identifier: MIT */
/* The linter's findings as a JSON document, for programs. */
#ifndef PORTDB_FINDINGS_H
#define PORTDB_FINDINGS_H

#include "tools/compile/claims/diagnostics.h"

/* On standard output: each finding and note, and how many there are of how much. */
void findings_print_json(const struct diagnostics_record *record,
			 const struct diagnostics *diagnostics, size_t claims, size_t sources);

#endif
