/* SPDX-License-Identifier: GPL-3.0-or-later */
/* splitmix.h: SplitMix64 (Steele, Lea, Flood 2014), the generator behind every
 * draw: the same numbers on every machine. */
#ifndef ATL_BASE_SPLITMIX_H
#define ATL_BASE_SPLITMIX_H

#include <stdint.h>

/* Moves the state on; 64 random bits. */
static inline uint64_t atl_splitmix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

#endif
