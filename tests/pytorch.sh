#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pytorch.sh [CASE...]: layers, cells, losses and optimisers against PyTorch.
#
# Values and gradients in float64 agree to 1e-12 (pytorch.py has the cases).
# Without PyTorch nothing is compared, and the test is skipped.
set -u
. "${top_srcdir:-$(dirname "$0")/..}/tests/tools/env.sh"
need_atled

command -v python3 >/dev/null || { echo "there is no python3, and nothing is compared"; exit 77; }
python3 "$top_srcdir/tests/pytorch.py" "$ATLED" "$scratch" "$@"
