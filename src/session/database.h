/* SPDX-License-Identifier: MIT
 * The only door to SQLite: a file that is written, or one that is read and not trusted.
 *
 * Each failure is one line that begins with the file's path.  A database and its queries belong to
 * one thread at a time. */
#ifndef OUBLI_SESSION_DATABASE_H
#define OUBLI_SESSION_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    DATABASE_VALUE_MAX = 1024 * 1024,       /* bytes of a text or blob that is read ... */
    DATABASE_LARGE_MAX = 512 * 1024 * 1024, /* ... when database_allow_large is on */
    DATABASE_WRITER_PATIENCE_MS = 2000,     /* for another program's lock to be let go */
    DATABASE_READER_PATIENCE_MS = 250
};

struct database; /* opaque: a connection */
struct query;    /* opaque: a prepared statement; borrows its database */

/* What the file should be, for messages. */
enum database_kind { DATABASE_RECORDING, DATABASE_MERGED };

/* A new file, in a place of its own until database_settle.  Never opens what is there already.
 * Returns owned.  Who has a file to write, by this call or database_extend, has it alone: a second
 * one is told so. */
struct database *database_create(const char *path, enum database_kind kind, struct err *err)
    __attribute__((warn_unused_result));

/* Puts it, once it is filled and queries are closed, where it belongs, all at once; write-ahead
 * log, synchronous=NORMAL from now on.  After a failure it is good for database_discard. */
bool database_settle(struct database *database, struct err *err)
    __attribute__((warn_unused_result));

/* A file of ours that is there already, to be written on; what is in it must have been checked, for
 * indexes of others are kept up to date.  Nothing else in it is executed.  Returns owned. */
struct database *database_extend(const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* A file to read, which may be hostile, read-only, in a read-only folder, or being written by
 * another process.  Nothing in it is executed: no views, no triggers; sizes of values and the work
 * for a row are bounded.  What a program that was killed has left half done is undone first.
 * Returns owned. */
struct database *database_open(const char *path, enum database_kind kind, struct err *err)
    __attribute__((warn_unused_result));

/* A file that was written and that nobody else reads becomes one file without a log beside it. */
bool database_finish(struct database *database, struct err *err)
    __attribute__((warn_unused_result));

/* Queries must have been closed.  NULL is allowed. */
void database_close(struct database *database);

/* Takes a file that was just created away again; closes it. */
void database_discard(struct database *database);

/* The path it was opened by; borrowed. */
const char *database_path(const struct database *database);

/* True if the file is not where it was created any more. */
bool database_has_moved(struct database *database);

/* True if a log belongs to the file, which is not beside it, or empty: what was written last may be
 * missing. */
bool database_lacks_log(struct database *database);

/* False and err if its pages contradict each other: what is written into such a file may take the
 * place of what is there.  As long as reading all of it takes. */
bool database_is_sound(struct database *database, struct err *err)
    __attribute__((warn_unused_result));

void database_allow_large(struct database *database, bool on);

/* Runs statements that give no rows, or whose rows do not matter. */
bool database_run(struct database *database, const char *sql, struct err *err)
    __attribute__((warn_unused_result));

/* Undoes what has not been committed, if anything; cannot fail. */
void database_roll_back(struct database *database);

/* The whole number in the first column of the first row. */
bool database_number(struct database *database, const char *sql, int64_t *number, struct err *err)
    __attribute__((warn_unused_result));

struct query *query_open(struct database *database, const char *sql, struct err *err)
    __attribute__((warn_unused_result));
/* NULL is allowed. */
void query_close(struct query *query);

/* Values of its parameters 1, 2 ...; texts and blobs are borrowed until query_reset.  What cannot
 * be bound is told by the next step. */
void query_put_number(struct query *query, int i, int64_t value);
void query_put_real(struct query *query, int i, double value);     /* NaN: NULL */
void query_put_text(struct query *query, int i, const char *text); /* NULL: NULL */
void query_put_blob(struct query *query, int i, const void *bytes, size_t size);

enum query_result { QUERY_FAILED, QUERY_ROW, QUERY_DONE };
enum query_result query_step(struct query *query, struct err *err)
    __attribute__((warn_unused_result));

/* To be called when no more rows are wanted: ends the read, forgets the values. */
void query_reset(struct query *query);

/* Steps a statement that gives no rows, and resets it. */
bool query_run(struct query *query, struct err *err) __attribute__((warn_unused_result));

/* Column 0, 1 ... of the row; false if it is of another kind.  Texts hold no NUL but the one behind
 * them; they and blobs are borrowed until the next step or reset. */
bool query_number(struct query *query, int column, int64_t *value, int64_t min, int64_t max);
bool query_real(struct query *query, int column, double *value); /* NULL: NaN */
bool query_text(struct query *query, int column, const char **text, size_t max);
bool query_blob(struct query *query, int column, const void **bytes, size_t *size);
bool query_is_null(struct query *query, int column);

#endif
