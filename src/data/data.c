/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.c: the table of formats, and what is common to all. */
#include "data/data.h"

#include <inttypes.h>
#include <string.h>

#include "data/format.h"
#include "data/zlib.h"

/* In the order in which they are tried: those that their first bytes tell come first. */
static const atl_data_format formats[] = {
	{ "NumPy", ".npy", atl_npy_probe, atl_npy_read, atl_npy_write },
	{ "NumPy archive", ".npz", atl_npz_probe, atl_npz_read, atl_npz_write },
	{ "PNG", ".png", atl_png_probe, atl_png_read, atl_png_write },
	{ "PGM", ".pgm", atl_pnm_probe, atl_pnm_read, atl_pgm_write },
	{ "PPM", ".ppm", atl_pnm_probe, atl_pnm_read, atl_ppm_write },
	{ "IDX", NULL, atl_idx_probe, atl_idx_read, NULL },
	{ "CIFAR-10", NULL, atl_cifar_probe, atl_cifar_read, NULL },
	{ "JSON", ".json", atl_json_probe, atl_json_read, atl_json_write },
	{ "CSV", ".csv .tsv", atl_csv_probe, atl_csv_read, atl_csv_write },
};
enum { N_FORMATS = sizeof formats / sizeof *formats };

/* ---- in ---- */

/* Entries of no value are numbers that are missing. */
static bool is_whole(const atl_input *in, const atl_array *a)
{
	size_t i = atl_array_no_value(a);
	if (in->num->ieee || i == a->n)
		return true;
	atl_buf where = { 0 };
	size_t rest = i, block = a->n;
	for (int k = 0; k < a->shape.rank; k++) {
		block /= (size_t)a->shape.dim[k];
		atl_buf_addf(&where, "%s%zu", k ? ", " : "", rest / block + 1);
		rest %= block;
	}
	atl_input_bad(in, "entry (%s) is nan", atl_buf_text(&where));
	atl_diag_note(in->diag, "`set nan keep` reads it as no value");
	atl_buf_clear(&where);
	return false;
}

static atl_array *read_plain(const atl_input *in)
{
	for (size_t i = 0; i < N_FORMATS; i++) {
		if (!formats[i].probe(in))
			continue;
		atl_array *a = formats[i].read(in);
		if (a && !is_whole(in, a)) {
			atl_array_unref(a);
			a = NULL;
		}
		return a;
	}
	return atl_input_bad(in, in->n ? "this is no format that atled reads" : "the file is empty");
}

atl_array *atl_data_read(const atl_input *in)
{
	if (!atl_input_begins(in, "\x1f\x8b", 2))
		return read_plain(in);
	atl_buf bytes = { 0 };
	atl_array *a = NULL;
	if (!atl_unpack(in, ATL_WRAP_GZIP, in->p, in->n, atl_input_most(in), &bytes)) {
		atl_input inner = *in;
		inner.p = (const unsigned char *)atl_buf_text(&bytes);
		inner.n = bytes.len;
		a = read_plain(&inner);
	}
	atl_buf_clear(&bytes);
	return a;
}

/* ---- out ---- */

static bool has_ending(const char *endings, const char *name)
{
	char ending[8];
	while (endings && *endings) {
		size_t len = strcspn(endings, " ");
		if (len < sizeof ending) {
			memcpy(ending, endings, len);
			ending[len] = '\0';
			if (atl_name_ends(name, ending))
				return true;
		}
		endings += len + (endings[len] == ' ');
	}
	return false;
}

static atl_status no_format(const atl_output *out)
{
	atl_buf endings = { 0 };
	for (size_t i = 0; i < N_FORMATS; i++)
		if (formats[i].endings)
			atl_buf_addf(&endings, "%s%s", endings.len ? " " : "", formats[i].endings);
	atl_output_bad(out, "the name's ending is that of no format");
	atl_diag_note(out->diag, "there are %s", atl_buf_text(&endings));
	atl_buf_clear(&endings);
	return ATL_ERROR;
}

atl_status atl_data_write(const atl_output *out)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (has_ending(formats[i].endings, out->name)) {
			atl_status status = formats[i].write(out);
			return !status && out->bytes->failed ? atl_diag_nomem(out->diag) : status;
		}
	return no_format(out);
}
