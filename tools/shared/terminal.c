/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct terminal terminal_of_output(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return (struct terminal){
	    .is_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
	    .is_terminal = isatty(STDOUT_FILENO),
	    .has_color = isatty(STDOUT_FILENO) && !(no_color && *no_color) && terminal &&
			 strcmp(terminal, "dumb") != 0,
	};
}
