# SPDX-License-Identifier: MIT
# The fuzz targets. Here each is linked with a driver that replays a corpus, and tests/programs/test-fuzz-targets.c runs
# them on the corpora that come with the sources; "make fuzz" builds them with libFuzzer.
check_LTLIBRARIES = tests/fuzz/libtarget.la
tests_fuzz_libtarget_la_SOURCES = \
	tests/support/text-database.c tests/support/text-database.h \
	tests/support/guarded.c tests/support/guarded.h \
	tests/support/oracle.c tests/support/oracle.h \
	tests/support/promises.c tests/support/promises.h \
	tests/support/reading.c tests/support/reading.h \
	tests/fuzz/answers.c tests/fuzz/answers.h \
	tests/fuzz/mutator.c \
	tests/fuzz/replay.c \
	tests/fuzz/target.c tests/fuzz/target.h \
	tests/fuzz/texts.c tests/fuzz/texts.h
tests_fuzz_libtarget_la_CFLAGS = $(AM_CFLAGS)
tests_fuzz_libtarget_la_LIBADD = tools/libcompile.la

check_PROGRAMS += \
	tests/fuzz/fuzz_blow_up \
	tests/fuzz/fuzz_database \
	tests/fuzz/fuzz_diff \
	tests/fuzz/fuzz_fidelity \
	tests/fuzz/fuzz_ldif \
	tests/fuzz/fuzz_merge \
	tests/fuzz/fuzz_module \
	tests/fuzz/fuzz_output \
	tests/fuzz/fuzz_services_file \
	tests/fuzz/fuzz_table
tests_fuzz_fuzz_blow_up_LDADD = tests/fuzz/libtarget.la
tests_fuzz_fuzz_database_LDADD = tests/fuzz/libtarget.la nss/libservices.la
tests_fuzz_fuzz_diff_SOURCES = tests/fuzz/fuzz_diff.c \
	tests/support/readback.c tests/support/readback.h
tests_fuzz_fuzz_diff_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SMARTCOLS_CFLAGS)
tests_fuzz_fuzz_diff_LDADD = $(tests_fuzz_fuzz_output_LDADD)
tests_fuzz_fuzz_fidelity_LDADD = tests/fuzz/libtarget.la nss/libservices.la
tests_fuzz_fuzz_ldif_LDADD = tests/fuzz/libtarget.la
tests_fuzz_fuzz_merge_LDADD = tests/fuzz/libtarget.la
tests_fuzz_fuzz_module_LDADD = tests/fuzz/libtarget.la nss/libservices.la
tests_fuzz_fuzz_output_SOURCES = tests/fuzz/fuzz_output.c \
	tests/support/readback.c tests/support/readback.h
tests_fuzz_fuzz_output_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_output_LDADD = tests/fuzz/libtarget.la tools/libquery.la $(CSV_LIBS) $(JANSSON_LIBS) \
	$(RESOLV_LIBS) $(UNISTRING_LIBS)
tests_fuzz_fuzz_services_file_LDADD = tests/fuzz/libtarget.la
tests_fuzz_fuzz_table_LDADD = tests/fuzz/libtarget.la

# For when the format has changed: make tests/fuzz/databases, and give it a directory.
EXTRA_PROGRAMS += tests/fuzz/databases
tests_fuzz_databases_LDADD = tests/fuzz/libtarget.la

EXTRA_DIST += \
	tests/fuzz/.gitattributes \
	tests/fuzz/corpus \
	tests/fuzz/fuzz.mk \
	tests/fuzz/ldif.dictionary \
	tests/fuzz/output.dictionary \
	tests/fuzz/run \
	tests/fuzz/services_file.dictionary \
	tests/fuzz/table.dictionary

# make fuzz [FUZZ_SECONDS=N] [FUZZ_TARGETS='NAME...']: needs clang, and leaves this build as it is.
FUZZ_SECONDS = 60
FUZZ_TARGETS = blow_up database diff fidelity ldif merge module output services_file table
fuzz: config.h
	@top_srcdir='$(srcdir)' FUZZ_SECONDS='$(FUZZ_SECONDS)' \
		$(SHELL) '$(srcdir)/tests/fuzz/run' $(FUZZ_TARGETS)

# What of the sources the corpora reach, by llvm-cov.
fuzz-coverage: config.h
	@top_srcdir='$(srcdir)' $(SHELL) '$(srcdir)/tests/fuzz/run' --coverage $(FUZZ_TARGETS)
