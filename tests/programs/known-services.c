/* SPDX-License-Identifier: MIT */
/*
 * An NSS module that knows a few services, as a directory might. Who builds it says how the module
 * is called, MODULE, and what it knows, SERVICES.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <nss.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef MODULE
#define MODULE known
#define SERVICES                 \
	{"name", 1, "tcp"},      \
	{                        \
		"name", 1, "udp" \
	}
#endif

#define JOIN(module, function)     _nss_##module##_##function
#define FUNCTION(module, function) JOIN(module, function)

static const struct {
	const char *name;
	uint16_t port;
	const char *protocol;
} services[] = {SERVICES};

static size_t next;

static enum nss_status give(size_t number, struct servent *entry)
{
	static char *aliases[] = {NULL};

	entry->s_name = (char *)services[number].name;
	entry->s_aliases = aliases;
	entry->s_port = htons(services[number].port);
	entry->s_proto = (char *)services[number].protocol;
	return NSS_STATUS_SUCCESS;
}

static int has_protocol(size_t number, const char *protocol)
{
	return !protocol || strcmp(services[number].protocol, protocol) == 0;
}

enum nss_status FUNCTION(MODULE, getservbyname_r)(const char *name, const char *protocol,
						  struct servent *entry, char *buffer, size_t size,
						  int *error)
{
	(void)buffer, (void)size, (void)error;
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (strcmp(services[i].name, name) == 0 && has_protocol(i, protocol))
			return give(i, entry);
	return NSS_STATUS_NOTFOUND;
}

enum nss_status FUNCTION(MODULE, getservbyport_r)(int port, const char *protocol,
						  struct servent *entry, char *buffer, size_t size,
						  int *error)
{
	(void)buffer, (void)size, (void)error;
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (htons(services[i].port) == port && has_protocol(i, protocol))
			return give(i, entry);
	return NSS_STATUS_NOTFOUND;
}

enum nss_status FUNCTION(MODULE, setservent)(int stays_open)
{
	(void)stays_open;
	next = 0;
	return NSS_STATUS_SUCCESS;
}

enum nss_status FUNCTION(MODULE, getservent_r)(struct servent *entry, char *buffer, size_t size,
					       int *error)
{
	(void)buffer, (void)size, (void)error;
	return next < sizeof services / sizeof *services ? give(next++, entry)
							 : NSS_STATUS_NOTFOUND;
}

enum nss_status FUNCTION(MODULE, endservent)(void)
{
	return NSS_STATUS_SUCCESS;
}
