/* SPDX-License-Identifier: MIT */
/*
 * Databases that know their number: every name, alias and port of database N says N, so that an
 * answer put together out of two of them gives itself away. In names N has five digits. Needs no
 * Criterion.
 *
 *     self      N/tcp       is-N
 *     named-N   N/udp       shared twin-N
 *     port-N    65535/tcp   of-N
 *     filler-0-N  …         of-N            as many as numbered_fillers says
 */
#ifndef PORTDB_TESTS_NUMBERED_H
#define PORTDB_TESTS_NUMBERED_H

#include <netdb.h>

#include "tools/compile/image/image.h"

#define NUMBERED_LAST     60000 /* the numbers are 1 … this */
#define NUMBERED_SERVICES 3     /* before the fillers */
#define NUMBERED_PORT     65535U
#define NUMBERED_LARGEST  20000 /* fillers */

/* How many fillers number N has: they grow, shrink, take turns, and jump. */
unsigned numbered_fillers(unsigned number);

/* The bytes of number N with that many fillers. The caller frees image->bytes. */
void numbered_make(struct image *image, unsigned number, unsigned fillers);

/* The number that all parts of an answer agree about, or 0 if they do not. */
unsigned numbered_whole(const struct servent *entry);

#endif
