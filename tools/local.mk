# SPDX-License-Identifier: MIT
# What both programs use.
noinst_LTLIBRARIES += tools/libshared.la
tools_libshared_la_SOURCES = \
	tools/shared/arena.c tools/shared/arena.h \
	tools/shared/ascii.c tools/shared/ascii.h \
	tools/shared/buffer.c tools/shared/buffer.h \
	tools/shared/ephemeral.c tools/shared/ephemeral.h \
	tools/shared/hidden.h tools/shared/language-tag.h \
	tools/shared/listing.c tools/shared/listing-table.c tools/shared/listing.h \
	tools/shared/memory.c tools/shared/memory.h \
	tools/shared/message.c tools/shared/message.h \
	tools/shared/port.c tools/shared/port.h \
	tools/shared/port-set.c tools/shared/port-set.h \
	tools/shared/registry.h \
	tools/shared/standard-streams.c tools/shared/standard-streams.h \
	tools/shared/terminal.c tools/shared/terminal.h \
	tools/shared/text.c tools/shared/text.h \
	tools/shared/writer.c tools/shared/writer.h
tools_libshared_la_CFLAGS = $(AM_CFLAGS) $(SMARTCOLS_CFLAGS)
tools_libshared_la_LIBADD = nss/libreader.la $(SMARTCOLS_LIBS) $(UNISTRING_LIBS)

# All of portdb-compile but its command line, so that the tests can call it too.
noinst_LTLIBRARIES += tools/libcompile.la
tools_libcompile_la_SOURCES = \
	tools/compile/deadline.c tools/compile/deadline.h \
	tools/compile/list-sources.c tools/compile/list-sources.h \
	tools/compile/lock.c tools/compile/lock.h \
	tools/compile/nscd.c tools/compile/nscd.h \
	tools/compile/publish.c tools/compile/publish.h \
	tools/compile/check/check-words.c tools/compile/check/check-words.h \
	tools/compile/check/check.c tools/compile/check/check.h \
	tools/compile/check/findings.c tools/compile/check/findings.h \
	tools/compile/check/other-ports.c tools/compile/check/other-ports.h \
	tools/compile/claims/claim.c tools/compile/claims/claim.h \
	tools/compile/claims/diagnostics.c tools/compile/claims/diagnostics.h \
	tools/compile/claims/source.c tools/compile/claims/source.h \
	tools/compile/formats/columns.c tools/compile/formats/columns.h \
	tools/compile/formats/csv-rows.c tools/compile/formats/csv-rows.h \
	tools/compile/formats/distinguished-name.c tools/compile/formats/distinguished-name.h \
	tools/compile/formats/ldif-file.c tools/compile/formats/ldif-file.h \
	tools/compile/formats/ldif.c tools/compile/formats/ldif.h \
	tools/compile/formats/services-file.c tools/compile/formats/services-file.h \
	tools/compile/formats/services-reading.c tools/compile/formats/services-reading.h \
	tools/compile/formats/shape.c tools/compile/formats/shape.h \
	tools/compile/formats/table.c tools/compile/formats/table.h \
	tools/compile/image/image.c tools/compile/image/image.h \
	tools/compile/image/index.c tools/compile/image/index.h \
	tools/compile/image/verify.c tools/compile/image/verify.h \
	tools/compile/merge/byte-map.c tools/compile/merge/byte-map.h \
	tools/compile/merge/hiders.c tools/compile/merge/hiders.h \
	tools/compile/merge/key-map.c tools/compile/merge/key-map.h \
	tools/compile/merge/merge.c tools/compile/merge/merge.h \
	tools/compile/sources/input.c tools/compile/sources/input.h \
	tools/compile/sources/layers.c tools/compile/sources/layers.h \
	tools/compile/sources/read-sources.c tools/compile/sources/read-sources.h \
	tools/compile/sources/root.c tools/compile/sources/root.h \
	tools/compile/sources/service-access.c tools/compile/sources/service-access.h \
	tools/compile/sources/source-list.c tools/compile/sources/source-list.h
tools_libcompile_la_CFLAGS = $(AM_CFLAGS) $(SMARTCOLS_CFLAGS) $(XXHASH_CFLAGS)
tools_libcompile_la_LIBADD = tools/libshared.la $(CSV_LIBS) $(DL_LIBS) $(RESOLV_LIBS) $(XXHASH_LIBS)

sbin_PROGRAMS += tools/portdb-compile
tools_portdb_compile_SOURCES = tools/compile/portdb-compile.c \
	tools/compile/options.c tools/compile/options.h
tools_portdb_compile_CFLAGS = $(AM_CFLAGS) $(PIE_CFLAGS)
tools_portdb_compile_LDFLAGS = $(HARDENING_LDFLAGS) $(PIE_LDFLAGS)
tools_portdb_compile_LDADD = tools/libcompile.la

# The same for portdb-query.
noinst_LTLIBRARIES += tools/libquery.la
tools_libquery_la_SOURCES = \
	tools/query/answers/answer.c tools/query/answers/answer.h \
	tools/query/answers/catalog.c tools/query/answers/catalog.h \
	tools/query/answers/conflicts.c tools/query/answers/conflicts.h \
	tools/query/diff.c tools/query/diff.h \
	tools/query/answers/find.c tools/query/answers/find.h \
	tools/query/answers/fold.c tools/query/answers/fold.h \
	tools/query/answers/free-ports.c tools/query/answers/free-ports.h \
	tools/query/answers/hiding.c tools/query/answers/hiding.h \
	tools/query/answers/language.c tools/query/answers/language.h \
	tools/query/listeners.c tools/query/listeners.h \
	tools/query/listening.c tools/query/listening.h \
	tools/query/answers/nearest.c tools/query/answers/nearest.h \
	tools/query/output-csv.c \
	tools/query/output-json.c \
	tools/query/output-ldif.c \
	tools/query/output-reserved.c \
	tools/query/output-services.c \
	tools/query/output-table.c \
	tools/query/output.c tools/query/output.h \
	tools/query/answers/question.c tools/query/answers/question.h \
	tools/query/report.c tools/query/report.h \
	tools/query/request.c tools/query/request.h \
	tools/query/answers/search.c tools/query/answers/search.h \
	tools/query/sock-diag.c tools/query/sock-diag.h \
	tools/query/socket-owners.c tools/query/socket-owners.h \
	tools/query/socket-tables.c tools/query/socket-tables.h \
	tools/query/answers/source-names.c tools/query/answers/source-names.h \
	tools/query/answers/typed.c tools/query/answers/typed.h
tools_libquery_la_CFLAGS = $(AM_CFLAGS) $(SMARTCOLS_CFLAGS)
tools_libquery_la_LIBADD = tools/libshared.la $(RESOLV_LIBS)

bin_PROGRAMS += tools/portdb-query
tools_portdb_query_SOURCES = tools/query/portdb-query.c
tools_portdb_query_CFLAGS = $(AM_CFLAGS) $(PIE_CFLAGS)
tools_portdb_query_LDFLAGS = $(HARDENING_LDFLAGS) $(PIE_LDFLAGS)
tools_portdb_query_LDADD = tools/libquery.la

# Each shell looks for completions under the command's name, in a form of its own.
bashcompletiondir = $(datadir)/bash-completion/completions
completions = tools/completions/portdb-compile tools/completions/portdb-query
EXTRA_DIST += $(completions:=.bash) $(completions:=.fish) $(completions:=.zsh)

install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)' '$(DESTDIR)$(fishdir)' '$(DESTDIR)$(zshdir)'
	for program in portdb-compile portdb-query; do \
		completion='$(srcdir)'/tools/completions/$$program; \
		$(INSTALL_DATA) "$$completion.bash" '$(DESTDIR)$(bashcompletiondir)'/$$program && \
		$(INSTALL_DATA) "$$completion.fish" '$(DESTDIR)$(fishdir)'/$$program.fish && \
		$(INSTALL_DATA) "$$completion.zsh" '$(DESTDIR)$(zshdir)'/_$$program || exit; \
	done

uninstall-local:
	for program in portdb-compile portdb-query; do \
		rm -f '$(DESTDIR)$(bashcompletiondir)'/$$program '$(DESTDIR)$(fishdir)'/$$program.fish \
			'$(DESTDIR)$(zshdir)'/_$$program || exit; \
	done
