/* SPDX-License-Identifier: MIT */
/* What standard output can show. */
#ifndef PORTDB_TERMINAL_H
#define PORTDB_TERMINAL_H

#include <stdbool.h>

struct terminal {
	bool is_ascii;    /* nothing else can be shown */
	bool is_terminal; /* and not a file or a pipe */
	bool has_color;
};

/* What the terminal and the environment ask for. Call it behind setlocale(3). */
struct terminal terminal_of_output(void);

#endif
