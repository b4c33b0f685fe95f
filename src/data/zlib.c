/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zlib.c: opens the zlib module, and holds what it unpacks against a limit. */
#include "data/zlib.h"

#include "base/module.h"
#include "number/modules.h"
#include "data/format.h"
#include "number/flint.h"

/* Opened once for all sessions: the library is the same. */
static const atl_zlib *load(const atl_num *num)
{
	return num->modules ? atl_module_open(num->modules->folder, ATL_ZLIB_FILE, ATL_ZLIB_SYMBOL,
	                                      ATL_ZLIB_VERSION)
	                    : NULL;
}

static const char missing[] = "needs zlib, which this build of atled does not have";

typedef struct sink {
	atl_buf *out;
	size_t most;
	bool full;
} sink;

static bool take(void *data, const void *bytes, size_t n)
{
	sink *s = data;
	s->full = n > s->most - s->out->len;
	if (!s->full)
		atl_buf_addn(s->out, bytes, n);
	return !s->full && !s->out->failed;
}

atl_status atl_unpack(const atl_input *in, atl_wrapping wrapping, const unsigned char *p, size_t n,
                      size_t most, atl_buf *out)
{
	const atl_zlib *zlib = load(in->num);
	sink s = { .out = out, .most = most };
	size_t at = 0;
	if (!zlib) {
		atl_input_bad(in, "it is compressed, and reading it %s", missing);
		return ATL_ERROR;
	}
	const char *wrong = zlib->unpack(wrapping, p, n, take, &s, &at);
	if (out->failed)
		return atl_diag_nomem(in->diag);
	if (s.full)
		atl_input_bad(in, "it unpacks to more than %zu bytes", most);
	else if (wrong)
		atl_input_bad(in, "byte %zu: %s", (size_t)(p - in->p) + at, wrong);
	return s.full || wrong ? ATL_ERROR : ATL_OK;
}

atl_status atl_pack(const atl_output *out, const void *bytes, size_t n, atl_buf *packed)
{
	const atl_zlib *zlib = load(out->num);
	sink s = { .out = packed, .most = ATL_DATA_BYTES };
	if (!zlib)
		return atl_output_bad(out, "writing it %s", missing);
	const char *wrong = zlib->pack(bytes, n, take, &s);
	if (packed->failed)
		return atl_diag_nomem(out->diag);
	return wrong || s.full ? atl_output_bad(out, "%s", wrong ? wrong : "it is too large") : ATL_OK;
}
