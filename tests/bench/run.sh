#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh: atled beside C written by hand and beside its peers, in one run.
#
#     run.sh [ROW]      all rows, or those that the pattern ROW fits
#     run.sh --check    only whether C computes what atled does (make check)
#     run.sh --list     the names of the rows
#
# Standard output is a table in Markdown; progress goes to standard error.
# What is not installed has a row that says so.  Exit 1: some side failed or
# computed another result.
#
#     ATLED              the program (build/atled)
#     THREADS            for atled and C: ATLED_THREADS, OMP_NUM_THREADS, ...
#     BENCH_CLOCK=cpu    the processor's time, not the clock's; with THREADS=1
#     BENCH_SECONDS      about how long the rounds of a row may take (4)
#     CC                 compiles the C
#     BENCH_DIR          where that and generated scripts stand (bench.d)
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${ATLED=$here/../../build/atled}" "${CC=cc}" "${BENCH_SECONDS=4}"
work=${BENCH_DIR-$(dirname "$ATLED")/bench.d}
mode=run
pattern='*'
case ${1-} in
--check | --list) mode=${1#--} ;;
?*) pattern=$1 ;;
esac
mkdir -p "$work" || exit 99
: >"$work/stderr.log"
if test -n "${THREADS-}"; then
	ATLED_THREADS=$THREADS OMP_NUM_THREADS=$THREADS OPENBLAS_NUM_THREADS=$THREADS
	export ATLED_THREADS OMP_NUM_THREADS OPENBLAS_NUM_THREADS
fi
status=0

have() { command -v "$1" >/dev/null 2>&1; }

# ---- the C ------------------------------------------------------------------

flags='-std=gnu11 -O3 -march=native -ffp-contract=off'
test $mode = check && flags='-std=gnu11 -O1 -ffp-contract=off'
$CC -march=native -E -x c /dev/null >/dev/null 2>&1 || flags='-std=gnu11 -O3 -ffp-contract=off'

# compiled NAME LIBRARIES...: builds $work/NAME with the first of LIBRARIES that
# links; without any, NAME is not there and its rows say so.
compiled() {
	name=$1
	shift
	program=$work/$name
	stamp="$CC $flags"
	if test -x "$program" && test "$(cat "$program.flags" 2>/dev/null)" = "$stamp" &&
		test -z "$(find "$here" -name '*.[ch]' -newer "$program")"; then
		return
	fi
	rm -f "$program"
	for libraries in "$@"; do
		if $CC $flags -o "$program" "$here/$name.c" $libraries -lm 2>>"$work/stderr.log"; then
			echo "$stamp" >"$program.flags"
			return
		fi
	done
	echo "bench: $name.c is not to be built here ($work/stderr.log)" >&2
	return 1
}

# ---- rows -------------------------------------------------------------------

# row NAME OPTION...: begins a row, for pairs with these options; false if it is not asked for.
row() {
	row=$1
	shift
	if test $mode = list; then
		echo "$row"
		return 1
	fi
	case $row in
	$pattern) ;;
	*) return 1 ;;
	esac
	options=$*
	missing=
	: >"$work/sides"
}

# side NAME WANTED COMMAND: another one of the row; the first is atled.
side() {
	first=${3%% *}
	if test "$first" != no && have "$first"; then
		printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$work/sides"
	else
		missing="$missing
| $row | $1 | $2 | **not installed** |  |  |  |  |"
	fi
}

# Runs the row.
go() {
	echo "bench: $row" >&2
	case " $options " in
	*' -b '*) ;;
	*) options="-b $BENCH_SECONDS $options" ;;
	esac
	test $mode != check || options="$options -c"
	test "${BENCH_CLOCK-}" != cpu || options="$options -C"
	"$work/pairs" $options "$row" <"$work/sides" || status=1
	test -z "$missing" || echo "$missing" | sed 1d
}

# with_system FILE SYSTEM: the script FILE.atl, in that system; its name.
with_system() {
	to=$work/$1-$(echo "$2" | tr ' ' -).atl
	sed "s/SYSTEM/$2/" "$here/$1.atl" >"$to"
	echo "$to"
}

# ---- what it runs on --------------------------------------------------------

version() { { have "$1" && "$@" 2>&1 | sed -n '/[0-9]/{p;q;}'; } || echo "$1 is not installed"; }

module() {
	python3 -c "import $1; print('$1', $1.__version__)" 2>/dev/null || echo "$1 is not installed for python3"
}

linked() {
	test ! -x "$work/$1" || ldd "$work/$1" 2>/dev/null | awk -v want="$2" '$1 ~ want { print $3 }' |
		while read -r library; do basename "$(readlink -f "$library")"; done | tr '\n' ' '
}

about() {
	echo "- machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)," \
		"$(nproc --all 2>/dev/null || echo '?') cores, $(uname -srm)," \
		"load $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null)"
	echo "- time: ${BENCH_CLOCK:-wall} clock; threads: ${THREADS:-as shipped} (PyTorch: the best of as shipped, 1 and 2)"
	echo "- $(version "$ATLED" --version)"
	echo "- C: $(version $CC --version), $flags"
	echo "- libraries: $(ldd --version 2>&1 | sed -n 1p); $(linked sgd blas)$(linked exact 'flint|gmp')$(linked numbers mpfr)"
	echo "- peers: $(version bc --version); calc: $(version calc -v); gp $(version gp --version-short);" \
		"$(version octave-cli --version); $torch_version; $numpy_version"
}

# ---- all of it --------------------------------------------------------------

compiled pairs '' || exit 99
test -x "$work/pairs" || exit 99
torch=no numpy=no torch_version= numpy_version=
if test $mode = run; then
	torch_version=$(module torch)
	numpy_version=$(module numpy)
	case $torch_version in *' is not '*) ;; *) torch="python3 $here/torch_rows.py" ;; esac
	case $numpy_version in *' is not '*) ;; *) numpy="python3 $here/numpy_rows.py" ;; esac
fi

. "$here/rows.sh"

if test $mode = run; then
	compile_all
	echo '# What atled costs, beside C and its peers'
	echo
	echo 'Written by `make bench`, which HACKING.md explains: `time ×` is atled'"'"'s time as a multiple'
	echo 'of the other'"'"'s (less is better), `speed ×` how many times as fast atled is (more is better).'
	echo
	about
	echo
	echo '| row | beside | wanted | ratio: median (least..most, rounds) | as wanted | atled | the other | peak MiB |'
	echo '|---|---|---|---|---|---|---|---|'
	all_rows
	echo
	echo "Load at the end: $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null)"
elif test $mode = check; then
	check_rows
else
	all_rows
fi
exit $status
