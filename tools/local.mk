# All of portdb-compile but its command line, so that the tests can call it too.
noinst_LTLIBRARIES += tools/libcompile.la
tools_libcompile_la_SOURCES = \
	tools/check.c tools/check.h \
	tools/claim.c tools/claim.h \
	tools/diagnostics.c tools/diagnostics.h \
	tools/distinguished-name.c tools/distinguished-name.h \
	tools/image.c tools/image.h \
	tools/input.c tools/input.h \
	tools/key-map.c tools/key-map.h \
	tools/ldif.c tools/ldif.h \
	tools/ldif-file.c tools/ldif-file.h \
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
tools_libcompile_la_LIBADD = nss/libreader.la $(CSV_LIBS) $(RESOLV_LIBS) $(SMARTCOLS_LIBS) \
	$(XXHASH_LIBS)

sbin_PROGRAMS += tools/portdb-compile
tools_portdb_compile_SOURCES = tools/compile.c
tools_portdb_compile_CFLAGS = $(AM_CFLAGS) $(PIE_CFLAGS)
tools_portdb_compile_LDFLAGS = $(HARDENING_LDFLAGS) $(PIE_LDFLAGS)
tools_portdb_compile_LDADD = tools/libcompile.la

bin_PROGRAMS += tools/portdb-query
tools_portdb_query_SOURCES = \
	tools/answer.c tools/answer.h \
	tools/conflicts.c tools/conflicts.h \
	tools/fold.c tools/fold.h \
	tools/free-ports.c tools/free-ports.h \
	tools/inquiry.c tools/inquiry.h \
	tools/language.c tools/language.h \
	tools/layout.c tools/layout.h \
	tools/listening.c tools/listening.h \
	tools/lookup.c tools/lookup.h \
	tools/memory.c tools/memory.h \
	tools/nearest.c tools/nearest.h \
	tools/output.h \
	tools/output-json.c \
	tools/output-ldif.c \
	tools/output-services.c \
	tools/output-table.c \
	tools/query.c \
	tools/question.c tools/question.h \
	tools/reports.c tools/reports.h \
	tools/search.c tools/search.h \
	tools/sheet.c tools/sheet-table.c tools/sheet.h \
	tools/text.c tools/text.h
tools_portdb_query_CFLAGS = $(AM_CFLAGS) $(PIE_CFLAGS) $(JANSSON_CFLAGS) $(SMARTCOLS_CFLAGS)
tools_portdb_query_LDFLAGS = $(HARDENING_LDFLAGS) $(PIE_LDFLAGS)
tools_portdb_query_LDADD = nss/libreader.la $(JANSSON_LIBS) $(RESOLV_LIBS) $(SMARTCOLS_LIBS) $(UNISTRING_LIBS)

# bash looks for completions under the command's name.
bashcompletiondir = $(datadir)/bash-completion/completions
EXTRA_DIST += tools/portdb-compile.bash-completion tools/portdb-query.bash-completion

install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	for program in portdb-compile portdb-query; do \
		$(INSTALL_DATA) '$(srcdir)'/tools/$$program.bash-completion \
			'$(DESTDIR)$(bashcompletiondir)'/$$program || exit; \
	done

uninstall-local:
	rm -f '$(DESTDIR)$(bashcompletiondir)/portdb-compile' \
		'$(DESTDIR)$(bashcompletiondir)/portdb-query'
