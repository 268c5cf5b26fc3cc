/* SPDX-License-Identifier: MIT
 * What a chronicle answers: which visit, R and the metrics, now and at a step of the past. */
#include "lab/chronicle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int chronicle_rows(const struct chronicle *chronicle)
{
    int n = chronicle->n_visits;
    return n > 0 && !chronicle->visits[n - 1].has_row ? n - 1 : n;
}

int chronicle_visit_at(const struct chronicle *chronicle, long step)
{
    int low = 0, high = chronicle->n_visits; /* visits that begin at or before the step */
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (chronicle->visits[middle].begin <= step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

int chronicle_rows_at(const struct chronicle *chronicle, long step)
{
    int at = chronicle_visit_at(chronicle, step);
    bool is_over = at >= 0 && chronicle->visits[at].has_row && chronicle->visits[at].end <= step;
    return is_over ? at + 1 : at < 0 ? 0 : at;
}

bool chronicle_has_visited(const struct chronicle *chronicle, int task)
{
    return chronicle_had_begun(chronicle, task, chronicle->n_visits - 1);
}

/* A stream has a first visit of a task, too: the time in which it comes most. */
bool chronicle_had_begun(const struct chronicle *chronicle, int task, int visit)
{
    if (task < 0 || task >= chronicle->n_tasks || visit < 0) {
        return false;
    }
    int first = chronicle->first_visit[task];
    return chronicle->is_stream || (first >= 0 && first <= visit);
}

double chronicle_r(const struct chronicle *chronicle, const struct track *track, int row, int task)
{
    if (row < 0 || row >= track->n_rows || task < 0 || task >= chronicle->n_tasks) {
        return (double)NAN;
    }
    return track->matrix[(size_t)row * (size_t)chronicle->n_tasks + (size_t)task];
}

double chronicle_r_at(const struct chronicle *chronicle, const struct track *track, int row,
                      int task, long step)
{
    if (row < 0 || row > chronicle_visit_at(chronicle, step) || task < 0 ||
        task >= chronicle->n_tasks) {
        return (double)NAN;
    }
    if (row < chronicle_rows_at(chronicle, step)) {
        return chronicle_r(chronicle, track, row, task);
    }
    return track_takes_part(track, chronicle->visits[row].begin)
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

/* Of `r` (n, n_tasks), the rows of the first n visits; one more is of none. */
static struct metrics metrics_of_rows(const struct chronicle *chronicle, const struct track *track,
                                      const double *r, int n)
{
    int *visits = calloc((size_t)n + 1, sizeof *visits);
    if (!visits) {
        n = 0; /* nothing can be said */
    }
    for (int i = 0; i < n; i++) {
        visits[i] = i < chronicle->n_visits ? chronicle->visits[i].task : -1;
    }
    struct metrics metrics = metrics_of(r, visits, n, track->initial, chronicle->n_tasks);
    free(visits);
    if (chronicle->is_stream && n > 0) {
        metrics.average_accuracy =
            mean_of_row(r + (size_t)(n - 1) * (size_t)chronicle->n_tasks, chronicle->n_tasks);
        metrics.forward_transfer = (double)NAN; /* some of each has come before its time */
    }
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

struct metrics chronicle_metrics_after(const struct chronicle *chronicle, const struct track *track,
                                       int n_rows)
{
    int n = n_rows < chronicle->n_visits ? n_rows : chronicle->n_visits;
    n = n < track->n_rows ? n : track->n_rows; /* fewer: it is gone, or has just come */
    return metrics_of_rows(chronicle, track, track->matrix, n);
}

struct metrics chronicle_metrics(const struct chronicle *chronicle, const struct track *track)
{
    int n = chronicle_rows(chronicle);
    bool is_gone = !track->is_there && track->n_complete < n;
    n = is_gone ? track->n_complete : n;
    struct metrics metrics = chronicle_metrics_after(chronicle, track, n);
    metrics.over_time =
        n > 0 ? mean_over_time(track, (double)chronicle->visits[n - 1].end) : (double)NAN;
    return metrics;
}

bool chronicle_is_past_rows(const struct chronicle *chronicle, const struct track *track)
{
    int last = chronicle->n_visits - 1;
    bool is_otherwise = false;
    if (last < 0 || !chronicle->visits[last].has_row || !track->is_there) {
        return false;
    }
    for (int t = 0; t < chronicle->n_tasks; t++) {
        double row = chronicle_r(chronicle, track, last, t),
               now = series_last(track_curve(track, PROBE_ACCURACY, t));
        is_otherwise |= isfinite(row) && isfinite(now) && row != now;
    }
    return is_otherwise;
}

/* All rows, and below them what there is now. */
static struct metrics metrics_past_rows(const struct chronicle *chronicle,
                                        const struct track *track)
{
    int n_tasks = chronicle->n_tasks, n = chronicle->n_visits;
    double *r = malloc((size_t)(n + 1) * (size_t)n_tasks * sizeof *r);
    if (!r) {
        return metrics_of_rows(chronicle, track, NULL, 0);
    }
    memcpy(r, track->matrix, (size_t)n * (size_t)n_tasks * sizeof *r);
    for (int t = 0; t < n_tasks; t++) {
        r[n * n_tasks + t] = series_last(track_curve(track, PROBE_ACCURACY, t));
    }
    struct metrics metrics = metrics_of_rows(chronicle, track, r, n + 1);
    free(r);
    return metrics;
}

struct metrics chronicle_metrics_now(const struct chronicle *chronicle, const struct track *track)
{
    int n = track->is_there ? chronicle->n_visits : track->n_complete;
    struct metrics metrics = chronicle_is_past_rows(chronicle, track)
                                 ? metrics_past_rows(chronicle, track)
                                 : chronicle_metrics_after(chronicle, track, n);
    metrics.over_time = mean_over_time(track, (double)INFINITY);
    return metrics;
}

struct metrics chronicle_metrics_at(const struct chronicle *chronicle, const struct track *track,
                                    long step)
{
    size_t n_tasks = (size_t)chronicle->n_tasks;
    int n = chronicle_visit_at(chronicle, step) + 1, n_over = chronicle_rows_at(chronicle, step);
    if (n > 0 && n == n_over && n == chronicle->n_visits &&
        chronicle_is_past_rows(chronicle, track)) {
        return chronicle_metrics_now(chronicle, track);
    }
    if (n == n_over && n <= track->n_rows) {
        struct metrics metrics = metrics_of_rows(chronicle, track, track->matrix, n);
        metrics.over_time = mean_over_time(track, (double)step);
        return metrics;
    }
    double *r = malloc((size_t)n * n_tasks * sizeof *r);
    if (!r) {
        return metrics_of_rows(chronicle, track, NULL, 0);
    }
    int n_kept = n_over < track->n_rows ? n_over : track->n_rows;
    if (n_kept > 0) {
        memcpy(r, track->matrix, (size_t)n_kept * n_tasks * sizeof *r);
    }
    for (int i = n_kept; i < n; i++) {
        for (int t = 0; t < chronicle->n_tasks; t++) {
            r[(size_t)i * n_tasks + (size_t)t] = chronicle_r_at(chronicle, track, i, t, step);
        }
    }
    struct metrics metrics = metrics_of_rows(chronicle, track, r, n);
    metrics.over_time = mean_over_time(track, (double)step);
    free(r);
    return metrics;
}
