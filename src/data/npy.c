/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy.c: NumPy's files of one array: a magic, a version, a header that is the
 * text of a Python dict, and the entries.
 *
 *     \x93NUMPY 1 0 | length, 2 bytes (4 from version 2 on) |
 *     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), } \n | entries */
#include <inttypes.h>
#include <string.h>

#include "data/format.h"

enum { MOST_DIMENSIONS = 32 }; /* that NumPy writes */

typedef struct header {
	atl_raw_type type;
	bool fortran;            /* the first index runs fastest */
	int rank;
	int64_t dim[MOST_DIMENSIONS];
	const unsigned char *entries;
	size_t n;                /* bytes there */
} header;

/* ---- the header ---- */

/* Behind 'key':, or NULL. */
static const char *value_of(const char *text, const char *end, const char *key)
{
	size_t len = strlen(key);
	for (const char *p = text; p + len + 2 < end; p++) {
		if ((*p != '\'' && *p != '"') || memcmp(p + 1, key, len) != 0 || p[len + 1] != *p)
			continue;
		for (p += len + 2; p < end && *p == ' '; p++) {
		}
		if (p == end || *p != ':')
			return NULL;
		for (p++; p < end && *p == ' '; p++) {
		}
		return p;
	}
	return NULL;
}

static bool read_type(const atl_input *in, header *h, const char *p, const char *end)
{
	static const struct {
		const char *code;
		atl_raw_type type;
	} types[] = {
		{ "b1", { ATL_RAW_UNSIGNED, 1, false } }, { "u1", { ATL_RAW_UNSIGNED, 1, false } },
		{ "u2", { ATL_RAW_UNSIGNED, 2, false } }, { "u4", { ATL_RAW_UNSIGNED, 4, false } },
		{ "u8", { ATL_RAW_UNSIGNED, 8, false } }, { "i1", { ATL_RAW_SIGNED, 1, false } },
		{ "i2", { ATL_RAW_SIGNED, 2, false } },   { "i4", { ATL_RAW_SIGNED, 4, false } },
		{ "i8", { ATL_RAW_SIGNED, 8, false } },   { "f2", { ATL_RAW_FLOAT, 2, false } },
		{ "f4", { ATL_RAW_FLOAT, 4, false } },    { "f8", { ATL_RAW_FLOAT, 8, false } },
	};
	const char *close = p < end && (*p == '\'' || *p == '"')
	                            ? memchr(p + 1, *p, (size_t)(end - p - 1))
	                            : NULL;
	if (!close)
		return atl_input_bad(in, "its type is no single number");
	size_t len = (size_t)(close - ++p);
	bool order = len == 3 && memchr("<>|=", *p, 4);
	for (size_t i = 0; (order || len == 2) && i < sizeof types / sizeof *types; i++)
		if (!memcmp(p + order, types[i].code, 2)) {
			h->type = types[i].type;
			h->type.big = order && *p == '>';
			return true;
		}
	return atl_input_bad(in, "numbers of the type \"%.*s\" are not read", (int)(len < 40 ? len : 40),
	                     p);
}

/* (3, 2)  (3,)  () */
static bool read_shape(const atl_input *in, header *h, const char *p, const char *end)
{
	if (p == end || *p++ != '(')
		return atl_input_bad(in, "its header has no shape");
	for (;;) {
		int64_t v = 0;
		while (p < end && (*p == ' ' || *p == ','))
			p++;
		if (p < end && *p == ')')
			return true;
		if (p == end || *p < '0' || *p > '9' || h->rank == MOST_DIMENSIONS)
			return atl_input_bad(in, "its header has no shape that can be read");
		for (; p < end && *p >= '0' && *p <= '9'; p++)
			if (v > (INT64_MAX - 9) / 10)
				return atl_input_bad(in, "its header has a size past any limit");
			else
				v = v * 10 + (*p - '0');
		p += p < end && *p == 'L'; /* of Python 2 */
		h->dim[h->rank++] = v;
	}
}

static void *ends_within_header(const atl_input *in)
{
	return atl_input_bad(in, "it ends at byte %zu, within its header", in->n);
}

static bool read_header(const atl_input *in, header *h)
{
	unsigned version = in->n > 8 ? in->p[6] : 0, width = version == 1 ? 2 : 4;
	if (version < 1 || version > 3)
		return version ? atl_input_bad(in, "its version %u is not known", version) : ends_within_header(in);
	size_t begin = 8 + width;
	if (in->n < begin || atl_little(in->p + 8, width) > in->n - begin)
		return ends_within_header(in);
	size_t len = (size_t)atl_little(in->p + 8, width);
	const char *text = (const char *)in->p + begin, *end = text + len;
	const char *descr = value_of(text, end, "descr");
	const char *order = value_of(text, end, "fortran_order");
	const char *shape = value_of(text, end, "shape");
	if (!descr || !order || !shape)
		return atl_input_bad(in, "its header has no type, order and shape");
	h->fortran = order < end && *order == 'T';
	h->entries = in->p + begin + len;
	h->n = in->n - begin - len;
	return read_type(in, h, descr, end) && read_shape(in, h, shape, end);
}

/* ---- the entries ---- */

static bool check_length(const atl_input *in, const header *h)
{
	size_t n;
	if (!atl_input_count(in, h->dim, h->rank, &n))
		return false;
	if (n > h->n / h->type.size)
		return atl_input_bad(in, "it ends at byte %zu, and its shape needs %zu", in->n,
		                     in->n - h->n + n * h->type.size);
	if (n * h->type.size != h->n)
		return atl_input_bad(in, "%zu bytes stand behind the last entry",
		                     h->n - n * h->type.size);
	return true;
}

/* Entry i in row order stands where the file, in column order, has it. */
static bool read_columns(const atl_input *in, const header *h, atl_array *a)
{
	size_t index[ATL_MAX_RANK] = { 0 }, stride[ATL_MAX_RANK], at = 0, step = h->type.size;
	for (int k = 0; k < h->rank; k++) {
		stride[k] = step;
		step *= (size_t)h->dim[k];
	}
	for (size_t i = 0; i < a->n; i++) {
		if (!atl_input_raw(in, a, i, h->entries + at, h->type))
			return false;
		for (int k = h->rank; k-- > 0;) {
			at += stride[k];
			if (++index[k] < (size_t)h->dim[k])
				break;
			at -= index[k] * stride[k];
			index[k] = 0;
		}
	}
	return true;
}

bool atl_npy_probe(const atl_input *in)
{
	return atl_input_begins(in, "\x93NUMPY", 6);
}

atl_array *atl_npy_read(const atl_input *in)
{
	header h = { .rank = 0 };
	if (!read_header(in, &h) || !check_length(in, &h))
		return NULL;
	atl_array *a = atl_input_array(in, h.dim, h.rank);
	if (a && !(h.fortran && h.rank > 1 ? read_columns(in, &h, a)
	                                   : atl_input_raws(in, a, 0, h.entries, a->n, h.type))) {
		atl_array_unref(a);
		a = NULL;
	}
	return a;
}

/* ---- out ---- */

/* The type that holds the system's numbers, or float64. */
static const char *type_of(const atl_array *a)
{
	return a->sys == &atl_float32 ? "<f4" : a->sys == &atl_float16 ? "<f2" : "<f8";
}

static uint64_t bits_of(double v, unsigned size)
{
	uint64_t bits;
	float f = (float)v;
	uint32_t low;
	memcpy(&bits, &v, sizeof bits);
	memcpy(&low, &f, sizeof low);
	if (size == 8)
		return bits;
	if (size == 4)
		return low;
	/* float16: every such number is a float, its low 13 bits zero; a
	 * subnormal one is a multiple of 2^-24 */
	unsigned sign = low >> 31, exponent = low >> 23 & 255, fraction = low >> 13 & 1023;
	if (exponent == 255)
		return sign << 15 | 31u << 10 | (low & 0x7fffff ? 512 : 0);
	if (exponent >= 113)
		return sign << 15 | (exponent - 112) << 10 | fraction;
	return sign << 15 | (unsigned)((sign ? -v : v) * 16777216.0);
}

static bool is_double(const atl_array *a, size_t i)
{
	double v = a->sys->get_double(atl_array_at(a, i));
	bool same = false;
	if (a->sys->no_value(atl_array_at(a, i)) || a->sys->infinite(atl_array_at(a, i)))
		return true;
	mpq_t q, d;
	mpq_init(q);
	mpq_init(d);
	if (a->sys->get_rational(q, atl_array_at(a, i)) == ATL_FINE && v - v == 0) {
		mpq_set_d(d, v);
		same = mpq_equal(q, d) && !(a->sys->settled && !a->sys->settled(atl_array_at(a, i), -1));
	}
	mpq_clear(q);
	mpq_clear(d);
	return same;
}

/* Whether all numbers are doubles, as those of float64 and the small formats are. */
static bool fits(const atl_output *out, const atl_array *a)
{
	bool doubles = a->sys == &atl_float64 || a->sys->format || atl_num_format(out->num);
	for (size_t i = 0; !doubles && i < a->n; i++)
		if (!is_double(a, i))
			return false;
	return true;
}

void atl_npy_bytes(const atl_output *out, atl_buf *b, const atl_array *a)
{
	const char *type = type_of(a);
	unsigned size = (unsigned)(type[2] - '0');
	bool scalar = atl_shape_scalar(&a->shape);
	atl_buf head = { 0 };
	atl_buf_addf(&head, "{'descr': '%s', 'fortran_order': False, 'shape': (", type);
	for (int k = 0; k < a->shape.rank && !scalar; k++)
		atl_buf_addf(&head, "%s%" PRId64, k ? ", " : "", a->shape.dim[k]);
	atl_buf_add(&head, "), }");
	atl_buf_fill(&head, " ", 63 - (10 + head.len) % 64); /* entries begin at a multiple of 64 */
	atl_buf_addc(&head, '\n');
	atl_buf_addn(b, "\x93NUMPY\x01\x00", 8);
	atl_put_little(b, head.len, 2);
	atl_buf_addn(b, atl_buf_text(&head), head.len);
	for (size_t i = 0; i < a->n && !b->failed; i++)
		atl_put_little(b, bits_of(a->sys->get_double(atl_array_at(a, i)), size), size);
	b->failed |= head.failed;
	atl_buf_clear(&head);
	if (!fits(out, a) && out->note && !out->note->len)
		atl_buf_addf(out->note, "numbers were rounded to float64, which is what \"%s\" holds",
		             out->name);
}

atl_status atl_npy_write(const atl_output *out)
{
	if (atl_output_one(out, "an .npy file"))
		return ATL_ERROR;
	atl_npy_bytes(out, out->bytes, out->item[0].value);
	return ATL_OK;
}
