/* SPDX-License-Identifier: MIT */
#include "ui/plot/course.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"
#include "tasks/clean.h"

/* The matrices of a combination as they are collected: (seed, task, stage). */
struct gathered {
    int n, capacity;
    double *values;
};

static double *cell_at(const struct gathered *gathered, int run, int task, int stage)
{
    size_t at = (size_t)run * COURSE_TASKS_MAX + (size_t)task;
    return &gathered->values[at * COURSE_STAGES_MAX + (size_t)stage];
}

static bool make_room(struct gathered *gathered, struct err *err)
{
    if (gathered->n < gathered->capacity) {
        return true;
    }
    size_t one = (size_t)COURSE_TASKS_MAX * COURSE_STAGES_MAX * sizeof *gathered->values;
    int capacity = gathered->capacity ? 2 * gathered->capacity : 8;
    double *values = realloc(gathered->values, (size_t)capacity * one);
    if (!values) {
        return err_set(err, ERR_FAILED, "memory: none left for the matrices of a sweep");
    }
    gathered->values = values;
    gathered->capacity = capacity;
    return true;
}

/* ---- one run ---- */

/* Which stage learns which task, by the letters of the first run. */
static void take_stages(struct course *course, const json_t *stages)
{
    for (int i = 0; i < course->n_stages; i++) {
        const json_t *stage = json_array_get(stages, (size_t)i);
        const char *letter = json_string_value(json_object_get(stage, "task"));
        clean_copy(course->letters[i], sizeof course->letters[i], letter ? letter : "");
    }
    int n = 0; /* tasks in the order in which they are first learned */
    for (int i = 0; i < course->n_stages && n < course->n_tasks; i++) {
        bool is_new = true;
        for (int k = 0; k < i; k++) {
            is_new = is_new && strcmp(course->letters[k], course->letters[i]) != 0;
        }
        if (is_new) {
            course->begins[n++] = i;
        }
    }
    for (; n < course->n_tasks; n++) {
        course->begins[n] = 0;
    }
}

static bool take_run(struct course *course, struct gathered *gathered, const char *json,
                     struct err *err)
{
    json_t *run = json_loads(json, 0, NULL);
    const json_t *matrix = json_object_get(run, "R");
    int n_stages = min_int((int)json_array_size(matrix), COURSE_STAGES_MAX);
    int n_tasks = min_int((int)json_array_size(json_array_get(matrix, 0)), COURSE_TASKS_MAX);
    bool ok = true;
    if (n_stages > 0 && n_tasks > 0 && course->n_runs == 0) {
        course->n_stages = n_stages;
        course->n_tasks = n_tasks;
        take_stages(course, json_object_get(run, "stages"));
    }
    if (n_stages > 0 && n_stages == course->n_stages && n_tasks == course->n_tasks) {
        ok = make_room(gathered, err);
        for (int i = 0; ok && i < n_stages; i++) {
            for (int t = 0; t < n_tasks; t++) {
                const json_t *value = json_array_get(json_array_get(matrix, (size_t)i), (size_t)t);
                *cell_at(gathered, gathered->n, t, i) =
                    json_is_number(value) ? json_number_value(value) : (double)NAN;
            }
        }
        gathered->n += ok;
        course->n_runs += ok;
    }
    json_decref(run);
    return ok;
}

/* ---- all of them ---- */

static bool settle(struct course *course, const struct gathered *gathered, struct err *err)
{
    double *x = calloc((size_t)gathered->n + 1, sizeof *x);
    if (!x) {
        return err_set(err, ERR_FAILED, "memory: none left for the matrices of a sweep");
    }
    for (int t = 0; t < course->n_tasks; t++) {
        for (int i = 0; i < course->n_stages; i++) {
            for (int r = 0; r < gathered->n; r++) {
                x[r] = *cell_at(gathered, r, t, i);
            }
            course->accuracy[t][i] = spread_of(x, gathered->n);
        }
    }
    free(x);
    return true;
}

/* Which of the combinations each row of the table belongs to, -1: none. */
static int *rows_of(const struct sweep *sweep, const int *cells, int n)
{
    int *rows = malloc((size_t)sweep->n_runs * sizeof *rows);
    for (int i = 0; rows && i < sweep->n_runs; i++) {
        rows[i] = -1;
    }
    for (int k = 0; rows && k < n; k++) {
        const struct sweep_cell *cell = &sweep->cells[cells[k]];
        for (int i = 0; i < cell->n; i++) {
            rows[sweep->runs[cell->first + i].row] = k;
        }
    }
    return rows;
}

bool course_read(struct course *courses, const struct sweep *sweep, const int *cells, int n,
                 struct err *err)
{
    struct gathered gathered[COURSE_MAX] = {0};
    struct merged_row row;
    enum merged_result result = MERGED_FAILED;
    memset(courses, 0, (size_t)n * sizeof *courses);
    int *rows = rows_of(sweep, cells, n);
    struct merged *merged = rows ? merged_open(sweep->path, err) : NULL;
    bool ok = merged || (!rows && err_set(err, ERR_FAILED, "memory: none left for a sweep"));
    for (int i = 0; ok && i < sweep->n_runs; i++) {
        result = merged_next(merged, &row, err);
        ok = result == MERGED_ROW || (result == MERGED_END && err_set(err, ERR_FAILED,
                                                                      "%.140s: it has changed "
                                                                      "while it was read",
                                                                      sweep->path));
        if (ok && rows[i] >= 0) {
            ok = take_run(&courses[rows[i]], &gathered[rows[i]], row.json, err);
        }
    }
    for (int k = 0; k < n; k++) {
        ok = ok && settle(&courses[k], &gathered[k], err);
        free(gathered[k].values);
    }
    merged_close(merged);
    free(rows);
    return ok;
}
