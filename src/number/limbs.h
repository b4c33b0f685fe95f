/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limbs.h: the memory of GMP's numbers.
 *
 * A matrix of rationals is thousands of numbers of a word or two, each a block
 * of its own: with malloc, making and freeing them takes longer than computing
 * them.  Blocks of few limbs come from slabs and go back to lists, one for each
 * size and thread; slabs are kept until the end.  Larger ones are malloc's. */
#ifndef ATL_NUMBER_LIMBS_H
#define ATL_NUMBER_LIMBS_H

#include <stdbool.h>

/* To be called once, before the first number is made.  From then on GMP, MPFR
 * and FLINT have their limbs here.  They cannot go on without memory:
 * `no_memory` is called, and must not return.  With an address sanitizer, which
 * would not see into the slabs, nothing is done, and false is returned. */
bool atl_limbs_open(void (*no_memory)(void));

#endif
