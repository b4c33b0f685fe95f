#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# docs.sh [PAGE...]: every example of the README and the manual does what it says.
#
# In Markdown an example stands in a fence that begins ```console, in a manual
# page between .EX and .EE below a line .\" run :
#
#     .\" run
#     .EX
#     $ atled \-e \(aq1 + 2\(aq
#     3
#     .EE
#
# A line "$ COMMAND" is run by sh (lines "> MORE" right below continue it) and
# must print exactly the lines that follow, on standard output or error; where
# none follow, only the exit code counts.  It must be 0, or for a block's last
# command what the mark says: ```console exit 3, or .\" run exit 3 .  The
# commands of a page share a folder, which holds a link to examples/.
#
# A "$ " line that stands elsewhere is an error, since no test would run it.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
need_atled

# The pages, each with the number of examples that it has at least.
pages='README.md 1
man/atled.1 40
man/atled-language.7 60
man/atled-functions.7 100'

mkdir "$scratch/bin" || exit 99
printf '#!/bin/sh\nexec "%s" "$@"\n' "$ATLED" >"$scratch/bin/atled"
chmod +x "$scratch/bin/atled"
PATH=$scratch/bin:$PATH
export PATH

# extract FILE FOLDER: writes the examples as FOLDER/N.command, N.expected and
# N.exit and lists them in FOLDER/list (N, line); what is wrong with the page
# goes to FOLDER/wrong.
extract() {
	: >"$2/list"
	: >"$2/wrong"
	awk -v folder="$2" '
	function wrong(what) { print FILENAME ":" FNR ": " what >(folder "/wrong") }
	function begin(mark) {
		running = 1
		code = 0
		if (match(mark, /exit [0-9]+/))
			code = substr(mark, RSTART + 5, RLENGTH - 5)
		else if (mark !~ /^[ \t]*$/)
			wrong("not understood: " mark)
		opened = n
	}
	function end() {
		if (n == opened)
			wrong("the block that ends here has no $ line")
		else
			finish(code)
		running = 0
	}
	# The last example is complete; it should end with this exit code.
	function finish(with) {
		if (n == opened)
			return
		printf "%s", command >(folder "/" n ".command")
		printf "%s", expected >(folder "/" n ".expected")
		print with >(folder "/" n ".exit")
		print n, line >(folder "/list")
		close(folder "/" n ".command")
		close(folder "/" n ".expected")
		close(folder "/" n ".exit")
	}
	function content(text) {
		if (text ~ /^\$ /) {
			finish(0)
			n++
			line = FNR
			command = substr(text, 3) "\n"
			expected = ""
		} else if (n == opened)
			wrong("a block begins with a $ line")
		else if (text ~ /^> / && expected == "")
			command = command substr(text, 3) "\n"
		else
			expected = expected text "\n"
	}
	# What a manual page shows for a line of its source.
	function shown(text,    out, at) {
		gsub(/\\f(\[[A-Z]*\]|\([A-Z][A-Z]|[A-Z])/, "", text)
		out = ""
		while ((at = index(text, "\\")) > 0) {
			out = out substr(text, 1, at - 1)
			text = substr(text, at + 1)
			if (text ~ /^\(/) {
				if (!(substr(text, 2, 2) in glyph))
					wrong("this escape is not known: \\" substr(text, 1, 3))
				out = out glyph[substr(text, 2, 2)]
				text = substr(text, 4)
			} else {
				if (!(substr(text, 1, 1) in escape))
					wrong("this escape is not known: \\" substr(text, 1, 1))
				out = out escape[substr(text, 1, 1)]
				text = substr(text, 2)
			}
		}
		return out text
	}
	BEGIN {
		glyph["aq"] = "\047"; glyph["dq"] = "\""; glyph["ha"] = "^"
		glyph["ti"] = "~"; glyph["ga"] = "`"; glyph["rs"] = "\\"; glyph["at"] = "@"
		glyph["sh"] = "#"; glyph["Do"] = "$"; glyph["ba"] = "|"
		escape["e"] = "\\"; escape["-"] = "-"; escape["&"] = ""; escape["\\"] = "\\"
		escape["\047"] = "\047"; escape["`"] = "`"; escape[" "] = " "; escape["~"] = " "
	}

	FILENAME ~ /\.md$/ && /^ *```/ {
		if (running)
			end()
		else if (fence)
			fence = 0
		else if (/^```console/)
			begin(substr($0, 11))
		else
			fence = 1
		next
	}
	FILENAME !~ /\.md$/ && /^\.\\" run( |$)/ {
		mark = substr($0, 8)
		armed = 1
		next
	}
	FILENAME !~ /\.md$/ && /^\.EX/ {
		if (armed)
			begin(mark)
		armed = 0
		next
	}
	FILENAME !~ /\.md$/ && /^\.EE/ {
		if (running)
			end()
		next
	}
	armed {
		wrong("an .EX must follow the .\\\" run right above")
		armed = 0
	}
	running {
		if (FILENAME ~ /\.md$/)
			content($0)
		else if (/^[.\047]/)
			wrong("a request inside an example: " $0)
		else
			content(shown($0))
		next
	}
	/^ *\$ / {
		wrong("an example that is not run: " $0)
	}
	END {
		if (running)
			wrong("the last block has no end")
	}' "$1"
}

checked=0 failed=0

# page PAGE LEAST
page() {
	file=$top_srcdir/$1
	test ! -f "$top_builddir/$1" || file=$top_builddir/$1
	folder=$scratch/page$((pages_seen += 1))
	mkdir "$folder" "$folder/work" && ln -s "$top_srcdir/examples" "$folder/work/examples" || exit 99
	if test ! -f "$file"; then
		echo "FAIL: $1 is not there"
		failed=$((failed + 1))
		return
	fi
	extract "$file" "$folder"
	if test -s "$folder/wrong"; then
		echo "FAIL: $1"
		cat "$folder/wrong"
		failed=$((failed + 1))
	fi
	found=0
	while read -r n line <&3; do
		found=$((found + 1))
		(cd "$folder/work" && exec sh "../$n.command") </dev/null >"$folder/actual" 2>&1
		code=$?
		test $code -eq "$(cat "$folder/$n.exit")" && {
			test ! -s "$folder/$n.expected" || cmp -s "$folder/$n.expected" "$folder/actual"
		} && continue
		failed=$((failed + 1))
		echo "FAIL: $1:$line (exit $code, expected $(cat "$folder/$n.exit"); - documented, + what came)"
		sed 's/^/$ /' "$folder/$n.command"
		diff -u "$folder/$n.expected" "$folder/actual" | sed 1,2d
		echo "again, this page alone: tests/docs.sh $1"
		echo
	done 3<"$folder/list"
	checked=$((checked + found))
	if test "$found" -lt "$2"; then
		echo "FAIL: $1 has $found examples that are run, and should have $2 or more"
		failed=$((failed + 1))
	fi
}

pages_seen=0
while read -r name least <&4; do
	test $# -gt 0 && case " $* " in *" $name "*) ;; *) continue ;; esac
	page "$name" "$least"
done 4<<END
$pages
END

echo "$checked examples of $pages_seen pages, $failed failed"
test "$checked" -gt 0 && test "$failed" -eq 0
