/* SPDX-License-Identifier: MIT */
#include "locales.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

static char *make_locale(const char *source, const char *charmap)
{
	char *name;
	struct run run;

	cr_assert_gt(asprintf(&name, "%s.%s", source, charmap), 0);
	char *path = scratch_path(name);
	RUN(&run, "localedef", "--quiet", "--no-archive", "-c", "-i", source, "-f", charmap, path);
	/* Its warnings are the source's; whether there is a locale now shows. */
	run_free(&run);
	return name;
}

void require_locale(const char *source, const char *charmap)
{
	setenv("LOCPATH", scratch_directory(), 1);
	char *name = make_locale(source, charmap);
	locale_t locale = newlocale(LC_CTYPE_MASK, name, (locale_t)0);

	free(name);
	if (!locale)
		cr_skip_test("localedef makes no locale %s.%s here: on Debian, install locales",
			     source, charmap);
	freelocale(locale);
}
