# What ties portdb to the rest of a system: systemd's units, and AppArmor's leave to read. They name
# directories of configure's, which only make knows in full.
units = tools/portdb.path tools/portdb.service tools/portdb-again.service
system_files = $(units) tools/apparmor/portdb
EXTRA_DIST += tools/portdb.path.in tools/portdb.service.in tools/apparmor.in
CLEANFILES = $(system_files)

fill_in = $(AM_V_GEN)$(MKDIR_P) $(@D) && sed \
	-e 's,@databasedir\@,$(databasedir),g' \
	-e 's,@dropinsdir\@,$(dropinsdir),g' \
	-e 's,@pkgdatadir\@,$(pkgdatadir),g' \
	-e 's,@sbindir\@,$(sbindir),g' \
	-e 's,@tablesdir\@,$(tablesdir),g'

tools/portdb.path: tools/portdb.path.in Makefile
	$(fill_in) '$(srcdir)/tools/portdb.path.in' >$@

tools/portdb.service: tools/portdb.service.in Makefile
	$(fill_in) '$(srcdir)/tools/portdb.service.in' >$@

# The same, but for what starts it and what it starts.
tools/portdb-again.service: tools/portdb.service
	$(AM_V_GEN)sed -e 's/^Description=.*/& once more/' -e '/^# The path unit does not/,/^OnFailure=/d' \
		-e '/^\[Install\]/,$$d' tools/portdb.service >$@

tools/apparmor/portdb: tools/apparmor.in Makefile
	$(fill_in) '$(srcdir)/tools/apparmor.in' >$@

if HAVE_SYSTEMD
systemdsystemunit_DATA = $(units)
endif

if HAVE_APPARMOR
nameservicedir = $(apparmordir)/abstractions/nameservice.d
nameservice_DATA = tools/apparmor/portdb
endif
