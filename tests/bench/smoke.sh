#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# smoke.sh: the C of make bench computes what atled does, in a few steps.
#
# A library that is not there leaves its rows out.
set -u
. "${top_srcdir:-$(dirname "$0")/../..}/tests/tools/env.sh"
need_atled
export ATLED
BENCH_DIR=$scratch sh "$top_srcdir/tests/bench/run.sh" --check
