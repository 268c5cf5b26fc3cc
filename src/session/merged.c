/* SPDX-License-Identifier: MIT */
#include "session/merged.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/database.h"
#include "session/merged_schema.h"
#include "session/recording_schema.h"

/* What a row is read from, in this order; then the keys, then the metrics. */
enum { COLUMN_JOB, COLUMN_SEED, COLUMN_LEARNER, COLUMN_JSON, COLUMN_KEYS };

struct merged {
    struct database *database;
    struct query *rows;
    bool has_metric[MERGED_METRICS];
    struct merged_about about;
    char *texts[MERGED_KEYS_MAX + 2]; /* owned: specs, command, version */
    int n_texts;
};

/* ---- what is said of all ---- */

static bool is_not_merged(const struct merged *merged, const char *why, struct err *err)
{
    return err_set(err, ERR_FAILED, "%.140s: it is not merged runs (oubli merge): %s",
                   database_path(merged->database), why);
}

static bool check_id(struct merged *merged, struct err *err)
{
    int64_t id, version;
    char why[96];
    if (!database_number(merged->database, "PRAGMA application_id", &id, err) ||
        !database_number(merged->database, "PRAGMA user_version", &version, err)) {
        return false;
    }
    if (id == RECORDING_APPLICATION_ID) {
        return is_not_merged(merged, "it is a recording, for oubli play and oubli export", err);
    }
    if (id != MERGED_APPLICATION_ID) {
        snprintf(why, sizeof why, "application_id %d expected, %lld found", MERGED_APPLICATION_ID,
                 (long long)id);
        return is_not_merged(merged, why, err);
    }
    return version == MERGED_VERSION ||
           err_set(err, ERR_FAILED, "%.140s: format %d expected, %lld found; merge the runs again",
                   database_path(merged->database), MERGED_VERSION, (long long)version);
}

static const char *keep_text(struct merged *merged, const char *text)
{
    char *copy = strdup(text);
    merged->texts[merged->n_texts] = copy;
    merged->n_texts += copy != NULL;
    return copy ? copy : "";
}

/* A row of the table sweep.  False if it makes no sense. */
static bool take_about(struct merged *merged, const char *key, const char *value)
{
    struct merged_about *about = &merged->about;
    if (strcmp(key, "command") == 0 && !about->command) {
        about->command = keep_text(merged, value);
    } else if (strcmp(key, "version") == 0 && !about->version) {
        about->version = keep_text(merged, value);
    } else if (strncmp(key, "over.", 5) == 0) {
        if (about->n_keys == MERGED_KEYS_MAX || !merged_is_key(key + 5)) {
            return false;
        }
        struct merged_key *varied = &about->keys[about->n_keys++];
        snprintf(varied->name, sizeof varied->name, "%s", key + 5);
        varied->spec = keep_text(merged, value);
    }
    return true;
}

static bool read_about(struct merged *merged, struct err *err)
{
    struct query *query =
        query_open(merged->database, "SELECT key, value FROM sweep ORDER BY rowid", err);
    enum query_result result = QUERY_FAILED;
    bool ok = query != NULL;
    while (ok && (result = query_step(query, err)) == QUERY_ROW) {
        const char *key, *value;
        ok = (query_text(query, 0, &key, MERGED_NAME_MAX + 8) &&
              query_text(query, 1, &value, MERGED_TEXT_MAX) && take_about(merged, key, value)) ||
             is_not_merged(merged, "a row of its table sweep makes no sense", err);
    }
    query_close(query);
    merged->about.command = merged->about.command ? merged->about.command : "";
    merged->about.version = merged->about.version ? merged->about.version : "";
    return ok && result == QUERY_DONE;
}

/* ---- columns ---- */

static int find_key(const struct merged_about *about, const char *name)
{
    int i = 0;
    while (i < about->n_keys && strcmp(about->keys[i].name, name) != 0) {
        i++;
    }
    return i < about->n_keys ? i : -1;
}

static int find_metric(const char *name)
{
    int i = 0;
    while (i < MERGED_METRICS && strcmp(merged_metric_name((enum merged_metric)i), name) != 0) {
        i++;
    }
    return i < MERGED_METRICS ? i : -1;
}

/* What columns the table has; false and err if one is missing that must be there. */
static bool read_columns(struct merged *merged, struct err *err)
{
    struct query *query =
        query_open(merged->database, "SELECT name, type FROM pragma_table_info('runs')", err);
    enum query_result result = QUERY_FAILED;
    int n_keys = 0;
    while (query && (result = query_step(query, err)) == QUERY_ROW) {
        const char *name = "", *type = "";
        query_text(query, 0, &name, DATABASE_VALUE_MAX);
        query_text(query, 1, &type, DATABASE_VALUE_MAX);
        int key = find_key(&merged->about, name), metric = find_metric(name);
        if (key >= 0) {
            merged->about.keys[key].is_number = strcmp(type, "REAL") == 0;
            n_keys++;
        } else if (metric >= 0) {
            merged->has_metric[metric] = true;
        }
    }
    query_close(query);
    return result == QUERY_DONE &&
           (n_keys == merged->about.n_keys ||
            is_not_merged(merged, "a key that was varied has no column in its table runs", err));
}

static bool open_rows(struct merged *merged, struct err *err)
{
    char sql[MERGED_SQL_MAX];
    int n = snprintf(sql, sizeof sql, "SELECT job, seed, learner, json");
    for (int k = 0; k < merged->about.n_keys; k++) {
        n += snprintf(sql + n, sizeof sql - (size_t)n, ", [%s]", merged->about.keys[k].name);
    }
    for (int m = 0; m < MERGED_METRICS; m++) {
        const char *name = merged_metric_name((enum merged_metric)m);
        n += merged->has_metric[m] ? snprintf(sql + n, sizeof sql - (size_t)n, ", [%s]", name)
                                   : snprintf(sql + n, sizeof sql - (size_t)n, ", NULL");
    }
    snprintf(sql + n, sizeof sql - (size_t)n, " FROM runs ORDER BY rowid");
    merged->rows = query_open(merged->database, sql, err);
    return merged->rows != NULL;
}

/* ---- opening ---- */

struct merged *merged_open(const char *path, struct err *err)
{
    struct merged *merged = calloc(1, sizeof *merged);
    if (!merged) {
        err_set(err, ERR_FAILED, "memory: no room to open %.140s", path);
        return NULL;
    }
    merged->database = database_open(path, DATABASE_MERGED, err);
    if (!merged->database || !check_id(merged, err) || !read_about(merged, err) ||
        !read_columns(merged, err)) {
        merged_close(merged);
        return NULL;
    }
    database_allow_large(merged->database, true);
    if (!open_rows(merged, err)) {
        merged_close(merged);
        return NULL;
    }
    return merged;
}

void merged_close(struct merged *merged)
{
    if (!merged) {
        return;
    }
    query_close(merged->rows);
    database_close(merged->database);
    for (int i = 0; i < merged->n_texts; i++) {
        free(merged->texts[i]);
    }
    free(merged);
}

const struct merged_about *merged_about(const struct merged *merged)
{
    return &merged->about;
}

/* ---- rows ---- */

static bool read_key(struct merged *merged, int k, struct merged_value *value)
{
    struct query *query = merged->rows;
    *value = (struct merged_value){(double)NAN, NULL};
    return merged->about.keys[k].is_number
               ? query_real(query, COLUMN_KEYS + k, &value->number)
               : query_text(query, COLUMN_KEYS + k, &value->text, MERGED_TEXT_MAX);
}

static bool read_row(struct merged *merged, struct merged_row *row)
{
    struct query *query = merged->rows;
    bool ok = query_number(query, COLUMN_JOB, &row->job, 0, INT64_MAX) &&
              query_number(query, COLUMN_SEED, &row->seed, 0, INT64_MAX) &&
              query_text(query, COLUMN_LEARNER, &row->learner, MERGED_TEXT_MAX) &&
              query_text(query, COLUMN_JSON, &row->json, DATABASE_LARGE_MAX);
    int n_keys = merged->about.n_keys;
    for (int k = 0; ok && k < n_keys; k++) {
        ok = read_key(merged, k, &row->keys[k]);
    }
    for (int m = 0; ok && m < MERGED_METRICS; m++) {
        ok = query_real(query, COLUMN_KEYS + n_keys + m, &row->metrics[m]);
    }
    return ok;
}

enum merged_result merged_next(struct merged *merged, struct merged_row *row, struct err *err)
{
    enum query_result result = query_step(merged->rows, err);
    *row = (struct merged_row){0};
    if (result == QUERY_ROW && !read_row(merged, row)) {
        is_not_merged(merged, "a row of its table runs makes no sense", err);
        return MERGED_FAILED;
    }
    return result == QUERY_ROW ? MERGED_ROW : result == QUERY_DONE ? MERGED_END : MERGED_FAILED;
}

void merged_rewind(struct merged *merged)
{
    query_reset(merged->rows);
}
