/* SPDX-License-Identifier: MIT */
/*
 * The floor: an NSS module that gives the same answer to every question, and so costs what the C
 * library's own part of a lookup costs.
 */
#include <netdb.h>
#include <nss.h>
#include <stddef.h>

enum nss_status _nss_null_getservbyname_r(const char *name, const char *protocol,
					  struct servent *entry, char *buffer, size_t size,
					  int *error);
enum nss_status _nss_null_getservbyport_r(int port, const char *protocol, struct servent *entry,
					  char *buffer, size_t size, int *error);

static enum nss_status give(struct servent *entry)
{
	static char name[] = "ssh";
	static char protocol[] = "tcp";
	static char *aliases[] = {NULL};

	entry->s_name = name;
	entry->s_aliases = aliases;
	entry->s_port = 0x1600; /* 22 */
	entry->s_proto = protocol;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_null_getservbyname_r(const char *name, const char *protocol,
					  struct servent *entry, char *buffer, size_t size,
					  int *error)
{
	(void)name, (void)protocol, (void)buffer, (void)size, (void)error;
	return give(entry);
}

enum nss_status _nss_null_getservbyport_r(int port, const char *protocol, struct servent *entry,
					  char *buffer, size_t size, int *error)
{
	(void)port, (void)protocol, (void)buffer, (void)size, (void)error;
	return give(entry);
}
