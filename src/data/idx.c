/* SPDX-License-Identifier: GPL-3.0-or-later */
/* idx.c: images and labels as MNIST has them:
 *
 *     0 0 type rank | size, 4 bytes, the highest first, ... | entries */
#include "data/format.h"

static bool type_of(unsigned char code, atl_raw_type *type)
{
	static const struct {
		unsigned char code;
		atl_raw_type type;
	} types[] = {
		{ 0x08, { ATL_RAW_UNSIGNED, 1, true } }, { 0x09, { ATL_RAW_SIGNED, 1, true } },
		{ 0x0b, { ATL_RAW_SIGNED, 2, true } },   { 0x0c, { ATL_RAW_SIGNED, 4, true } },
		{ 0x0d, { ATL_RAW_FLOAT, 4, true } },    { 0x0e, { ATL_RAW_FLOAT, 8, true } },
	};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].code == code) {
			*type = types[i].type;
			return true;
		}
	return false;
}

bool atl_idx_probe(const atl_input *in)
{
	atl_raw_type type;
	return in->n >= 4 && in->p[0] == 0 && in->p[1] == 0 && type_of(in->p[2], &type) && in->p[3] > 0;
}

atl_array *atl_idx_read(const atl_input *in)
{
	atl_raw_type type = { 0 };
	int64_t dim[ATL_MAX_RANK];
	int rank = in->p[3];
	size_t begin = 4 + 4 * (size_t)rank, n;
	(void)type_of(in->p[2], &type); /* the probe has seen it */
	if (rank > ATL_MAX_RANK)
		return atl_input_bad(in, "%d dimensions are more than the %d there can be", rank,
		                     ATL_MAX_RANK);
	if (in->n < begin)
		return atl_input_bad(in, "it ends within its header");
	for (int k = 0; k < rank; k++)
		dim[k] = (int64_t)atl_big(in->p + 4 + 4 * k, 4);
	if (!atl_input_count(in, dim, rank, &n))
		return NULL;
	if (in->n - begin != n * type.size)
		return atl_input_bad(in, "it has %zu bytes, and its sizes need %zu", in->n,
		                     begin + n * type.size);
	atl_array *a = atl_input_array(in, dim, rank);
	if (a && !atl_input_raws(in, a, 0, in->p + begin, n, type)) {
		atl_array_unref(a);
		a = NULL;
	}
	return a;
}
