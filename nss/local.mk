# SPDX-License-Identifier: MIT
# The reader, which the module and the tools share.
noinst_LTLIBRARIES += nss/libreader.la
nss_libreader_la_SOURCES = \
	nss/reader/byteorder.h \
	nss/reader/claims.c nss/reader/claims.h \
	nss/reader/db.c nss/reader/db.h \
	nss/reader/file.c nss/reader/file.h \
	nss/reader/format.h \
	nss/reader/freshness.c nss/reader/freshness.h \
	nss/reader/hash.h \
	nss/reader/lookup.h
nss_libreader_la_CFLAGS = $(AM_CFLAGS) $(MODULE_CFLAGS) -fvisibility=hidden

# The module. It is never unloaded (nodelete): its mapping lives as long as the process. The compiler's
# start files, which it does without, would also take the mark for CET from it: they often have none.
noinst_LTLIBRARIES += nss/libservices.la
nss_libservices_la_SOURCES = \
	nss/at-once.h \
	nss/clock.c nss/clock.h \
	nss/live.c nss/live.h \
	nss/look-lock.c nss/look-lock.h \
	nss/servent.c nss/servent.h \
	nss/services.c nss/services.h
nss_libservices_la_CFLAGS = $(AM_CFLAGS) $(MODULE_CFLAGS)
nss_libservices_la_LIBADD = nss/libreader.la

nssexecdir = $(nssdir)
nssexec_LTLIBRARIES = nss/libnss_portdb.la
nss_libnss_portdb_la_SOURCES =
nss_libnss_portdb_la_LIBADD = nss/libservices.la
nss_libnss_portdb_la_LDFLAGS = \
	-module -avoid-version -shrext .so.2 \
	-Wl,--version-script=$(srcdir)/nss/libnss_portdb.map \
	$(NO_UNDEFINED) -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now \
	$(HARDENING_LDFLAGS) $(MODULE_LDFLAGS)
nss_libnss_portdb_la_DEPENDENCIES = nss/libservices.la nss/libnss_portdb.map
EXTRA_DIST += nss/libnss_portdb.map

install-exec-hook:
	rm -f '$(DESTDIR)$(nssexecdir)/libnss_portdb.la'
