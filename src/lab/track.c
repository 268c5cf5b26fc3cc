/* SPDX-License-Identifier: MIT */
#include "lab/track.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"

/* 0 of a probe that has said nothing. */
static int n_curves(const struct track *track, int probe)
{
    return track->curves[probe] ? probe_size(probe_at((enum probe_id)probe), track->n_tasks) : 0;
}

/* The curves of a probe that is not always there are made when it first speaks: most never do. */
static bool make_curves(struct track *track, int probe)
{
    size_t n = (size_t)probe_size(probe_at((enum probe_id)probe), track->n_tasks);
    struct series **curves = &track->curves[probe];
    *curves = *curves ? *curves : calloc(n, sizeof **curves);
    return *curves != NULL;
}

bool track_init(struct track *track, int id, int n_tasks)
{
    *track = (struct track){.n_tasks = n_tasks,
                            .id = id,
                            .parent = -1,
                            .sweep = -1,
                            .memory = (double)NAN,
                            .initial = calloc((size_t)n_tasks, sizeof(double))};
    bool ok = track->initial != NULL;
    for (int p = 0; p < PROBE_COUNT && ok; p++) {
        ok = probe_at((enum probe_id)p)->when != PROBE_ALWAYS || make_curves(track, p);
    }
    for (int t = 0; ok && t < n_tasks; t++) {
        track->initial[t] = (double)NAN;
    }
    return ok;
}

static void fini_curves(struct series *curves, int n)
{
    for (int i = 0; curves && i < n; i++) {
        series_fini(&curves[i]);
    }
}

void track_fini(struct track *track)
{
    for (int p = 0; p < PROBE_COUNT; p++) {
        fini_curves(track->curves[p], n_curves(track, p));
        free(track->curves[p]);
    }
    fini_curves(track->ghost.accuracy, track->n_tasks);
    series_fini(&track->average);
    series_fini(&track->on);
    series_fini(&track->ghost.average);
    free(track->ghost.accuracy);
    free(track->initial);
    free(track->matrix);
    free(track->trail);
    *track = (struct track){0};
}

/* Becomes what `from` are from `begin` to `end`. */
static bool copy_curves(struct series *curves, const struct series *from, int n, double begin,
                        double end)
{
    bool ok = true;
    for (int i = 0; i < n && ok; i++) {
        ok = series_copy(&curves[i], &from[i], begin, end);
    }
    return ok;
}

static bool copy_past(struct track *track, const struct track *from, double end)
{
    const double begin = -(double)INFINITY;
    bool ok = copy_curves(&track->average, &from->average, 1, begin, end) &&
              copy_curves(&track->on, &from->on, 1, begin, end);
    for (int p = 0; p < PROBE_COUNT && ok; p++) {
        ok = !from->curves[p] ||
             (make_curves(track, p) &&
              copy_curves(track->curves[p], from->curves[p], n_curves(track, p), begin, end));
    }
    return ok;
}

/* Into a track that has no rows yet: the first `n` of them. */
static bool copy_rows(struct track *track, const struct track *from, int n)
{
    size_t cells = (size_t)n * (size_t)from->n_tasks;
    track->matrix = malloc((cells + 1) * sizeof *track->matrix);
    track->trail = malloc(((size_t)n + 1) * sizeof *track->trail);
    if (!track->matrix || !track->trail) {
        return false;
    }
    if (n > 0) {
        memcpy(track->matrix, from->matrix, cells * sizeof *track->matrix);
        memcpy(track->trail, from->trail, (size_t)n * sizeof *track->trail);
    }
    track->n_rows = track->rows_capacity = n;
    track->n_complete = min_int(n, from->n_complete);
    return true;
}

bool track_copy(struct track *track, const struct track *from)
{
    const double begin = -(double)INFINITY, end = (double)INFINITY;
    int n = from->n_tasks;
    if (!track_init(track, from->id, n) || !copy_past(track, from, end) ||
        !copy_rows(track, from, from->n_rows)) {
        return false;
    }
    if (from->ghost.accuracy) {
        track->ghost.accuracy = calloc((size_t)n, sizeof *track->ghost.accuracy);
        if (!track->ghost.accuracy ||
            !copy_curves(track->ghost.accuracy, from->ghost.accuracy, n, begin, end) ||
            !copy_curves(&track->ghost.average, &from->ghost.average, 1, begin, end)) {
            return false;
        }
        track->ghost.begin = from->ghost.begin;
    }
    memcpy(track->initial, from->initial, (size_t)n * sizeof *track->initial);
    track->parent = from->parent;
    track->born = from->born;
    memcpy(track->name, from->name, sizeof track->name);
    track->memory = from->memory;
    track->sweep = from->sweep;
    track->knob = from->knob;
    track->is_there = from->is_there;
    track->is_abandoned = from->is_abandoned;
    track->has_diverged = from->has_diverged;
    track->diverged_step = from->diverged_step;
    track->diverged_rate = from->diverged_rate;
    track->sum = from->sum;
    track->n_measured = from->n_measured;
    return true;
}

void track_rename(struct track *track, const char *name)
{
    snprintf(track->name, sizeof track->name, "%s", name);
}

/* The running sum anew: after a cut, and for a copy. */
static void count_measured(struct track *track)
{
    track->sum = 0;
    track->n_measured = 0;
    for (int t = 0; t < track->n_tasks; t++) {
        const struct series *accuracy = track_curve(track, PROBE_ACCURACY, t);
        if (accuracy->n > 0) {
            track->sum += series_last(accuracy);
            track->n_measured++;
        }
    }
}

bool track_make_rows(struct track *track, int n_rows)
{
    size_t n_tasks = (size_t)track->n_tasks;
    if (n_rows > track->rows_capacity) {
        int capacity = track->rows_capacity ? 2 * track->rows_capacity : 16;
        capacity = capacity > n_rows ? capacity : n_rows;
        double *matrix = realloc(track->matrix, (size_t)capacity * n_tasks * sizeof *track->matrix);
        if (!matrix) {
            return false;
        }
        track->matrix = matrix;
        struct plane_point *trail = realloc(track->trail, (size_t)capacity * sizeof *trail);
        if (!trail) {
            return false;
        }
        track->trail = trail;
        track->rows_capacity = capacity;
    }
    for (int i = track->n_rows; i < n_rows; i++) {
        track_fill_row(track, i, false);
    }
    track->n_rows = n_rows > track->n_rows ? n_rows : track->n_rows;
    return true;
}

void track_fill_row(struct track *track, int row, bool is_measured)
{
    double *r = track->matrix + (size_t)row * (size_t)track->n_tasks;
    for (int t = 0; t < track->n_tasks; t++) {
        r[t] = is_measured ? series_last(track_curve(track, PROBE_ACCURACY, t)) : (double)NAN;
    }
    track->trail[row] = (struct plane_point){.learning = (double)NAN, .keeping = (double)NAN};
}

bool track_inherit(struct track *track, const struct track *parent, long step, int n_complete)
{
    if (!copy_past(track, parent, (double)step) ||
        !copy_rows(track, parent, min_int(n_complete, parent->n_complete))) {
        return false;
    }
    memcpy(track->initial, parent->initial, (size_t)track->n_tasks * sizeof *track->initial);
    track->parent = parent->id;
    count_measured(track);
    return true;
}

bool track_takes_part(const struct track *track, long begin)
{
    return !track->has_diverged || track->diverged_step > begin;
}

bool track_measure(struct track *track, int task, long step, double value)
{
    struct series *accuracy = &track->curves[PROBE_ACCURACY][task];
    /* The average has a point wherever anything was measured: nothing may come before its last. */
    if (track->average.n > 0 && (double)step < track->average.step[track->average.n - 1]) {
        return false;
    }
    bool is_first = accuracy->n == 0;
    double old = is_first ? 0 : series_last(accuracy);
    if (!series_set(accuracy, (double)step, value)) {
        return false;
    }
    track->sum += value - old;
    track->n_measured += is_first;
    return series_set(&track->average, (double)step, track->sum / track->n_measured);
}

bool track_add(struct track *track, enum probe_id probe, int i, long begin, long step, double value)
{
    if (!make_curves(track, (int)probe)) {
        return false;
    }
    struct series *curve = &track->curves[probe][i];
    bool is_first =
        curve->n == 0 || (curve->step[curve->n - 1] <= (double)begin && !isnan(series_last(curve)));
    if (is_first && probe_at(probe)->is_since_stage &&
        !series_add(curve, (double)begin, (double)NAN)) {
        return false;
    }
    return series_set(curve, (double)step, value);
}

bool track_break(struct track *track, long step)
{
    bool ok = true;
    for (int p = 0; p < PROBE_COUNT; p++) {
        bool breaks = probe_at((enum probe_id)p)->is_since_stage;
        for (int i = 0; breaks && i < n_curves(track, p); i++) {
            struct series *curve = &track->curves[p][i];
            ok &= curve->n == 0 || series_add(curve, (double)step, (double)NAN);
        }
    }
    return ok;
}

/* The curves after `last` become the ghost, if they are curves and reach as far as it did. */
static bool leave_ghost(struct track *track, long step, double last)
{
    const struct series *average = &track->average;
    struct ghost *ghost = &track->ghost;
    if (average->n - series_count(average, last) < 2) {
        return true;
    }
    int n_old = ghost->average.n;
    if (n_old > 0 && average->step[average->n - 1] < ghost->average.step[n_old - 1]) {
        return true;
    }
    if (!ghost->accuracy) {
        ghost->accuracy = calloc((size_t)track->n_tasks, sizeof *ghost->accuracy);
    }
    const double first = last + 1, end = (double)INFINITY; /* steps are whole numbers */
    bool ok = ghost->accuracy && series_copy(&ghost->average, average, first, end);
    for (int t = 0; t < track->n_tasks && ok; t++) {
        ok = series_copy(&ghost->accuracy[t], track_curve(track, PROBE_ACCURACY, t), first, end);
    }
    ghost->begin = (double)step;
    if (!ok) {
        ghost->average.n = 0; /* half a ghost would be drawn as if it were whole */
        for (int t = 0; t < track->n_tasks && ghost->accuracy; t++) {
            ghost->accuracy[t].n = 0;
        }
    }
    return ok;
}

bool track_rewind(struct track *track, long step, int row)
{
    double last = step > 0 ? (double)step : -1; /* at the very start nothing has been measured */
    bool ok = leave_ghost(track, step, last);
    for (int p = 0; p < PROBE_COUNT; p++) {
        for (int i = 0; i < n_curves(track, p); i++) {
            series_cut(&track->curves[p][i], last);
        }
    }
    series_cut(&track->average, last);
    count_measured(track);
    track->has_diverged = track->has_diverged && (double)track->diverged_step <= last;
    track->n_complete = min_int(track->n_complete, row);
    track->n_rows = min_int(track->n_rows, row + 1);
    return ok;
}
