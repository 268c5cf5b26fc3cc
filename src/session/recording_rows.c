/* SPDX-License-Identifier: MIT
 * Recordings: reading what happened, row by row. */
#include "session/recording_inside.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session/recording_schema.h"
#include "session/snapshot_code.h"
#include "tasks/clean.h"

enum { ENTRIES_MAX = 1 << 24, VIEWS_MAX = 1 << 24 };

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
             recording_damaged(recording, "row", numbers[0], err);
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
               recording_damaged(recording, "snapshot", last, err));
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
            recording_damaged(recording, "entry", n, err);
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
            return result != QUERY_FAILED && recording_damaged(recording, "entry", middle, err);
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
             recording_damaged(recording, "snapshot", *taken, err);
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
    return ok || (result == QUERY_ROW && recording_damaged(recording, "snapshot", t, err));
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
             recording_damaged(recording, "view", i, err);
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
            recording_damaged(recording, "checkpoint", *found, &why);
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
