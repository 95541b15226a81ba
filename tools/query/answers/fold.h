/* SPDX-License-Identifier: MIT */
/* Texts brought to one form, so that what reads alike compares equal. */
#ifndef PORTDB_FOLD_H
#define PORTDB_FOLD_H

#include "tools/shared/arena.h"

/* Without case and accents: "Serviço" is "servico". A new string in memory. */
const char *fold_text(struct arena *memory, const char *text);

/* Without case only. */
const char *fold_case(struct arena *memory, const char *text);

#endif
