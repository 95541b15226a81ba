# SPDX-License-Identifier: MIT
check_PROGRAMS = tests/portdb-tests tests/programs/ask tests/programs/compile/compile-elsewhere \
	tests/programs/second tests/programs/stress
tests_programs_ask_SOURCES = tests/programs/ask.c
tests_programs_second_SOURCES = tests/programs/second.c
tests_programs_second_LDADD = nss/libservices.la $(DL_LIBS)
tests_programs_compile_compile_elsewhere_SOURCES = \
	tests/programs/compile/compile-elsewhere.c \
	tests/support/oracle.c tests/support/oracle.h \
	tools/compile/options.c tools/compile/options.h \
	tools/compile/portdb-compile.c
tests_programs_compile_compile_elsewhere_CFLAGS = $(AM_CFLAGS)
tests_programs_compile_compile_elsewhere_LDFLAGS = -export-dynamic
tests_programs_compile_compile_elsewhere_LDADD = tools/libcompile.la
tests_portdb_tests_SOURCES = \
	tests/programs/every-question.c tests/programs/every-question.h \
	tests/programs/query/query-support.c tests/programs/query/query-support.h \
	tests/programs/test-bad-databases.c \
	tests/programs/compile/test-blow-up.c \
	tests/programs/test-clock.c \
	tests/programs/compile/test-compile-faults.c \
	tests/programs/test-confinement.c \
	tests/programs/test-errors.c \
	tests/programs/compile/test-compile.c \
	tests/programs/test-completion.c \
	tests/programs/test-fidelity.c \
	tests/programs/compile/test-fixed-modes.c \
	tests/programs/test-foreign.c \
	tests/programs/test-fuzz-targets.c \
	tests/programs/test-getaddrinfo.c \
	tests/programs/test-hardening.c \
	tests/programs/test-hostile-output.c \
	tests/programs/test-hosts.c \
	tests/programs/compile/test-linter.c \
	tests/programs/test-locales.c \
	tests/programs/test-lookup-faults.c \
	tests/programs/test-lookup-files.c \
	tests/programs/test-lookup-waiting.c \
	tests/programs/test-memory-limits.c \
	tests/programs/test-nscd.c \
	tests/programs/test-programs.c \
	tests/programs/query/test-query-diff.c \
	tests/programs/query/test-query-formats.c \
	tests/programs/query/test-query-hidden.c \
	tests/programs/query/test-query-host.c \
	tests/programs/query/test-query-options.c \
	tests/programs/query/test-query-typed.c \
	tests/programs/query/test-query.c \
	tests/programs/compile/test-recipes.c \
	tests/programs/test-services-line.c \
	tests/programs/test-slapd.c \
	tests/programs/test-standard-streams.c \
	tests/support/bad-databases.c tests/support/bad-databases.h \
	tests/support/processes/children.c tests/support/processes/children.h \
	tests/support/compiling.c tests/support/compiling.h \
	tests/support/processes/counting.c tests/support/processes/counting.h \
	tests/support/examples.c tests/support/examples.h \
	tests/support/processes/faults.c tests/support/processes/faults.h \
	tests/support/guarded.c tests/support/guarded.h \
	tests/support/processes/holding.c tests/support/processes/holding.h \
	tests/support/hostile.c tests/support/hostile.h \
	tests/support/processes/host.c tests/support/processes/host.h \
	tests/support/processes/listener.c tests/support/processes/listener.h \
	tests/support/locales.c tests/support/locales.h \
	tests/support/machine.c tests/support/machine.h \
	tests/support/module.c tests/support/module.h \
	tests/support/oracle.c tests/support/oracle.h \
	tests/support/promises.c tests/support/promises.h \
	tests/support/publishing.c tests/support/publishing.h \
	tests/support/readback.c tests/support/readback.h \
	tests/support/reading.c tests/support/reading.h \
	tests/support/sanitizers.h \
	tests/support/support.c tests/support/support.h \
	tests/support/text-database.c tests/support/text-database.h \
	tests/support/processes/typing.c tests/support/processes/typing.h \
	tests/unit/data/test-answers.c \
	tests/unit/data/test-reference-tables.c \
	tests/unit/data/test-registry.c \
	tests/unit/data/test-services-in-use.c \
	tests/unit/nss/reader/test-db.c \
	tests/unit/nss/reader/test-file.c \
	tests/unit/nss/reader/test-freshness.c \
	tests/unit/nss/reader/test-manual.c \
	tests/unit/nss/reader/test-pages.c \
	tests/unit/nss/test-at-once.c \
	tests/unit/nss/test-live.c \
	tests/unit/nss/test-servent.c \
	tests/unit/nss/test-services.c \
	tests/unit/tools/compile/check/test-check.c \
	tests/unit/tools/compile/claims/test-diagnostics.c \
	tests/unit/tools/compile/formats/test-ldif-file.c \
	tests/unit/tools/compile/formats/test-services-file.c \
	tests/unit/tools/compile/formats/test-services-reading.c \
	tests/unit/tools/compile/formats/test-table.c \
	tests/unit/tools/compile/image/test-verify.c \
	tests/unit/tools/compile/merge/test-byte-map.c \
	tests/unit/tools/compile/merge/test-merge.c \
	tests/unit/tools/compile/sources/test-input.c \
	tests/unit/tools/compile/sources/test-root.c \
	tests/unit/tools/compile/sources/test-service-access.c \
	tests/unit/tools/compile/sources/test-source-list.c \
	tests/unit/tools/compile/test-publish-planted.c \
	tests/unit/tools/compile/test-publish.c \
	tests/unit/tools/query/answers/test-catalog.c \
	tests/unit/tools/query/answers/test-conflicts.c \
	tests/unit/tools/query/answers/test-fold.c \
	tests/unit/tools/query/answers/test-hiding.c \
	tests/unit/tools/query/answers/test-language.c \
	tests/unit/tools/query/answers/test-nearest.c \
	tests/unit/tools/query/test-listening.c \
	tests/unit/tools/query/test-output-ldif.c \
	tests/unit/tools/query/test-report.c \
	tests/unit/tools/query/test-request.c \
	tests/unit/tools/query/test-sock-diag.c \
	tests/unit/tools/shared/test-arena.c \
	tests/unit/tools/shared/test-buffer.c \
	tests/unit/tools/shared/test-memory.c \
	tests/unit/tools/shared/test-port.c \
	tests/unit/tools/shared/test-text.c
tests_portdb_tests_CPPFLAGS = $(AM_CPPFLAGS) \
	-DASK='"$(abs_top_builddir)/tests/programs/ask"' \
	-DASK_SOURCE='"$(abs_top_srcdir)/tests/programs/ask.c"' \
	-DBUILD='"$(abs_top_builddir)"' \
	-DBUILD_FOREIGN='"$(abs_top_srcdir)/tests/support/build-foreign"' \
	-DCC='"$(CC)"' \
	-DDATA_DIR='"$(abs_top_srcdir)/data"' \
	-DCOMPILER='"$(abs_top_builddir)/tools/portdb-compile"' \
	-DCOMPILER_MANUAL='"$(abs_top_srcdir)/tools/portdb-compile.8"' \
	-DCOMPILER_ELSEWHERE='"$(abs_top_builddir)/tests/programs/compile/compile-elsewhere"' \
	-DCOMPLETIONS='"$(abs_top_srcdir)/tools/completions"' \
	-DFOREIGN='"$(abs_top_builddir)/foreign-builds"' \
	-DFUZZ_CORPORA='"$(abs_top_srcdir)/tests/fuzz/corpus"' \
	-DFUZZ_TARGETS='"$(abs_top_builddir)/tests/fuzz"' \
	-DHARDENING='"$(HARDENING_CFLAGS) $(HARDENING_LDFLAGS) $(PIE_LDFLAGS)"' \
	-DKERNEL_IMAGE_SOURCE='"$(abs_top_srcdir)/tests/programs/kernel-image.c"' \
	-DKNOWN_SERVICES_SOURCE='"$(abs_top_srcdir)/tests/programs/known-services.c"' \
	-DMANUAL='"$(abs_top_srcdir)/nss/portdb.5"' \
	-DMODULES='"$(abs_top_builddir)/nss/.libs"' \
	-DQUERY='"$(abs_top_builddir)/tools/portdb-query"' \
	-DSECOND_PROGRAM='"$(abs_top_builddir)/tests/programs/second"' \
	-DSOURCE_TREE='"$(abs_top_srcdir)"' \
	-DSERVICES_LINE='"$(abs_top_srcdir)/tools/system/services-line"'
tests_portdb_tests_CFLAGS = $(AM_CFLAGS) $(CRITERION_CFLAGS) $(JANSSON_CFLAGS)
tests_portdb_tests_LDADD = nss/libservices.la tools/libcompile.la tools/libquery.la $(CRITERION_LIBS) \
	$(CSV_LIBS) $(JANSSON_LIBS) $(RESOLV_LIBS) $(UNISTRING_LIBS)

# The same tests without Criterion's library, for where that does not start.
EXTRA_PROGRAMS += tests/forked-tests
tests_forked_tests_SOURCES = tests/support/forking.c
tests_forked_tests_CFLAGS = $(AM_CFLAGS) $(CRITERION_CFLAGS)
tests_forked_tests_LDADD = $(tests_portdb_tests_OBJECTS) nss/libservices.la tools/libcompile.la \
	tools/libquery.la \
	$(CSV_LIBS) $(JANSSON_LIBS) $(RESOLV_LIBS) $(UNISTRING_LIBS) -ldl -lpthread
EXTRA_tests_forked_tests_DEPENDENCIES = $(tests_portdb_tests_OBJECTS)

tests_programs_stress_SOURCES = \
	tests/support/processes/counting.c tests/support/processes/counting.h \
	tests/support/module.c tests/support/module.h \
	tests/support/publishing.c tests/support/publishing.h \
	tests/programs/numbered.c tests/programs/numbered.h \
	tests/programs/stress.c
tests_programs_stress_CFLAGS = $(AM_CFLAGS)
tests_programs_stress_LDADD = tools/libcompile.la -ldl -lpthread

EXTRA_DIST += tests/README tests/prepare tests/programs/kernel-image.c tests/programs/known-services.c tests/programs/compile/recipes tests/run \
	tests/support/build-foreign tests/support/unpack-packages

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
check-stress: all tests/programs/stress
	@if $(TEST_ENVIRONMENT) GLIBC_TUNABLES=glibc.malloc.tcache_count=0 \
		tests/programs/stress $(STRESS_PUBLICATIONS); then \
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
CLANG_TIDY_FOLDERS = $(srcdir)/nss $(srcdir)/tools $(srcdir)/tests
check-clang-tidy:
	@find $(CLANG_TIDY_FOLDERS) -name '*.c' ! -path '*/fuzz/corpus/*' \
			-exec grep -L '<criterion/' {} + | \
		xargs -P "$$(nproc)" -I FILE clang-tidy --quiet \
			--config-file='$(srcdir)/.clang-tidy' $(CLANG_TIDY_FLAGS) FILE -- -std=gnu17 -I. -I'$(srcdir)' $(AM_CPPFLAGS) \
			$(SMARTCOLS_CFLAGS) $(JANSSON_CFLAGS) $(XXHASH_CFLAGS)

# How much of nss and tools the tests run, in a build of its own; and how much of them it must be at
# least: a directory, the percentage of its lines, and that of its branches.
COVERAGE_FLOORS = nss 98 90 tools 96 88
coverage:
	@rm -rf build-coverage
	@$(MKDIR_P) build-coverage/build
	@$(MAKE) -s distdir distdir=build-coverage/source >/dev/null
	@cd build-coverage/build && source='$(abs_top_builddir)/build-coverage/source' \
		COVERAGE_FLOORS='$(COVERAGE_FLOORS)' \
		UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}" \
		$(SHELL) ../source/tests/coverage
EXTRA_DIST += tests/coverage tests/support/coverage.c

# All there is to check, in builds of their own, from what is distributed.
check-all:
	@rm -rf build-check-all
	@$(MKDIR_P) build-check-all
	@$(MAKE) -s distdir distdir=build-check-all/source >/dev/null
	@top_srcdir='$(abs_top_srcdir)' source='$(abs_top_builddir)/build-check-all/source' \
		scratch='$(abs_top_builddir)/build-check-all' \
		COVERAGE_FLOORS='$(COVERAGE_FLOORS)' \
		UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}" \
		$(SHELL) build-check-all/source/tests/check-all $(JOBS)
EXTRA_DIST += .clang-tidy tests/check-all

# Dependencies run one way.
check-layers:
	@$(SHELL) '$(srcdir)/tests/check-layers' '$(srcdir)'
EXTRA_DIST += tests/check-layers

