/* SPDX-License-Identifier: GPL-3.0-or-later */
/* repl.c: the loop at the prompt; the line editor is in editor.c. */
#include "cli/repl.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "cli/editor.h"
#include "cli/interrupt.h"
#include "cli/paths.h"
#include "cli/terminal.h"

static void say(atl_repl *r, const char *text) { atl_stream_out(r->stream, text, strlen(text)); }

/* ---- the rc file ---- */

static bool read_file(const char *path, atl_buf *text)
{
	char chunk[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		atl_buf_addn(text, chunk, (size_t)n);
	close(fd);
	return n == 0 && !text->failed;
}

/* An error in it is shown and ends it, and not the session. */
static atl_state run_rc(atl_repl *r)
{
	atl_buf path = { 0 }, text = { 0 };
	atl_state state = ATL_READY;
	if (!atl_path_rc(&path)) {
		/* there is none */
	} else if (!read_file(atl_buf_text(&path), &text)) {
		atl_buf_addf(&text, "note: \"%s\" cannot be read\n", atl_buf_text(&path));
		atl_stream_err(r->stream, atl_buf_text(&text), text.len);
	} else if (!atl_session_open(r->session, atl_buf_text(&path), 1)) {
		state = atl_session_feed(r->session, atl_buf_text(&text), text.len, true);
	}
	atl_buf_clear(&path);
	atl_buf_clear(&text);
	return state;
}

/* ---- statements ---- */

/* Forgets what is typed of a statement. */
static bool begin(atl_repl *r)
{
	r->continued = false;
	atl_buf_reset(&r->statement);
	return atl_session_open(r->session, NULL, r->line) == ATL_OK;
}

static void look_at_width(atl_repl *r)
{
	unsigned width = atl_terminal_width(STDOUT_FILENO);
	if (width != r->width) /* `set width` holds until the window changes */
		atl_session_set_width(r->session, width);
	r->width = width;
}

/* Runs a line (or several that were pasted as one); whether to go on. */
static bool run_line(atl_repl *r, const char *typed)
{
	atl_buf *statement = &r->statement;
	size_t start = statement->len;
	atl_buf_add(statement, typed);
	atl_buf_addc(statement, '\n');
	if (statement->failed) {
		static const char words[] = "error: out of memory\n";
		atl_stream_err(r->stream, words, sizeof words - 1);
		atl_buf_clear(statement);
		return begin(r);
	}
	for (size_t i = start; i < statement->len; i++)
		r->line += statement->p[i] == '\n';
	look_at_width(r);
	atl_interrupt_clear();
	atl_state state =
	        atl_session_feed(r->session, statement->p + start, statement->len - start, false);
	if (state == ATL_FAILED) /* else it came too late, and is answered by the next prompt */
		atl_interrupt_clear();
	r->continued = state == ATL_CONTINUED;
	if (!r->continued) {
		atl_buf_cut(statement, statement->len - 1);
		atl_editor_remember(atl_buf_text(statement));
		atl_buf_reset(statement);
	}
	return state != ATL_QUIT;
}

/* Reads a line and runs it; whether to go on.  Both prompts are equally wide. */
static bool turn(atl_repl *r)
{
	static const char *const prompts[2][2] = { { "∇ ", "… " }, { "> ", ". " } };
	char *typed = NULL;
	bool go_on = false;
	atl_stream_flush(r->stream);
	switch (atl_editor_read(prompts[r->ascii][r->continued], &typed)) {
	case ATL_TYPED_LINE:
		go_on = run_line(r, typed);
		break;
	case ATL_TYPED_INTERRUPT:
		atl_interrupt_clear();
		go_on = begin(r);
		break;
	case ATL_TYPED_END:
		go_on = r->continued && begin(r);
		break;
	}
	free(typed);
	return go_on && !r->stream->error;
}

void atl_repl_run(atl_repl *r)
{
	r->line = 1;
	r->width = atl_terminal_width(STDOUT_FILENO);
	if (!r->quiet)
		say(r, "atled " PACKAGE_VERSION ", a calculator for neural-net math\n"
		       "help says what there is; Ctrl-D leaves\n");
	atl_interrupt_catch(true);
	if (run_rc(r) != ATL_QUIT && begin(r)) {
		atl_interrupt_clear(); /* it was for the rc file */
		atl_editor_open(r->session);
		while (turn(r))
			continue;
		atl_editor_close();
	}
	atl_buf_clear(&r->statement);
}
