/* SPDX-License-Identifier: MIT */
/*
 * Standard input, output and error of a program. What it prints is its work: who asked for it
 * learns that some of it was lost.
 */
#ifndef PORTDB_STANDARD_STREAMS_H
#define PORTDB_STANDARD_STREAMS_H

/*
 * To be called once, ahead of all that opens a file: one of the three that is closed can neither be
 * read nor written from then on, and no other file gets its number.
 *
 * However the program exits, what is printed is written out then. If not all of it could be, that
 * is said, and the exit status is status_if_lost.
 */
void standard_streams_guard(int status_if_lost);

/* Another status for it. */
void standard_streams_set_status(int status_if_lost);

#endif
