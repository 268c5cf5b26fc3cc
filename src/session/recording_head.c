/* SPDX-License-Identifier: MIT
 * Recordings: opening, and what is said of the session.  Rows are found by their number alone, so
 * that no index of a hostile file is believed; numbers and kinds of values are checked one by one.
 */
#include "session/merged_schema.h"
#include "session/recording_inside.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/closing.h"
#include "session/gallery_code.h"
#include "session/recording_schema.h"
#include "session/writer_lock.h"
#include "tasks/clean.h"

enum { SIDE_MAX = 10000, END_MAX = 1000000 };

static const char *const texts[QUERIES] = {
    [QUERY_META] = "SELECT value FROM meta NOT INDEXED WHERE key = ? LIMIT 1",
    [QUERY_ENTRIES] = "SELECT n, kind, t, learner, stage, task, step, value, text"
                      " FROM entries NOT INDEXED WHERE n >= ? AND n < ? ORDER BY n",
    [QUERY_TIME] = "SELECT t FROM entries NOT INDEXED WHERE n = ?",
    [QUERY_LAST_ENTRY] = "SELECT n, t FROM entries NOT INDEXED ORDER BY n DESC LIMIT 1",
    [QUERY_SNAPSHOT] = "SELECT t, n, blob FROM snapshots NOT INDEXED WHERE t <= ?"
                       " ORDER BY t DESC LIMIT 1",
    [QUERY_FIRST_SNAPSHOT] = "SELECT t FROM snapshots NOT INDEXED ORDER BY t LIMIT 1",
    [QUERY_NEXT_SNAPSHOT] = "SELECT t FROM snapshots NOT INDEXED WHERE t > ? ORDER BY t LIMIT 1",
    [QUERY_VIEWS] = "SELECT i, t, line FROM views NOT INDEXED WHERE i >= ? ORDER BY i",
    [QUERY_LAST_VIEW] = "SELECT i, t FROM views NOT INDEXED ORDER BY i DESC LIMIT 1",
    [QUERY_CHECKPOINT] = "SELECT n, blob FROM checkpoints NOT INDEXED WHERE n <= ?"
                         " ORDER BY n DESC LIMIT 1",
};

bool recording_damaged(const struct recording *recording, const char *what, int64_t n,
                       struct err *err)
{
    return err_set(err, ERR_FAILED, "%.140s: it is damaged: %s %lld makes no sense or is missing",
                   database_path(recording->database), what, (long long)n);
}

/* ---- opening ---- */

/* The table is there, is a table, and is made as we make it: then it has all columns, of their
 * kinds, and nothing in it is computed. */
static bool check_table(struct database *database, const struct schema_table *table,
                        struct err *err)
{
    const char *sql = "";
    struct query *query = query_open(
        database, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", err);
    if (!query) {
        return false;
    }
    query_put_text(query, 1, table->name);
    enum query_result result = query_step(query, err);
    bool ok = result == QUERY_ROW && query_text(query, 0, &sql, DATABASE_VALUE_MAX) &&
              strcmp(sql, table->sql) == 0;
    if (!ok && result != QUERY_FAILED) {
        err_set(err, ERR_FAILED, "%.140s: the table %s of a recording expected, %s found",
                database_path(database), table->name,
                result == QUERY_ROW ? "one with other columns" : "none");
    }
    query_close(query);
    return ok;
}

static bool check_file(struct recording *recording, struct err *err)
{
    struct database *database = recording->database;
    int64_t id, version;
    if (!database_number(database, "PRAGMA application_id", &id, err) ||
        !database_number(database, "PRAGMA user_version", &version, err)) {
        return false;
    }
    const char *path = database_path(database);
    if (id == MERGED_APPLICATION_ID) {
        return err_set(err, ERR_FAILED,
                       "%.140s: a recording expected, found the merged runs of a sweep, for oubli "
                       "plot and --like",
                       path);
    }
    if (id != RECORDING_APPLICATION_ID) {
        return err_set(err, ERR_FAILED,
                       "%.140s: it is an SQLite file, but not a recording: application id %d "
                       "expected, %lld found",
                       path, (int)RECORDING_APPLICATION_ID, (long long)id);
    }
    if (version != RECORDING_VERSION) {
        return err_set(err, ERR_FAILED,
                       "%.140s: it is a recording of format %lld, this oubli reads format %d; use "
                       "%s one",
                       path, (long long)version, (int)RECORDING_VERSION,
                       version > RECORDING_VERSION ? "a newer" : "an older");
    }
    for (const struct schema_table *table = schema_tables(); table->name; table++) {
        if (!check_table(database, table, err)) {
            return false;
        }
    }
    return true;
}

static const char *get_row(void *context, const char *key)
{
    struct recording *recording = context;
    return recording_meta(recording, key, &recording->why);
}

/* A fact is for showing only: what is not there or too long is no reason to refuse a file. */
static void read_fact(struct recording *recording, const char *key, char text[FACT_MAX])
{
    const char *value = recording_meta(recording, key, NULL);
    snprintf(text, FACT_MAX, "%s", value ? value : "");
    clean_text(text);
}

static bool is_end(int n, int least)
{
    return n >= least && n <= END_MAX;
}

/* Not there in older files. */
static void read_ends(struct recording *recording)
{
    struct recording_facts *facts = &recording->facts;
    const char *ends = recording_meta(recording, "ends", NULL);
    if (!ends ||
        sscanf(ends, "%8d %8d %8d", &facts->n_inputs, &facts->n_symbols, &facts->n_outputs) != 3 ||
        !is_end(facts->n_inputs, 1) || !is_end(facts->n_symbols, 0) ||
        !is_end(facts->n_outputs, 1)) {
        facts->n_inputs = facts->n_symbols = facts->n_outputs = 0;
    }
}

static void read_facts(struct recording *recording)
{
    struct recording_facts *facts = &recording->facts;
    char text[FACT_MAX];
    read_fact(recording, "version", recording->version);
    read_fact(recording, "build", recording->build);
    read_fact(recording, "blas_core", recording->blas_core);
    read_fact(recording, "created", recording->created);
    facts->version = recording->version;
    facts->build = recording->build;
    facts->blas_core = recording->blas_core;
    facts->created = recording->created;
    read_fact(recording, "terminal", text);
    if (sscanf(text, "%5dx%5d", &facts->cols, &facts->rows) != 2 || facts->cols < 0 ||
        facts->cols > SIDE_MAX || facts->rows < 0 || facts->rows > SIDE_MAX) {
        facts->cols = facts->rows = 0;
    }
    read_fact(recording, "arithmetic", text); /* not there before there was a second one */
    facts->arithmetic = text[0] ? atoi(text) : 1;
    read_fact(recording, "probing", text); /* the same */
    facts->probing = text[0] ? atoi(text) : 1;
    read_fact(recording, "pace", text);
    double pace = strtod(text, NULL);
    facts->pace = pace >= 0 && pace <= 1e9 ? pace : 0;
    read_ends(recording);
}

static bool prepare(struct recording *recording, struct err *err)
{
    for (int i = 0; i < QUERIES; i++) {
        recording->queries[i] = query_open(recording->database, texts[i], err);
        if (!recording->queries[i]) {
            return false;
        }
    }
    return true;
}

static bool read_head(struct recording *recording, struct err *err)
{
    struct err why = {0};
    if (!config_rows_read(&recording->kept, get_row, recording, &why)) {
        return recording->why.code != ERR_NONE
                   ? err_set(err, recording->why.code, "%s", recording->why.msg)
                   : err_set(err, ERR_FAILED, "%.140s: %s", database_path(recording->database),
                             why.msg);
    }
    read_facts(recording);
    return true;
}

struct recording *recording_open(const char *path, struct err *err)
{
    struct recording *recording = calloc(1, sizeof *recording);
    if (!recording) {
        err_set(err, ERR_FAILED, "memory: no room to open %.140s", path);
        return NULL;
    }
    recording->database = database_open(path, DATABASE_RECORDING, err);
    if (!recording->database || !check_file(recording, err) || !prepare(recording, err) ||
        !read_head(recording, err)) {
        recording_close(recording);
        return NULL;
    }
    return recording;
}

void recording_close(struct recording *recording)
{
    if (!recording) {
        return;
    }
    for (int i = 0; i < QUERIES; i++) {
        query_close(recording->queries[i]);
    }
    database_close(recording->database);
    free(recording);
}

bool recording_is_sound(struct recording *recording, struct err *err)
{
    database_allow_large(recording->database, true);
    bool ok = database_is_sound(recording->database, err);
    database_allow_large(recording->database, false);
    return ok;
}

bool recording_is_free(const char *path, struct err *err)
{
    struct recording *recording = recording_open(path, err);
    struct err why = {0}; /* somebody who writes has had nothing to write yet, perhaps */
    bool ok = recording && schema_is_passive(recording->database, err);
    bool has_log = ok && recording_expect_log(recording, &why);
    recording_close(recording); /* first: with the lock's file SQLite's own locks are closed, too */
    int lock = ok ? writer_lock_open(path, err) : -1;
    if (lock < 0) {
        return false;
    }
    close(lock);
    return has_log || err_set(err, why.code, "%s", why.msg);
}

const char *recording_path(const struct recording *recording)
{
    return database_path(recording->database);
}

const struct config *recording_config(const struct recording *recording)
{
    return &recording->kept.config;
}

const struct recording_facts *recording_facts(const struct recording *recording)
{
    return &recording->facts;
}

const char *recording_meta(struct recording *recording, const char *key, struct err *err)
{
    struct query *query = recording->queries[QUERY_META];
    const char *value = "";
    bool is_there = false;
    query_put_text(query, 1, key);
    if (query_step(query, err) == QUERY_ROW) {
        is_there = query_text(query, 0, &value, RECORDING_META_MAX - 1);
        if (is_there) {
            snprintf(recording->meta, sizeof recording->meta, "%s", value);
        } else {
            err_set(err, ERR_FAILED,
                    "%.140s: it is damaged: meta %s is no text of at most %d bytes",
                    database_path(recording->database), key, RECORDING_META_MAX - 1);
        }
    }
    query_reset(query);
    return is_there ? recording->meta : NULL;
}

/* Takes what the bytes of a still are: NULL and err if they are none. */
typedef void *(*decode_still)(const void *bytes, size_t size, struct err *err);

static void *read_still(struct recording *recording, const char *name, decode_still decode,
                        struct err *err)
{
    static const char sql[] = "SELECT blob FROM stills NOT INDEXED WHERE name = ? LIMIT 1";
    struct query *query = query_open(recording->database, sql, err);
    void *still = NULL;
    if (query) {
        query_put_text(query, 1, name);
    }
    if (query && query_step(query, err) == QUERY_ROW) {
        struct err why = {0};
        const void *bytes;
        size_t size;
        still = query_blob(query, 0, &bytes, &size) ? decode(bytes, size, &why) : NULL;
        if (!still) {
            err_set(err, ERR_FAILED, "%.140s: %s%s%s", database_path(recording->database),
                    why.code ? why.msg : "it is damaged: ", why.code ? "" : name,
                    why.code ? "" : " is no bytes");
        }
    }
    query_close(query);
    return still;
}

static void *as_gallery(const void *bytes, size_t size, struct err *err)
{
    return gallery_decode(bytes, size, err);
}

static void *as_closing(const void *bytes, size_t size, struct err *err)
{
    return closing_decode(bytes, size, err);
}

struct gallery *recording_gallery(struct recording *recording, struct err *err)
{
    return read_still(recording, "gallery", as_gallery, err);
}

struct closing *recording_closing(struct recording *recording, struct err *err)
{
    return read_still(recording, "closing", as_closing, err);
}

const char *recording_task_name(struct recording *recording, int task)
{
    char key[CONFIG_KEY_MAX], name[FACT_MAX];
    snprintf(key, sizeof key, "task.%d", task);
    read_fact(recording, key, name);
    snprintf(recording->meta, sizeof recording->meta, "%s", name);
    return name[0] ? recording->meta : NULL;
}

bool recording_script(struct recording *recording, struct script *script, struct err *err)
{
    struct err why = {0};
    const char *line = "";
    *script = (struct script){0};
    for (int i = 0; line && i < SCRIPT_MAX; i++) {
        char key[SCHEMA_AT_MAX];
        line = recording_meta(recording, schema_at(i, key), &why);
        if (line && !script_add(script, line, NULL)) {
            return err_set(err, ERR_FAILED, "%.140s: it is damaged: meta %s is no timed command",
                           database_path(recording->database), key);
        }
    }
    return !why.code || err_set(err, why.code, "%s", why.msg);
}
