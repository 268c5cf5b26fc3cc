/* SPDX-License-Identifier: MIT
 * What a timeline answers: which stage, R and the metrics, now and at a step of the past. */
#include "lab/timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int timeline_rows(const struct timeline *timeline)
{
    int n = timeline->n_stages;
    return n > 0 && !timeline->stages[n - 1].has_row ? n - 1 : n;
}

int timeline_stage_at(const struct timeline *timeline, long step)
{
    int low = 0, high = timeline->n_stages; /* stages that begin at or before the step */
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (timeline->stages[middle].begin <= step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

int timeline_rows_at(const struct timeline *timeline, long step)
{
    int at = timeline_stage_at(timeline, step);
    bool is_over = at >= 0 && timeline->stages[at].has_row && timeline->stages[at].end <= step;
    return is_over ? at + 1 : at < 0 ? 0 : at;
}

bool timeline_has_begun(const struct timeline *timeline, int task)
{
    return timeline_had_begun(timeline, task, timeline->n_stages - 1);
}

/* A stream has a first stage of a task, too: the time in which it comes most. */
bool timeline_had_begun(const struct timeline *timeline, int task, int stage)
{
    if (task < 0 || task >= timeline->n_tasks || stage < 0) {
        return false;
    }
    int first = timeline->first_stage[task];
    return timeline->is_stream || (first >= 0 && first <= stage);
}

double timeline_r(const struct timeline *timeline, const struct track *track, int row, int task)
{
    if (row < 0 || row >= track->n_rows || task < 0 || task >= timeline->n_tasks) {
        return (double)NAN;
    }
    return track->matrix[(size_t)row * (size_t)timeline->n_tasks + (size_t)task];
}

double timeline_r_at(const struct timeline *timeline, const struct track *track, int row, int task,
                     long step)
{
    if (row < 0 || row > timeline_stage_at(timeline, step) || task < 0 ||
        task >= timeline->n_tasks) {
        return (double)NAN;
    }
    if (row < timeline_rows_at(timeline, step)) {
        return timeline_r(timeline, track, row, task);
    }
    return track_takes_part(track, timeline->stages[row].begin)
               ? series_at(track_curve(track, PROBE_ACCURACY, task), (double)step)
               : (double)NAN;
}

/* Of a stream all tasks count from the start. */
static double mean_of_row(const double *row, int n)
{
    double sum = 0;
    int n_finite = 0;
    for (int t = 0; t < n; t++) {
        sum += isfinite(row[t]) ? row[t] : 0;
        n_finite += isfinite(row[t]);
    }
    return n_finite ? sum / n_finite : (double)NAN;
}

/* Of `r` (n, n_tasks), the rows of the first n stages; one more is of none. */
static struct metrics metrics_of_rows(const struct timeline *timeline, const struct track *track,
                                      const double *r, int n)
{
    int *stages = calloc((size_t)n + 1, sizeof *stages);
    if (!stages) {
        n = 0; /* nothing can be said */
    }
    for (int i = 0; i < n; i++) {
        stages[i] = i < timeline->n_stages ? timeline->stages[i].task : -1;
    }
    struct metrics metrics = metrics_of(r, stages, n, track->initial, timeline->n_tasks);
    free(stages);
    if (timeline->is_stream && n > 0) {
        metrics.average_accuracy =
            mean_of_row(r + (size_t)(n - 1) * (size_t)timeline->n_tasks, timeline->n_tasks);
        metrics.forward_transfer = (double)NAN; /* some of each has come before its time */
    }
    return metrics;
}

double timeline_validation(const struct timeline *timeline, const struct track *track, int row,
                           int task)
{
    if (row < 0 || row >= timeline_rows(timeline)) {
        return (double)NAN;
    }
    const struct series *series = track_curve(track, PROBE_VALIDATION, task);
    double end = (double)timeline->stages[row].end;
    bool is_there = series->n > 0 && series->step[series->n - 1] >= end;
    return is_there ? series_at(series, end) : (double)NAN;
}

struct metrics timeline_validation_metrics(const struct timeline *timeline,
                                           const struct track *track)
{
    int n = timeline_rows(timeline), n_tasks = timeline->n_tasks;
    double *r = malloc(((size_t)n * (size_t)n_tasks + 1) * sizeof *r);
    for (int i = 0; r && i < n; i++) {
        for (int t = 0; t < n_tasks; t++) {
            r[(size_t)i * (size_t)n_tasks + (size_t)t] = timeline_validation(timeline, track, i, t);
        }
    }
    struct metrics metrics = metrics_of_rows(timeline, track, r, r ? n : 0);
    metrics.forward_transfer = (double)NAN; /* before the first step it is not measured */
    free(r);
    return metrics;
}

/* The mean of the average accuracy over the steps until `last`; NAN before there are two points. */
static double mean_over_time(const struct track *track, double last)
{
    const struct series *average = &track->average;
    double sum = 0, begin = average->n > 0 ? average->step[0] : 0, end = begin;
    for (int i = 1; i < average->n && average->step[i] <= last; i++) {
        end = average->step[i];
        sum += (end - average->step[i - 1]) * (average->value[i] + average->value[i - 1]) / 2;
    }
    return end > begin ? sum / (end - begin) : (double)NAN;
}

/* The least of a curve while other tasks are trained, from the end of stage `own` to `last`. */
static double least_since(const struct timeline *timeline, const struct series *series, int own,
                          double last)
{
    int task = timeline->stages[own].task;
    double least = (double)INFINITY;
    for (int i = series->n - 1; i >= 0 && series->step[i] > (double)timeline->stages[own].end;
         i--) {
        /* what is measured at a boundary is of the stage before it */
        int stage = timeline_stage_at(timeline, (long)series->step[i] - 1);
        bool counts = series->step[i] <= last && timeline->stages[stage].task != task;
        least = counts ? fmin(least, series->value[i]) : least;
    }
    return least;
}

/* Over the tasks that have ended before the stage of `last` began. */
static double mean_minimum(const struct timeline *timeline, const struct track *track, double last)
{
    double sum = 0;
    int n = 0;
    if (!track_has(track, PROBE_STABILITY) || timeline->is_stream) {
        return (double)NAN;
    }
    for (int t = 0; t < timeline->n_tasks; t++) {
        int own = timeline->first_stage[t];
        if (own < 0 || own >= timeline->n_stages || !timeline->stages[own].has_row) {
            continue;
        }
        double least =
            fmin(least_since(timeline, track_curve(track, PROBE_STABILITY, t), own, last),
                 least_since(timeline, track_curve(track, PROBE_ACCURACY, t), own, last));
        sum += isfinite(least) ? least : 0;
        n += isfinite(least);
    }
    return n > 0 ? sum / n : (double)NAN;
}

struct metrics timeline_metrics_after(const struct timeline *timeline, const struct track *track,
                                      int n_rows)
{
    int n = n_rows < timeline->n_stages ? n_rows : timeline->n_stages;
    n = n < track->n_rows ? n : track->n_rows; /* fewer: it is gone, or has just come */
    struct metrics metrics = metrics_of_rows(timeline, track, track->matrix, n);
    if (n > 0) {
        metrics.minimum_accuracy =
            mean_minimum(timeline, track, (double)timeline->stages[n - 1].end);
    }
    return metrics;
}

struct metrics timeline_metrics(const struct timeline *timeline, const struct track *track)
{
    int n = timeline_rows(timeline);
    bool is_gone = !track->is_there && track->n_complete < n;
    n = is_gone ? track->n_complete : n;
    struct metrics metrics = timeline_metrics_after(timeline, track, n);
    metrics.over_time =
        n > 0 ? mean_over_time(track, (double)timeline->stages[n - 1].end) : (double)NAN;
    return metrics;
}

bool timeline_is_past_rows(const struct timeline *timeline, const struct track *track)
{
    int last = timeline->n_stages - 1;
    bool is_otherwise = false;
    if (last < 0 || !timeline->stages[last].has_row || !track->is_there) {
        return false;
    }
    for (int t = 0; t < timeline->n_tasks; t++) {
        double row = timeline_r(timeline, track, last, t),
               now = series_last(track_curve(track, PROBE_ACCURACY, t));
        is_otherwise |= isfinite(row) && isfinite(now) && row != now;
    }
    return is_otherwise;
}

/* All rows, and below them what there is now. */
static struct metrics metrics_past_rows(const struct timeline *timeline, const struct track *track)
{
    int n_tasks = timeline->n_tasks, n = timeline->n_stages;
    double *r = malloc((size_t)(n + 1) * (size_t)n_tasks * sizeof *r);
    if (!r) {
        return metrics_of_rows(timeline, track, NULL, 0);
    }
    memcpy(r, track->matrix, (size_t)n * (size_t)n_tasks * sizeof *r);
    for (int t = 0; t < n_tasks; t++) {
        r[n * n_tasks + t] = series_last(track_curve(track, PROBE_ACCURACY, t));
    }
    struct metrics metrics = metrics_of_rows(timeline, track, r, n + 1);
    free(r);
    return metrics;
}

struct metrics timeline_metrics_now(const struct timeline *timeline, const struct track *track)
{
    int n = track->is_there ? timeline->n_stages : track->n_complete;
    struct metrics metrics = timeline_is_past_rows(timeline, track)
                                 ? metrics_past_rows(timeline, track)
                                 : timeline_metrics_after(timeline, track, n);
    metrics.over_time = mean_over_time(track, (double)INFINITY);
    metrics.minimum_accuracy = mean_minimum(timeline, track, (double)INFINITY);
    return metrics;
}

struct metrics timeline_metrics_at(const struct timeline *timeline, const struct track *track,
                                   long step)
{
    size_t n_tasks = (size_t)timeline->n_tasks;
    int n = timeline_stage_at(timeline, step) + 1, n_over = timeline_rows_at(timeline, step);
    if (n > 0 && n == n_over && n == timeline->n_stages && timeline_is_past_rows(timeline, track)) {
        return timeline_metrics_now(timeline, track);
    }
    if (n == n_over && n <= track->n_rows) {
        struct metrics metrics = metrics_of_rows(timeline, track, track->matrix, n);
        metrics.over_time = mean_over_time(track, (double)step);
        metrics.minimum_accuracy = mean_minimum(timeline, track, (double)step);
        metrics.minimum_accuracy = mean_minimum(timeline, track, (double)step);
        return metrics;
    }
    double *r = malloc((size_t)n * n_tasks * sizeof *r);
    if (!r) {
        return metrics_of_rows(timeline, track, NULL, 0);
    }
    int n_kept = n_over < track->n_rows ? n_over : track->n_rows;
    if (n_kept > 0) {
        memcpy(r, track->matrix, (size_t)n_kept * n_tasks * sizeof *r);
    }
    for (int i = n_kept; i < n; i++) {
        for (int t = 0; t < timeline->n_tasks; t++) {
            r[(size_t)i * n_tasks + (size_t)t] = timeline_r_at(timeline, track, i, t, step);
        }
    }
    struct metrics metrics = metrics_of_rows(timeline, track, r, n);
    metrics.over_time = mean_over_time(track, (double)step);
    metrics.minimum_accuracy = mean_minimum(timeline, track, (double)step);
    free(r);
    return metrics;
}
