/* SPDX-License-Identifier: MIT
 * The other half of merged.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/database.h"
#include "session/merged.h"
#include "session/merged_schema.h"

struct merged_writer {
    struct database *database;
    struct query *insert;
    char *path, *part; /* owned */
    int n_keys;
    bool is_number[MERGED_KEYS_MAX];
    bool has_metric[MERGED_METRICS];
};

#define METRIC_NAME(name) #name,
static const char *const metric_names[] = {MERGED_METRIC_LIST(METRIC_NAME)};
#undef METRIC_NAME

const char *merged_metric_name(enum merged_metric metric)
{
    return metric_names[metric];
}

bool merged_is_key(const char *name)
{
    static const char *const ours[] = {"job", "seed", "learner", "json"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (strcmp(ours[i], name) == 0) {
            return false;
        }
    }
    return length > 0 && length < MERGED_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

/* ---- tables ---- */

static void note_columns(struct merged_writer *writer, const struct merged_about *about)
{
    writer->n_keys = about->n_keys;
    for (int m = 0; m < MERGED_METRICS; m++) {
        writer->has_metric[m] = true;
        for (int k = 0; k < about->n_keys; k++) {
            writer->has_metric[m] &= strcmp(about->keys[k].name, metric_names[m]) != 0;
        }
    }
    for (int k = 0; k < about->n_keys; k++) {
        writer->is_number[k] = about->keys[k].is_number;
    }
}

static bool make_tables(struct merged_writer *writer, const struct merged_about *about,
                        struct err *err)
{
    char sql[MERGED_SQL_MAX];
    int n = snprintf(sql, sizeof sql,
                     "PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN;"
                     "CREATE TABLE sweep(key TEXT, value TEXT);"
                     "CREATE TABLE runs(job INTEGER, seed INTEGER, learner TEXT",
                     MERGED_APPLICATION_ID, MERGED_VERSION);
    for (int k = 0; k < about->n_keys; k++) {
        n += snprintf(sql + n, sizeof sql - (size_t)n, ", \"%s\" %s", about->keys[k].name,
                      about->keys[k].is_number ? "REAL" : "TEXT");
    }
    for (int m = 0; m < MERGED_METRICS; m++) {
        if (writer->has_metric[m]) {
            n += snprintf(sql + n, sizeof sql - (size_t)n, ", %s REAL", metric_names[m]);
        }
    }
    snprintf(sql + n, sizeof sql - (size_t)n, ", json TEXT, PRIMARY KEY (job, learner))");
    return database_run(writer->database, sql, err);
}

static bool put_about(struct query *query, const char *key, const char *value, struct err *err)
{
    query_put_text(query, 1, key);
    query_put_text(query, 2, value);
    return query_run(query, err);
}

static bool fill_about(struct merged_writer *writer, const struct merged_about *about,
                       struct err *err)
{
    struct query *query = query_open(writer->database, "INSERT INTO sweep VALUES (?, ?)", err);
    bool ok = query != NULL;
    for (int k = 0; ok && k < about->n_keys; k++) {
        char key[MERGED_NAME_MAX + 8];
        snprintf(key, sizeof key, "over.%s", about->keys[k].name);
        ok = put_about(query, key, about->keys[k].spec, err);
    }
    ok = ok && put_about(query, "command", about->command, err) &&
         put_about(query, "version", about->version, err);
    query_close(query);
    return ok;
}

static bool open_insert(struct merged_writer *writer, struct err *err)
{
    int n_columns = 4 + writer->n_keys, n = 0;
    char sql[MERGED_SQL_MAX];
    for (int m = 0; m < MERGED_METRICS; m++) {
        n_columns += writer->has_metric[m];
    }
    n = snprintf(sql, sizeof sql, "INSERT INTO runs VALUES (?");
    for (int i = 1; i < n_columns; i++) {
        n += snprintf(sql + n, sizeof sql - (size_t)n, ", ?");
    }
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    writer->insert = query_open(writer->database, sql, err);
    return writer->insert != NULL;
}

/* ---- the file ---- */

bool merged_may_replace(const char *path, struct err *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return errno == ENOENT || err_set(err, ERR_FAILED, "%.140s: %s", path, strerror(errno));
    }
    struct err why;
    struct merged *there = merged_open(path, &why);
    merged_close(there);
    return there || err_set(err, ERR_FAILED,
                            "%.140s: a file that is not merged runs is there; it is not replaced, "
                            "choose another name",
                            path);
}

static struct merged_writer *make(const char *path, struct err *err)
{
    struct merged_writer *writer = calloc(1, sizeof *writer);
    size_t size = strlen(path) + sizeof "-part";
    if (writer) {
        writer->path = strdup(path);
        writer->part = malloc(size);
    }
    if (!writer || !writer->path || !writer->part) {
        merged_discard(writer);
        err_set(err, ERR_FAILED, "memory: no room to write %.140s", path);
        return NULL;
    }
    snprintf(writer->part, size, "%s-part", path);
    return writer;
}

struct merged_writer *merged_create(const char *path, const struct merged_about *about,
                                    struct err *err)
{
    struct merged_writer *writer = merged_may_replace(path, err) ? make(path, err) : NULL;
    if (!writer) {
        return NULL;
    }
    unlink(writer->part); /* of a program that was killed when it was nearly done */
    note_columns(writer, about);
    writer->database = database_create(writer->part, DATABASE_MERGED, err);
    if (!writer->database || !make_tables(writer, about, err) || !fill_about(writer, about, err) ||
        !open_insert(writer, err)) {
        merged_discard(writer);
        return NULL;
    }
    return writer;
}

bool merged_add(struct merged_writer *writer, const struct merged_row *row, struct err *err)
{
    struct query *query = writer->insert;
    int i = 1;
    query_put_number(query, i++, row->job);
    query_put_number(query, i++, row->seed);
    query_put_text(query, i++, row->learner);
    for (int k = 0; k < writer->n_keys; k++) {
        const struct merged_value *value = &row->keys[k];
        if (writer->is_number[k]) {
            query_put_real(query, i++, value->number);
        } else {
            query_put_text(query, i++, value->text);
        }
    }
    for (int m = 0; m < MERGED_METRICS; m++) {
        if (writer->has_metric[m]) {
            query_put_real(query, i++, row->metrics[m]);
        }
    }
    query_put_text(query, i, row->json);
    return query_run(query, err);
}

bool merged_settle(struct merged_writer *writer, struct err *err)
{
    query_close(writer->insert);
    writer->insert = NULL;
    bool ok = database_run(writer->database, "COMMIT", err) &&
              database_settle(writer->database, err) && database_finish(writer->database, err);
    return ok && (rename(writer->part, writer->path) == 0 ||
                  err_set(err, ERR_FAILED, "%.140s: it cannot be written: %s", writer->path,
                          strerror(errno)));
}

void merged_discard(struct merged_writer *writer)
{
    if (!writer) {
        return;
    }
    query_close(writer->insert);
    if (writer->database) {
        database_roll_back(writer->database);
        database_discard(writer->database); /* what was settled has another name by now */
    }
    free(writer->path);
    free(writer->part);
    free(writer);
}
