# SPDX-License-Identifier: GPL-3.0-or-later
# Flags that are used where they are known, and libraries that must be there.

# ATL_TRY_FLAGS(VARIABLE, FLAGS-VARIABLE, TEST-MACRO, FLAGS): appends to
# VARIABLE each of FLAGS with which TEST-MACRO succeeds without a warning.
AC_DEFUN([ATL_TRY_FLAGS], [
for atl_flag in $4; do
	AC_MSG_CHECKING([for $atl_flag])
	atl_saved=$[]$2
	$2="$[]$2 -Werror $atl_flag"
	$3([AC_LANG_PROGRAM], [atl_answer=yes], [atl_answer=no])
	$2=$atl_saved
	AC_MSG_RESULT([$atl_answer])
	AS_IF([test $atl_answer = yes], [$1="$[]$1 $atl_flag"])
done
AC_SUBST([$1])
])

AC_DEFUN([ATL_COMPILE_FLAGS], [ATL_TRY_FLAGS([$1], [CFLAGS], [AC_COMPILE_IFELSE], [$2])])
AC_DEFUN([ATL_LINK_FLAGS], [ATL_TRY_FLAGS([$1], [LDFLAGS], [AC_LINK_IFELSE], [$2])])

# ATL_LIBRARY(VARIABLE, NAME, PROGRAM, LIBRARIES, IF-MISSING): the first of
# LIBRARIES (each the words of a linker's command line) that links PROGRAM.
AC_DEFUN([ATL_LIBRARY], [
AC_MSG_CHECKING([for $2])
atl_saved=$LIBS
$1=missing
for atl_libraries in $4; do
	LIBS="$atl_libraries $atl_saved"
	AC_LINK_IFELSE([$3], [$1=$atl_libraries; break])
done
LIBS=$atl_saved
AC_MSG_RESULT([$[]$1])
AS_IF([test "$[]$1" = missing], [$1=; $5])
AC_SUBST([$1])
])
