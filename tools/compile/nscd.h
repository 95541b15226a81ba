/* SPDX-License-Identifier: MIT */
/* The name service cache daemon, which would go on giving the answers of the old database. */
#ifndef PORTDB_NSCD_H
#define PORTDB_NSCD_H

#include "tools/compile/claims/diagnostics.h"

/*
 * Tells a running nscd to drop its cache of services. Nothing happens where none runs. One that
 * does not answer is waited for some seconds, and warned of.
 */
void nscd_drop_services(struct diagnostics *diagnostics);

#endif
