/* SPDX-License-Identifier: MIT
 * Recordings: writing. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/lab.h"
#include "session/closing.h"
#include "session/config_rows.h"
#include "session/database.h"
#include "session/database_file.h"
#include "session/gallery_code.h"
#include "session/recording.h"
#include "session/recording_schema.h"
#include "session/snapshot_code.h"

enum { CHECKPOINT_MAX = DATABASE_LARGE_MAX - 1024 }; /* a row has room for its key, too */
enum {
    QUERY_ENTRY,
    QUERY_SNAPSHOT,
    QUERY_DROP,
    QUERY_VIEW,
    QUERY_CHECKPOINT,
    QUERY_FORGET,
    QUERY_META,
    QUERY_STILL,
    QUERIES
};

static const char *const texts[QUERIES] = {
    [QUERY_ENTRY] = "INSERT INTO entries VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [QUERY_SNAPSHOT] = "INSERT INTO snapshots VALUES(?, ?, ?)",
    [QUERY_DROP] = "DELETE FROM snapshots",
    [QUERY_VIEW] = "INSERT INTO views VALUES(?, ?, ?)",
    [QUERY_CHECKPOINT] = "INSERT OR REPLACE INTO checkpoints VALUES(?, ?)",
    [QUERY_FORGET] = ("DELETE FROM checkpoints WHERE n NOT IN"
                      " (SELECT n FROM checkpoints ORDER BY n DESC LIMIT 2)"),
    [QUERY_META] = "INSERT OR REPLACE INTO meta VALUES(?, ?)",
    [QUERY_STILL] = "INSERT OR REPLACE INTO stills VALUES(?, ?)",
};

struct recording_writer {
    struct database *database;
    struct query *queries[QUERIES];
    int64_t n_entries, n_views;
    int64_t t, snapshot_t; /* the last ones */
    bool is_begun;
    struct err death; /* why it is dead; ERR_NONE while it lives */
};

static bool is_dead(const struct recording_writer *writer, struct err *err)
{
    return writer->death.code != ERR_NONE &&
           !err_set(err, writer->death.code, "%s", writer->death.msg);
}

/* Takes the result of a piece of work on writer->death: false is the writer's end. */
static bool survive(struct recording_writer *writer, bool ok, struct err *err)
{
    if (!ok) {
        database_roll_back(writer->database);
        writer->is_begun = false;
        err_set(err, writer->death.code, "%s", writer->death.msg);
    }
    return ok;
}

/* The query for a piece of work that has been begun; NULL and err if the writer is dead. */
static struct query *query_of(struct recording_writer *writer, int query, struct err *err)
{
    if (is_dead(writer, err)) {
        return NULL;
    }
    assert(writer->is_begun);
    return writer->queries[query];
}

static int64_t time_of(struct recording_writer *writer, int64_t t)
{
    writer->t = t > writer->t ? t : writer->t;
    return writer->t;
}

/* ---- making the file ---- */

static bool put_meta(void *context, const char *key, const char *value, struct err *err)
{
    struct recording_writer *writer = context;
    struct query *query = writer->queries[QUERY_META];
    query_put_text(query, 1, key);
    query_put_text(query, 2, value);
    return query_run(query, err);
}

static bool put_fact(struct recording_writer *writer, const char *key, const char *value,
                     struct err *err)
{
    char text[RECORDING_META_MAX];
    snprintf(text, sizeof text, "%s", value ? value : "");
    return put_meta(writer, key, text, err);
}

static bool put_task_names(struct recording_writer *writer, const struct recording_facts *facts,
                           struct err *err)
{
    char key[CONFIG_KEY_MAX];
    bool ok = true;
    for (int t = 0; facts->task_names && t < facts->n_tasks && ok; t++) {
        snprintf(key, sizeof key, "task.%d", t);
        ok = put_fact(writer, key, facts->task_names[t], err);
    }
    return ok;
}

static bool put_facts(struct recording_writer *writer, const struct recording_facts *facts,
                      struct err *err)
{
    char now[32] = "", terminal[32], pace[32], arithmetic[16], probing[16], ends[48];
    time_t seconds = time(NULL);
    struct tm utc;
    if (gmtime_r(&seconds, &utc)) {
        strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    snprintf(terminal, sizeof terminal, "%dx%d", facts->cols, facts->rows);
    snprintf(pace, sizeof pace, "%.17g", facts->pace);
    snprintf(arithmetic, sizeof arithmetic, "%d", LAB_ARITHMETIC);
    snprintf(probing, sizeof probing, "%d", LAB_PROBING);
    snprintf(ends, sizeof ends, "%d %d %d", facts->n_inputs, facts->n_symbols, facts->n_outputs);
    return put_fact(writer, "version", facts->version, err) &&
           put_fact(writer, "build", facts->build, err) &&
           put_fact(writer, "blas_core", facts->blas_core, err) &&
           put_fact(writer, "arithmetic", arithmetic, err) &&
           put_fact(writer, "probing", probing, err) &&
           put_fact(writer, "created", facts->created ? facts->created : now, err) &&
           put_fact(writer, "terminal", terminal, err) && put_fact(writer, "pace", pace, err) &&
           put_fact(writer, "ends", ends, err) && put_task_names(writer, facts, err);
}

/* Takes the bytes; NULL is what could not be made. */
static bool put_still(struct recording_writer *writer, const char *name, unsigned char *bytes,
                      size_t size, struct err *err)
{
    struct query *query = writer->queries[QUERY_STILL];
    if (!bytes) {
        return false;
    }
    query_put_text(query, 1, name);
    query_put_blob(query, 2, bytes, size);
    bool ok = query_run(query, err);
    free(bytes);
    return ok;
}

static bool put_gallery(struct recording_writer *writer, const struct gallery *gallery,
                        struct err *err)
{
    size_t size = 0;
    unsigned char *bytes = gallery_encode(gallery, &size, err);
    return put_still(writer, "gallery", bytes, size, err);
}

static bool make_tables(struct recording_writer *writer, struct err *err)
{
    char pragmas[128];
    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             (int)RECORDING_APPLICATION_ID, (int)RECORDING_VERSION);
    bool ok = database_run(writer->database, pragmas, err);
    for (const struct schema_table *table = schema_tables(); table->name && ok; table++) {
        ok = database_run(writer->database, table->sql, err);
    }
    return ok && database_run(writer->database, schema_views(), err);
}

static void close_queries(struct recording_writer *writer)
{
    for (int i = 0; i < QUERIES; i++) {
        query_close(writer->queries[i]);
        writer->queries[i] = NULL;
    }
}

static bool open_queries(struct recording_writer *writer, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < QUERIES; i++) {
        writer->queries[i] = query_open(writer->database, texts[i], err);
        ok = writer->queries[i] != NULL;
    }
    return ok;
}

static bool fill_new(struct recording_writer *writer, const struct config *config,
                     const struct recording_facts *facts, struct err *err)
{
    bool ok = database_run(writer->database, "BEGIN IMMEDIATE", err) && make_tables(writer, err) &&
              open_queries(writer, err) && config_rows_write(config, put_meta, writer, err) &&
              put_facts(writer, facts, err) &&
              (!facts->gallery || put_gallery(writer, facts->gallery, err)) &&
              database_run(writer->database, "COMMIT", err);
    if (!ok) {
        database_roll_back(writer->database);
    }
    close_queries(writer);
    return ok && database_settle(writer->database, err) && open_queries(writer, err);
}

struct recording_writer *recording_create(const char *path, const struct config *config,
                                          const struct recording_facts *facts, struct err *err)
{
    struct recording_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        err_set(err, ERR_FAILED, "memory: no room to record");
        return NULL;
    }
    writer->snapshot_t = -1;
    writer->database = database_create(path, DATABASE_RECORDING, err);
    if (!writer->database) {
        free(writer);
        return NULL;
    }
    if (!fill_new(writer, config, facts, err)) {
        close_queries(writer);
        database_discard(writer->database);
        free(writer);
        return NULL;
    }
    return writer;
}

bool recording_is_new(const char *path, struct err *err)
{
    return database_file_is_new(path, err);
}

struct recording_writer *recording_reopen(const char *path, struct recording_extent *extent,
                                          struct err *err)
{
    struct recording_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        err_set(err, ERR_FAILED, "memory: no room to record");
        return NULL;
    }
    /* Checked before anything is written, and counted when nobody else can write any more. */
    struct recording *recording = recording_open(path, err);
    writer->database = recording ? database_extend(path, err) : NULL;
    bool ok = writer->database && schema_is_passive(writer->database, err) &&
              recording_extent(recording, extent, err);
    recording_close(recording);
    if (!ok || !open_queries(writer, err)) {
        close_queries(writer);
        database_close(writer->database);
        free(writer);
        return NULL;
    }
    writer->n_entries = extent->n_entries;
    writer->n_views = extent->n_views;
    writer->t = writer->snapshot_t = extent->t;
    return writer;
}

/* ---- adding ---- */

bool recording_begin(struct recording_writer *writer, struct err *err)
{
    if (is_dead(writer, err)) {
        return false;
    }
    assert(!writer->is_begun);
    writer->is_begun = true;
    return survive(writer, database_run(writer->database, "BEGIN IMMEDIATE", &writer->death), err);
}

static bool add_entry(struct recording_writer *writer, int64_t t, const struct entry *entry)
{
    struct query *query = writer->queries[QUERY_ENTRY];
    assert(writer->is_begun);
    query_put_number(query, 1, writer->n_entries);
    query_put_number(query, 2, time_of(writer, t));
    query_put_text(query, 3, schema_kind_name(entry));
    query_put_number(query, 4, entry->learner);
    query_put_number(query, 5, entry->stage);
    query_put_number(query, 6, entry->task);
    query_put_number(query, 7, entry->step);
    query_put_real(query, 8, entry->value);
    query_put_text(query, 9, entry->text);
    bool ok = query_run(query, &writer->death);
    writer->n_entries += ok;
    return ok;
}

bool recording_add_entry(struct recording_writer *writer, int64_t t, const struct entry *entry,
                         struct err *err)
{
    return !is_dead(writer, err) && survive(writer, add_entry(writer, t, entry), err);
}

bool recording_add_journal(struct recording_writer *writer, int64_t t,
                           const struct journal *journal, struct err *err)
{
    bool ok = !is_dead(writer, err);
    long n = journal_length(journal);
    for (long i = (long)writer->n_entries; i < n && ok; i++) {
        struct entry entry = journal_at(journal, i);
        ok = survive(writer, add_entry(writer, t, &entry), err);
    }
    return ok;
}

bool recording_add_snapshot(struct recording_writer *writer, int64_t t,
                            const struct snapshot *snapshot, struct err *err)
{
    struct query *query = query_of(writer, QUERY_SNAPSHOT, err);
    size_t size;
    unsigned char *bytes = query ? snapshot_encode(snapshot, &size, &writer->death) : NULL;
    if (!bytes) {
        return query && survive(writer, false, err);
    }
    /* Their time is their name, so no two have the same. */
    int64_t at = time_of(writer, t <= writer->snapshot_t ? writer->snapshot_t + 1 : t);
    writer->snapshot_t = at;
    query_put_number(query, 1, at);
    query_put_number(query, 2, writer->n_entries);
    query_put_blob(query, 3, bytes, size);
    bool ok = query_run(query, &writer->death);
    free(bytes);
    return survive(writer, ok, err);
}

bool recording_drop_snapshots(struct recording_writer *writer, struct err *err)
{
    struct query *query = query_of(writer, QUERY_DROP, err);
    return query && survive(writer, query_run(query, &writer->death), err);
}

bool recording_add_view(struct recording_writer *writer, int64_t t, const char *line,
                        struct err *err)
{
    struct query *query = query_of(writer, QUERY_VIEW, err);
    if (!query) {
        return false;
    }
    assert(strlen(line) < RECORDING_LINE_MAX);
    query_put_number(query, 1, writer->n_views);
    query_put_number(query, 2, time_of(writer, t));
    query_put_text(query, 3, line);
    bool ok = query_run(query, &writer->death);
    writer->n_views += ok;
    return survive(writer, ok, err);
}

bool recording_add_checkpoint(struct recording_writer *writer, int64_t n, const void *bytes,
                              size_t size, struct err *err)
{
    struct query *query = query_of(writer, QUERY_CHECKPOINT, err);
    if (!query) {
        return false;
    }
    assert(size > 0 && n <= writer->n_entries);
    if (size > CHECKPOINT_MAX) {
        err_set(&writer->death, ERR_FAILED,
                "%.140s: a checkpoint of at most %d bytes expected, %zu found",
                database_path(writer->database), (int)CHECKPOINT_MAX, size);
        return survive(writer, false, err);
    }
    query_put_number(query, 1, n);
    query_put_blob(query, 2, bytes, size);
    return survive(writer,
                   query_run(query, &writer->death) &&
                       query_run(writer->queries[QUERY_FORGET], &writer->death),
                   err);
}

bool recording_set_meta(struct recording_writer *writer, const char *key, const char *value,
                        struct err *err)
{
    assert(strlen(value) < RECORDING_META_MAX);
    return query_of(writer, QUERY_META, err) &&
           survive(writer, put_meta(writer, key, value, &writer->death), err);
}

bool recording_set_script(struct recording_writer *writer, const struct script *script,
                          struct err *err)
{
    bool ok = true;
    for (int i = 0; script && i < script->n && ok; i++) {
        char key[SCHEMA_AT_MAX], line[SCRIPT_TEXT_MAX];
        script_format(&script->lines[i], line, sizeof line);
        ok = recording_set_meta(writer, schema_at(i, key), line, err);
    }
    return ok;
}

bool recording_set_closing(struct recording_writer *writer, const struct closing *closing,
                           struct err *err)
{
    if (!query_of(writer, QUERY_STILL, err)) {
        return false;
    }
    size_t size = 0;
    unsigned char *bytes = closing_encode(closing, &size, &writer->death);
    return survive(writer, put_still(writer, "closing", bytes, size, &writer->death), err);
}

static bool commit(struct recording_writer *writer)
{
    /* Writing goes on in a file that was removed: nobody would notice. */
    if (database_has_moved(writer->database)) {
        return err_set(&writer->death, ERR_FAILED,
                       "%.140s: it was moved or removed while it was being recorded",
                       database_path(writer->database));
    }
    return database_run(writer->database, "COMMIT", &writer->death);
}

bool recording_commit(struct recording_writer *writer, struct err *err)
{
    if (is_dead(writer, err)) {
        return false;
    }
    assert(writer->is_begun);
    bool ok = survive(writer, commit(writer), err);
    writer->is_begun = false;
    return ok;
}

int64_t recording_added(const struct recording_writer *writer)
{
    return writer->n_entries;
}

bool recording_finish(struct recording_writer *writer, struct err *err)
{
    if (!writer) {
        return true;
    }
    bool ok = !is_dead(writer, err) && (!writer->is_begun || recording_commit(writer, err));
    database_roll_back(writer->database);
    close_queries(writer);
    ok = ok && database_finish(writer->database, err);
    database_close(writer->database);
    free(writer);
    return ok;
}
