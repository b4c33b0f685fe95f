# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# env.sh: what the test scripts begin with (`. tests/tools/env.sh`).
#
# Gives $top_srcdir, $top_builddir and $ATLED as absolute paths (make sets
# them; by hand they are those of build/), a folder $scratch that is removed
# at the end, and surroundings in which nothing of the user's is seen.

: "${top_srcdir:=$(cd "$(dirname "$0")" && while ! test -f configure.ac; do cd ..; done && pwd)}"
: "${top_builddir:=$top_srcdir/build}"
: "${ATLED:=$top_builddir/atled}"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/atled-test.XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM

LC_ALL=C
HOME=$scratch/home
XDG_CONFIG_HOME=$HOME XDG_DATA_HOME=$HOME XDG_STATE_HOME=$HOME XDG_CACHE_HOME=$HOME
TERM=dumb
export LC_ALL HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME TERM
unset ATLED_THREADS NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LINES CDPATH
mkdir "$HOME" || exit 99

need_atled() {
	test -x "$ATLED" || { echo "$ATLED is not there: make it first" >&2; exit 99; }
}
