/* SPDX-License-Identifier: MIT
 * How files that are not trusted are read: https://sqlite.org/security.html, all that is said there
 * of database files. */
#include "session/database.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/database_file.h"
#include "session/writer_lock.h"
#include "tasks/clean.h"

/* A row of ours is found in some hundred instructions; a hostile file may make it take for ever. */
enum { PROGRESS_EVERY = 100000, PROGRESS_MAX = 50 };

struct database {
    sqlite3 *handle;
    enum database_kind kind;
    int n_progress; /* calls since the last row */
    bool is_reader;
    int lock;    /* of the writer, -1 = none */
    char *path;  /* owned */
    char *name;  /* owned: as SQLite gets it */
    char *draft; /* owned: as long as the file has another name, NULL = it has its own */
};

struct query {
    sqlite3_stmt *statement;
    struct database *database;
    int bind_code;
};

/* ---- what is said when something fails ---- */

static const char *const kinds[] = {
    [DATABASE_RECORDING] = "a recording", [DATABASE_MERGED] = "merged runs (oubli merge)"};

/* True if that is not what a file of ours can be the cause of. */
static bool is_foreign(int code)
{
    return code == SQLITE_CORRUPT || code == SQLITE_ERROR || code == SQLITE_TOOBIG ||
           code == SQLITE_FORMAT || code == SQLITE_MISMATCH;
}

static const char *words_of(int code)
{
    switch (code) {
    case SQLITE_INTERRUPT:
        return "it is damaged: reading it takes too long";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "it is locked by another program; close that and try again";
    case SQLITE_FULL:
        return "no room is left on the disk";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return "it may not be written";
    case SQLITE_CANTOPEN:
        return "it cannot be opened";
    case SQLITE_NOMEM:
        return "memory is short";
    default:
        return "reading or writing failed";
    }
}

static void what_failed(const struct database *database, int code, char *text, size_t size)
{
    const char *kind = kinds[database->kind];
    if (code == SQLITE_NOTADB) {
        snprintf(text, size, "it is not %s: not an SQLite file", kind);
    } else if (is_foreign(code)) {
        snprintf(text, size, "it is damaged, or not %s", kind);
    } else {
        snprintf(text, size, "%s", words_of(code));
    }
}

static bool fail(const struct database *database, int code, struct err *err)
{
    char what[80];
    int number = database->handle ? sqlite3_system_errno(database->handle) : 0;
    int kind = code & 0xff;
    number = number ? number : errno; /* SQLite forgets some; ours was zeroed before the call */
    bool has_cause = (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) && number != 0;
    char found[96] = "";
    if (has_cause) {
        char text[64] = "";
        snprintf(text, sizeof text, "%s", strerror(number));
        snprintf(found, sizeof found, "%s", text);
    } else {
        snprintf(found, sizeof found, "%.90s",
                 database->handle ? sqlite3_errmsg(database->handle) : sqlite3_errstr(code));
        clean_text(found); /* may quote what stands in the file */
    }
    what_failed(database, kind, what, sizeof what);
    return err_set(err, ERR_FAILED, "%.140s: %s (%s)", database->path, what, found);
}

/* ---- opening ---- */

static struct database *make(const char *path, enum database_kind kind, bool is_reader,
                             struct err *err)
{
    struct database *database = calloc(1, sizeof *database);
    if (database) {
        database->kind = kind;
        database->is_reader = is_reader;
        database->lock = -1;
        database->path = strdup(path);
        database->name = database_file_name(path);
    }
    if (!database || !database->path || !database->name) {
        database_close(database);
        err_set(err, ERR_FAILED, "memory: no room to open %.140s", path);
        return NULL;
    }
    return database;
}

static int count_progress(void *context)
{
    struct database *database = context;
    return ++database->n_progress > PROGRESS_MAX;
}

/* Nothing that stands in the file is carried out: no triggers, no views, no functions that it
 * names; sizes and work are bounded.  Indexes of others cannot be switched off: whoever writes
 * looks whether there are any. */
static bool harden(struct database *database, struct err *err)
{
    const int limits[][2] = {
        {SQLITE_LIMIT_LENGTH, database->is_reader ? DATABASE_VALUE_MAX : DATABASE_LARGE_MAX},
        {SQLITE_LIMIT_SQL_LENGTH, 100000},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_EXPR_DEPTH, 50},
        {SQLITE_LIMIT_COMPOUND_SELECT, 8},
        {SQLITE_LIMIT_VDBE_OP, 25000},
        {SQLITE_LIMIT_FUNCTION_ARG, 8},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 64},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
        {SQLITE_LIMIT_WORKER_THREADS, 0}};
    static const int switches[][2] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                      {SQLITE_DBCONFIG_ENABLE_FKEY, 0}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        sqlite3_limit(database->handle, limits[i][0], limits[i][1]);
    }
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        sqlite3_db_config(database->handle, switches[i][0], switches[i][1], NULL);
    }
    sqlite3_progress_handler(database->handle, PROGRESS_EVERY, count_progress, database);
    /* No memory map: a file cut short by another program would end this one with SIGBUS. */
    return database_run(database,
                        "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY",
                        err) &&
           (!database->is_reader || database_run(database, "PRAGMA query_only=ON", err));
}

static bool open_handle(struct database *database, const char *name, int flags, struct err *err)
{
    errno = 0;
    int code = sqlite3_open_v2(name, &database->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        return fail(database, code, err);
    }
    sqlite3_extended_result_codes(database->handle, 1);
    sqlite3_busy_timeout(database->handle, database->is_reader ? DATABASE_READER_PATIENCE_MS
                                                               : DATABASE_WRITER_PATIENCE_MS);
    return harden(database, err);
}

struct database *database_create(const char *path, enum database_kind kind, struct err *err)
{
    struct database *database = make(path, kind, false, err);
    if (!database) {
        return NULL;
    }
    database->lock = database_file_draft(path, &database->draft, err);
    if (database->lock < 0) {
        database_close(database);
        return NULL;
    }
    if (!open_handle(database, database->draft, SQLITE_OPEN_READWRITE, err)) {
        database_discard(database);
        return NULL;
    }
    return database;
}

bool database_settle(struct database *database, struct err *err)
{
    sqlite3_close(database->handle);
    database->handle = NULL;
    /* Unlike rename, link does not replace what has come there meanwhile; not all disks have it. */
    bool is_linked = link(database->draft, database->path) == 0;
    if (!is_linked && (errno == EEXIST || rename(database->draft, database->path) != 0)) {
        return err_set(err, ERR_FAILED, "%.140s: it cannot be created: %s", database->path,
                       strerror(errno));
    }
    unlink(database->draft);
    free(database->draft);
    database->draft = NULL;
    return open_handle(database, database->name, SQLITE_OPEN_READWRITE, err) &&
           database_run(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", err);
}

struct database *database_extend(const char *path, struct err *err)
{
    struct database *database = make(path, DATABASE_RECORDING, false, err);
    if (!database) {
        return NULL;
    }
    database->lock = writer_lock_open(path, err);
    if (database->lock < 0 || !open_handle(database, database->name, SQLITE_OPEN_READWRITE, err) ||
        !database_run(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", err)) {
        database_close(database);
        return NULL;
    }
    return database;
}

/* A file in WAL mode needs an index beside it, which a read-only folder does not have.  Without a
 * log nothing can be missing, and the file is read as it stands. */
static bool open_as_it_stands(struct database *database, struct err *err)
{
    int64_t ignored;
    if (database_file_has_log(database->path)) {
        return err_set(err, ERR_FAILED,
                       "%.140s: it was not closed in the end, and this folder cannot be written; "
                       "copy it and the file ending in -wal to one that can",
                       database->path);
    }
    char *uri = database_file_uri(database->name);
    if (!uri) {
        return fail(database, SQLITE_NOMEM, err);
    }
    sqlite3_close(database->handle);
    database->handle = NULL;
    bool ok = open_handle(database, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err) &&
              database_number(database, "PRAGMA schema_version", &ignored, err);
    free(uri);
    return ok;
}

/* A program that was killed while it began or ended its log leaves a journal, which says what the
 * file held before.  It is put back, or the file would be read as neither the one nor the other. */
static bool settle_journal(struct database *database, struct err *err)
{
    int64_t ignored;
    if (!database_file_has_journal(database->path)) {
        return true;
    }
    if (!database_file_check_journal(database->path, err)) {
        return false;
    }
    bool ok = open_handle(database, database->name, SQLITE_OPEN_READWRITE, err) &&
              database_number(database, "PRAGMA schema_version", &ignored, err);
    int kind = sqlite3_errcode(database->handle) & 0xff;
    if (!ok && (kind == SQLITE_READONLY || kind == SQLITE_CANTOPEN)) {
        err_set(err, ERR_FAILED,
                "%.140s: it was not closed in the end, and it or this folder cannot be written; "
                "copy it and the file ending in -journal to one that can",
                database->path);
    }
    sqlite3_close(database->handle);
    database->handle = NULL;
    return ok;
}

struct database *database_open(const char *path, enum database_kind kind, struct err *err)
{
    struct database *database = make(path, kind, true, err);
    struct stat status;
    int64_t ignored;
    if (!database) {
        return NULL;
    }
    /* A pipe would be waited for, and SQLite's words for a folder are none. */
    errno = 0;
    bool is_file = stat(path, &status) == 0 && S_ISREG(status.st_mode);
    if (!is_file || (status.st_size == 0 && !database_file_has_log(database->path))) {
        err_set(err, ERR_FAILED, "%.140s: %s expected, found: %s", path, kinds[kind],
                is_file           ? "an empty file"
                : errno == ENOENT ? "no such file"
                : errno != 0      ? strerror(errno)
                                  : "something that is no file");
        database_close(database);
        return NULL;
    }
    bool ok = settle_journal(database, err) &&
              open_handle(database, database->name, SQLITE_OPEN_READONLY, err);
    if (ok && !database_number(database, "PRAGMA schema_version", &ignored, err)) {
        int code = sqlite3_errcode(database->handle) & 0xff;
        ok = (code == SQLITE_CANTOPEN || code == SQLITE_READONLY) &&
             open_as_it_stands(database, err);
    }
    if (!ok) {
        database_close(database);
        return NULL;
    }
    return database;
}

bool database_finish(struct database *database, struct err *err)
{
    /* Somebody may be reading: then the log stays, as good as the file. */
    sqlite3_busy_timeout(database->handle, 0);
    errno = 0;
    int code = sqlite3_exec(database->handle, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    return code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED ||
           fail(database, code, err);
}

void database_close(struct database *database)
{
    if (!database) {
        return;
    }
    int code = sqlite3_close(database->handle);
    assert(code == SQLITE_OK);
    if (database->lock >= 0) {
        close(database->lock);
    }
    free(database->path);
    free(database->name);
    free(database->draft);
    free(database);
}

void database_discard(struct database *database)
{
    if (database) {
        sqlite3_close(database->handle);
        database->handle = NULL;
        if (database->draft) {
            unlink(database->draft);
            database_file_remove_beside(database->path, "-new-journal");
        } else {
            unlink(database->path);
            database_file_remove_beside(database->path, "-wal");
            database_file_remove_beside(database->path, "-shm");
        }
        database_close(database);
    }
}

const char *database_path(const struct database *database)
{
    return database->path;
}

bool database_has_moved(struct database *database)
{
    int moved = 0;
    int code = sqlite3_file_control(database->handle, NULL, SQLITE_FCNTL_HAS_MOVED, &moved);
    return code == SQLITE_OK && moved;
}

bool database_is_sound(struct database *database, struct err *err)
{
    const char *found = "";
    char clean[96];
    sqlite3_progress_handler(database->handle, 0, NULL,
                             NULL); /* it ends: each page is looked at once */
    struct query *query = query_open(database, "PRAGMA quick_check(1)", err);
    enum query_result result = query ? query_step(query, err) : QUERY_FAILED;
    bool ok = result == QUERY_ROW && query_text(query, 0, &found, DATABASE_VALUE_MAX) &&
              strcmp(found, "ok") == 0;
    if (!ok && result != QUERY_FAILED) {
        err_set(err, ERR_FAILED,
                "%.140s: it is damaged, and writing might take what is left (%s); play and export "
                "still read it",
                database->path, clean_copy(clean, sizeof clean, found));
    }
    query_close(query);
    sqlite3_progress_handler(database->handle, PROGRESS_EVERY, count_progress, database);
    return ok;
}

bool database_lacks_log(struct database *database)
{
    const char *mode = "";
    struct query *query = query_open(database, "PRAGMA journal_mode", NULL);
    bool has_log = query && query_step(query, NULL) == QUERY_ROW &&
                   query_text(query, 0, &mode, DATABASE_VALUE_MAX) && strcmp(mode, "wal") == 0;
    query_close(query);
    return has_log && !database_file_has_log(database->path);
}

void database_allow_large(struct database *database, bool on)
{
    sqlite3_limit(database->handle, SQLITE_LIMIT_LENGTH,
                  on ? DATABASE_LARGE_MAX : DATABASE_VALUE_MAX);
}

bool database_run(struct database *database, const char *sql, struct err *err)
{
    database->n_progress = 0;
    errno = 0;
    int code = sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || fail(database, code, err);
}

void database_roll_back(struct database *database)
{
    if (!sqlite3_get_autocommit(database->handle)) {
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    }
}

bool database_number(struct database *database, const char *sql, int64_t *number, struct err *err)
{
    struct query *query = query_open(database, sql, err);
    bool ok = query && query_step(query, err) == QUERY_ROW;
    *number = ok ? sqlite3_column_int64(query->statement, 0) : 0;
    query_close(query);
    return ok;
}

/* ---- queries ---- */

struct query *query_open(struct database *database, const char *sql, struct err *err)
{
    struct query *query = calloc(1, sizeof *query);
    if (!query) {
        fail(database, SQLITE_NOMEM, err);
        return NULL;
    }
    database->n_progress = 0;
    errno = 0;
    query->database = database;
    int code = sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                  &query->statement, NULL);
    if (code != SQLITE_OK) {
        fail(database, code, err);
        query_close(query);
        return NULL;
    }
    return query;
}

void query_close(struct query *query)
{
    if (query) {
        sqlite3_finalize(query->statement);
        free(query);
    }
}

static void note_bind(struct query *query, int code)
{
    query->bind_code = code != SQLITE_OK ? code : query->bind_code;
}

void query_put_number(struct query *query, int i, int64_t value)
{
    note_bind(query, sqlite3_bind_int64(query->statement, i, value));
}

void query_put_real(struct query *query, int i, double value)
{
    note_bind(query, isnan(value) ? sqlite3_bind_null(query->statement, i)
                                  : sqlite3_bind_double(query->statement, i, value));
}

void query_put_text(struct query *query, int i, const char *text)
{
    note_bind(query, text ? sqlite3_bind_text(query->statement, i, text, -1, SQLITE_STATIC)
                          : sqlite3_bind_null(query->statement, i));
}

void query_put_blob(struct query *query, int i, const void *bytes, size_t size)
{
    note_bind(query, sqlite3_bind_blob64(query->statement, i, bytes, size, SQLITE_STATIC));
}

enum query_result query_step(struct query *query, struct err *err)
{
    query->database->n_progress = 0;
    errno = 0;
    int code = query->bind_code != SQLITE_OK ? query->bind_code : sqlite3_step(query->statement);
    if (code == SQLITE_ROW) {
        return QUERY_ROW;
    }
    if (code == SQLITE_DONE) {
        return QUERY_DONE;
    }
    fail(query->database, code, err);
    return QUERY_FAILED;
}

void query_reset(struct query *query)
{
    sqlite3_reset(query->statement);
    sqlite3_clear_bindings(query->statement);
    query->bind_code = SQLITE_OK;
}

bool query_run(struct query *query, struct err *err)
{
    bool ok = query_step(query, err) == QUERY_DONE;
    query_reset(query);
    return ok;
}

bool query_number(struct query *query, int column, int64_t *value, int64_t min, int64_t max)
{
    *value = sqlite3_column_int64(query->statement, column);
    return sqlite3_column_type(query->statement, column) == SQLITE_INTEGER && *value >= min &&
           *value <= max;
}

bool query_real(struct query *query, int column, double *value)
{
    bool is_null = query_is_null(query, column);
    *value = is_null ? (double)NAN : sqlite3_column_double(query->statement, column);
    return is_null || sqlite3_column_type(query->statement, column) == SQLITE_FLOAT;
}

bool query_text(struct query *query, int column, const char **text, size_t max)
{
    sqlite3_stmt *statement = query->statement;
    bool is_text = sqlite3_column_type(statement, column) == SQLITE_TEXT;
    const void *found = is_text ? sqlite3_column_text(statement, column) : NULL;
    *text = found ? found : "";
    size_t size = found ? (size_t)sqlite3_column_bytes(statement, column) : 0;
    return found && size <= max && strlen(*text) == size;
}

bool query_blob(struct query *query, int column, const void **bytes, size_t *size)
{
    sqlite3_stmt *statement = query->statement;
    bool is_blob = sqlite3_column_type(statement, column) == SQLITE_BLOB;
    *bytes = is_blob ? sqlite3_column_blob(statement, column) : NULL;
    *size = is_blob ? (size_t)sqlite3_column_bytes(statement, column) : 0;
    return is_blob && *bytes && *size > 0;
}

bool query_is_null(struct query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}
