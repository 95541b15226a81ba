# SPDX-License-Identifier: MIT
# make bench: times, side by side, in tests/bench/RESULTS. Not a part of the tests.
EXTRA_PROGRAMS += tests/bench/portdb-bench
tests_bench_portdb_bench_SOURCES = \
	tests/bench/bench.c \
	tests/bench/others.c tests/bench/others.h \
	tests/bench/programs.c tests/bench/programs.h \
	tests/bench/results.c tests/bench/results.h \
	tests/bench/worker.c tests/bench/worker.h
tests_bench_portdb_bench_CFLAGS = $(AM_CFLAGS) $(SMARTCOLS_CFLAGS)
tests_bench_portdb_bench_LDADD = $(SMARTCOLS_LIBS)
EXTRA_DIST += tests/bench/null.c tests/bench/heading tests/bench/RESULTS

tests/bench/libnss_null.so.2: tests/bench/null.c tests/bench/portdb-bench$(EXEEXT)
	$(AM_V_CCLD)$(CC) $(AM_CFLAGS) $(CFLAGS) -shared -fPIC -o $@ '$(srcdir)/tests/bench/null.c'

bench: all tests/bench/portdb-bench$(EXEEXT) tests/bench/libnss_null.so.2
	@$(MKDIR_P) tests/bench/scratch
	@trap 'rm -rf tests/bench/scratch' EXIT; \
		UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}"; export UNPACKED; \
		db=$$(echo "$$UNPACKED"/libnss-db/lib/*-linux-gnu*); \
		LD_LIBRARY_PATH="$(abs_top_builddir)/nss/.libs:$(abs_top_builddir)/tests/bench:$$db" \
		tests/bench/portdb-bench '$(abs_top_builddir)/tools/portdb-compile' \
		'$(abs_top_builddir)/tools/portdb-query' '$(abs_top_srcdir)/data' \
		tests/bench/scratch tests/bench/results.csv >tests/bench/scratch/table && \
	{ CC='$(CC)' $(SHELL) '$(srcdir)/tests/bench/heading' && \
		sed 's/ *$$//' tests/bench/scratch/table; } \
		>tests/bench/scratch/RESULTS && \
	cat tests/bench/scratch/RESULTS && \
	cp tests/bench/scratch/RESULTS '$(srcdir)/tests/bench/RESULTS'
	@echo 'This is in tests/bench/RESULTS now; as CSV: tests/bench/results.csv'

clean-bench:
	rm -rf tests/bench/scratch
	rm -f tests/bench/results.csv tests/bench/libnss_null.so.2 tests/bench/portdb-bench$(EXEEXT)

.PHONY: bench clean-bench
