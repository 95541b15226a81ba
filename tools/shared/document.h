/* SPDX-License-Identifier: MIT */
/* JSON documents on standard output. */
#ifndef PORTDB_DOCUMENT_H
#define PORTDB_DOCUMENT_H

#include <jansson.h>

/* Prints the document. In its strings what could give orders to a terminal is escaped (\u202e). */
void document_print(const json_t *document);

#endif
