/* SPDX-License-Identifier: MIT
 * The exhibit `surface`, of data in the plane; it is not there of a moment that was not kept. */
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>

#include "base/range.h"
#include "lab/lab_inside.h"

/* ---- the part of the plane, and the points: once in a session ---- */

static bool is_planar(const struct lab *lab)
{
    return lab->course.dataset->n_features == 2 && lab->course.dataset->n_symbols == 0;
}

/* All test examples as their tasks see them, and some air. */
static void find_edges(const struct suite *suite, struct surface *surface)
{
    real x[2];
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        for (int i = 0; i < suite_task(suite, t)->n_test; i++) {
            suite_example(suite, t, SPLIT_TEST, i, x);
            for (int k = 0; k < 2; k++) {
                bool is_first = t == 0 && i == 0;
                surface->low[k] = is_first ? (float)x[k] : fminf(surface->low[k], (float)x[k]);
                surface->high[k] = is_first ? (float)x[k] : fmaxf(surface->high[k], (float)x[k]);
            }
        }
    }
    for (int k = 0; k < 2; k++) {
        float air = 0.1F * (surface->high[k] - surface->low[k]);
        air = air > 0 ? air : 1;
        surface->low[k] -= air;
        surface->high[k] += air;
    }
}

/* A place as the points have it; what is outside is put on the edge. */
static void place(const struct surface *surface, const real x[2], struct surface_point *point)
{
    float at[2];
    for (int k = 0; k < 2; k++) {
        float part = ((float)x[k] - surface->low[k]) / (surface->high[k] - surface->low[k]);
        at[k] = fminf(fmaxf(k == 0 ? part : 1 - part, 0), 1);
    }
    point->x = (uint8_t)lrintf(255 * at[0]);
    point->y = (uint8_t)lrintf(255 * at[1]);
}

/* So many of each task that all tasks have some. */
static int points_of(const struct suite *suite, int task)
{
    int share = SURFACE_POINTS_MAX / suite_n_tasks(suite);
    int n = share < SURFACE_POINTS_EACH ? share : SURFACE_POINTS_EACH;
    n = n > 0 ? n : task < SURFACE_POINTS_MAX ? 1 : 0;
    return n < suite_task(suite, task)->n_test ? n : suite_task(suite, task)->n_test;
}

static void place_points(const struct suite *suite, struct surface *surface)
{
    find_edges(suite, surface);
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        for (int i = 0; i < points_of(suite, t); i++) {
            struct surface_point *point = &surface->points[surface->n_points++];
            real x[2];
            point->task = t;
            point->label = suite_example(suite, t, SPLIT_TEST, i, x) % SURFACE_CLASSES;
            place(surface, x, point);
        }
    }
}

/* ---- answers ---- */

/* The output with the largest logit among those of the task, and its softmax. */
static int answer_of(const real *logits, const struct task *task, double *share)
{
    const real *own = logits + task->first_output;
    int best = 0;
    double sum = 0;
    for (int i = 1; i < task->n_outputs; i++) {
        best = own[i] > own[best] ? i : best;
    }
    for (int i = 0; i < task->n_outputs; i++) {
        sum += exp((double)own[i] - (double)own[best]);
    }
    *share = 1 / sum;
    return task->first_output + best;
}

static uint8_t cell_of(const real *logits, const struct task *task)
{
    double share, guess = 1.0 / task->n_outputs;
    int class = answer_of(logits, task, &share) % SURFACE_CLASSES;
    double sure = SURFACE_LEVELS * (share - guess) / (1 - guess);
    int level = sure > 0 ? (int)sure : 0; /* a NaN is not sure */
    return surface_cell(class, level < SURFACE_LEVELS ? level : SURFACE_LEVELS - 1);
}

static void fill_cells(const struct lab *lab, struct member *of, struct surface *surface)
{
    const real *theta = member_answering(of, surface->task);
    const struct task *task = suite_task(lab->now.run->suite, surface->task);
    int n_cells = surface->rows * surface->cols, width = suite_n_outputs(lab->now.run->suite);
    float step[2] = {(surface->high[0] - surface->low[0]) / (float)surface->cols,
                     (surface->high[1] - surface->low[1]) / (float)surface->rows};
    real x[LEARNER_PASS_ROWS][2];
    for (int first = 0; first < n_cells; first += LEARNER_PASS_ROWS) {
        int n = n_cells - first < LEARNER_PASS_ROWS ? n_cells - first : LEARNER_PASS_ROWS;
        for (int i = 0; i < n; i++) {
            int row = (first + i) / surface->cols, col = (first + i) % surface->cols;
            x[i][0] = (real)(surface->low[0] + ((float)col + 0.5F) * step[0]);
            x[i][1] = (real)(surface->high[1] - ((float)row + 0.5F) * step[1]);
        }
        const real *logits = learner_logits(of->learner, theta, x[0], n);
        for (int i = 0; i < n; i++) {
            surface->cells[first + i] = cell_of(logits + (size_t)i * (size_t)width, task);
        }
    }
}

/* The verdict on each point, by the weights that answer for its task. */
static void judge_points(const struct lab *lab, struct member *of, struct surface *surface)
{
    int at = 0, width = suite_n_outputs(lab->now.run->suite);
    for (int t = 0; t < suite_n_tasks(lab->now.run->suite); t++) {
        const struct task *task = suite_task(lab->now.run->suite, t);
        int n = points_of(lab->now.run->suite, t), labels[SURFACE_POINTS_EACH] = {0};
        real x[SURFACE_POINTS_EACH][2];
        double share;
        for (int i = 0; i < n; i++) {
            labels[i] = suite_example(lab->now.run->suite, t, SPLIT_TEST, i, x[i]);
        }
        const real *logits =
            n > 0 ? learner_logits(of->learner, member_answering(of, t), x[0], n) : NULL;
        for (int i = 0; i < n; i++, at++) {
            int answer = answer_of(logits + (size_t)i * (size_t)width, task, &share);
            surface->points[at].is_right = answer == labels[i];
        }
    }
}

/* ---- replay ---- */

static void find_replayed(struct lab *lab, struct member *member, struct surface *surface)
{
    const struct rows *rows = learner_rows(member->learner);
    surface->n_replayed = 0;
    for (int i = rows->n_batch; i < rows->n && surface->n_replayed < SURFACE_REPLAYED_MAX; i++) {
        struct surface_point *point = &surface->replayed[surface->n_replayed++];
        real x[2];
        int label =
            suite_example(lab->now.run->suite, rows->tasks[i], SPLIT_TRAIN, rows->index[i], x);
        *point = (struct surface_point){.task = rows->tasks[i], .label = label % SURFACE_CLASSES};
        place(surface, x, point);
    }
}

/* ---- all of it ---- */

static bool make(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    struct surface *surface = &exhibits->surface;
    struct member *member = lab_selected(lab);
    if (!is_planar(lab)) {
        return false;
    }
    if (surface->n_points == 0) {
        place_points(lab->now.run->suite, surface);
    }
    const struct shown shown = lab_shown(lab);
    surface->step = shown.step;
    surface->learner = member->facts.id;
    surface->task = shown.task;
    surface->n_classes = min_int(suite_n_outputs(lab->now.run->suite), SURFACE_CLASSES);
    surface->rows = min_int(request->rows, SURFACE_ROWS_MAX);
    surface->cols = min_int(request->cols, SURFACE_COLS_MAX);
    struct member *of = lab_member_shown(lab, member);
    if (!of) {
        return false;
    }
    fill_cells(lab, of, surface);
    judge_points(lab, of, surface);
    surface->n_replayed = 0;
    if (shown.is_now) {
        find_replayed(lab, member, surface);
    }
    return true;
}

/* ---- as bytes ---- */

static void archive_byte(struct archive *archive, uint8_t *byte)
{
    uint8_t value = *byte;
    archive_bytes(archive, &value, 1);
    if (archive->is_reading) {
        *byte = value;
    }
}

/* Place, and class with the verdict in the lowest bit. */
static void archive_point(struct archive *archive, struct surface_point *point)
{
    int answer = 2 * point->label + point->is_right;
    archive_byte(archive, &point->x);
    archive_byte(archive, &point->y);
    archive_int(archive, &point->task, 0, SUITE_TASKS_MAX - 1);
    archive_int(archive, &answer, 0, 2 * SURFACE_CLASSES - 1);
    if (archive->is_reading) {
        point->label = answer / 2;
        point->is_right = answer % 2;
    }
}

static void archive_points(struct archive *archive, struct surface_point *points, int *n, int max)
{
    archive_int(archive, n, 0, max);
    for (int i = 0; i < *n && !archive->has_failed; i++) {
        archive_point(archive, &points[i]);
    }
}

static void archive_surface(struct exhibits *exhibits, struct archive *archive)
{
    struct surface *surface = &exhibits->surface;
    archive_long(archive, &surface->step, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &surface->learner, 0, INT_MAX);
    archive_int(archive, &surface->task, 0, SUITE_TASKS_MAX - 1);
    archive_int(archive, &surface->n_classes, 1, SURFACE_CLASSES);
    for (int i = 0; i < 2; i++) {
        archive_float(archive, &surface->low[i]);
        archive_float(archive, &surface->high[i]);
        archive_check(archive, isfinite(surface->low[i]) && surface->low[i] < surface->high[i]);
    }
    archive_int(archive, &surface->rows, 1, SURFACE_ROWS_MAX);
    archive_int(archive, &surface->cols, 1, SURFACE_COLS_MAX);
    if (!archive->has_failed) {
        archive_bytes(archive, surface->cells, (size_t)surface->rows * (size_t)surface->cols);
    }
    archive_points(archive, surface->points, &surface->n_points, SURFACE_POINTS_MAX);
    archive_points(archive, surface->replayed, &surface->n_replayed, SURFACE_REPLAYED_MAX);
}

static int last_of(const struct surface_point *points, int n, int last)
{
    for (int i = 0; i < n; i++) {
        last = points[i].task > last ? points[i].task : last;
    }
    return last;
}

static int last_task(const struct exhibits *exhibits)
{
    const struct surface *surface = &exhibits->surface;
    int last = last_of(surface->points, surface->n_points, surface->task);
    return last_of(surface->replayed, surface->n_replayed, last);
}

const struct exhibit_kind exhibit_surface = {
    .name = "surface",
    .forms = 1u << DATA_PLANE,
    .usual = {.is_shown = true, .rows = 28, .cols = 50},
    .period_ns = 30000000,
    .make = make,
    .archive = archive_surface,
    .last_task = last_task,
};
