/* SPDX-License-Identifier: MIT */
/*
 * Whether portdb.service may read a source that root may. The service is a root without
 * capabilities, whose right to read is that of the file's mode, and it does not see where users
 * keep their own.
 */
#ifndef PORTDB_SERVICE_ACCESS_H
#define PORTDB_SERVICE_ACCESS_H

#include <sys/stat.h>

/* NULL if it may read the file of this system at path, whose status this is; or why not. */
const char *service_access_refusal(const char *path, const struct stat *status);

/* The same words for the service itself, which was refused (EACCES) at path. */
const char *service_access_explain(const char *path);

#endif
