#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# offers.sh: what an error offers is what helps: each offer is taken.
#
# offers.txt has paragraphs of lines
#
#     > x = [1, 2]; x*x          a script, which fails
#     ? x'*x                     words of the error; more of them may stand below
#     ! x = [1, 2]; x'*x         the script with the offer taken,
#     = 5                        and what it prints
#
# A `!` without a `=` below it prints what it likes, and does not fail.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
need_atled
failed=0 checked=0 script=

fail() {
	echo "FAIL: $script"
	echo "  $*"
	sed 's/^/  | /' "$scratch/said"
	failed=$((failed + 1))
}

while IFS= read -r line <&3; do
	text=${line#??}
	case $line in
	'> '*)
		script=$text
		COLUMNS=500 "$ATLED" -e "$script" >"$scratch/out" 2>"$scratch/said" && fail "this is no error"
		;;
	'? '*)
		checked=$((checked + 1))
		grep -qF -e "$text" "$scratch/said" || fail "the error does not say: $text"
		;;
	'! '*)
		script=$text
		checked=$((checked + 1))
		"$ATLED" -e "$script" >"$scratch/out" 2>"$scratch/said" || fail "the offer was taken, and it fails"
		;;
	'= '*)
		printf '%s\n' "$text" | cmp -s - "$scratch/out" || fail "it should print $text, not $(cat "$scratch/out")"
		;;
	esac
done 3<"$top_srcdir/tests/offers.txt"

echo "$checked offers, $failed failed"
test "$failed" = 0 && test "$checked" -gt 0
