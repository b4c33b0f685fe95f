#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh [--accept] [CASE...]: the golden tests.
#
# A case is a script CASE.atl in this folder or below it and, beside it,
# CASE.out: what the script writes to standard output and to standard error,
# and its exit code.  A first line
#
#     #! args: -x -f json
#
# adds arguments, quoted as for the shell; with a lone - among them the script
# comes in by standard input, as through a pipe.  A CASE may be a shell pattern.
# --accept makes what comes out now the expected (make accept).
set -u
. "${top_srcdir:-$(dirname "$0")/../..}/tests/tools/env.sh"
need_atled
golden=$top_srcdir/tests/golden

accept=no
if test "${1-}" = --accept; then
	accept=yes
	shift
fi

# Writes to $scratch/actual what the case $1 does.
run_case() {
	args=$(sed -n '1s/^#! args://p' "$golden/$1.atl")
	eval "set -- \"\$1\" $args"
	name=$1
	shift
	how=file
	for word; do
		test "$word" != - || how=pipe
	done
	if test $how = file; then
		set -- "$@" "$name.atl"
	fi
	(cd "$golden" && exec "$ATLED" "$@" <"$(test $how = file && echo /dev/null || echo "$name.atl")") \
		>"$scratch/stdout" 2>"$scratch/stderr"
	code=$?
	{
		echo '--- stdout'
		cat "$scratch/stdout"
		echo '--- stderr'
		cat "$scratch/stderr"
		echo "--- exit $code"
	} >"$scratch/actual"
}

wanted() {
	test $# -gt 1 || return 0
	name=$1
	shift
	for pattern; do
		# shellcheck disable=SC2254
		case $name in
		$pattern) return 0 ;;
		esac
	done
	return 1
}

find "$golden" -name '*.atl' | sed "s|^$golden/||; s|\.atl\$||" | sort >"$scratch/cases"
run=0 failed=0
while read -r case <&3; do
	wanted "$case" "$@" || continue
	run=$((run + 1))
	run_case "$case"
	expected=$golden/$case.out
	if test -f "$expected" && cmp -s "$expected" "$scratch/actual"; then
		continue
	fi
	if test $accept = yes; then
		cp "$scratch/actual" "$expected" || exit 99
		echo "accepted $case"
		continue
	fi
	failed=$((failed + 1))
	echo "FAIL: tests/golden/$case.atl (- expected, + what came)"
	if test -f "$expected"; then
		diff -u "$expected" "$scratch/actual" | sed 1,2d
	else
		echo "$case.out is not there; make accept would write:"
		cat "$scratch/actual"
	fi
	echo "again, alone: make -C build check-golden CASE='$case'"
	echo
done 3<"$scratch/cases"

# An expected text without its script is a test that was lost.
if test $# -eq 0; then
	for orphan in $(find "$golden" -name '*.out' | sed 's|\.out$||'); do
		test -f "$orphan.atl" && continue
		failed=$((failed + 1))
		echo "FAIL: $orphan.out has no script beside it"
	done
fi

echo "$run golden cases, $failed failed"
if test "$run" -eq 0; then
	echo "no case is called: $*" >&2
	exit 1
fi
test "$failed" -eq 0
