/* SPDX-License-Identifier: GPL-3.0-or-later */
/* module.h: shared objects that are opened when they are first needed, since
 * what they are linked with costs more to start than all of atled.  Each
 * exports one table of functions, whose first member is its version. */
#ifndef ATL_BASE_MODULE_H
#define ATL_BASE_MODULE_H

/* The table `symbol` of folder/file; NULL: it is not there, or not of this
 * version.  It stays open, since what it made points into it. */
const void *atl_module_open(const char *folder, const char *file, const char *symbol, int version);

#endif
