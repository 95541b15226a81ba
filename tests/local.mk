check_PROGRAMS = tests/portdb-tests tests/ask
tests_ask_SOURCES = tests/ask.c
tests_portdb_tests_SOURCES = \
	tests/asking.c tests/asking.h \
	tests/bad-databases.c tests/bad-databases.h \
	tests/children.c tests/children.h \
	tests/database.c tests/database.h \
	tests/faults.c tests/faults.h \
	tests/guarded.c tests/guarded.h \
	tests/host.c tests/host.h \
	tests/oracle.c tests/oracle.h \
	tests/promises.c tests/promises.h \
	tests/query-support.c tests/query-support.h \
	tests/reading.c tests/reading.h \
	tests/support.c tests/support.h \
	tests/test_answers.c \
	tests/test_bad_databases.c \
	tests/test_check.c \
	tests/test_compile.c \
	tests/test_compile_faults.c \
	tests/test_db.c \
	tests/test_fidelity.c \
	tests/test_foreign.c \
	tests/test_freshness.c \
	tests/test_fuzz_targets.c \
	tests/test_hardening.c \
	tests/test_hosts.c \
	tests/test_ldif_file.c \
	tests/test_live.c \
	tests/test_lookup_faults.c \
	tests/test_lookup_files.c \
	tests/test_merge.c \
	tests/test_nscd.c \
	tests/test_programs.c \
	tests/test_publish.c \
	tests/test_publish_planted.c \
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
	tests/test_table.c \
	tests/test_verify.c
tests_portdb_tests_CPPFLAGS = $(AM_CPPFLAGS) \
	-DASK='"$(abs_top_builddir)/tests/ask"' \
	-DASK_SOURCE='"$(abs_top_srcdir)/tests/ask.c"' \
	-DBUILD='"$(abs_top_builddir)"' \
	-DBUILD_FOREIGN='"$(abs_top_srcdir)/tests/build-foreign"' \
	-DCC='"$(CC)"' \
	-DDATA_DIR='"$(abs_top_srcdir)/data"' \
	-DCOMPILER='"$(abs_top_builddir)/tools/portdb-compile"' \
	-DCOMPLETION='"$(abs_top_srcdir)/tools/portdb-query.bash-completion"' \
	-DFOREIGN='"$(abs_top_builddir)/foreign-builds"' \
	-DFUZZ_CORPORA='"$(abs_top_srcdir)/tests/fuzz/corpus"' \
	-DFUZZ_TARGETS='"$(abs_top_builddir)/tests/fuzz"' \
	-DHARDENING='"$(HARDENING_CFLAGS) $(HARDENING_LDFLAGS) $(PIE_LDFLAGS)"' \
	-DMODULES='"$(abs_top_builddir)/nss/.libs"' \
	-DQUERY='"$(abs_top_builddir)/tools/portdb-query"'
tests_portdb_tests_CFLAGS = $(AM_CFLAGS) $(CRITERION_CFLAGS)
tests_portdb_tests_LDADD = nss/libservices.la tools/libcompile.la $(CRITERION_LIBS)

EXTRA_DIST += tests/build-foreign tests/run tests/unpack-packages

include tests/fuzz/local.mk

# Tests look for the module where it was just built, and in no case at a database of this machine's.
check-local: all $(check_PROGRAMS)
	@LD_LIBRARY_PATH='$(abs_top_builddir)/nss/.libs' PORTDB_DATABASE=/nonexistent LC_ALL=C \
		FIDELITY_FILE='$(FIDELITY_FILE)' \
		UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}" \
		$(SHELL) '$(srcdir)/tests/run' tests/portdb-tests $(TESTFLAGS)
