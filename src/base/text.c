/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c: the growing text, and UTF-8 (text.h has the contract).  Widths are
 * in width.c, the ASCII spelling in ascii.c, the nearest name in nearest.c. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* Room for `more` bytes and the NUL. */
static bool reserve(atl_buf *buf, size_t more)
{
	if (buf->failed) {
		return false;
	}
	if (buf->cap - buf->len > more) {
		return true;
	}
	if (more > PTRDIFF_MAX - buf->len - 1 || !atl_grow(&buf->p, &buf->cap, buf->len + more + 1, 1)) {
		buf->failed = true;
		return false;
	}
	return true;
}

void atl_buf_clear(atl_buf *buf)
{
	atl_free(buf->p);
	*buf = (atl_buf){ 0 };
}

void atl_buf_reset(atl_buf *buf)
{
	buf->failed = false;
	atl_buf_cut(buf, 0);
}

void atl_buf_cut(atl_buf *buf, size_t len)
{
	if (len <= buf->len && buf->p != NULL) {
		buf->len = len;
		buf->p[len] = '\0';
	}
}

void atl_buf_add(atl_buf *buf, const char *text)
{
	atl_buf_addn(buf, text, strlen(text));
}

void atl_buf_addn(atl_buf *buf, const char *text, size_t len)
{
	if (!reserve(buf, len)) {
		return;
	}
	if (len != 0) {
		memcpy(buf->p + buf->len, text, len);
	}
	buf->len += len;
	buf->p[buf->len] = '\0';
}

void atl_buf_addc(atl_buf *buf, char c)
{
	if (reserve(buf, 1)) {
		buf->p[buf->len++] = c;
		buf->p[buf->len] = '\0';
	}
}

void atl_buf_fill(atl_buf *buf, const char *text, size_t times)
{
	size_t len = strlen(text);

	if (len != 0 && times > PTRDIFF_MAX / len) {
		buf->failed = true;
	}
	if (!reserve(buf, len * times)) {
		return;
	}
	for (size_t i = 0; i < times; i++) {
		memcpy(buf->p + buf->len, text, len);
		buf->len += len;
	}
	buf->p[buf->len] = '\0';
}

void atl_buf_addi(atl_buf *buf, int64_t number)
{
	char digits[20]; /* of 2^63, and a sign */
	char *p = digits + sizeof digits;
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (number < 0) {
		*--p = '-';
	}
	atl_buf_addn(buf, p, (size_t)(digits + sizeof digits - p));
}

void atl_buf_addf(atl_buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	atl_buf_vaddf(buf, format, args);
	va_end(args);
}

/* Prints into the room there is, and once more if that was too small. */
void atl_buf_vaddf(atl_buf *buf, const char *format, va_list args)
{
	va_list again;
	int len;

	if (!reserve(buf, 64)) {
		return;
	}
	va_copy(again, args);
	len = vsnprintf(buf->p + buf->len, buf->cap - buf->len, format, args);
	if (len >= 0 && (size_t)len >= buf->cap - buf->len && reserve(buf, (size_t)len)) {
		len = vsnprintf(buf->p + buf->len, buf->cap - buf->len, format, again);
	}
	va_end(again);
	if (len < 0) {
		buf->failed = true;
	}
	if (buf->failed) {
		buf->p[buf->len] = '\0';
		return;
	}
	buf->len += (size_t)len;
}

void atl_buf_addcp(atl_buf *buf, uint32_t code_point)
{
	char bytes[4];

	atl_buf_addn(buf, bytes, atl_utf8_encode(bytes, code_point));
}

const char *atl_buf_text(const atl_buf *buf)
{
	return buf->p != NULL ? buf->p : "";
}

char *atl_buf_take(atl_buf *buf)
{
	char *p;

	atl_buf_addn(buf, "", 0); /* an empty text is a text as well */
	if (buf->failed) {
		atl_buf_clear(buf);
		return NULL;
	}
	p = buf->p;
	*buf = (atl_buf){ 0 };
	return p;
}

/* Eight bytes at a time, the last ones as two words that overlap, each folded
 * in by a multiplication whose high bits come back down. */
uint64_t atl_text_hash(const char *text, size_t len)
{
	const uint64_t prime = UINT64_C(0x9E3779B97F4A7C15);
	uint64_t h = len * prime;
	uint64_t word = 0;
	uint32_t head, tail;

	for (; len > 8; text += 8, len -= 8) {
		memcpy(&word, text, 8);
		h = (h ^ word) * prime;
		h ^= h >> 32;
	}
	if (len >= 4) {
		memcpy(&head, text, 4);
		memcpy(&tail, text + len - 4, 4);
		word = (uint64_t)head << 32 | tail;
	} else if (len > 0) {
		word = (uint64_t)(unsigned char)text[0] << 16 |
		       (uint64_t)(unsigned char)text[len / 2] << 8 | (unsigned char)text[len - 1];
	}
	h = (h ^ word) * prime;
	return h ^ h >> 32;
}

/* Overlong forms, surrogates and what is past U+10FFFF are not valid. */
size_t atl_utf8_decode(const char *p, const char *end, uint32_t *code_point)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)*p;
	size_t len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t cp = first;

	if (len == 0 || first > 0xf4 || (size_t)(end - p) < len) {
		return 0;
	}
	if (len > 1) {
		cp = first & (0x7fu >> len);
	}
	for (size_t i = 1; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c & 0xc0) != 0x80) {
			return 0;
		}
		cp = cp << 6 | (c & 0x3f);
	}
	if (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
		return 0;
	}
	*code_point = cp;
	return len;
}

/* What is no code point becomes U+FFFD. */
size_t atl_utf8_encode(char out[4], uint32_t cp)
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
		cp = 0xfffd;
	}
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}
