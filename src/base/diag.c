/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diag.c: filling a diagnostic (diag.h has the contract).
 *
 * Words that find no memory are left out; a message that finds none becomes
 * "out of memory", which is then the truth. */
#include "base/diag.h"

#include <string.h>

int atl_kind_exit(atl_kind kind)
{
	static const int code[ATL_KIND_COUNT] = {
		[ATL_KIND_USAGE] = 2,  [ATL_KIND_SYNTAX] = 3, [ATL_KIND_NAME] = 3,
		[ATL_KIND_SHAPE] = 3,  [ATL_KIND_DOMAIN] = 4, [ATL_KIND_UNABLE] = 4,
		[ATL_KIND_LIMIT] = 4,  [ATL_KIND_TIME] = 4,   [ATL_KIND_INTERRUPT] = 130,
	};

	return kind < ATL_KIND_COUNT ? code[kind] : 2;
}

void atl_diag_reset(atl_diag *diag)
{
	atl_arena arena = diag->arena;

	atl_arena_release(&arena, (atl_mark){ 0 });
	*diag = (atl_diag){ .arena = arena };
}

void atl_diag_clear(atl_diag *diag)
{
	atl_arena_clear(&diag->arena);
	*diag = (atl_diag){ 0 };
}

atl_status atl_diag_nomem(atl_diag *diag)
{
	if (diag->kind != ATL_KIND_NONE) {
		diag->late = true;
		return ATL_ERROR;
	}
	diag->kind = ATL_KIND_LIMIT;
	diag->message = "out of memory";
	return ATL_ERROR;
}

atl_status atl_diag_vfail(atl_diag *diag, atl_kind kind, atl_span at, const char *format,
                          va_list args)
{
	if (diag->kind != ATL_KIND_NONE) {
		diag->late = true;
		return ATL_ERROR;
	}
	diag->message = atl_arena_vprintf(&diag->arena, format, args);
	if (diag->message == NULL) {
		return atl_diag_nomem(diag);
	}
	diag->kind = kind;
	diag->at = at;
	return ATL_ERROR;
}

atl_status atl_diag_fail(atl_diag *diag, atl_kind kind, atl_span at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)atl_diag_vfail(diag, kind, at, format, args);
	va_end(args);
	return ATL_ERROR;
}

void atl_diag_label(atl_diag *diag, atl_span span, const char *format, ...)
{
	va_list args;
	const char *text;

	if (diag->late || diag->n_labels == ATL_DIAG_LABELS) {
		return;
	}
	va_start(args, format);
	text = atl_arena_vprintf(&diag->arena, format, args);
	va_end(args);
	diag->label[diag->n_labels++] = (atl_label){ span, text != NULL ? text : "" };
}

void atl_diag_note(atl_diag *diag, const char *format, ...)
{
	va_list args;
	const char *text;

	if (diag->late || diag->n_notes == ATL_DIAG_NOTES) {
		return;
	}
	va_start(args, format);
	text = atl_arena_vprintf(&diag->arena, format, args);
	va_end(args);
	if (text != NULL) {
		diag->note[diag->n_notes++] = text;
	}
}

const char *atl_diag_line(atl_diag *diag, const atl_sources *sources, atl_span span)
{
	atl_place place;
	const char *text;

	if (span.lo == 0 || !atl_sources_find(sources, span.lo, &place)) {
		return "";
	}
	if (place.name != NULL) {
		text = atl_arena_printf(&diag->arena, "%s:%u", place.name, place.line);
	} else {
		text = atl_arena_printf(&diag->arena, "line %u", place.line);
	}
	return text != NULL ? text : "";
}

void atl_diag_called(atl_diag *diag, const atl_sources *sources, const char *name, atl_span call)
{
	enum { LONG_CALL = 60 };
	const char *line = atl_diag_line(diag, sources, call);
	size_t len = 0;
	const char *text = atl_sources_text(sources, call, &len);

	if (*line == 0) {
		return;
	}
	if (text == NULL || len > LONG_CALL || memchr(text, '\n', len) != NULL) {
		len = 0;
	}
	atl_diag_note(diag, "in \"%s\", called at %s%s%.*s", name, line, len > 0 ? ": " : "", (int)len, len > 0 ? text : "");
}
