#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# lists.sh: no file was forgotten in Makefile.am.
#
# A source that is in no list is not compiled, a test that is in none is not
# run, and neither would be in a release.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
cd "$top_srcdir" || exit 99

# Golden cases are in no list; editors' copies and what an in-tree build leaves
# are not meant.
find src grammar prelude examples man tests -type f \
	! -name '.*' ! -name '*~' ! -name '*.[oa]' ! -name '*.gc??' \
	! -name '*.log' ! -name '*.trs' ! -path '*/.deps/*' ! -path 'tests/golden/*.atl' \
	! -path 'tests/golden/*.out' | sort >"$scratch/files"

awk '
FILENAME == ARGV[1] {
	sub(/#.*/, "")
	for (i = 1; i <= NF; i++)
		named[$i] = 1
	next
}
{
	files++
	stem = $0
	sub(/\.c$/, "", stem)
	if ($0 in named || stem in named)
		next
	for (folder = $0; sub(/\/[^\/]*$/, "", folder); )
		if (folder in named)
			next
	print "no list of Makefile.am names " $0
	bad++
}
END {
	printf "%d files, %d forgotten\n", files, bad
	exit bad > 0
}' Makefile.am "$scratch/files"
