# All of portdb-compile but its command line, so that the tests can call it too.
noinst_LTLIBRARIES += tools/libcompile.la
tools_libcompile_la_SOURCES = \
	tools/check.c tools/check.h \
	tools/claim.c tools/claim.h \
	tools/diagnostics.c tools/diagnostics.h \
	tools/image.c tools/image.h \
	tools/input.c tools/input.h \
	tools/key-map.c tools/key-map.h \
	tools/list-sources.c tools/list-sources.h \
	tools/memory.c tools/memory.h \
	tools/merge.c tools/merge.h \
	tools/nscd.c tools/nscd.h \
	tools/publish.c tools/publish.h \
	tools/services-file.c tools/services-file.h \
	tools/sources.c tools/sources.h \
	tools/string-pool.c tools/string-pool.h \
	tools/table.c tools/table.h \
	tools/verify.c tools/verify.h
tools_libcompile_la_CFLAGS = $(AM_CFLAGS) $(SMARTCOLS_CFLAGS) $(XXHASH_CFLAGS)
tools_libcompile_la_LIBADD = nss/libreader.la $(CSV_LIBS) $(SMARTCOLS_LIBS) $(XXHASH_LIBS)

sbin_PROGRAMS += tools/portdb-compile
tools_portdb_compile_SOURCES = tools/compile.c
tools_portdb_compile_LDADD = tools/libcompile.la
