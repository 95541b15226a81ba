# SPDX-License-Identifier: MIT
# Checks of what an administrator meets, one command each; "make check" is about the programs. Each
# says what it misses on this machine and fails.

# mandoc's opinion of the manual pages: it has to have none, but on which others
# happen to be installed here.
lint-manuals:
	@command -v mandoc >/dev/null || { echo 'lint-manuals: there is no mandoc' >&2; exit 1; }
	@cd '$(srcdir)' && ! mandoc -T lint -W style $(dist_man_MANS) 2>&1 | \
		grep -v 'STYLE: referenced manual not found\|: outdated mandoc.db'
	@echo 'mandoc: nothing to say about' $(dist_man_MANS)

# The units for systemd, and the snippet for AppArmor.
check-units: tools/portdb-compile $(system_files)
	@$(SHELL) '$(srcdir)/tests/system/check-units'

# Version, news and tarball agree; the commands of README and of the manual pages work.
check-release: all
	@top_srcdir='$(srcdir)' version='$(PACKAGE_VERSION)' $(SHELL) '$(srcdir)/tests/system/check-release'

check-readme: all
	@bash '$(srcdir)/tests/system/check-readme'

# What the manual says of programs in other languages, as far as they are here.
check-askers: all
	@bash '$(srcdir)/tests/system/check-askers'

# Builds the packages, and lintian looks at them.
check-package:
	@$(SHELL) '$(srcdir)/tests/system/check-package'

check-reproducible:
	@$(SHELL) '$(srcdir)/tests/system/check-reproducible'

# As root, with a Debian mirror: the packages in a Debian of its own, under autopkgtest, and in one that
# is booted. It is Debian 12; RELEASE=trixie chooses another.
export RELEASE
check-install:
	@bash '$(srcdir)/tests/system/check-install' $(PACKAGES)

check-autopkgtest:
	@bash '$(srcdir)/tests/system/check-autopkgtest' $(PACKAGES)

check-boot:
	@bash '$(srcdir)/tests/system/check-boot' $(PACKAGES)

# As root, with a Debian mirror: the build and "make check" on other releases of Debian.
RELEASES = bookworm trixie sid
check-debian:
	@rm -rf build-check-debian
	@$(MAKE) -s distdir distdir=build-check-debian >/dev/null
	@UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}" \
		$(SHELL) build-check-debian/tests/system/check-debian $(RELEASES)

# As root, with a Debian mirror: the packages as a reviewer at Debian sees them on these releases, by
# lintian and blhc; and whether they come and go without a trace on one of them, by piuparts.
check-lintian:
	@rm -rf build-check-debian
	@$(MAKE) -s distdir distdir=build-check-debian >/dev/null
	@UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}" \
		$(SHELL) build-check-debian/tests/system/check-lintian $(RELEASES)

PIUPARTS_RELEASE = trixie
check-piuparts:
	@rm -rf build-check-debian
	@$(MAKE) -s distdir distdir=build-check-debian >/dev/null
	@UNPACKED="$${UNPACKED-$(abs_top_builddir)/unpacked}" \
		$(SHELL) build-check-debian/tests/system/check-piuparts $(PIUPARTS_RELEASE)

# What is there for other distributions, from the tarball.
check-packaging: dist
	@bash '$(srcdir)/tests/system/check-packaging' '$(PACKAGE)-$(PACKAGE_VERSION).tar.xz' '$(PACKAGE_VERSION)'

.PHONY: lint-manuals check-units check-release check-readme check-package check-reproducible \
	check-askers check-install check-autopkgtest check-boot check-debian check-lintian check-packaging check-piuparts

EXTRA_DIST += .gitignore .ci/run \
	tests/system/build-package \
	tests/system/booted \
	tests/system/booted-image \
	tests/system/check-askers \
	tests/system/check-autopkgtest \
	tests/system/check-boot \
	tests/system/check-debian \
	tests/system/check-install \
	tests/system/check-lintian \
	tests/system/check-package \
	tests/system/check-packaging \
	tests/system/check-piuparts \
	tests/system/check-readme \
	tests/system/check-release \
	tests/system/check-reproducible \
	tests/system/check-units \
	tests/system/debian-root \
	tests/system/install-support \
	tests/system/manual-commands \
	tests/system/manual-section \
	debian/README.source \
	debian/changelog \
	debian/control \
	debian/copyright \
	debian/libnss-portdb.install \
	debian/libnss-portdb.postinst \
	debian/libnss-portdb.prerm \
	debian/portdb.dirs \
	debian/portdb.docs \
	debian/portdb.install \
	debian/portdb.postinst \
	debian/portdb.postrm \
	debian/portdb.prerm \
	debian/portdb.triggers \
	debian/rules \
	debian/source/format \
	debian/upstream/metadata \
	debian/watch \
	debian/tests/control \
	debian/tests/names \
	debian/tests/life
