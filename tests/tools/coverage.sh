#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# coverage.sh GCOV: the share of lines that the tests ran, from the current
# folder's counts: one line a file, one a layer, and the total.
set -eu
LC_ALL=C
export LC_ALL
gcov=${1:-gcov}

find src -name '*.gcno' | sort >coverage.list
test -s coverage.list || { echo "this build counts nothing: configure with --enable-coverage" >&2; exit 1; }
xargs $gcov -n <coverage.list 2>/dev/null | awk '
/^File / {
	file = $0
	sub(/^File ./, "", file)
	sub(/.$/, "", file)
	sub(/^(\.\.?\/)*/, "", file)
}
/^Lines executed:/ && file ~ /src\/.*\.c$/ {
	sub(/^.*src\//, "", file)
	split($0, part, /[:% ]+/)
	# "Lines executed:95.00% of 20"
	of[file] = part[5]
	ran[file] = part[3] * part[5] / 100
	file = ""
}
END {
	for (name in of) {
		layer = name
		sub(/\/.*/, "/", layer)
		of[layer] += of[name]
		ran[layer] += ran[name]
		all_of += of[name]
		all_ran += ran[name]
	}
	for (name in of)
		if (of[name] > 0)
			printf "%-32s %6.1f %% of %5d lines\n", name, 100 * ran[name] / of[name], of[name]
	if (all_of > 0)
		printf "~total %31.1f %% of %5d lines\n", 100 * all_ran / all_of, all_of
}' | sort | sed 's/^~total/total /'
rm -f coverage.list
