/* SPDX-License-Identifier: MIT */
#include "lab/chronicle_cost.h"

#include <math.h>

/* A point is two doubles; what grows has room for twice as much; a curve is cut by searching. */
enum { POINT = 2 * sizeof(double), ROOM = 2, CUT = 16 };

static double points_after(const struct track *track, double step)
{
    double n = 0;
    for (int p = 0; p < PROBE_COUNT; p++) {
        for (int i = 0; i < probe_size(probe_at((enum probe_id)p), track->n_tasks); i++) {
            const struct series *curve = track_curve(track, (enum probe_id)p, i);
            n += curve->n - series_count(curve, step);
        }
    }
    return n + track->average.n - series_count(&track->average, step);
}

/* How many curves a learner has. */
static double curves_of(const struct chronicle *chronicle)
{
    double n = 0;
    for (int p = 0; p < PROBE_COUNT; p++) {
        n += probe_size(probe_at((enum probe_id)p), chronicle->n_tasks);
    }
    return n;
}

/* Rows of R that `track` is still to get. */
static double bytes_of_rows(const struct chronicle *chronicle, int n_rows)
{
    double row = chronicle->n_tasks * (double)sizeof(double) + sizeof(struct plane_point);
    return n_rows > 0 ? ROOM * n_rows * row : 0;
}

static struct chronicle_cost cost_of_learner(const struct chronicle *chronicle,
                                             const struct entry *entry)
{
    const struct track *track = chronicle_track(chronicle, entry->learner);
    struct chronicle_cost cost = {0};
    if (track) {
        cost.bytes = bytes_of_rows(chronicle, chronicle->n_visits - track->n_rows);
    } else {
        const struct track *parent = chronicle_track(chronicle, entry->task);
        double points = parent ? points_after(parent, -(double)INFINITY) : 0;
        cost.bytes = ROOM * (double)sizeof *track +
                     curves_of(chronicle) * (double)sizeof(struct series) +
                     chronicle->n_tasks * (double)sizeof(double) +
                     bytes_of_rows(chronicle, chronicle->n_visits + 1) + ROOM * POINT * points;
    }
    cost.work = chronicle->n_tracks + chronicle->n_tasks + cost.bytes / sizeof(double);
    return cost;
}

static struct chronicle_cost cost_of_rewind(const struct chronicle *chronicle,
                                            const struct entry *entry)
{
    struct chronicle_cost cost = {.work = (double)chronicle->n_marks + chronicle->n_visits};
    for (int i = 0; i < chronicle->n_tracks; i++) {
        double points = points_after(&chronicle->tracks[i], (double)entry->step);
        cost.bytes += POINT * points; /* the ghost */
        cost.work += CUT * curves_of(chronicle) + points;
    }
    return cost;
}

struct chronicle_cost chronicle_cost(const struct chronicle *chronicle, const struct entry *entry)
{
    double n_tracks = chronicle->n_tracks, n_tasks = chronicle->n_tasks;
    struct chronicle_cost cost = {.work = n_tracks};
    switch (entry->kind) {
    case ENTRY_STAGE:
        cost.bytes = LEARNERS_MAX * bytes_of_rows(chronicle, 1);
        cost.work += chronicle->n_visits + (LEARNERS_MAX + 1) * n_tasks;
        break;
    case ENTRY_STAGE_END:
        cost.work += n_tracks * n_tasks;
        break;
    case ENTRY_MATRIX: /* the last of a row: its metrics */
        cost.work += entry->task == chronicle->n_tasks - 1 ? n_tasks * chronicle->n_visits : 0;
        break;
    case ENTRY_REWIND:
        return cost_of_rewind(chronicle, entry);
    case ENTRY_LEARNER:
        return cost_of_learner(chronicle, entry);
    case ENTRY_BASELINE:
    case ENTRY_MEASURE:
    case ENTRY_COMMAND:
    case ENTRY_REFUSED:
    case ENTRY_DIVERGED:
    case ENTRY_END:
    case ENTRY_REMOVED:
        break;
    }
    return cost;
}
