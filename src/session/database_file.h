/* SPDX-License-Identifier: MIT
 * A database as files, without SQLite: its name, what lies beside it, where it is made. */
#ifndef OUBLI_SESSION_DATABASE_FILE_H
#define OUBLI_SESSION_DATABASE_FILE_H

#include <stdbool.h>

#include "base/err.h"

/* A path as SQLite is to get it, so that none means something else to it, as ":memory:" and
 * "file:..." would.  Returns owned, NULL when memory is short, as all texts here. */
char *database_file_name(const char *path);

/* "file:NAME?immutable=1" with all but the plainest characters escaped. */
char *database_file_uri(const char *name);

/* True if there is a log with something in it; if there is a journal that has not been done with.
 */
bool database_file_has_log(const char *path);
bool database_file_has_journal(const char *path);

/* False and err unless the journal is one of ours: it names no other file, which would be removed
 * with it, and is of a file no longer than this one, which would be made so. */
bool database_file_check_journal(const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* Removes the file beside it whose name has that end. */
void database_file_remove_beside(const char *path, const char *end);

/* False and err if there is a file, or the log or journal of one. */
bool database_file_is_new(const char *path, struct err *err) __attribute__((warn_unused_result));

/* Makes an empty file beside the place for a new one, to be filled before it gets its name: whoever
 * sees that name sees a whole database, whenever this program is ended.  Returns the file, with the
 * writer's lock, and its name in `draft`; -1 and err if database_file_is_new is false. */
int database_file_draft(const char *path, char **draft, struct err *err)
    __attribute__((warn_unused_result));

#endif
