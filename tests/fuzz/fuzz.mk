# SPDX-License-Identifier: MIT
# How tests/fuzz/run builds the fuzz targets: by clang, with every source instrumented, beside the
# build that configure made, whose Makefile knows what the sources are.
include Makefile

FUZZ_CC = clang
FUZZ_DIRECTORY = fuzz/build
FUZZ_CFLAGS = -g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined
FUZZ_LDFLAGS = -fsanitize=fuzzer,address,undefined
FUZZ_DRIVER =

fuzz_all_sources = $(nss_libreader_la_SOURCES) $(nss_libservices_la_SOURCES) \
	$(tools_libshared_la_SOURCES) $(tools_libcompile_la_SOURCES) $(tools_libquery_la_SOURCES) \
	$(tests_fuzz_libtarget_la_SOURCES) tests/support/readback.c
fuzz_shared = $(filter-out tests/fuzz/replay.c tests/fuzz/mutator.c, \
	$(filter %.c, $(fuzz_all_sources)))
fuzz_objects = $(patsubst %.c, $(FUZZ_DIRECTORY)/%.o, $(fuzz_shared) $(FUZZ_DRIVER))

fuzz_compile = $(FUZZ_CC) $(DEFS) -I. $(AM_CPPFLAGS) $(AM_CFLAGS) $(SMARTCOLS_CFLAGS) \
	$(XXHASH_CFLAGS) $(JANSSON_CFLAGS) $(FUZZ_CFLAGS) -MMD -MP

# A mutator is called instead of libFuzzer's own wherever it is linked: for databases only.
ifneq ($(FUZZ_DRIVER), tests/fuzz/replay.c)
$(FUZZ_DIRECTORY)/fuzz_database $(FUZZ_DIRECTORY)/fuzz_module: \
	$(FUZZ_DIRECTORY)/tests/fuzz/mutator.o
endif

fuzz-targets: $(patsubst %, $(FUZZ_DIRECTORY)/fuzz_%, $(FUZZ_TARGETS))

$(FUZZ_DIRECTORY)/fuzz_%: $(FUZZ_DIRECTORY)/tests/fuzz/fuzz_%.o $(fuzz_objects)
	@echo "  FUZZ     $@"
	@$(FUZZ_CC) $(FUZZ_LDFLAGS) -o $@ $^ $(CSV_LIBS) $(DL_LIBS) $(RESOLV_LIBS) $(SMARTCOLS_LIBS) \
		$(XXHASH_LIBS) $(JANSSON_LIBS) $(UNISTRING_LIBS)

$(FUZZ_DIRECTORY)/%.o: $(srcdir)/%.c $(srcdir)/tests/fuzz/fuzz.mk config.h
	@mkdir -p $(@D)
	@$(fuzz_compile) -c -o $@ $<

.SECONDARY:
.PHONY: fuzz-targets
-include $(shell find $(FUZZ_DIRECTORY) -name '*.d' 2>/dev/null)
