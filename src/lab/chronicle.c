/* SPDX-License-Identifier: MIT */
#include "lab/chronicle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool chronicle_init(struct chronicle *chronicle, int n_tasks, int n_layers, struct err *err)
{
    *chronicle = (struct chronicle){.n_tasks = n_tasks,
                                    .n_layers = n_layers,
                                    .accuracy = calloc((size_t)n_tasks, sizeof(struct series)),
                                    .drift = calloc((size_t)n_layers, sizeof(struct series)),
                                    .initial = calloc((size_t)n_tasks, sizeof(double))};
    if (!chronicle->accuracy || !chronicle->drift || !chronicle->initial) {
        chronicle_fini(chronicle);
        return err_set(err, ERR_FAILED, "memory: no room for the curves of %d tasks", n_tasks);
    }
    for (int t = 0; t < n_tasks; t++) {
        chronicle->initial[t] = (double)NAN;
    }
    return true;
}

static void series_fini(struct series *series)
{
    free(series->step);
    free(series->value);
}

void chronicle_fini(struct chronicle *chronicle)
{
    for (int t = 0; chronicle->accuracy && t < chronicle->n_tasks; t++) {
        series_fini(&chronicle->accuracy[t]);
    }
    for (int l = 0; chronicle->drift && l < chronicle->n_layers; l++) {
        series_fini(&chronicle->drift[l]);
    }
    series_fini(&chronicle->loss);
    free(chronicle->accuracy);
    free(chronicle->drift);
    free(chronicle->initial);
    free(chronicle->visits);
    free(chronicle->matrix);
    free(chronicle->marks);
    *chronicle = (struct chronicle){0};
}

static bool series_add(struct series *series, double step, double value)
{
    if (series->n == series->capacity) {
        int capacity = series->capacity ? 2 * series->capacity : 256;
        double *steps = realloc(series->step, (size_t)capacity * sizeof *steps);
        if (!steps) {
            return false;
        }
        series->step = steps;
        double *values = realloc(series->value, (size_t)capacity * sizeof *values);
        if (!values) {
            return false;
        }
        series->value = values;
        series->capacity = capacity;
    }
    series->step[series->n] = step;
    series->value[series->n++] = value;
    return true;
}

/* A point at `step`, in place of one that is there already. */
static bool series_set(struct series *series, double step, double value)
{
    if (series->n > 0 && series->step[series->n - 1] == step) {
        series->value[series->n - 1] = value;
        return true;
    }
    return series_add(series, step, value);
}

/* How many of the points are at or before `step`. */
static int series_count(const struct series *series, double step)
{
    int low = 0, high = series->n;
    while (low < high) {
        int middle = (low + high) / 2;
        if (series->step[middle] <= step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

double series_at(const struct series *series, double step)
{
    int n = series_count(series, step);
    return n ? series->value[n - 1] : (double)NAN;
}

double series_last(const struct series *series)
{
    return series->n ? series->value[series->n - 1] : (double)NAN;
}

static bool add_mark(struct chronicle *chronicle, const struct entry *entry)
{
    if (chronicle->n_marks == chronicle->marks_capacity) {
        int capacity = chronicle->marks_capacity ? 2 * chronicle->marks_capacity : 64;
        struct mark *marks = realloc(chronicle->marks, (size_t)capacity * sizeof *marks);
        if (!marks) {
            return false;
        }
        chronicle->marks = marks;
        chronicle->marks_capacity = capacity;
    }
    chronicle->marks[chronicle->n_marks++] =
        (struct mark){entry->kind,  entry->step,       entry->stage, entry->task,
                      entry->value, chronicle->n_read, entry->text};
    return true;
}

/* Room for stage number `stage`, its row of R not measured yet. */
static bool begin_visit(struct chronicle *chronicle, const struct entry *entry)
{
    int n_tasks = chronicle->n_tasks;
    if (entry->stage >= chronicle->visits_capacity) {
        int capacity = chronicle->visits_capacity ? 2 * chronicle->visits_capacity : 16;
        struct visit *visits = realloc(chronicle->visits, (size_t)capacity * sizeof *visits);
        if (!visits) {
            return false;
        }
        chronicle->visits = visits;
        double *matrix = realloc(chronicle->matrix, (size_t)capacity * n_tasks * sizeof *matrix);
        if (!matrix) {
            return false;
        }
        chronicle->matrix = matrix;
        chronicle->visits_capacity = capacity;
    }
    chronicle->n_visits = entry->stage + 1;
    chronicle->visits[entry->stage] = (struct visit){entry->task, entry->step, -1, false};
    for (int t = 0; t < n_tasks; t++) {
        chronicle->matrix[(size_t)entry->stage * n_tasks + t] = (double)NAN;
    }
    return true;
}

static void cut(struct series *series, long step)
{
    series->n = series_count(series, (double)step);
}

static double *present_row(struct chronicle *chronicle)
{
    return chronicle->matrix + (size_t)(chronicle->n_visits - 1) * chronicle->n_tasks;
}

/* What came after the step the session went back to is dropped from curves, visits and marks. */
static void rewind_to(struct chronicle *chronicle, const struct entry *entry)
{
    long last =
        entry->step > 0 ? entry->step : -1; /* at the very start nothing has been measured */
    for (int t = 0; t < chronicle->n_tasks; t++) {
        cut(&chronicle->accuracy[t], last);
    }
    for (int l = 0; l < chronicle->n_layers; l++) {
        cut(&chronicle->drift[l], last);
    }
    cut(&chronicle->loss, last);
    if (entry->stage < chronicle->n_visits) { /* that visit goes on, its row is not complete */
        chronicle->n_visits = entry->stage + 1;
        chronicle->visits[entry->stage].end = -1;
        chronicle->visits[entry->stage].has_row = false;
        for (int t = 0; t < chronicle->n_tasks; t++) {
            present_row(chronicle)[t] = series_last(&chronicle->accuracy[t]);
        }
    }
    while (chronicle->n_marks && chronicle->marks[chronicle->n_marks - 1].step > entry->step) {
        chronicle->n_marks--;
    }
    chronicle->is_ended = false;
}

static bool take_in(struct chronicle *chronicle, const struct entry *entry)
{
    int task = entry->task;
    double step = (double)entry->step;
    switch (entry->kind) {
    case ENTRY_BASELINE:
        chronicle->initial[task] = entry->value;
        return true;
    case ENTRY_STAGE:
        chronicle->is_ended = false;
        for (int l = 0; l < chronicle->n_layers; l++) {
            series_add(&chronicle->drift[l], step, (double)NAN); /* the reference changes: a gap */
        }
        return begin_visit(chronicle, entry);
    case ENTRY_ACCURACY:
        /* The row in progress, until its own measurement replaces it. */
        if (chronicle->n_visits > 0 && !chronicle->visits[chronicle->n_visits - 1].has_row) {
            present_row(chronicle)[task] = entry->value;
        }
        return series_add(&chronicle->accuracy[task], step, entry->value);
    case ENTRY_LOSS:
        return series_add(&chronicle->loss, step, entry->value);
    case ENTRY_DRIFT:
        return series_add(&chronicle->drift[task], step, entry->value);
    case ENTRY_MATRIX:
        if (chronicle_has_visited(chronicle, task)) { /* a point of its curve, too */
            series_set(&chronicle->accuracy[task], step, entry->value);
        }
        chronicle->matrix[(size_t)entry->stage * chronicle->n_tasks + task] = entry->value;
        return true;
    case ENTRY_STAGE_END:
        chronicle->visits[entry->stage].end = entry->step;
        chronicle->visits[entry->stage].has_row = true;
        return true;
    case ENTRY_REWIND:
        rewind_to(chronicle, entry);
        return add_mark(chronicle, entry);
    case ENTRY_END:
        chronicle->is_ended = true;
        return add_mark(chronicle, entry);
    case ENTRY_COMMAND:
    case ENTRY_REFUSED:
    case ENTRY_DIVERGED:
        return add_mark(chronicle, entry);
    }
    return false;
}

bool chronicle_add(struct chronicle *chronicle, const struct entry *entry)
{
    bool ok = take_in(chronicle, entry);
    chronicle->n_read++;
    return ok;
}

long chronicle_read(struct chronicle *chronicle, const struct journal *journal)
{
    long before = chronicle->n_read, length = journal_length(journal);
    while (chronicle->n_read < length) {
        struct entry entry = journal_at(journal, chronicle->n_read);
        chronicle_add(chronicle, &entry);
    }
    return length - before;
}

int chronicle_rows(const struct chronicle *chronicle)
{
    int n = chronicle->n_visits;
    return n > 0 && !chronicle->visits[n - 1].has_row ? n - 1 : n;
}

double chronicle_r(const struct chronicle *chronicle, int row, int task)
{
    return chronicle->matrix[(size_t)row * chronicle->n_tasks + task];
}

static struct metrics metrics_of_rows(const struct chronicle *chronicle, int n)
{
    int *visits = malloc(((size_t)n + 1) * sizeof *visits);
    struct metrics metrics = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    if (!visits) {
        return metrics;
    }
    for (int i = 0; i < n; i++) {
        visits[i] = chronicle->visits[i].task;
    }
    metrics = metrics_of(chronicle->matrix, visits, n, chronicle->initial, chronicle->n_tasks);
    free(visits);
    return metrics;
}

struct metrics chronicle_metrics(const struct chronicle *chronicle)
{
    return metrics_of_rows(chronicle, chronicle_rows(chronicle));
}

struct metrics chronicle_metrics_now(const struct chronicle *chronicle)
{
    return metrics_of_rows(chronicle, chronicle->n_visits);
}

int chronicle_visit_at(const struct chronicle *chronicle, long step)
{
    int at = chronicle->n_visits - 1;
    while (at >= 0 && chronicle->visits[at].begin > step) {
        at--;
    }
    return at;
}

bool chronicle_has_visited(const struct chronicle *chronicle, int task)
{
    for (int i = 0; i < chronicle->n_visits; i++) {
        if (chronicle->visits[i].task == task) {
            return true;
        }
    }
    return false;
}
