/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths.h: where the prelude is, and where the user's own files are (XDG). */
#ifndef ATL_CLI_PATHS_H
#define ATL_CLI_PATHS_H

#include <stdbool.h>
#include "base/text.h"

/* All are false, with the text empty, when there is no such place. */

/* The folder of the prelude: $ATLED_PRELUDE, else beside the program (a build),
 * else in ../share (an installation that was moved), else where it was
 * configured to be. */
bool atl_path_prelude(atl_buf *, const char *argv0);
/* The folder of the modules: $ATLED_MODULES, beside the program, in ../lib/atled,
 * or where it was configured to be. */
bool atl_path_modules(atl_buf *, const char *argv0);
/* $XDG_CONFIG_HOME/atled/rc or ~/.config/atled/rc. */
bool atl_path_rc(atl_buf *);
/* $XDG_STATE_HOME/atled/history or ~/.local/state/atled/history.  The folders
 * are made, for the user alone, when they are not there, and so is the file. */
bool atl_path_history(atl_buf *);

#endif
