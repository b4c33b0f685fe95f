/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths.h: where files are. */
#ifndef ATL_CLI_PATHS_H
#define ATL_CLI_PATHS_H

#include <stdbool.h>
#include "base/text.h"

/* The prelude: $ATLED_PRELUDE, beside the program (a build tree), share/atled
 * beside the program's bin, or where it was installed. */
void atl_path_prelude(atl_buf *out, const char *argv0);
/* $XDG_CONFIG_HOME/atled/rc, $XDG_STATE_HOME/atled/history, with the usual
 * defaults below $HOME; false when there is no home.  `make` creates the folder. */
bool atl_path_rc(atl_buf *out);
bool atl_path_history(atl_buf *out, bool make);

#endif
