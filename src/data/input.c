/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input.c: what the readers share: errors, arrays of sizes that can be, and
 * numbers out of bytes and out of text. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "data/format.h"

/* Of one array: 2^28 numbers are 2 GiB of doubles. */
static const int64_t MOST_ENTRIES = INT64_C(1) << 28;

void atl_file_bad(atl_diag *diag, const char *name, atl_span at, const char *format, va_list args)
{
	atl_buf text = { 0 };
	atl_buf_vaddf(&text, format, args);
	if (text.failed)
		atl_diag_nomem(diag);
	else
		atl_diag_fail(diag, ATL_KIND_USAGE, at, "\"%s\": %s", name, text.p);
	atl_buf_clear(&text);
}

void *atl_input_bad(const atl_input *in, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	atl_file_bad(in->diag, in->name, in->at, format, args);
	va_end(args);
	return NULL;
}

bool atl_input_begins(const atl_input *in, const char *magic, size_t len)
{
	return in->n >= len && !memcmp(in->p, magic, len);
}

static bool ends(const char *name, size_t len, const char *ending)
{
	size_t n = strlen(ending);
	return len > n && !strncasecmp(name + len - n, ending, n);
}

bool atl_name_ends(const char *name, const char *ending)
{
	size_t len = strlen(name);
	return ends(name, len, ending) || (ends(name, len, ".gz") && ends(name, len - 3, ending));
}

void *atl_input_choose(const atl_input *in, const char *what,
                       const char *(*name)(const void *, size_t), const void *data)
{
	atl_buf names = { 0 };
	const char *text;
	size_t n = 0;
	for (; n < 8 && (text = name(data, n)); n++)
		atl_buf_addf(&names, "%s\"%s\"", n ? ", " : "", text);
	if (n == 8 && name(data, n))
		atl_buf_add(&names, ", ...");
	if (in->part)
		atl_input_bad(in, "there is no %s \"%s\"", what, in->part);
	else
		atl_input_bad(in, "there is more than one %s", what);
	if (n)
		atl_diag_note(in->diag, "there are %s", atl_buf_text(&names));
	if (n && !in->part)
		atl_diag_note(in->diag, "one is read with read(\"%s\", \"%s\")", in->name, name(data, 0));
	atl_buf_clear(&names);
	return NULL;
}

/* ---- arrays ---- */

bool atl_input_count(const atl_input *in, const int64_t *dim, int rank, size_t *n)
{
	int64_t count = 1;
	for (int k = 0; k < rank; k++) {
		/* a size of 0 hides none that is past the limit */
		int64_t factor = dim[k] ? dim[k] : 1;
		if (factor < 0 || factor > MOST_ENTRIES / count) {
			atl_input_bad(in, factor < 0 ? "a size is negative"
			                             : "more entries than the limit of 2^28");
			return false;
		}
		count *= factor;
	}
	for (int k = 0; k < rank; k++)
		count = dim[k] ? count : 0;
	*n = (size_t)count;
	return true;
}

atl_array *atl_input_array(const atl_input *in, const int64_t *dim, int rank)
{
	atl_shape shape = { rank < 2 ? 2 : rank, { 1, 1 } };
	size_t n;
	if (rank > ATL_MAX_RANK)
		return atl_input_bad(in, "%d dimensions are more than the %d there can be", rank,
		                     ATL_MAX_RANK);
	if (!atl_input_count(in, dim, rank, &n))
		return NULL;
	for (int k = 0; k < rank; k++)
		shape.dim[k] = dim[k];
	atl_array *a = atl_array_new(&shape, in->num);
	if (!a)
		atl_diag_nomem(in->diag);
	return a;
}

/* ---- numbers in bytes ---- */

uint64_t atl_big(const unsigned char *p, unsigned size)
{
	uint64_t v = 0;
	for (unsigned i = 0; i < size; i++)
		v = v << 8 | p[i];
	return v;
}

uint64_t atl_little(const unsigned char *p, unsigned size)
{
	uint64_t v = 0;
	while (size-- > 0)
		v = v << 8 | p[size];
	return v;
}

static double half(uint64_t bits)
{
	int exponent = (int)(bits >> 10 & 31);
	double fraction = (double)(bits & 1023);
	double v = exponent == 31  ? (fraction != 0 ? (double)NAN : (double)INFINITY)
	           : exponent == 0 ? ldexp(fraction, -24)
	                           : ldexp(1024 + fraction, exponent - 25);
	return bits >> 15 ? -v : v;
}

static double real(uint64_t bits, unsigned size)
{
	if (size == 2)
		return half(bits);
	if (size == 4) {
		uint32_t low = (uint32_t)bits;
		float f;
		memcpy(&f, &low, sizeof f);
		return (double)f;
	}
	double d;
	memcpy(&d, &bits, sizeof d);
	return d;
}

static bool fine(const atl_input *in, atl_answer answer)
{
	if (answer == ATL_NOMEM)
		atl_diag_nomem(in->diag);
	else if (answer == ATL_STOPPED)
		atl_diag_fail(in->diag, ATL_KIND_INTERRUPT, in->at, "interrupted");
	else if (answer != ATL_FINE)
		atl_input_bad(in, "a number is %s",
		              in->num->reason ? in->num->reason : "none of this system's");
	return answer == ATL_FINE;
}

bool atl_input_raw(const atl_input *in, atl_array *a, size_t i, const unsigned char *p,
                   atl_raw_type type)
{
	uint64_t bits = type.big ? atl_big(p, type.size) : atl_little(p, type.size);
	void *y = atl_array_at(a, i);
	unsigned unused = 64 - 8 * type.size;
	char text[24];
	if (type.kind == ATL_RAW_FLOAT)
		return fine(in, a->sys->set_double(y, real(bits, type.size), in->num));
	if (type.kind == ATL_RAW_SIGNED)
		return fine(in, a->sys->set_si(y, (long)(int64_t)(bits << unused) >> unused, in->num));
	if (bits <= INT64_MAX)
		return fine(in, a->sys->set_si(y, (long)bits, in->num));
	int len = snprintf(text, sizeof text, "%llu", (unsigned long long)bits);
	return fine(in, a->sys->set_literal(y, text, (size_t)len, in->num));
}

bool atl_input_raws(const atl_input *in, atl_array *a, size_t i, const unsigned char *p, size_t n,
                    atl_raw_type type)
{
	for (size_t k = 0; k < n; k++)
		if (!atl_input_raw(in, a, i + k, p + k * type.size, type))
			return false;
	return true;
}

/* ---- numbers in text ---- */

static size_t digits(const char *p, const char *end)
{
	const char *from = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return (size_t)(p - from);
}

/* [+-]digits[.digits][e[+-]digits] from p on; where it ends, or NULL. */
static const char *decimal_end(const char *p, const char *end)
{
	p += p < end && (*p == '+' || *p == '-');
	size_t n = digits(p, end);
	p += n;
	if (p < end && *p == '.') {
		size_t behind = digits(p + 1, end);
		n += behind;
		p += 1 + behind;
	}
	if (n == 0)
		return NULL;
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		n = digits(p, end);
		p += n;
	}
	return n ? p : NULL;
}

static bool is_word(const char *text, size_t len, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == len && !strncasecmp(text, *words, len))
			return true;
	return false;
}

bool atl_is_missing(const char *text, size_t len)
{
	static const char *const words[] = { "", "na", "n/a", "nan", "-nan", "+nan", "null", "none", "?", NULL };
	return is_word(text, len, words);
}

static bool is_infinite(const char *text, size_t len)
{
	static const char *const words[] = { "inf",      "+inf",      "-inf", "infinity",
		                             "+infinity", "-infinity", NULL };
	return is_word(text, len, words);
}

/* p/q, as exact mode writes; where the slash is. */
static const char *fraction_slash(const char *text, size_t len)
{
	const char *slash = memchr(text, '/', len), *end = text + len;
	const char *p = text + (len && *text == '-');
	if (!slash || digits(p, slash) != (size_t)(slash - p) || slash == p)
		return NULL;
	return slash + 1 < end && digits(slash + 1, end) == (size_t)(end - slash - 1) ? slash : NULL;
}

bool atl_is_number(const char *text, size_t len)
{
	const char *end = decimal_end(text, text + len);
	return end == text + len || is_infinite(text, len) || fraction_slash(text, len);
}

static atl_field set_fraction(const atl_input *in, atl_array *a, size_t i, const char *text,
                              size_t len)
{
	char *copy = atl_malloc(len + 1);
	if (!copy) {
		atl_diag_nomem(in->diag);
		return ATL_FIELD_FAILED;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	mpq_t q;
	mpq_init(q);
	atl_field got = ATL_FIELD_NO_NUMBER;
	if (!mpq_set_str(q, copy, 10) && mpz_sgn(mpq_denref(q)) != 0) {
		mpq_canonicalize(q);
		bool set = fine(in, a->sys->set_rational(atl_array_at(a, i), q, in->num));
		got = set ? ATL_FIELD_FINE : ATL_FIELD_FAILED;
	}
	mpq_clear(q);
	atl_free(copy);
	return got;
}

atl_field atl_input_text(const atl_input *in, atl_array *a, size_t i, const char *text, size_t len)
{
	void *y = atl_array_at(a, i);
	atl_answer answer;
	if (decimal_end(text, text + len) == text + len)
		answer = a->sys->set_literal(y, text, len, in->num);
	else if (is_infinite(text, len))
		answer = a->sys->set_double(y, *text == '-' ? (double)-INFINITY : (double)INFINITY, in->num);
	else if (fraction_slash(text, len))
		return set_fraction(in, a, i, text, len);
	else if (!atl_is_missing(text, len))
		return ATL_FIELD_NO_NUMBER;
	else
		answer = a->sys->set_double(y, (double)NAN, in->num);
	if (!fine(in, answer))
		return ATL_FIELD_FAILED;
	return atl_is_missing(text, len) ? ATL_FIELD_MISSING : ATL_FIELD_FINE;
}
