dnl SPDX-License-Identifier: MIT
# PORTDB_TIME_BITS
#
# A time_t of 64 bits, for what is after 2038, where the C library has one besides its own of 32 (glibc
# 2.34; it asks for files of 64 bits as well, which AC_SYS_LARGEFILE sees to). Later releases of autoconf
# have a macro for that, and Debian 12 is not among them. None of ours is in what programs call.
AC_DEFUN([PORTDB_TIME_BITS], [
AC_REQUIRE([AC_SYS_LARGEFILE])
AC_MSG_CHECKING([for the _TIME_BITS of a time_t of 64 bits])
portdb_time_bits=
for portdb_bits in 0 64; do
  AC_COMPILE_IFELSE([AC_LANG_SOURCE([[#if $portdb_bits
#define _TIME_BITS $portdb_bits
#endif
#include <time.h>
int wide[sizeof(time_t) >= 8 ? 1 : -1];]])],
    [portdb_time_bits=$portdb_bits
     break])
done
AS_CASE([$portdb_time_bits],
  [0], [AC_MSG_RESULT([none needed])],
  [64], [AC_MSG_RESULT([64])
    AC_DEFINE([_TIME_BITS], [64], [Define to 64 where a time_t would have 32 bits.])],
  [AC_MSG_RESULT([there is none])])
])
