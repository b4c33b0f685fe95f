#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# layers.sh: the rules of the house that a compiler does not know.
#
# - A file under src/ includes only its own layer and those that it knows.
# - Own headers are written from src/: "base/mem.h".
# - Readline is included in src/cli alone.
# - Nobody calls a banned function; only base/mem.c, with its large.c, goes to the heap (and
#   src/cli, which frees what readline gives it); only src/cli leaves the program.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
cd "$top_srcdir" || exit 99

# Each layer and the layers right below it; what those know, it knows.
# The grammar is part of lang.
layers='
base:
lang: base
number: base
array: number
graph: array lang
ops: graph
algebra: graph
eval: graph number
slips: eval
trace: algebra eval
print: trace
data: print
plot: print
session: data plot ops algebra slips
cli: session
'

find src grammar -name '*.[chly]' | sort >"$scratch/files"
while read -r file; do
	case $file in
	grammar/parser.[ch] | grammar/lexer.[ch]) continue ;;
	esac
	printf '%s\n' "$file"
done <"$scratch/files" >"$scratch/own"

# shellcheck disable=SC2046
printf '%s\n' "$layers" | awk -v quote="'" '
function complain(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad++
}

# The layers: knows[a, b] when a may include b.
FILENAME == "-" {
	if (!sub(/:/, ""))
		next
	known[$1] = 1
	knows[$1, $1] = 1
	for (i = 2; i <= NF; i++) {
		if (!($i in known))
			complain("the table of layers has no " $i " above this line")
		for (other in known)
			if (($i, other) in knows)
				knows[$1, other] = 1
	}
	next
}

FNR == 1 {
	files++
	comment = 0
	split(FILENAME, part, "/")
	layer = part[1] == "grammar" ? "lang" : part[2]
	if (!(layer in known))
		complain("no layer is called " layer)
}

# Includes, before strings are taken out.
/^[ \t]*#[ \t]*include[ \t]*[<"]/ && !comment {
	header = $0
	sub(/^[^<"]*[<"]/, "", header)
	sub(/[>"].*/, "", header)
	if (header ~ /^readline\// && layer != "cli")
		complain("readline is the business of src/cli")
	if ($0 ~ /"/) {
		split(header, part, "/")
		if (part[1] in known) {
			if (!((layer, part[1]) in knows))
				complain(layer " does not know " part[1] ": " header)
		} else if (header ~ /^(grammar\/)?(parser|lexer)\.h$/) {
			if (layer != "lang")
				complain("the parser is the business of src/lang: " header)
		} else {
			complain("own headers are written from src/: " header)
		}
	}
	next
}

# Comments, strings and characters are no calls.
{
	code = ""
	rest = $0
	while (rest != "") {
		if (comment) {
			at = index(rest, "*/")
			if (!at)
				break
			rest = substr(rest, at + 2)
			comment = 0
		} else if (!match(rest, "/[*/]|[\"" quote "]")) {
			code = code rest
			break
		} else {
			code = code substr(rest, 1, RSTART - 1) " "
			mark = substr(rest, RSTART, RLENGTH)
			rest = substr(rest, RSTART + RLENGTH)
			if (mark == "//")
				break
			if (mark == "/*") {
				comment = 1
				continue
			}
			body = mark == "\"" ? "^([^\"\\\\]|\\\\.)*\"" : "^([^" quote "\\\\]|\\\\.)*" quote
			if (!match(rest, body))
				break
			rest = substr(rest, RLENGTH + 1)
		}
	}
	code = " " code
	if (FILENAME != "src/base/banned.h" &&
	    match(code, /[^A-Za-z0-9_](strcpy|strcat|v?sprintf|ato[filL]+|atof|strtok|gets|longjmp|setjmp)[ \t]*\(/))
		complain("banned: " substr(code, RSTART + 1, RLENGTH - 2))
	if (FILENAME !~ /^src\/base\/(mem|large)\.c$/ && layer != "cli" &&
	    match(code, /[^A-Za-z0-9_>.](malloc|calloc|realloc|free|strn?dup|v?asprintf)[ \t]*\(/))
		complain("the heap is behind base/mem.h: " substr(code, RSTART + 1, RLENGTH - 2))
	if (layer != "cli" &&
	    match(code, /[^A-Za-z0-9_](exit|_exit|_Exit|abort|quick_exit)[ \t]*\(/))
		complain("only src/cli leaves the program: " substr(code, RSTART + 1, RLENGTH - 2))
}

END {
	printf "%d files, %d rules broken\n", files, bad
	exit bad > 0 || files == 0
}' - $(cat "$scratch/own")
