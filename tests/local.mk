check_PROGRAMS = tests/portdb-tests tests/ask tests/stress
tests_ask_SOURCES = tests/ask.c
tests_portdb_tests_SOURCES = \
	tests/bad-databases.c tests/bad-databases.h \
	tests/children.c tests/children.h \
	tests/compiling.c tests/compiling.h \
	tests/counting.c tests/counting.h \
	tests/database.c tests/database.h \
	tests/every-question.c tests/every-question.h \
	tests/examples.c tests/examples.h \
	tests/faults.c tests/faults.h \
	tests/guarded.c tests/guarded.h \
	tests/host.c tests/host.h \
	tests/module.c tests/module.h \
	tests/oracle.c tests/oracle.h \
	tests/promises.c tests/promises.h \
	tests/query-support.c tests/query-support.h \
	tests/reading.c tests/reading.h \
	tests/sanitizers.h \
	tests/support.c tests/support.h \
	tests/test_answers.c \
	tests/test_bad_databases.c \
	tests/test_check.c \
	tests/test_compile.c \
	tests/test_compile_faults.c \
	tests/test_completion.c \
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
	tests/test_manual.c \
	tests/test_merge.c \
	tests/test_nscd.c \
	tests/test_pages.c \
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
	-DCOMPLETIONS='"$(abs_top_srcdir)/tools"' \
	-DFOREIGN='"$(abs_top_builddir)/foreign-builds"' \
	-DFUZZ_CORPORA='"$(abs_top_srcdir)/tests/fuzz/corpus"' \
	-DFUZZ_TARGETS='"$(abs_top_builddir)/tests/fuzz"' \
	-DHARDENING='"$(HARDENING_CFLAGS) $(HARDENING_LDFLAGS) $(PIE_LDFLAGS)"' \
	-DMANUAL='"$(abs_top_srcdir)/nss/portdb.5"' \
	-DMODULES='"$(abs_top_builddir)/nss/.libs"' \
	-DQUERY='"$(abs_top_builddir)/tools/portdb-query"'
tests_portdb_tests_CFLAGS = $(AM_CFLAGS) $(CRITERION_CFLAGS)
tests_portdb_tests_LDADD = nss/libservices.la tools/libcompile.la $(CRITERION_LIBS)

# The same tests without Criterion's library, for where that does not start.
EXTRA_PROGRAMS += tests/forked-tests
tests_forked_tests_SOURCES = tests/forking.c
tests_forked_tests_CFLAGS = $(AM_CFLAGS) $(CRITERION_CFLAGS)
tests_forked_tests_LDADD = $(tests_portdb_tests_OBJECTS) nss/libservices.la tools/libcompile.la \
	-ldl -lpthread
EXTRA_tests_forked_tests_DEPENDENCIES = $(tests_portdb_tests_OBJECTS)

tests_stress_SOURCES = \
	tests/counting.c tests/counting.h \
	tests/module.c tests/module.h \
	tests/numbered.c tests/numbered.h \
	tests/stress.c
tests_stress_CFLAGS = $(AM_CFLAGS)
tests_stress_LDADD = tools/libcompile.la -ldl -lpthread

EXTRA_DIST += tests/build-foreign tests/run tests/sanitizers.ignore tests/unpack-packages

include tests/fuzz/local.mk

# Tests look for the module where it was just built, and in no case at a database of this machine's.
TEST_ENVIRONMENT = LD_LIBRARY_PATH='$(abs_top_builddir)/nss/.libs' PORTDB_DATABASE=/nonexistent \
	LC_ALL=C TSAN_OPTIONS="die_after_fork=0 halt_on_error=1 $${TSAN_OPTIONS-}" \
	UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}"

# TESTFLAGS choose among the tests that know them.
check-local: all $(check_PROGRAMS)
	@test -n '$(TESTFLAGS)' || $(MAKE) -s check-stress check-model-quick
	@tests='tests/portdb-tests'; \
	case '$(SANITIZER_CFLAGS)' in *thread*) \
		$(MAKE) -s tests/forked-tests && \
		tests="tests/forked-tests --jobs=$$(nproc) --patience=20" ;; \
	esac && \
	$(TEST_ENVIRONMENT) FIDELITY_FILE='$(FIDELITY_FILE)' \
		$(SHELL) '$(srcdir)/tests/run' $$tests $(TESTFLAGS)

# Threads and children that look up while so many databases are published.
STRESS_PUBLICATIONS = 400
check-stress: all tests/stress
	@if $(TEST_ENVIRONMENT) GLIBC_TUNABLES=glibc.malloc.tcache_count=0 \
		tests/stress $(STRESS_PUBLICATIONS); then \
		echo 'stress: 1 passed, 0 failed, 0 skipped'; \
	else \
		echo 'stress: 0 passed, 1 failed, 0 skipped'; exit 1; \
	fi

# The argument of nss/live.c, checked by a model checker.
check-model check-model-quick:
	@$(SHELL) '$(srcdir)/tests/model/run' "$$(test $@ = check-model || echo quick)"
EXTRA_DIST += tests/model/live.pml tests/model/run

# All of it under valgrind: the tools, the stress test, and the tests with the tools that they run. Of
# exhaustive tests it takes every so many-th case; with VALGRIND_STRIDE=1 each, for hours.
VALGRIND = valgrind --quiet --error-exitcode=99 --vgdb=no --read-inline-info=no
VALGRIND_PUBLICATIONS = 40
VALGRIND_STRIDE = 31
check-valgrind: all $(check_PROGRAMS) tests/forked-tests
	@$(TEST_ENVIRONMENT) VALGRIND='$(VALGRIND)' DATA_DIR='$(abs_top_srcdir)/data' \
		STRESS_PUBLICATIONS='$(VALGRIND_PUBLICATIONS)' TEST_STRIDE='$(VALGRIND_STRIDE)' \
		LIBTOOL='$(LIBTOOL)' SHELL='$(SHELL)' $(SHELL) '$(srcdir)/tests/valgrind'
EXTRA_DIST += tests/valgrind tests/valgrind.supp

# No finding is the only good answer. What uses Criterion is full of its macros, so not that.
check-clang-tidy:
	@grep -L '<criterion/' $(srcdir)/nss/*.c $(srcdir)/tools/*.c $(srcdir)/tests/*.c \
			$(srcdir)/tests/bench/*.c $(srcdir)/tests/fuzz/*.c | \
		xargs -P "$$(nproc)" -I FILE clang-tidy --quiet \
			--config-file='$(srcdir)/.clang-tidy' FILE -- -std=gnu17 -I. $(AM_CPPFLAGS) \
			$(SMARTCOLS_CFLAGS) $(JANSSON_CFLAGS) $(XXHASH_CFLAGS)

# All there is to check, in builds of their own, from what is distributed.
check-all:
	@rm -rf build-check-all
	@$(MKDIR_P) build-check-all
	@$(MAKE) -s distdir distdir=build-check-all/source >/dev/null
	@top_srcdir='$(abs_top_srcdir)' source='$(abs_top_builddir)/build-check-all/source' \
		scratch='$(abs_top_builddir)/build-check-all' \
		UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}" \
		$(SHELL) build-check-all/source/tests/check-all $(JOBS)
EXTRA_DIST += .clang-tidy tests/check-all

