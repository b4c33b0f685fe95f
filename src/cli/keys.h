/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.h: single keys, for `step`.
 *
 * The terminal gives keys at once and shows none of them while one is waited
 * for, and is as it was when the wait ends. */
#ifndef ATL_CLI_KEYS_H
#define ATL_CLI_KEYS_H

#include "session/session.h"

/* Waits for a key that means something.  Ctrl-C, and the end of the input, leave. */
atl_key atl_keys_wait(void);

#endif
