#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mkindex.sh FILE...: writes src/session/prelude_index.c, the table of what the
# prelude defines, to standard output.
#
# A definition begins in a line's first column, below the lines that say what
# it is:
#
#     ## the mean of the squared differences
#     ##> mse([1, 2], [1, 4]) -> 2
#     mse(y, t) = mean((y - t).^2)
#
# A line ##> is an example for help and the manual: an expression and what it
# prints.  A definition without its ## line, ## lines that belong to nothing and
# a name that is defined twice are errors: help could not be right.
set -eu
LC_ALL=C
export LC_ALL

table=$(mktemp "${TMPDIR:-/tmp}/atled-index.XXXXXX")
trap 'rm -f "$table"' EXIT
trap 'exit 1' HUP INT TERM

# One line a definition: name, file, signature, summary and examples, apart by
# tabs; \001 stands between two examples.
awk '
function fail(where, what) {
	print where ": " what | "cat 1>&2"
	failed = 1
}
function loose() {
	if (summary != "" || example != "")
		fail(at, "these ## lines stand above no definition")
	summary = example = ""
}
# name(parameters) up to the parenthesis that closes, "" if a "=" does not follow
function signature_of(line,    i, c, depth) {
	for (i = index(line, "("); i <= length(line); i++) {
		c = substr(line, i, 1)
		depth += (c == "(") - (c == ")")
		if (depth == 0)
			return substr(line, i + 1) ~ /^[ \t]*=([^=]|$)/ ? substr(line, 1, i) : ""
	}
	return ""
}
FNR == 1 {
	loose()
	file = FILENAME
	sub(/.*\//, "", file)
}
/^## / {
	at = FILENAME ":" FNR
	text = substr($0, 4)
	sub(/[ \t]+$/, "", text)
	summary = summary == "" ? text : summary " " text
	next
}
/^##> / {
	at = FILENAME ":" FNR
	text = substr($0, 5)
	sub(/[ \t]+$/, "", text)
	if (text !~ /[^ ] -> [^ ]/)
		fail(at, "an example is an expression, an arrow -> and what it prints")
	example = example == "" ? text : example "\001" text
	next
}
/^[^ \t#(){}=]+\(/ && (signature = signature_of($0)) != "" {
	name = $0
	sub(/\(.*/, "", name)
	here = FILENAME ":" FNR
	if (summary == "")
		fail(here, "\"" name "\" has no ## line above it")
	if (name in place)
		fail(here, "\"" name "\" is defined at " place[name] " too")
	place[name] = here
	printf "%s\t%s\t%s\t%s\t%s\n", name, file, signature, summary, example
	summary = example = ""
	next
}
{ loose() }
END {
	loose()
	exit failed
}' "$@" /dev/null >"$table"

cat <<'END'
/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prelude_index.c: written by prelude/mkindex.sh; edit the prelude instead. */
#include "session/prelude_index.h"

const atl_prelude_entry atl_prelude_index[] = {
END
sort "$table" | awk -F '\t' '
{
	gsub(/["\\]/, "\\\\&")
	gsub(/\001/, "\\n", $5)
	example = $5 == "" ? "NULL" : "\"" $5 "\""
	printf "\t{ \"%s\", \"%s\",\n\t  \"%s\",\n\t  \"%s\",\n\t  %s },\n", $1, $2, $3, $4, example
	count++
}
END {
	print "\t{ NULL, NULL, NULL, NULL, NULL }\n};"
	printf "const size_t atl_prelude_count = %d;\n", count
}'
