#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# installed.sh PROGRAM: the installed program runs, and finds its prelude.
set -u
ATLED=$1
export ATLED
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
cd "$scratch" || exit 99

expect() { # EXPECTED ARGUMENT...
	expected=$1
	shift
	actual=$("$ATLED" "$@" </dev/null 2>&1)
	test "$actual" = "$expected" && return
	echo "FAIL: $ATLED $*"
	echo "expected: $expected"
	echo "came:     $actual"
	exit 1
}

expect 3 -e '1 + 2'
# a definition of the prelude
expect 0.5 -e 'mse([1, 2], [1, 3])'
# what the modules do, where they were built
if test -f "$top_builddir/atled-flint.so"; then
	expect 2.71828… -x -e 'exp(1)'
fi
if test -f "$top_builddir/atled-blas.so"; then
	case $("$ATLED" -e 'list systems' 2>&1) in
	*atled-blas.so*) echo "FAIL: $ATLED does not find atled-blas.so"; exit 1 ;;
	esac
	expect 64000 -e "A = ones(40, 40); sum(A*A')"
fi
echo "the installed program is well"
