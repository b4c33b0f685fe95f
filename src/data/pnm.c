/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pnm.c: PGM and PPM pictures, as text (P2, P3) and as bytes (P5, P6).
 *
 *     P6 # comments anywhere in the header \n width height maximum \n r g b r g b ... */
#include <string.h>

#include "base/mem.h"
#include "data/format.h"

typedef struct pnm {
	const atl_input *in;
	size_t at; /* how far it was read */
	size_t width, height, channels;
	unsigned most; /* the highest level */
} pnm;

static bool is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool skip_space(pnm *f)
{
	const atl_input *in = f->in;
	size_t from = f->at;
	while (f->at < in->n && (is_space(in->p[f->at]) || in->p[f->at] == '#')) {
		if (in->p[f->at] == '#')
			while (f->at + 1 < in->n && in->p[f->at + 1] != '\n')
				f->at++;
		f->at++;
	}
	return f->at > from;
}

/* The next number, which white space comes before. */
static bool number(pnm *f, size_t most, size_t *v, const char *what)
{
	const atl_input *in = f->in;
	bool apart = skip_space(f), any = false;
	*v = 0;
	for (; apart && f->at < in->n && in->p[f->at] >= '0' && in->p[f->at] <= '9'; f->at++) {
		*v = *v * 10 + (size_t)(in->p[f->at] - '0');
		any = true;
		if (*v > most) {
			atl_input_bad(in, "byte %zu: the %s is past the limit of %zu", f->at, what, most);
			return false;
		}
	}
	if (!any)
		atl_input_bad(in, "byte %zu: the %s is missing", f->at, what);
	return any;
}

static bool read_head(pnm *f)
{
	size_t most;
	f->at = 2;
	f->channels = f->in->p[1] == '3' || f->in->p[1] == '6' ? 3 : 1;
	if (!number(f, 1 << 24, &f->width, "width") || !number(f, 1 << 24, &f->height, "height") ||
	    !number(f, 65535, &most, "highest level"))
		return false;
	f->most = (unsigned)most;
	if (f->width && f->height && most)
		return true;
	atl_input_bad(f->in, "a size or the highest level is 0");
	return false;
}

/* Level k of the file, in its order: pixel by pixel. */
static bool put(pnm *f, atl_array *a, size_t k, size_t level)
{
	size_t pixels = f->width * f->height;
	if (level > f->most) {
		atl_input_bad(f->in, "byte %zu: level %zu is past the highest, %u", f->at, level, f->most);
		return false;
	}
	unsigned char bytes[4] = { 0, 0, (unsigned char)(level >> 8), (unsigned char)level };
	return atl_input_raw(f->in, a, k % f->channels * pixels + k / f->channels, bytes,
	                     (atl_raw_type){ ATL_RAW_UNSIGNED, 4, true });
}

static bool read_text(pnm *f, atl_array *a)
{
	for (size_t k = 0; k < a->n; k++) {
		size_t level;
		if (!number(f, 65535, &level, "next level") || !put(f, a, k, level))
			return false;
	}
	skip_space(f);
	return true;
}

static bool read_bytes(pnm *f, atl_array *a)
{
	unsigned size = f->most > 255 ? 2 : 1;
	for (size_t k = 0; k < a->n; k++, f->at += size)
		if (!put(f, a, k, (size_t)atl_big(f->in->p + f->at, size)))
			return false;
	return true;
}

/* Bytes that each level takes at least are there. */
static bool check_length(pnm *f, bool text)
{
	size_t n = f->width * f->height * f->channels, size = !text && f->most <= 255 ? 1 : 2;
	size_t left = f->in->n - f->at;
	if (!text && (left == 0 || !is_space(f->in->p[f->at]))) {
		atl_input_bad(f->in, "byte %zu: it ends within its header", f->at);
		return false;
	}
	f->at += !text;
	left -= !text;
	if (n * size <= left)
		return true;
	atl_input_bad(f->in, "it ends at byte %zu, and its sizes need %zu or more", f->in->n,
	              f->at + n * size);
	return false;
}

bool atl_pnm_probe(const atl_input *in)
{
	return in->n > 2 && in->p[0] == 'P' && strchr("2356", in->p[1]) && in->p[1] &&
	       (is_space(in->p[2]) || in->p[2] == '#');
}

atl_array *atl_pnm_read(const atl_input *in)
{
	pnm f = { .in = in };
	bool text = in->p[1] < '5';
	if (!read_head(&f) || !check_length(&f, text))
		return NULL;
	int64_t dim[] = { (int64_t)f.channels, (int64_t)f.height, (int64_t)f.width };
	atl_array *a = atl_input_array(in, dim + (f.channels == 1), f.channels == 1 ? 2 : 3);
	bool fine = a && (text ? read_text(&f, a) : read_bytes(&f, a));
	if (fine && f.at != in->n) {
		atl_input_bad(in, "byte %zu: there is more behind the picture", f.at);
		fine = false;
	}
	if (fine)
		return a;
	atl_array_unref(a);
	return NULL;
}

/* ---- out ---- */

static atl_status write_as(const atl_output *out, const char *kind, char magic, size_t channels)
{
	atl_picture p;
	if (atl_output_one(out, "a picture"))
		return ATL_ERROR;
	if (atl_output_picture(out, &p))
		return ATL_ERROR;
	atl_status status = ATL_OK;
	if (p.channels != channels)
		status = atl_output_bad(out, "a %s picture has %zu channel%s, and this has %zu", kind,
		                        channels, channels > 1 ? "s" : "", p.channels);
	else
		atl_buf_addf(out->bytes, "P%c\n%zu %zu\n%d\n", magic, p.width, p.height,
		             p.bytes == 1 ? 255 : 65535);
	size_t pixels = p.width * p.height;
	for (size_t k = 0; !status && k < pixels * channels; k++)
		atl_put_big(out->bytes, p.level[k % channels * pixels + k / channels], p.bytes);
	atl_free(p.level);
	return status;
}

atl_status atl_pgm_write(const atl_output *out)
{
	return write_as(out, "PGM", '5', 1);
}

atl_status atl_ppm_write(const atl_output *out)
{
	return write_as(out, "PPM", '6', 3);
}
