/* SPDX-License-Identifier: MIT */
/*
 * LDIF (RFC 2849): the ipService entries of a directory (RFC 2307), as ldapsearch(1) prints them.
 */
#ifndef PORTDB_LDIF_FILE_H
#define PORTDB_LDIF_FILE_H

#include "tools/compile/claims/diagnostics.h"
#include "tools/compile/claims/source.h"

/*
 * Adds the ipService entries of the size bytes at text to the source, in order, with a claim for
 * each ipServiceProtocol, in lower case. The cn that stands in the entry's name (its first RDN, RFC
 * 4514) is the service's, else the first cn; the others are aliases. A description is a fact:
 * "Description", or "Description[pt_BR]" with the option lang-pt-br (RFC 3866); one in what is no
 * language (language-tag.h) is reported and left out. Port 0 is a claim, but no service. A claim's
 * line is the one where its entry starts.
 *
 * Entries of other classes and attributes of no interest here are left alone, whatever they hold.
 * Entries that cannot be read are reported and skipped, as are changes other than "add". Nothing
 * but text is read: what a value's URL refers to is not. False, and reported, if the file says that
 * it is of another version of LDIF than 1.
 */
bool ldif_file_read(struct source *source, const char *text, size_t size,
		    struct diagnostics *diagnostics);

#endif
