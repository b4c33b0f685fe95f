/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symbols.c: the table of names: an array of symbols and an open hash table
 * of their numbers (symbols.h has the contract). */
#include "lang/symbols.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "lang/letters.h"

typedef struct symbol {
	const char *text;
	uint32_t len;
	uint32_t hash;
	atl_sym canon;
} symbol;

struct atl_symbols {
	symbol *symbol; /* symbol[0] is not used */
	size_t n, cap;
	atl_sym *slot; /* a power of two of them, at most half in use */
	size_t n_slots;
	atl_sym single[128]; /* names of one ASCII letter, as most of mathematics has; 0: not met */
	atl_arena texts;
	atl_buf scratch, canon;
	atl_is_function *is_function;
	void *known_to;
};

void atl_symbols_know(atl_symbols *symbols, atl_is_function *is_function, void *data)
{
	symbols->is_function = is_function;
	symbols->known_to = data;
}

bool atl_symbols_function(const atl_symbols *symbols, const char *text, size_t len)
{
	char name[64];

	if (symbols->is_function == NULL || len >= sizeof name) {
		return false;
	}
	memcpy(name, text, len);
	name[len] = '\0';
	return symbols->is_function(symbols->known_to, name);
}

atl_symbols *atl_symbols_new(void)
{
	atl_symbols *symbols = atl_calloc(1, sizeof *symbols);

	if (symbols == NULL) {
		return NULL;
	}
	symbols->n_slots = 256;
	symbols->slot = atl_calloc(symbols->n_slots, sizeof *symbols->slot);
	if (symbols->slot == NULL ||
	    !atl_grow(&symbols->symbol, &symbols->cap, 1, sizeof(symbol))) {
		atl_symbols_free(symbols);
		return NULL;
	}
	symbols->symbol[0] = (symbol){ .text = "" };
	symbols->n = 1;
	return symbols;
}

void atl_symbols_free(atl_symbols *symbols)
{
	if (symbols == NULL) {
		return;
	}
	atl_free(symbols->symbol);
	atl_free(symbols->slot);
	atl_arena_clear(&symbols->texts);
	atl_buf_clear(&symbols->scratch);
	atl_buf_clear(&symbols->canon);
	atl_free(symbols);
}

/* The slot that holds this spelling, or the free one where it belongs. */
static size_t slot_of(const atl_symbols *symbols, const char *text, size_t len, uint32_t hash)
{
	size_t mask = symbols->n_slots - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		const symbol *s = &symbols->symbol[symbols->slot[i]];

		if (symbols->slot[i] == 0 ||
		    (s->hash == hash && s->len == len && memcmp(s->text, text, len) == 0)) {
			return i;
		}
	}
}

static bool grow_slots(atl_symbols *symbols)
{
	size_t n = symbols->n_slots * 2;
	atl_sym *slot = atl_calloc(n, sizeof *slot);

	if (slot == NULL) {
		return false;
	}
	for (size_t i = 1; i < symbols->n; i++) {
		size_t at = symbols->symbol[i].hash & (n - 1);

		while (slot[at] != 0) {
			at = (at + 1) & (n - 1);
		}
		slot[at] = (atl_sym)i;
	}
	atl_free(symbols->slot);
	symbols->slot = slot;
	symbols->n_slots = n;
	return true;
}

static bool is_ascii(const char *text, size_t len)
{
	unsigned char all = 0;

	for (size_t i = 0; i < len; i++) {
		all |= (unsigned char)text[i];
	}
	return all < 0x80;
}

/* Adds a spelling that is composed already; its canonical symbol is itself. */
static atl_sym add(atl_symbols *symbols, const char *text, size_t len)
{
	uint32_t hash = (uint32_t)atl_text_hash(text, len);
	size_t at = slot_of(symbols, text, len, hash);
	const char *copy;

	if (symbols->slot[at] != 0) {
		return symbols->slot[at];
	}
	if (symbols->n * 2 > symbols->n_slots) {
		if (!grow_slots(symbols)) {
			return 0;
		}
		at = slot_of(symbols, text, len, hash);
	}
	if (len > UINT32_MAX || symbols->n >= UINT32_MAX ||
	    !atl_grow(&symbols->symbol, &symbols->cap, symbols->n + 1, sizeof(symbol)) ||
	    (copy = atl_arena_dup(&symbols->texts, text, len)) == NULL) {
		return 0;
	}
	atl_sym sym = (atl_sym)symbols->n++;
	symbols->symbol[sym] = (symbol){ copy, (uint32_t)len, hash, sym };
	symbols->slot[at] = sym;
	return sym;
}

/* A spelling with letters beyond ASCII: composed, and tied to its canon, which
 * is added first, so that a symbol without its canon is never seen. */
static atl_sym add_composed(atl_symbols *symbols, const char *text, size_t len)
{
	atl_buf *composed = &symbols->scratch;
	atl_buf *canon = &symbols->canon;
	atl_sym sym, canonical;

	atl_buf_reset(composed);
	atl_buf_reset(canon);
	atl_letter_compose(composed, text, len);
	atl_letter_canon(canon, atl_buf_text(composed), composed->len);
	if (composed->failed || canon->failed) {
		atl_buf_clear(composed);
		atl_buf_clear(canon);
		return 0;
	}
	canonical = add(symbols, atl_buf_text(canon), canon->len);
	sym = canonical != 0 ? add(symbols, atl_buf_text(composed), composed->len) : 0;
	if (sym != 0) {
		symbols->symbol[sym].canon = canonical;
	}
	return sym;
}

atl_sym atl_symbols_intern(atl_symbols *symbols, const char *text, size_t len)
{
	if (len == 1 && (unsigned char)*text < 0x80) {
		atl_sym *known = &symbols->single[(unsigned char)*text];
		return *known != 0 ? *known : (*known = add(symbols, text, len));
	}
	return is_ascii(text, len) ? add(symbols, text, len) : add_composed(symbols, text, len);
}

atl_sym atl_symbols_find(const atl_symbols *symbols, const char *text, size_t len)
{
	atl_buf composed = { 0 };
	atl_sym sym;

	if (is_ascii(text, len)) {
		return symbols->slot[slot_of(symbols, text, len, (uint32_t)atl_text_hash(text, len))];
	}
	atl_letter_compose(&composed, text, len);
	text = atl_buf_text(&composed);
	sym = composed.failed
	    ? 0 : symbols->slot[slot_of(symbols, text, composed.len, (uint32_t)atl_text_hash(text, composed.len))];
	atl_buf_clear(&composed);
	return sym;
}

atl_sym atl_symbols_canon(const atl_symbols *symbols, atl_sym sym)
{
	return sym < symbols->n ? symbols->symbol[sym].canon : 0;
}

const char *atl_symbols_text(const atl_symbols *symbols, atl_sym sym)
{
	return sym < symbols->n ? symbols->symbol[sym].text : "";
}

size_t atl_symbols_count(const atl_symbols *symbols)
{
	return symbols->n - 1;
}
