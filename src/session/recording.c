/* SPDX-License-Identifier: MIT
 * Recordings: reading.  Rows are found by their number alone, so that no index of a hostile file is
 * believed; numbers and kinds of values are checked one by one. */
#include "session/recording.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/closing.h"
#include "session/config_rows.h"
#include "session/database.h"
#include "session/gallery_code.h"
#include "session/recording_schema.h"
#include "session/snapshot_code.h"
#include "session/writer_lock.h"
#include "tasks/clean.h"

enum {
    FACT_MAX = 128,
    SIDE_MAX = 10000,
    END_MAX = 1000000,
    ENTRIES_MAX = 1 << 24,
    VIEWS_MAX = 1 << 24
};

enum {
    QUERY_META,
    QUERY_ENTRIES,
    QUERY_TIME,
    QUERY_LAST_ENTRY,
    QUERY_SNAPSHOT,
    QUERY_FIRST_SNAPSHOT,
    QUERY_NEXT_SNAPSHOT,
    QUERY_VIEWS,
    QUERY_LAST_VIEW,
    QUERY_CHECKPOINT,
    QUERIES
};

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

struct recording {
    struct database *database;
    struct query *queries[QUERIES];
    struct config_kept kept;
    struct recording_facts facts;
    char version[FACT_MAX], build[FACT_MAX], blas_core[FACT_MAX], created[FACT_MAX];
    char meta[RECORDING_META_MAX];
    struct err why; /* what went wrong while the config was read */
};

static bool damaged(const struct recording *recording, const char *what, int64_t n, struct err *err)
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

/* ---- how much there is ---- */

/* Two whole numbers of the first row, or -1 if there is no row. */
static bool first_row(struct recording *recording, int i, int n_columns, int64_t numbers[2],
                      int64_t max, struct err *err)
{
    struct query *query = recording->queries[i];
    numbers[0] = numbers[1] = -1;
    enum query_result result = query_step(query, err);
    bool ok = result != QUERY_FAILED;
    if (result == QUERY_ROW) {
        ok = (query_number(query, 0, &numbers[0], 0, max) &&
              (n_columns < 2 || query_number(query, 1, &numbers[1], 0, INT64_MAX))) ||
             damaged(recording, "row", numbers[0], err);
    }
    query_reset(query);
    return ok;
}

bool recording_extent(struct recording *recording, struct recording_extent *extent, struct err *err)
{
    int64_t entry[2], view[2], first[2], last = -1;
    *extent = (struct recording_extent){.first_snapshot = -1};
    if (!first_row(recording, QUERY_LAST_ENTRY, 2, entry, ENTRIES_MAX - 1, err) ||
        !first_row(recording, QUERY_LAST_VIEW, 2, view, VIEWS_MAX - 1, err) ||
        !first_row(recording, QUERY_FIRST_SNAPSHOT, 1, first, INT64_MAX, err)) {
        return false;
    }
    struct query *query = recording->queries[QUERY_SNAPSHOT];
    query_put_number(query, 1, INT64_MAX);
    enum query_result result = query_step(query, err);
    bool ok = result != QUERY_FAILED &&
              (result == QUERY_DONE || query_number(query, 0, &last, 0, INT64_MAX) ||
               damaged(recording, "snapshot", last, err));
    query_reset(query);
    extent->n_entries = entry[0] + 1;
    extent->n_views = view[0] + 1;
    extent->first_snapshot = first[0];
    extent->t = entry[1] > 0 ? entry[1] : 0;
    extent->t = view[1] > extent->t ? view[1] : extent->t;
    extent->t = last > extent->t ? last : extent->t;
    return ok;
}

bool recording_expect_log(struct recording *recording, struct err *err)
{
    struct recording_extent extent;
    const char *path = database_path(recording->database);
    return recording_extent(recording, &extent, err) &&
           (extent.n_entries > 0 || !database_lacks_log(recording->database) ||
            err_set(err, ERR_FAILED,
                    "%.110s: it holds no task: the file %.110s-wal, in which what was recorded "
                    "stays until it ends, is missing or empty",
                    path, path));
}

/* ---- entries ---- */

static bool take_int(struct query *query, int column, int *value)
{
    int64_t number;
    bool ok = query_number(query, column, &number, -1, INT_MAX);
    *value = ok ? (int)number : -1;
    return ok;
}

/* Commands, refusals and names are what their text says; whoever reads them relies on it. */
static bool needs_text(enum entry_kind kind)
{
    return kind == ENTRY_COMMAND || kind == ENTRY_REFUSED || kind == ENTRY_LEARNER;
}

/* All of an entry but its kind. */
static bool take_entry(struct query *query, struct entry *entry, int64_t *t)
{
    int64_t step;
    entry->text = NULL;
    bool ok = query_number(query, 2, t, 0, INT64_MAX) && take_int(query, 3, &entry->learner) &&
              take_int(query, 4, &entry->stage) && take_int(query, 5, &entry->task) &&
              query_number(query, 6, &step, 0, LONG_MAX) && query_real(query, 7, &entry->value) &&
              ((query_is_null(query, 8) && !needs_text(entry->kind)) ||
               query_text(query, 8, &entry->text, JOURNAL_TEXT_MAX - 1));
    entry->step = ok ? (long)step : 0;
    return ok;
}

/* A task there can be, or none; of a learner it is the number of another. */
static bool has_task(const struct entry *entry)
{
    return entry->kind == ENTRY_LEARNER || entry->task < SUITE_TASKS_MAX;
}

bool recording_read(struct recording *recording, int64_t first, int64_t end, recording_entry take,
                    void *context, struct err *err)
{
    struct query *query = recording->queries[QUERY_ENTRIES];
    bool ok = true, goes_on = true;
    query_put_number(query, 1, first);
    query_put_number(query, 2, end);
    for (int64_t n = first; n < end && ok && goes_on; n++) {
        struct entry entry = {0};
        const char *word = "";
        int64_t found, t;
        enum query_result result = query_step(query, err);
        if (result == QUERY_FAILED) {
            ok = false;
            break;
        }
        ok = result == QUERY_ROW && query_number(query, 0, &found, n, n) &&
             query_text(query, 1, &word, FACT_MAX) && schema_kind(word, &entry) &&
             take_entry(query, &entry, &t) && has_task(&entry);
        goes_on = ok && take(context, n, t, &entry);
        if (!ok) {
            damaged(recording, "entry", n, err);
        }
    }
    query_reset(query);
    return ok;
}

static bool append(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    (void)n;
    (void)t;
    return journal_add(context, *entry);
}

bool recording_fill(struct recording *recording, struct journal *journal, int64_t end,
                    struct err *err)
{
    if (!recording_read(recording, journal_length(journal), end, append, journal, err)) {
        return false;
    }
    return journal_length(journal) >= end ||
           err_set(err, ERR_FAILED, "memory: no room for the entries of %.140s",
                   database_path(recording->database));
}

bool recording_count_until(struct recording *recording, int64_t t, int64_t *n, struct err *err)
{
    int64_t last[2], low = 0, high, found;
    *n = 0;
    if (!first_row(recording, QUERY_LAST_ENTRY, 2, last, ENTRIES_MAX - 1, err)) {
        return false;
    }
    struct query *query = recording->queries[QUERY_TIME];
    for (high = last[0] + 1; low < high;) { /* times never go back */
        int64_t middle = low + (high - low) / 2;
        query_put_number(query, 1, middle);
        enum query_result result = query_step(query, err);
        bool ok = result == QUERY_ROW && query_number(query, 0, &found, 0, INT64_MAX);
        query_reset(query);
        if (!ok) {
            return result != QUERY_FAILED && damaged(recording, "entry", middle, err);
        }
        low = found <= t ? middle + 1 : low;
        high = found <= t ? high : middle;
    }
    *n = low;
    return true;
}

/* ---- snapshots, views, checkpoints ---- */

bool recording_snapshot(struct recording *recording, int64_t t, struct snapshot *snapshot,
                        int64_t *taken, int64_t *n, struct err *err)
{
    struct query *query = recording->queries[QUERY_SNAPSHOT];
    const void *bytes;
    size_t size;
    struct err why = {0};
    *taken = *n = 0;
    query_put_number(query, 1, t);
    enum query_result result = query_step(query, err);
    bool ok = result == QUERY_ROW;
    if (ok) {
        ok = (query_number(query, 0, taken, 0, t) && query_number(query, 1, n, 0, ENTRIES_MAX) &&
              query_blob(query, 2, &bytes, &size)) ||
             damaged(recording, "snapshot", *taken, err);
        if (ok && !snapshot_decode(snapshot, bytes, size, &why)) {
            ok = err_set(err, ERR_FAILED, "%.140s: %.150s", database_path(recording->database),
                         why.msg);
        }
    } else if (result == QUERY_DONE && err) {
        *err = (struct err){0};
    }
    query_reset(query);
    return ok;
}

bool recording_next_snapshot(struct recording *recording, int64_t t, int64_t *next, struct err *err)
{
    struct query *query = recording->queries[QUERY_NEXT_SNAPSHOT];
    query_put_number(query, 1, t);
    enum query_result result = query_step(query, err);
    *next = -1;
    bool ok =
        result == QUERY_DONE || (result == QUERY_ROW && query_number(query, 0, next, t, INT64_MAX));
    query_reset(query);
    return ok || (result == QUERY_ROW && damaged(recording, "snapshot", t, err));
}

bool recording_read_views(struct recording *recording, int64_t first, recording_view take,
                          void *context, struct err *err)
{
    struct query *query = recording->queries[QUERY_VIEWS];
    enum query_result result = QUERY_DONE;
    bool ok = true, goes_on = true;
    query_put_number(query, 1, first);
    for (int64_t i = first; ok && goes_on && i < VIEWS_MAX; i++) {
        int64_t found, t;
        const char *line;
        result = query_step(query, err);
        if (result != QUERY_ROW) {
            break;
        }
        ok = (query_number(query, 0, &found, i, i) && query_number(query, 1, &t, 0, INT64_MAX) &&
              query_text(query, 2, &line, RECORDING_LINE_MAX - 1)) ||
             damaged(recording, "view", i, err);
        goes_on = ok && take(context, i, t, line);
    }
    query_reset(query);
    return ok && result != QUERY_FAILED;
}

unsigned char *recording_checkpoint(struct recording *recording, int64_t n, int64_t *found,
                                    size_t *size, struct err *err)
{
    struct query *query = recording->queries[QUERY_CHECKPOINT];
    const void *bytes = NULL;
    unsigned char *copy = NULL;
    struct err why = {0};
    *found = 0;
    *size = 0;
    database_allow_large(recording->database, true);
    query_put_number(query, 1, n);
    enum query_result result = query_step(query, &why);
    if (result == QUERY_ROW) {
        if (!query_number(query, 0, found, 0, n) || !query_blob(query, 1, &bytes, size)) {
            damaged(recording, "checkpoint", *found, &why);
        } else if (!(copy = malloc(*size))) {
            err_set(&why, ERR_FAILED, "memory: no room for a checkpoint of %zu bytes", *size);
        } else {
            memcpy(copy, bytes, *size);
        }
    }
    query_reset(query);
    database_allow_large(recording->database, false);
    if (err) {
        *err = why;
    }
    return copy;
}
