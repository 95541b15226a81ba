/* SPDX-License-Identifier: MIT */
/*
 * A module of the name service switch as glibc calls it: its functions for services, by their
 * addresses. Needs no Criterion.
 */
#ifndef PORTDB_TESTS_MODULE_H
#define PORTDB_TESTS_MODULE_H

#include <stdbool.h>

#include "nss/services.h"

/* Every module's functions have the types of portdb's. */
struct module {
	__typeof__(_nss_portdb_getservbyname_r) *by_name;
	__typeof__(_nss_portdb_getservbyport_r) *by_port;
	__typeof__(_nss_portdb_setservent) *set;
	__typeof__(_nss_portdb_getservent_r) *next;
	__typeof__(_nss_portdb_endservent) *end;
};

/*
 * The functions of the module that nsswitch.conf calls `service`, in a library that dlopen(3) gave.
 * False if it lacks one; dlerror(3) says which.
 */
bool module_find(struct module *module, void *library, const char *service);

/* The C library's "files", whatever nsswitch.conf says. False if there is none. */
bool find_files(struct module *module);

/* portdb's, as it was just built. Without it this process ends, and says why. */
struct module open_module(void);

#endif
