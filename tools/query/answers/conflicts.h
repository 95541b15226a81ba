/* SPDX-License-Identifier: MIT */
/* Ports that sources disagree about. */
#ifndef PORTDB_CONFLICTS_H
#define PORTDB_CONFLICTS_H

#include "catalog.h"

/*
 * Adds all answers of each port and protocol about which sources disagree, in the order of ports.
 * Their disagreement is "names" where two sources name it and have no service there in common;
 * "status" where claims for one service, or for the port without a name, give it different
 * ones, or one says itself that there is a conflict; or "names, status".
 */
void conflicts_find(struct catalog *catalog, struct answers *answers);

#endif
