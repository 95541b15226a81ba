/* SPDX-License-Identifier: MIT */
/*
 * The five functions through which glibc's name service switch asks for services, and all that the
 * module exports. No header of glibc's declares them.
 *
 * Their contract is glibc's (manual, "NSS Module Function Internals"), as its "files" keeps it:
 * SUCCESS and NOTFOUND with errno as it was; TRYAGAIN with ERANGE for a buffer that is too small,
 * and for nothing else; UNAVAIL where there is no usable database, so that the next service in
 * nsswitch.conf is asked. A lookup then says why by errno; an enumeration leaves it alone.
 */
#ifndef PORTDB_SERVICES_H
#define PORTDB_SERVICES_H

#include <netdb.h>
#include <nss.h>
#include <stddef.h>

enum nss_status _nss_portdb_getservbyname_r(const char *name, const char *protocol,
					    struct servent *entry, char *buffer, size_t size,
					    int *error);
enum nss_status _nss_portdb_getservbyport_r(int port, const char *protocol, struct servent *entry,
					    char *buffer, size_t size, int *error);
enum nss_status _nss_portdb_setservent(int stay_open);
enum nss_status _nss_portdb_getservent_r(struct servent *entry, char *buffer, size_t size,
					 int *error);
enum nss_status _nss_portdb_endservent(void);

#endif
