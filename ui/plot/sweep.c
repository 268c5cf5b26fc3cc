/* SPDX-License-Identifier: MIT */
#include "ui/plot/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"

/* ---- metrics ---- */

struct sweep_metric sweep_metric_at(enum merged_metric id)
{
    static const struct {
        const char *name, *brief;
        int better;
        bool is_share;
    } known[] = {{"average_accuracy", "average", 1, true},
                 {"forgetting", "forgotten", -1, true},
                 {"backward_transfer", "backward", 1, true},
                 {"forward_transfer", "forward", 1, true},
                 {"learning_accuracy", "learned", 1, true},
                 {"average_over_time", "over time", 1, true},
                 {"minimum_accuracy", "minimum", 1, true},
                 {"memory_bytes", "bytes", -1, false},
                 {"seconds_training", "seconds", -1, false},
                 {"samples_per_second", "samples/s", 1, false},
                 {"validation_average_accuracy", "val. average", 1, true},
                 {"validation_forgetting", "val. forgotten", -1, true},
                 {"validation_backward_transfer", "val. backward", 1, true},
                 {"validation_learning_accuracy", "val. learned", 1, true}};
    struct sweep_metric metric = {.name = merged_metric_name(id)};
    metric.is_share = strstr(metric.name, "accuracy") != NULL;
    metric.better = metric.is_share;
    metric.brief = metric.name;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, metric.name) == 0) {
            metric.brief = known[i].brief;
            metric.better = known[i].better;
            metric.is_share = known[i].is_share;
        }
    }
    snprintf(metric.words, sizeof metric.words, "%s", metric.name);
    for (char *at = metric.words; *at; at++) {
        *at = *at == '_' ? ' ' : *at;
    }
    return metric;
}

bool sweep_is_better(enum merged_metric metric, double a, double b)
{
    int better = sweep_metric_at(metric).better;
    return isfinite(a) && (!isfinite(b) || (better < 0 ? a < b : a > b));
}

/* ---- values ---- */

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left for the runs of a sweep");
}

static bool grow_key(struct sweep_key *key, struct err *err)
{
    if (key->n_values < key->capacity) {
        return true;
    }
    if (key->n_values == SWEEP_VALUES_MAX) {
        return err_set(err, ERR_FAILED, "%s: at most %d values expected, found more", key->name,
                       SWEEP_VALUES_MAX);
    }
    int capacity = key->capacity ? 2 * key->capacity : 16;
    double *numbers = realloc(key->numbers, (size_t)capacity * sizeof *numbers);
    if (!numbers) {
        return no_memory(err);
    }
    key->numbers = numbers;
    void *texts = realloc(key->texts, (size_t)capacity * sizeof *key->texts);
    if (!texts) {
        return no_memory(err);
    }
    key->texts = texts;
    key->capacity = capacity;
    return true;
}

static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The number of a value, which is taken in if it is new; -1 and err. */
static int value_of(struct sweep_key *key, const struct merged_value *value, struct err *err)
{
    char text[SWEEP_VALUE_MAX];
    if (key->is_number) {
        bool is_short = fabs(value->number) < 1e7 && value->number == floor(value->number);
        snprintf(text, sizeof text, is_short ? "%.0f" : "%.4g", value->number);
    } else {
        clean_copy(text, sizeof text, value->text);
    }
    for (int i = 0; i < key->n_values; i++) {
        if (key->is_number ? is_same(key->numbers[i], value->number)
                           : !strcmp(key->texts[i], text)) {
            return i;
        }
    }
    if (!grow_key(key, err)) {
        return -1;
    }
    key->numbers[key->n_values] = key->is_number ? value->number : (double)NAN;
    memcpy(key->texts[key->n_values], text, sizeof text);
    return key->n_values++;
}

/* Numbers ascend; the runs follow. */
static void sort_values(struct sweep *sweep, int k)
{
    struct sweep_key *key = &sweep->keys[k];
    for (int i = 1; key->is_number && i < key->n_values; i++) {
        for (int j = i; j > 0 && key->numbers[j] < key->numbers[j - 1]; j--) {
            double number = key->numbers[j];
            char text[SWEEP_VALUE_MAX];
            memcpy(text, key->texts[j], sizeof text);
            key->numbers[j] = key->numbers[j - 1];
            memcpy(key->texts[j], key->texts[j - 1], sizeof text);
            key->numbers[j - 1] = number;
            memcpy(key->texts[j - 1], text, sizeof text);
        }
    }
}

/* ---- runs ---- */

static bool add_run(struct sweep *sweep, const struct merged_row *row, int *capacity,
                    struct err *err)
{
    if (sweep->n_runs == *capacity) {
        int grown = *capacity ? 2 * *capacity : 256;
        struct sweep_run *runs = realloc(sweep->runs, (size_t)grown * sizeof *runs);
        if (!runs) {
            return no_memory(err);
        }
        sweep->runs = runs;
        *capacity = grown;
    }
    struct sweep_run *run = &sweep->runs[sweep->n_runs];
    *run = (struct sweep_run){.job = row->job, .seed = row->seed, .row = sweep->n_runs};
    for (int m = 0; m < MERGED_METRICS; m++) {
        run->metrics[m] = isfinite(row->metrics[m]) ? row->metrics[m] : (double)NAN;
    }
    for (int k = 0; k < sweep->n_keys; k++) {
        bool is_learner = k == sweep->n_keys - 1;
        struct merged_value value =
            is_learner ? (struct merged_value){0, row->learner} : row->keys[k];
        run->at[k] = value_of(&sweep->keys[k], &value, err);
        if (run->at[k] < 0) {
            return false;
        }
    }
    sweep->n_runs++;
    return true;
}

static int compare_runs(const void *a, const void *b)
{
    const struct sweep_run *one = a, *other = b;
    for (int k = 0; k < SWEEP_KEYS_MAX; k++) {
        if (one->at[k] != other->at[k]) {
            return one->at[k] < other->at[k] ? -1 : 1;
        }
    }
    return one->seed != other->seed ? (one->seed < other->seed ? -1 : 1) : one->row - other->row;
}

/* The last key, the learner, counts only where jobs have several; else it says what is on, which
 * the keys say themselves. */
static void settle_learners(struct sweep *sweep)
{
    bool has_several = false;
    for (int i = 1; i < sweep->n_runs; i++) {
        has_several |= sweep->runs[i].job == sweep->runs[i - 1].job;
    }
    for (int i = 0; !has_several && i < sweep->n_runs; i++) {
        sweep->runs[i].at[sweep->n_keys - 1] = 0;
    }
    if (!has_several) {
        struct sweep_key *key = &sweep->keys[--sweep->n_keys];
        free(key->numbers);
        free(key->texts);
        *key = (struct sweep_key){0};
    }
}

/* The place of each number once they ascend, for the runs, which have the places of before. */
static bool sort_keys(struct sweep *sweep, struct err *err)
{
    for (int k = 0; k < sweep->n_keys; k++) {
        struct sweep_key *key = &sweep->keys[k];
        double *before = malloc(((size_t)key->n_values + 1) * sizeof *before);
        if (!before) {
            return no_memory(err);
        }
        memcpy(before, key->numbers, (size_t)key->n_values * sizeof *before);
        sort_values(sweep, k);
        for (int i = 0; key->is_number && i < sweep->n_runs; i++) {
            int at = 0;
            while (!is_same(key->numbers[at], before[sweep->runs[i].at[k]])) {
                at++;
            }
            sweep->runs[i].at[k] = at;
        }
        free(before);
    }
    return true;
}

static bool make_cells(struct sweep *sweep, struct err *err)
{
    sweep->cells = calloc((size_t)sweep->n_runs, sizeof *sweep->cells);
    if (!sweep->cells) {
        return no_memory(err);
    }
    qsort(sweep->runs, (size_t)sweep->n_runs, sizeof *sweep->runs, compare_runs);
    for (int i = 0; i < sweep->n_runs; i++) {
        const struct sweep_run *run = &sweep->runs[i];
        struct sweep_cell *cell = &sweep->cells[sweep->n_cells - (sweep->n_cells > 0)];
        if (i == 0 || memcmp(run->at, cell->at, sizeof run->at) != 0) {
            cell = &sweep->cells[sweep->n_cells++];
            memcpy(cell->at, run->at, sizeof cell->at);
            cell->first = i;
        }
        cell->n++;
        sweep->n_seeds = cell->n > sweep->n_seeds ? cell->n : sweep->n_seeds;
    }
    return true;
}

/* ---- reading ---- */

static void name_keys(struct sweep *sweep, const struct merged_about *about)
{
    for (int k = 0; k < about->n_keys; k++) {
        struct sweep_key *key = &sweep->keys[k];
        memcpy(key->name, about->keys[k].name, sizeof key->name);
        key->is_number = about->keys[k].is_number;
    }
    snprintf(sweep->keys[about->n_keys].name, MERGED_NAME_MAX, "learner");
    sweep->n_keys = about->n_keys + 1;
}

bool sweep_read(struct sweep *sweep, const char *path, struct err *err)
{
    struct merged_row row;
    enum merged_result result = MERGED_FAILED;
    int capacity = 0;
    *sweep = (struct sweep){.path = strdup(path)};
    struct merged *merged = sweep->path ? merged_open(path, err) : NULL;
    bool ok = merged || (!sweep->path && no_memory(err));
    if (ok) {
        name_keys(sweep, merged_about(merged));
    }
    while (ok && (result = merged_next(merged, &row, err)) == MERGED_ROW) {
        ok = add_run(sweep, &row, &capacity, err);
    }
    merged_close(merged);
    if (!ok || result == MERGED_FAILED) {
        return false;
    }
    if (sweep->n_runs == 0) {
        return err_set(err, ERR_FAILED,
                       "%.140s: at least one finished run expected, found none; see: oubli help "
                       "sweep",
                       path);
    }
    settle_learners(sweep);
    return sort_keys(sweep, err) && make_cells(sweep, err);
}

void sweep_fini(struct sweep *sweep)
{
    for (int k = 0; k < sweep->n_keys; k++) {
        free(sweep->keys[k].numbers);
        free(sweep->keys[k].texts);
    }
    free(sweep->runs);
    free(sweep->cells);
    free(sweep->path);
    *sweep = (struct sweep){0};
}

/* ---- asking ---- */

int sweep_key_find(const struct sweep *sweep, const char *name)
{
    int k = sweep->n_keys - 1;
    while (k >= 0 && strcmp(sweep->keys[k].name, name) != 0) {
        k--;
    }
    return k;
}

static int compare_cell(const void *key, const void *element)
{
    const int *at = key;
    const struct sweep_cell *cell = element;
    for (int k = 0; k < SWEEP_KEYS_MAX; k++) {
        if (at[k] != cell->at[k]) {
            return at[k] < cell->at[k] ? -1 : 1;
        }
    }
    return 0;
}

int sweep_cell_find(const struct sweep *sweep, const int *at)
{
    int all[SWEEP_KEYS_MAX] = {0};
    memcpy(all, at, (size_t)sweep->n_keys * sizeof *all);
    const struct sweep_cell *cell =
        bsearch(all, sweep->cells, (size_t)sweep->n_cells, sizeof *sweep->cells, compare_cell);
    return cell ? (int)(cell - sweep->cells) : -1;
}

bool sweep_has_metric(const struct sweep *sweep, enum merged_metric metric)
{
    for (int i = 0; i < sweep->n_runs; i++) {
        if (isfinite(sweep->runs[i].metrics[metric])) {
            return true;
        }
    }
    return false;
}

enum merged_metric sweep_judge(const struct sweep *sweep, enum merged_metric metric)
{
    char name[MERGED_NAME_MAX];
    snprintf(name, sizeof name, MERGED_VALIDATION "%.32s", merged_metric_name(metric));
    for (int m = 0; m < MERGED_METRICS; m++) {
        enum merged_metric held = (enum merged_metric)m;
        if (strcmp(merged_metric_name(held), name) == 0 && sweep_has_metric(sweep, held)) {
            return held;
        }
    }
    return metric;
}

enum { SEEDS_AT_MOST = 4096 }; /* of a combination that are looked at */

struct spread sweep_spread(const struct sweep *sweep, int cell, enum merged_metric metric)
{
    double x[SEEDS_AT_MOST];
    int n = 0;
    const struct sweep_cell *at = &sweep->cells[cell];
    for (; n < at->n && n < SEEDS_AT_MOST; n++) {
        x[n] = sweep->runs[at->first + n].metrics[metric];
    }
    return spread_of(x, n);
}

struct spread sweep_paired(const struct sweep *sweep, int a, int b, enum merged_metric metric)
{
    double x[SEEDS_AT_MOST], y[SEEDS_AT_MOST];
    const struct sweep_cell *one = &sweep->cells[a], *other = &sweep->cells[b];
    int n = 0;
    for (int i = 0, j = 0; i < one->n && j < other->n && n < SEEDS_AT_MOST;) {
        const struct sweep_run *left = &sweep->runs[one->first + i];
        const struct sweep_run *right = &sweep->runs[other->first + j];
        if (left->seed == right->seed) {
            x[n] = left->metrics[metric];
            y[n++] = right->metrics[metric];
        }
        i += left->seed <= right->seed;
        j += right->seed <= left->seed;
    }
    return spread_paired(x, y, n);
}
