/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.h: a session to talk to, for the tests of what it prints and how it leaves. */
#ifndef ATL_TESTS_TALK_H
#define ATL_TESTS_TALK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "session/session.h"

typedef struct talk {
	atl_session *session;
	atl_buf out, err;
	volatile sig_atomic_t stop;
} talk;

static inline void take_out(void *data, const char *text, size_t len)
{
	talk *t = data;
	atl_buf_addn(&t->out, text, len);
}

static inline void take_err(void *data, const char *text, size_t len)
{
	talk *t = data;
	atl_buf_addn(&t->err, text, len);
}

static inline talk *begin(atl_mode mode, bool interactive)
{
	talk *t = atl_calloc(1, sizeof *t);
	assert_non_null(t);
	static char prelude[4096];
	const char *built = getenv("top_builddir"), *source = getenv("top_srcdir");
	snprintf(prelude, sizeof prelude, "%s/prelude", source ? source : ".");
	atl_options o = { .sink = { take_out, take_err, t },
		          .mode = mode,
		          .modules = built ? built : ".",
		          .prelude = prelude,
		          .interactive = interactive,
		          .stop = &t->stop };
	t->session = atl_session_new(&o);
	assert_non_null(t->session);
	assert_int_equal(atl_session_open(t->session, NULL, 1), ATL_OK);
	return t;
}

static inline void end(talk *t)
{
	atl_session_free(t->session);
	atl_buf_clear(&t->out);
	atl_buf_clear(&t->err);
	atl_free(t);
}

static inline atl_state say(talk *t, const char *text)
{
	return atl_session_feed(t->session, text, strlen(text), false);
}

/* A script prints `out` and nothing else. */
static inline void prints(const char *script, const char *out)
{
	talk *t = begin(ATL_TEXT, false);
	atl_state state = atl_session_feed(t->session, script, strlen(script), true);
	assert_string_equal(atl_buf_text(&t->err), "");
	assert_string_equal(atl_buf_text(&t->out), out);
	assert_int_equal(state, ATL_READY);
	end(t);
}

/* A script prints `out` and a note that holds `note`. */
static inline void notes(const char *script, const char *out, const char *note)
{
	talk *t = begin(ATL_TEXT, false);
	(void)atl_session_feed(t->session, script, strlen(script), true);
	assert_string_equal(atl_buf_text(&t->out), out);
	if (!strstr(atl_buf_text(&t->err), note))
		assert_string_equal(atl_buf_text(&t->err), note);
	assert_int_equal(strncmp(atl_buf_text(&t->err), "note: ", 6), 0);
	assert_int_equal(atl_session_exit(t->session), 0);
	end(t);
}

/* A script fails with a diagnostic that holds `words`, having printed `out`. */
static inline void fails(const char *script, const char *out, int code, const char *words)
{
	talk *t = begin(ATL_TEXT, false);
	assert_int_equal(atl_session_feed(t->session, script, strlen(script), true), ATL_FAILED);
	assert_string_equal(atl_buf_text(&t->out), out);
	if (!strstr(atl_buf_text(&t->err), words))
		assert_string_equal(atl_buf_text(&t->err), words);
	assert_int_equal(atl_session_exit(t->session), code);
	end(t);
}

#define TEST(name) static void name(void **unused_)
#define UNUSED (void)unused_

#endif
