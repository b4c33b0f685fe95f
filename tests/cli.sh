#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# cli.sh: the command line: options, streams, exit codes, files and pipes.
#
# A test is `atled ARGUMENT...` and then what is expected of it.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
need_atled
export ATLED
cd "$scratch" || exit 99

tests=0 failed=0 skipped=0 sentence='' said=''

# ---- words ------------------------------------------------------------------

it() { # SENTENCE: what is tested from here on
	sentence=$1 said=''
	tests=$((tests + 1))
	: >in
}

input() { # TEXT: the standard input of the next run
	printf '%s' "$1" >in
}

atled() { # ARGUMENT...
	command="atled $*"
	"$ATLED" "$@" <in >out 2>err
	code=$?
}

fail() { # WHAT
	test -n "$said" || {
		said=yes
		failed=$((failed + 1))
		echo "FAIL: $sentence"
	}
	echo "  $command"
	echo "  $1"
	echo "  exit $code; standard output and standard error:"
	sed 's/^/  | /' out
	sed 's/^/  ! /' err
}

skip() { # REASON
	echo "SKIP: $sentence: $1"
	skipped=$((skipped + 1))
}

exits() { # CODE
	test "$code" -eq "$1" || fail "expected exit $1"
}

prints() { # TEXT: all of standard output, without the last newline
	test "$(cat out)" = "$1" || fail "expected on standard output: $1"
}

says() { # TEXT: in standard error
	grep -qF -e "$1" err || fail "expected in standard error: $1"
}

says_nothing() {
	test ! -s err || fail "expected nothing on standard error"
}

# ---- options ----------------------------------------------------------------

it 'a text is run and its results are printed'
atled -e '1 + 2'
exits 0; prints 3; says_nothing

it 'an option is written short, joined, long or with ='
for way in '-e 1+2' -e1+2 '--expression 1+2' --expression=1+2; do
	# shellcheck disable=SC2086
	atled $way
	exits 0; prints 3; says_nothing
done

it 'letters are joined'
atled -xqe '1/3 + 1/3'
exits 0; prints 2/3; says_nothing

it 'several texts are one session and are run in order'
atled -e 'x = 2;' -e 'y = 3*x;' -e 'x; y' -e 'x + y'
exits 0
prints 'y = 6
8'
atled -e 'f(x) = {' -e 'x }' -e 'f(2)'
test $code -eq 3 || fail 'a text cannot go on in the next one'

it 'texts and files are run in the order of the command line, in one session'
echo 'a = 1' >a.atl
echo 'b = a + c' >b.atl
atled a.atl -e 'c = 5' b.atl -e 'b*2'
exits 0
prints 'a = 1
c = 5
b = 6
12'

it 'an option that nobody knows is an error that names the nearest one'
atled --nubmer=exact -e 1
exits 2; prints ''; says 'did you mean --number'
atled --exat -e 1
exits 2; says 'did you mean --exact'
atled -E 1
exits 2; says 'did you mean -e'
atled -Z
exits 2; says -Z

it 'a value that nobody knows is an error that names the nearest one'
atled --format=jsn -e 1
exits 2; prints ''; says 'did you mean "json"'
atled -n flaot64 -e 1
exits 2; prints ''; says 'did you mean "float64"'
atled --color=sometimes
exits 2; says always
atled -d many -e 1
exits 2; says many

it 'a missing or superfluous value is an error'
for arguments in -e --expression -n -d -D -f --dump --color; do
	atled $arguments
	exits 2; prints ''; says "$arguments needs a value"
done
atled --quiet=yes
exits 2; says '--quiet takes no value'

it 'help and version go to standard output'
atled --help
exits 0; says_nothing
grep -q -e '--expression' out || fail 'expected the options'
awk 'length > 80 { exit 1 }' out || fail 'expected lines of 80 columns'
atled -V
exits 0; says_nothing
grep -q '^atled [0-9]' out || fail 'expected the version'

it 'behind -- all are files'
echo '1 + 1' >-q
atled -- -q
exits 0; prints 2
rm ./-q

it 'names are defined before all else'
atled -e 'x + 1' -D x=3
exits 0; prints 4
atled -D 'x = [1, 2]' -D 'y=sum(x)' -e y
exits 0; prints 'y = 3'
atled -D x -e 1
exits 2; prints ''; says NAME=EXPR
atled -D 3=x -e 1
test $code -eq 2 || test $code -eq 3 || fail 'expected exit 2 or 3'
prints ''
atled -D 'x=1; y=2' -e x
exits 2; prints ''; says NAME=EXPR
atled -D x=nosuchname -e 1
exits 3; prints ''; says nosuchname

it 'the number system and the digits are chosen'
atled -x -e '1/3'
exits 0; prints 1/3
atled -n exact -e '1/3'
exits 0; prints 1/3
atled -n mpfr:100 -d 30 -e '1/3'
exits 0; prints 0.333333333333333333333333333333
atled -n 'mpfr 100' -d 30 -e '1/3'
exits 0; prints 0.333333333333333333333333333333
atled -d 3 -e '1/3'
exits 0; prints 0.333
atled -d full -e '1/3'
exits 0; prints 0.3333333333333333
atled -d3 --digits=5 -e '1/3'
exits 0; prints 0.33333

it 'with --ascii no byte is beyond ASCII'
atled --ascii -e 'η = 3; trace full η^2' -e 'nosüch'
exits 3
cat out err | LC_ALL=C tr -d '\000-\177' >beyond
test ! -s beyond || fail 'expected ASCII alone'

it 'into a pipe letters are UTF-8 whatever the locale'
atled -e 'eta = 3' -e 'η'
exits 0
grep -q 'η = 3' out || fail 'expected η = 3'

it 'colour is for a terminal unless it is asked for'
escape=$(printf '\033')
atled -e nosuchname
grep -q "$escape" err && fail 'expected no colour'
atled --color=always -e nosuchname
grep -q "$escape" err || fail 'expected colour'
atled --color never -e nosuchname
grep -q "$escape" err && fail 'expected no colour'

# ---- files and standard input -----------------------------------------------

it 'without a text or file standard input is read'
input '1 + 1
x = 3
'
atled
exits 0; says_nothing
prints '2
x = 3'

it '- is standard input in its turn'
input 'y = x + 1
'
echo 'x = 1' >a.atl
echo 'y' >b.atl
atled a.atl - b.atl
exits 0
prints 'x = 1
y = 2
y = 2'

it 'a last line may lack its newline'
input '1 + 1'
atled
exits 0; prints 2

it 'an empty input is fine'
atled
exits 0; prints ''; says_nothing
atled /dev/null
exits 0; prints ''; says_nothing

it 'lines may end as they do on other systems'
input "$(printf 'x = 1\r\nx + 1\r')
"
atled
exits 0
prints 'x = 1
2'

it 'the first line may name the program'
printf '#!/usr/bin/env atled\n1 + 1\n' >a.atl
atled a.atl
exits 0; prints 2

it 'a file that cannot be read is an error and nothing behind it is run'
atled nosuchfile.atl -
exits 2; prints ''; says nosuchfile.atl
atled .
exits 2; prints ''; says .
echo '1 + 1' >a.atl
atled a.atl nosuchfile.atl a.atl
exits 2; prints 2

it 'a text that is not complete is an error with a caret'
input 'x = [1,2
'
atled
exits 3; prints ''; says '^'
atled -e '(1 + 2'
exits 3; prints ''; says '^'

it 'an error says the file and the line'
printf '1 + 1\n\nnosuchname\n' >a.atl
atled a.atl
exits 3; prints 2; says 'a.atl:3:1'

it 'what is no text is an error'
head -c 300 "$ATLED" >binary.atl
atled binary.atl
exits 3
printf 'x = 1\000 + 2\n' >zero.atl
atled zero.atl
exits 3

it 'data comes from standard input where the statements do not'
input '1,2
3,4
'
atled -e 'X = read("-")'
exits 0; says_nothing; prints 'X = [1, 2; 3, 4]'
input 'read "-"
1
'
atled
exits 2; says 'standard input is where the statements come from'

it 'save writes all of a file or leaves it as it was'
rm -rf out.d && mkdir out.d
echo before >out.d/w.csv
chmod 640 out.d/w.csv
atled -q -e 'save [1, 2; 3, 0.1], "out.d/w.csv"; write [1/3], "out.d/w.tsv"'
exits 0; says_nothing
test "$(cat out.d/w.csv)" = "1,2
3,0.1" || fail 'expected the table'
test "$(ls -l out.d/w.csv | cut -c1-10)" = -rw-r----- || fail 'expected the permissions there were'
ln -s w.csv out.d/link.csv
atled -x -q -e 'save [1/3], "out.d/link.csv"'
exits 0
test -h out.d/link.csv && test "$(cat out.d/w.csv)" = 1/3 || fail 'expected a link to 1/3'
atled -e 'save [0.5], "out.d/w.png"'
exits 2; says '0.5 is no level of a picture'
atled -e 'save [1], "out.d/none/w.csv"'
exits 2; says 'cannot write "out.d/none/w.csv"'
test "$(ls out.d | tr '\n' ' ')" = 'link.csv w.csv w.tsv ' || fail 'expected no other file'

it 'plot draws files with gnuplot, the same bytes each time'
if command -v gnuplot >/dev/null; then
	for name in a.svg b.svg a.png b.png; do
		rm -f $name
		atled -e 'x = -2:2;' -e "plot x.^2, sin(x) to \"$name\""
		exits 0; says_nothing; prints ''
	done
	cmp -s a.svg b.svg && cmp -s a.png b.png || fail 'expected the same bytes'
	grep -q '</svg>' a.svg && grep -q 'sin(x)' a.svg || fail 'expected an SVG with a legend'
	atled -e 'plot image [1, 2; 3, 4] to "c.png"; check size(read("c.png"), 3) == 800'
	exits 0
	atled -e 'plot log(-[1, 2]) to "d.svg"'
	exits 4; says 'there is no number to draw'
	test ! -e d.svg || fail 'expected no file'
else
	skip 'there is no gnuplot'
fi

it 'without gnuplot the error says what is missing'
(PATH=/nowhere; "$ATLED" -e 'plot 1:3 to "e.svg"') >out 2>err
code=$?
exits 2; says 'gnuplot, and that cannot be run: it is not installed'; says 'plot draws in the terminal'

# ---- exit codes -------------------------------------------------------------

it 'a script ends at its first error'
input 'a = 1
nosuchname
a = 2
'
atled
exits 3; prints 'a = 1'; says 'nosuchname'
atled -e 'a = 1' -e 'nosuchname' -e 'a = 2'
exits 3; prints 'a = 1'

it 'what stands before an error on its line has been run'
atled -e 'a = 1; b = 2' -e 'c = 3
d = nosuchname; e = 5'
exits 3
prints 'b = 2
c = 3'

it 'syntax, names and shapes are exit 3'
for text in '1 +* 2' 'nosuchname' '[1, 2] * [1, 2]' 'sin(1, 2, 3)'; do
	atled -e "$text"
	exits 3; prints ''; says 'error: '
done

it 'what has no value is exit 4'
for text in 'log(-1)' '1/0' 'sqrt(-1)'; do
	atled -e "$text"
	exits 4; prints ''; says 'error: '
done
atled -x -e '1/0'
exits 4; prints ''; says 'error: '

it 'a check that says no is exit 1, and all checks are run and counted'
atled -e 'check 1 == 1
check 1 == 2
check 2 == 2'
exits 1; says_nothing
grep -q '3 checks: 2 yes, 1 no' out || fail 'expected the summary'
test "$(wc -l <out)" -eq 4 || fail 'expected three verdicts and the summary'
atled -e 'check 1 == 2' -e 'check 1 == 1'
exits 1
grep -q '2 checks: 1 yes, 1 no' out || fail 'expected the summary'
echo 'check 1 == 2' >a.atl
echo 'check 3 == 3' >b.atl
atled a.atl b.atl
exits 1
grep -q '2 checks: 1 yes, 1 no' out || fail 'expected the summary'
atled -e 'check 1 == 1'
exits 0
grep -q '1 check: 1 yes' out || fail 'expected the summary'

it 'quiet has no summary and no notes'
atled -q -e 'check 1 == 1; x = 1; y = x; x = 2;'
exits 0; says_nothing
grep -q 'check: ' out && fail 'expected no summary'

it 'an error after a check that said no has its own exit code'
atled -e 'check 1 == 2' -e 'nosuchname'
exits 3
atled -e 'check 1 == 2' -e 'log(-1)'
exits 4

it 'quit ends all that was asked for'
atled -e '1; 2
quit
3' -e 4 a.atl
exits 0; prints 2
atled -e 'check 1 == 2; quit'
exits 1

# interrupt ARGUMENT...: atled gets a SIGINT as soon as it said something on
# standard error.  (In a pipeline, since a command with & would ignore it.)
interrupt() {
	command="atled $*"
	rm -f code
	{
		# shellcheck disable=SC2016
		sh -c 'echo $$ >pid; exec "$ATLED" "$@"' sh "$@" 2>&1 >out <in
		echo $? >code
	} | {
		IFS= read -r line
		echo "$line"
		sleep 0.2
		kill -INT "$(cat pid)"
		(
			sleep 20
			kill -KILL "$(cat pid)"
		) >/dev/null 2>&1 &
		watch=$!
		cat
		kill $watch
	} >err 2>/dev/null
	code=$(cat code)
}

it 'an interrupted script is exit 130 and keeps what it printed'
cat >endless.atl <<'SCRIPT'
x = 1
y = x;
x = 2;
while 1 { }
SCRIPT
interrupt endless.atl
exits 130; prints 'x = 1'; says interrupted
interrupt -e 'x = 1;' -e 'y = x; x = 2; repeat 1000000000 { x <- x + 1 }'
exits 130; prints ''; says interrupted

it 'a loop that is interrupted says in which turn'
interrupt -e 'x = 1;' -e 'y = x; x = 2;' -e 'while 1 { x <- x + 1; }'
exits 130; says 'in turn '; says ' of while (line 3)'; says ' before it stay'

it 'the checks are counted after an error too'
atled -e 'check 1 == 2' -e '1/0'
exits 4; prints 'no: 1 == 2: is 1, claimed 2 (off by 1)
1 check: 1 no'

it 'a text steers no terminal and is UTF-8'
printf 'show "a\377\033[1m\tb"' >steer
input "$(cat steer)"
atled
exits 0; prints "$(printf 'a\357\277\275\357\277\275[1m\tb')"
atled -f json
exits 0; prints '{"show":["a\ufffd\u001b[1m\tb"]}'

it 'a SIGINT that was ignored from the start stays ignored'
(
	trap '' INT
	"$ATLED" -e 'show "begun"' >out 2>err
	# shellcheck disable=SC2016
	sh -c 'kill -INT $$; exec "$ATLED" -e "1 + 1"' >out 2>err
)
code=$? command='atled -e "1 + 1", with SIGINT ignored'
exits 0; prints 2

# ---- streams ----------------------------------------------------------------

it 'results go to standard output, errors and notes to standard error'
atled -e 'x = 1' -e 'y = x' -e 'x = 2' -e 'nosuchname'
exits 3
prints 'x = 1
y = 1
x = 2'
says 'note: '
says 'error: '

it 'the two streams keep their order in one file'
"$ATLED" -e '1' -e 'x = 1; y = x; x = 2' -e '3' >both 2>&1
command='atled ... >both 2>&1' code=$?
cp both out
: >err
exits 0
test "$(cut -c 1-4 both | tr '\n' ,)" = '1,note,x = ,3,' || fail 'expected 1, the note, x, 3'

it 'a full disk is exit 2 and is said once'
if test -c /dev/full; then
	command='atled -e "1 + 1" >/dev/full'
	"$ATLED" -e '1 + 1' >/dev/full 2>err
	code=$?
	: >out
	exits 2; says 'cannot write'
	test "$(wc -l <err)" -eq 1 || fail 'expected one line'
	command='atled -e "repeat 100000 { 1 }" >/dev/full'
	"$ATLED" -e 'repeat 100000 { 1 }' >/dev/full 2>err
	code=$?
	exits 2
	test "$(wc -l <err)" -eq 1 || fail 'expected one line'
	command='atled --help >/dev/full'
	"$ATLED" --help >/dev/full 2>err
	code=$?
	exits 2; says 'cannot write'
else
	skip 'there is no /dev/full'
fi

it 'a standard output that is closed is exit 2'
command='atled -e 1 >&-'
"$ATLED" -e 1 >&- 2>err
code=$?
: >out
exits 2; says 'cannot write'

it 'a reader that has enough ends the program quietly'
command='atled -e "while 1 { 1 }" | head -n 1'
{
	"$ATLED" -e 'while 1 { 1 }' 2>err
	echo $? >code
} | head -n 1 >out
code=$(cat code)
prints 1; says_nothing
test "$code" -ne 0 && test "$code" -ne 130 || fail 'expected the code of a write that failed'

it 'a pipe is run as it flows'
command='atled in a pipe'
: >out
{
	echo '1 + 1'
	tries=0
	until test -s out || test $tries -ge 100; do
		sleep 0.1
		tries=$((tries + 1))
	done
	cp out early
	echo '2 + 2'
} | "$ATLED" >out 2>err
code=$?
exits 0
prints '2
4'
test "$(cat early)" = 2 || fail 'expected 2 before the input ended'

# ---- formats ----------------------------------------------------------------

it 'with -f json every line is one value of JSON'
cat >all.atl <<'SCRIPT'
x = [1, 2; 3, 4]
x * x
trace sum(x^2)
show "x", x
check x == x
check 1 == 2
list
help sigmoid
help mse
set
set digits 3
1/3
a = 1; b = a; a = 2
grad(sum(x .* x), x)
linspace(0, 1, 2000)
SCRIPT
if command -v python3 >/dev/null; then
	for number in float64 exact mpfr:100; do
		atled -f json -n $number all.atl -e 'set nan keep' -e '0/0' -e nosuchname
		exits 3
		for stream in out err; do
			python3 -c '
import json, sys
for line in sys.stdin:
    json.loads(line, parse_constant=lambda word: sys.exit(word + " is no JSON: " + line))
' <$stream 2>python || fail "no JSON on $stream: $(tail -n 1 python)"
		done
	done
	atled -x -f json -e '1/3'
	exits 0
	grep -q '"1/3"' out || fail 'expected the string "1/3"'
else
	skip 'there is no python3 to read JSON with'
fi

it 'every stage can be dumped'
for stage in tokens ast graph adjoint; do
	atled --dump=$stage -e 'x = 3' -e 'grad(x^2, x)'
	exits 0; says_nothing
	test -s out || fail 'expected something'
	atled --dump=$stage -e 'x = [1,'
	test $code -eq 3 || test $stage = tokens || fail 'expected exit 3'
done
atled --dump=plan -e 'x = [1, 2]; W = [1, 2; 3, 4]; y = sum((W*x).^2);' -e 'repeat 2 { x <- x - 0.1*grad(y, x) }'
exits 0; prints 'plan: 5 steps, 32 bytes of arena
input %2: 2 times 16 bytes
t3 = product(%4, %2) 2×1 -> arena 0, 16 bytes
t6 = mul(2, t3) 2×1 -> arena 16, 16 bytes
t8 = product(%15, t6) 2×1 -> arena 0, 16 bytes
t9 = mul(0.1, t8) 2×1 -> arena 16, 16 bytes
t10 = sub(%2, t9) 2×1 -> %2, next, 16 bytes'
atled --dump=tokens -e 'x_1 <- 2'
grep -q 'x_1' out || fail 'expected the name'
atled --dump=ast -e 'nosuchname + 1'
exits 0
grep -q 'nosuchname' out || fail 'expected the name, and nothing run'

# ---- what is left alone -----------------------------------------------------

it 'the rc file is for the prompt alone'
mkdir -p "$XDG_CONFIG_HOME/atled"
echo 'set digits 2' >"$XDG_CONFIG_HOME/atled/rc"
input '1/3
'
atled
exits 0; prints 0.333333
atled -e '1/3'
exits 0; prints 0.333333
rm -r "$XDG_CONFIG_HOME/atled"

it 'without a terminal -i reads standard input and shows no prompt'
input 'x + 1
'
atled -i -e 'x = 1'
exits 0; says_nothing
prints 'x = 1
2'

it 'without a terminal nothing is written at home'
command='find $HOME' code=0
find "$HOME" -mindepth 1 >out
: >err
prints ''

it 'to start reads no locale and no prelude'
if command -v strace >/dev/null; then
	command='strace atled -e 1+2'
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 LC_ALL='' LANG=de_DE.UTF-8 \
		strace -f -e trace=open,openat -o trace "$ATLED" -e 1+2 >out 2>err
	code=$?
	if grep -q 'openat\{0,1\}(' trace; then
		exits 0; prints 3
		grep -v '[.]gcda' trace | grep -e locale -e gconv -e prelude >opened && fail "it opened $(head -n 1 opened)"
	else
		skip 'strace may not trace here'
	fi
else
	skip 'there is no strace'
fi

it 'the prelude is read when it is needed'
atled -e 'mse([1, 2], [1, 3])'
exits 0; prints 0.5
ATLED_PRELUDE=$scratch/nowhere atled -e '1 + 2'
exits 0; prints 3
ATLED_PRELUDE=$scratch/nowhere atled -e 'mse([1, 2], [1, 3])'
test $code -ne 0 || fail 'expected an error'
says "$scratch/nowhere"

it 'the surroundings say how many threads there are, or what is wrong'
ATLED_THREADS=3 atled -e 'set'
exits 0; grep -qx 'set threads 3' out || fail 'expected three threads'
ATLED_THREADS= atled -e 'set'
exits 0; grep -qx 'set threads auto' out || fail 'expected as many threads as processors'
ATLED_THREADS=many atled -e '1'
exits 2; says '"many" is no value of the setting "threads"'

echo "$tests sentences, $failed failed, $skipped skipped"
test $failed -eq 0
