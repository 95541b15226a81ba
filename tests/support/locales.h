/* SPDX-License-Identifier: MIT */
/* Locales that the machine need not have: the running test's own. */
#ifndef PORTDB_TESTS_LOCALES_H
#define PORTDB_TESTS_LOCALES_H

/*
 * Makes the locale "tr_TR.UTF-8" out of the source tr_TR and the charmap UTF-8, say, with
 * localedef(1) and finds it from now on, by LOCPATH. Turkish is where 'I' is no upper case of 'i'.
 * Skips the test where there is no localedef, or no source; on Debian they are in libc-bin and
 * locales.
 */
void require_locale(const char *source, const char *charmap);

#endif
