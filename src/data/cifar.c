/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cifar.c: CIFAR-10's binary files: for each picture its label, 0 to 9, and
 * 3 × 32 × 32 levels.  It has no magic: its length and its labels tell. */
#include <string.h>

#include "data/format.h"

enum { CHANNELS = 3, SIDE = 32, LEVELS = CHANNELS * SIDE * SIDE, RECORD = 1 + LEVELS };

bool atl_cifar_probe(const atl_input *in)
{
	if (in->n == 0 || in->n % RECORD != 0)
		return false;
	for (size_t at = 0; at < in->n; at += RECORD)
		if (in->p[at] > 9)
			return false;
	return true;
}

static atl_array *read_part(const atl_input *in, bool labels)
{
	const atl_raw_type type = { ATL_RAW_UNSIGNED, 1, false };
	size_t n = in->n / RECORD, size = labels ? 1 : LEVELS;
	int64_t dim[] = { (int64_t)n, CHANNELS, SIDE, SIDE };
	atl_array *a = atl_input_array(in, dim, labels ? 1 : 4);
	for (size_t i = 0; a && i < n; i++)
		if (!atl_input_raws(in, a, i * size, in->p + i * RECORD + !labels, size, type)) {
			atl_array_unref(a);
			a = NULL;
		}
	return a;
}

static const char *part_name(const void *data, size_t i)
{
	(void)data;
	return i == 0 ? "images" : i == 1 ? "labels" : NULL;
}

atl_array *atl_cifar_read(const atl_input *in)
{
	if (in->part && !strcmp(in->part, "labels"))
		return read_part(in, true);
	if (in->part && strcmp(in->part, "images") != 0)
		return atl_input_choose(in, "part", part_name, NULL);
	if (!in->part && in->note)
		atl_buf_addf(in->note, "CIFAR-10 images; read(\"%s\", \"labels\") has their labels", in->name);
	return read_part(in, false);
}
