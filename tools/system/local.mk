# SPDX-License-Identifier: MIT
# What ties portdb to the rest of a system. Where it stands on the services line of nsswitch.conf:
dist_pkglibexec_SCRIPTS = tools/system/services-line

# systemd's units, and AppArmor's leave to read. They name directories of configure's, which only make
# knows in full.
units = tools/system/portdb.path tools/system/portdb.service tools/system/portdb-again@.service
system_files = $(units) tools/system/apparmor/portdb
EXTRA_DIST += tools/packaging/PKGBUILD tools/packaging/portdb.install tools/packaging/portdb.spec
EXTRA_DIST += tools/system/portdb.path.in tools/system/portdb.service.in tools/system/apparmor.in
CLEANFILES = $(system_files)

fill_in = $(AM_V_GEN)$(MKDIR_P) $(@D) && sed \
	-e "s,@state\@,$$(case '$(databasedir)' in \
		/var/lib/portdb) echo StateDirectory=portdb ;; \
		*) echo 'ReadWritePaths=$(databasedir)' ;; esac)," \
	-e 's,@databasedir\@,$(databasedir),g' \
	-e 's,@dropinsdir\@,$(dropinsdir),g' \
	-e 's,@pkgdatadir\@,$(pkgdatadir),g' \
	-e 's,@rundropinsdir\@,$(rundropinsdir),g' \
	-e 's,@sbindir\@,$(sbindir),g' \
	-e 's,@sitetablesdir\@,$(sitetablesdir),g' \
	-e 's,@tablesdir\@,$(tablesdir),g' \
	-e 's,@vendordropinsdir\@,$(vendordropinsdir),g'

tools/system/portdb.path: tools/system/portdb.path.in Makefile
	$(fill_in) '$(srcdir)/tools/system/portdb.path.in' >$@

tools/system/portdb.service: tools/system/portdb.service.in Makefile
	$(fill_in) '$(srcdir)/tools/system/portdb.service.in' >$@

# The same, but for what starts it and what it starts. There is no way to do without it: the path unit
# watches again only once the service has ended, so nothing that the service looks at is the last word.
tools/system/portdb-again@.service: tools/system/portdb.service
	$(AM_V_GEN)sed -e 's/^Description=.*/& once more/' -e '/^# The path unit does not/,/^OnFailure=/d' \
		-e '/^\[Install\]/,$$d' tools/system/portdb.service >$@

tools/system/apparmor/portdb: tools/system/apparmor.in Makefile
	$(fill_in) '$(srcdir)/tools/system/apparmor.in' >$@

if HAVE_SYSTEMD
systemdsystemunit_DATA = $(units)
endif

if HAVE_APPARMOR
nameservicedir = $(apparmordir)/abstractions/nameservice.d
nameservice_DATA = tools/system/apparmor/portdb
endif
