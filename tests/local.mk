check_PROGRAMS = tests/portdb-tests
tests_portdb_tests_SOURCES = \
	tests/query-support.c tests/query-support.h \
	tests/reading.c tests/reading.h \
	tests/support.c tests/support.h \
	tests/test_answers.c \
	tests/test_check.c \
	tests/test_compile.c \
	tests/test_db.c \
	tests/test_fidelity.c \
	tests/test_freshness.c \
	tests/test_ldif_file.c \
	tests/test_live.c \
	tests/test_merge.c \
	tests/test_publish.c \
	tests/test_query.c \
	tests/test_query_formats.c \
	tests/test_query_host.c \
	tests/test_reference_tables.c \
	tests/test_registry.c \
	tests/test_servent.c \
	tests/test_services.c \
	tests/test_services_file.c \
	tests/test_slapd.c \
	tests/test_sources.c \
	tests/test_table.c
tests_portdb_tests_CPPFLAGS = $(AM_CPPFLAGS) \
	-DDATA_DIR='"$(abs_top_srcdir)/data"' \
	-DCOMPILER='"$(abs_top_builddir)/tools/portdb-compile"' \
	-DCOMPLETION='"$(abs_top_srcdir)/tools/portdb-query.bash-completion"' \
	-DQUERY='"$(abs_top_builddir)/tools/portdb-query"'
tests_portdb_tests_CFLAGS = $(AM_CFLAGS) $(CRITERION_CFLAGS)
tests_portdb_tests_LDADD = nss/libservices.la tools/libcompile.la $(CRITERION_LIBS)

EXTRA_DIST += tests/fetch-slapd tests/run tests/sanitizers.ignore

# Tests look for the module where it was just built, and in no case at a database of this machine's.
check-local: all tests/portdb-tests
	@LD_LIBRARY_PATH='$(abs_top_builddir)/nss/.libs' PORTDB_DATABASE=/nonexistent LC_ALL=C \
		FIDELITY_FILE='$(FIDELITY_FILE)' \
		SLAPD_ROOT="$${SLAPD_ROOT-$(abs_top_builddir)/slapd}" \
		$(SHELL) '$(srcdir)/tests/run' tests/portdb-tests $(TESTFLAGS)
