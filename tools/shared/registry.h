/* SPDX-License-Identifier: MIT */
/*
 * How the rows of IANA's registry are known in a database: each says so in a fact, whose column no
 * table can have. See portdb(5).
 */
#ifndef PORTDB_REGISTRY_H
#define PORTDB_REGISTRY_H

#define REGISTRY_COLUMN "Registry"

#endif
