dnl SPDX-License-Identifier: MIT
# PORTDB_HARDENING
#
# What makes a mistake in this project's own code harder to exploit: HARDENING_CFLAGS for all of it,
# HARDENING_LDFLAGS for whatever is linked, PIE_CFLAGS and PIE_LDFLAGS for programs, each with what this
# compiler and linker take; and in config.h the level of _FORTIFY_SOURCE. --disable-hardening leaves
# all of it to the compiler and to CFLAGS, CPPFLAGS and LDFLAGS.

# PORTDB_TAKES([VARIABLE], [FLAG]): adds FLAG to VARIABLE if a program can be built with it.
AC_DEFUN([PORTDB_TAKES], [
AC_MSG_CHECKING([whether $CC takes $2])
portdb_saved_CFLAGS=$CFLAGS
# clang only warns of what it does not use.
CFLAGS="$CFLAGS -Werror $2"
AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
  [AC_MSG_RESULT([yes])
   AS_VAR_APPEND([$1], [" $2"])],
  [AC_MSG_RESULT([no])])
CFLAGS=$portdb_saved_CFLAGS
])

# Sets portdb_fortify to the highest level that the C library has with this compiler.
AC_DEFUN([PORTDB_FORTIFY_LEVEL], [
AC_MSG_CHECKING([which level of _FORTIFY_SOURCE there is])
portdb_fortify=0
portdb_saved_CFLAGS=$CFLAGS
for portdb_level in 2 3; do
  CFLAGS="$portdb_saved_CFLAGS -O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$portdb_level"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <features.h>
#if __USE_FORTIFY_LEVEL != _FORTIFY_SOURCE
#error
#endif]], [])], [portdb_fortify=$portdb_level])
done
CFLAGS=$portdb_saved_CFLAGS
AC_MSG_RESULT([$portdb_fortify])
])

AC_DEFUN([PORTDB_HARDENING], [
AC_ARG_ENABLE([hardening],
  [AS_HELP_STRING([--disable-hardening], [leave hardening to the compiler's own defaults and flags])],
  [], [enable_hardening=yes])
AS_IF([test "$enable_hardening" = yes], [
  PORTDB_TAKES([HARDENING_CFLAGS], [-fstack-protector-strong])
  PORTDB_TAKES([HARDENING_CFLAGS], [-fstack-clash-protection])
  PORTDB_TAKES([HARDENING_CFLAGS], [-fcf-protection])
  PORTDB_TAKES([HARDENING_LDFLAGS], [-Wl,-z,relro])
  PORTDB_TAKES([HARDENING_LDFLAGS], [-Wl,-z,now])
  PORTDB_TAKES([HARDENING_LDFLAGS], [-Wl,-z,noexecstack])
  PORTDB_TAKES([portdb_pie], [-fPIE -pie])
  AS_IF([test -n "$portdb_pie"], [PIE_CFLAGS=-fPIE PIE_LDFLAGS=-pie])
  PORTDB_FORTIFY_LEVEL
  AC_DEFINE_UNQUOTED([PORTDB_FORTIFY], [$portdb_fortify],
    [The level of _FORTIFY_SOURCE to compile with, or 0.])
])
AC_SUBST([HARDENING_CFLAGS])
AC_SUBST([HARDENING_LDFLAGS])
AC_SUBST([PIE_CFLAGS])
AC_SUBST([PIE_LDFLAGS])
# Here and not in a flag, as only this knows whether the compiler optimises, which the checks need,
# and whether it or the distribution's flags have chosen a level.
AH_BOTTOM([#if PORTDB_FORTIFY && defined __OPTIMIZE__ && !defined _FORTIFY_SOURCE
#define _FORTIFY_SOURCE PORTDB_FORTIFY
#endif])
])
