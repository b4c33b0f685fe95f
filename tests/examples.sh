#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# examples.sh: every script of examples/ ends as it says: well, with all its checks.
#
# It is run in float64; a first line `# modes: float64 exact` asks for others
# or for more; `# exit: 1` says that it ends with that code, since it shows
# what is wrong.  What it prints is the business of the golden tests.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
need_atled
cd "$top_srcdir/examples" || exit 99

run=0 failed=0
for script in *.atl; do
	test -f "$script" || continue
	wanted=$(sed -n '1,3s/^# exit: *//p' "$script")
	modes=$(sed -n '1,3s/^# modes://p' "$script")
	for mode in ${modes:-float64}; do
		run=$((run + 1))
		"$ATLED" -n "$mode" "$script" </dev/null >"$scratch/out" 2>&1
		code=$?
		test $code -eq "${wanted:-0}" && continue
		failed=$((failed + 1))
		echo "FAIL: examples/$script in $mode: exit $code; the last lines:"
		tail -n 20 "$scratch/out"
		echo "again, alone: build/atled -n $mode examples/$script"
		echo
	done
done

echo "$run runs of examples, $failed failed"
test "$run" -gt 0 && test "$failed" -eq 0
