#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# help.sh: every function has help, which says what `list functions` says of it,
# and an entry in the manual.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
need_atled

page=$top_srcdir/man/atled-functions.7
test ! -f "$top_builddir/man/atled-functions.7" || page=$top_builddir/man/atled-functions.7
failed=0 checked=0

fail() {
	echo "FAIL: $*"
	failed=$((failed + 1))
}

# One object a line: {"name":"mse(y, t)","summary":"the mean of ..."}
"$ATLED" -f json -e 'list functions' >"$scratch/functions" || fail "list functions: exit $?"

while IFS= read -r line <&3; do
	name=$(printf '%s\n' "$line" | sed 's/^{"name":"\([^("]*\).*/\1/')
	summary=$(printf '%s\n' "$line" | sed 's/.*"summary":"\(.*\)"}$/\1/; s/\\\(["\\]\)/\1/g')
	checked=$((checked + 1))
	"$ATLED" -e 'set width 1000' -e "help $name" >"$scratch/help" 2>&1 || fail "help $name: exit $?"
	grep -qFx "  $summary" "$scratch/help" || {
		fail "help $name does not say: $summary"
		cat "$scratch/help"
	}
	grep -qF "\\fB$name\\fP" "$page" || fail "$page has no entry of $name"
done 3<"$scratch/functions"

# Words of other kinds.
for word in trace check set digits number bfloat16 format mpfr '.*' '' ; do
	checked=$((checked + 1))
	"$ATLED" -e "help $word" >"$scratch/help" 2>&1 && test -s "$scratch/help" || fail "help $word"
done

# What there is no help for is an error.
"$ATLED" -e 'help no_such_name' >"$scratch/help" 2>&1
test $? -eq 3 || fail "help of an unknown name should be an error with exit 3"

echo "$checked words, $failed failed"
test "$checked" -gt 100 && test "$failed" -eq 0
