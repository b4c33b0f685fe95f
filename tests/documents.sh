#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# documents.sh: what reads atled's documents finds nothing wrong with them.
#
# LaTeX compiles without a warning (overfull boxes included), the HTML page is
# walked through by keys, slider and clicks in a browser (tools/drive.html) and
# leaves its console empty, one of 10,000 nodes too, SVG is well-formed XML,
# Graphviz draws DOT.  What is not installed is skipped, and said so.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
need_atled

run=0 failed=0 skipped=0

cat >"$scratch/wide.atl" <<'END'
seed_of_names = 3
W = reshape(1:1200, 30, 40)/7; x = (1:40)/3; long_name_of_a_bias = (1:30)*1e-7
z = W*x + long_name_of_a_bias;
L = sum(sigmoid(z/1e4).^2 ./ (1 + exp(-z/1e4))) + (z[1] + z[2] + z[3] + z[4] + z[5] + z[6] + z[7] + z[8] + z[9] + z[10])^2
trace L
trace named L
trace full L
show "a line that is longer than a page is wide: ", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
END
printf 'x = 0.5; h = x;\nfor k in 1:5000 { h = sin(h) + x }\ntrace full h\n' >"$scratch/long.atl"

# have COMMAND WHAT: whether COMMAND is installed; says what is not tested if not.
have() {
	command -v "$1" >/dev/null && return 0
	skipped=$((skipped + 1))
	echo "SKIPPED: $2: $1 is not installed"
	return 1
}

# verdict NAME FILE-OF-COMPLAINTS: an empty file is fine.
verdict() {
	run=$((run + 1))
	test ! -s "$2" && return
	failed=$((failed + 1))
	echo "FAIL: $1"
	head -n 20 "$2"
}

if have pdflatex "the LaTeX documents"; then
	for script in "$top_srcdir/examples/mlp-by-hand.atl" "$scratch/wide.atl" \
		"$top_srcdir/tests/golden/documents/latex-spells.atl"; do
		"$ATLED" -f latex "$script" >"$scratch/page.tex" 2>"$scratch/complaints"
		(cd "$scratch" && pdflatex -interaction=nonstopmode page.tex </dev/null >page.out 2>&1) ||
			echo "pdflatex failed" >>"$scratch/complaints"
		grep -iE -A3 '^!|warning|overfull|underfull' "$scratch/page.out" >>"$scratch/complaints"
		verdict "LaTeX of $script" "$scratch/complaints"
	done
fi

browser=chromium
command -v chromium >/dev/null || browser=google-chrome
if have $browser "the HTML pages"; then
	for script in "$top_srcdir/examples/mlp-by-hand.atl" "$scratch/wide.atl" "$scratch/long.atl"; do
		"$ATLED" -f html "$script" >"$scratch/page.html" 2>"$scratch/complaints"
		cat "$top_srcdir/tests/tools/drive.html" >>"$scratch/page.html"
		"$browser" --headless=new --no-sandbox --disable-gpu --user-data-dir="$scratch/profile" \
			--virtual-time-budget=5000 --enable-logging=stderr --dump-dom \
			"file://$scratch/page.html" >"$scratch/dom" 2>"$scratch/console"
		grep CONSOLE "$scratch/console" >>"$scratch/complaints"
		grep -q 'driven [0-9]* steps, [0-9.]* ms each: fine' "$scratch/dom" ||
			sed -n 's/.*>\(driven [0-9]*.*\)<.*/\1/p; $s/.*/the page does not run as it should/p' "$scratch/dom" >>"$scratch/complaints"
		verdict "HTML of $script" "$scratch/complaints"
	done
fi

"$ATLED" -f svg "$top_srcdir/examples/mlp-by-hand.atl" >"$scratch/page.svg"
if have xmllint "the SVG picture"; then
	xmllint --noout "$scratch/page.svg" >"$scratch/complaints" 2>&1
	verdict "SVG of mlp-by-hand" "$scratch/complaints"
fi
if have dot "the DOT graph"; then
	for script in "$top_srcdir/examples/mlp-by-hand.atl" "$scratch/wide.atl" \
		"$top_srcdir/tests/golden/documents/latex-spells.atl"; do
		"$ATLED" -f dot "$script" >"$scratch/page.dot" 2>"$scratch/complaints"
		dot -Tsvg "$scratch/page.dot" >"$scratch/dot.svg" 2>>"$scratch/complaints" || echo "dot failed" >>"$scratch/complaints"
		# a picture a trace, in which each node of the graph has its place
		nodes=$(grep -cE '^[[:space:]]n[0-9]+ \[' "$scratch/page.dot")
		drawn=$(grep -c 'class="node"' "$scratch/dot.svg")
		test "$drawn" -gt 0 || echo "no node is drawn" >>"$scratch/complaints"
		test "$drawn" -eq "$nodes" || echo "$nodes nodes, $drawn drawn" >>"$scratch/complaints"
		verdict "DOT of $script" "$scratch/complaints"
	done
fi

# The same input, the same bytes; and a graph of 10,000 nodes, in every format.
for format in text markdown latex html dot svg; do
	"$ATLED" -f $format "$scratch/long.atl" >"$scratch/once" 2>"$scratch/complaints"
	"$ATLED" -f $format "$scratch/long.atl" >"$scratch/again" 2>&1
	cmp -s "$scratch/once" "$scratch/again" || echo "two runs differ" >>"$scratch/complaints"
	test "$(wc -l <"$scratch/once")" -gt 10000 || echo "it is too short" >>"$scratch/complaints"
	verdict "10,000 nodes as $format" "$scratch/complaints"
done

echo "$run documents, $failed failed, $skipped readers not installed"
test "$run" -gt 0 && test "$failed" -eq 0
