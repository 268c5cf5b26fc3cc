/* SPDX-License-Identifier: MIT */
#include "lab/timeline_cost.h"

#include <math.h>

#include "base/range.h"

/* A point is two doubles; what grows has room for twice as much; a curve is cut by searching. */
enum { POINT = 2 * sizeof(double), ROOM = 2, CUT = 16 };

static double points_after(const struct track *track, double step)
{
    double n = 0;
    for (int p = 0; p < PROBE_COUNT; p++) {
        int most = probe_size(probe_at((enum probe_id)p), track->n_tasks);
        for (int i = 0; track_has(track, (enum probe_id)p) && i < most; i++) {
            const struct series *curve = track_curve(track, (enum probe_id)p, i);
            n += curve->n - series_count(curve, step);
        }
    }
    return n + track->average.n - series_count(&track->average, step);
}

/* How many curves have been made for a learner. */
static double curves_of(const struct track *track)
{
    double n = 0;
    for (int p = 0; p < PROBE_COUNT; p++) {
        bool has = track_has(track, (enum probe_id)p);
        n += has ? probe_size(probe_at((enum probe_id)p), track->n_tasks) : 0;
    }
    return n;
}

/* Those that are made when a probe first speaks of a learner. */
static struct timeline_cost cost_of_measure(const struct timeline *timeline,
                                            const struct entry *entry)
{
    const struct track *track = timeline_track(timeline, entry->learner);
    bool is_known = (int)entry->probe >= 0 && entry->probe < PROBE_COUNT;
    struct timeline_cost cost = {.work = timeline->n_tracks};
    if (track && is_known && !track_has(track, entry->probe)) {
        cost.bytes =
            (double)sizeof(struct series) * probe_size(probe_at(entry->probe), timeline->n_tasks);
        cost.work += cost.bytes / sizeof(double);
    }
    return cost;
}

/* Rows of R that `track` is still to get. */
static double bytes_of_rows(const struct timeline *timeline, int n_rows)
{
    double row = timeline->n_tasks * (double)sizeof(double) + sizeof(struct plane_point);
    return n_rows > 0 ? ROOM * n_rows * row : 0;
}

static struct timeline_cost cost_of_learner(const struct timeline *timeline,
                                            const struct entry *entry)
{
    const struct track *track = timeline_track(timeline, entry->learner);
    struct timeline_cost cost = {0};
    if (track) {
        cost.bytes = bytes_of_rows(timeline, timeline->n_stages - track->n_rows);
    } else {
        const struct track *parent = timeline_track(timeline, entry->task);
        double points = parent ? points_after(parent, -(double)INFINITY) : 0;
        cost.bytes =
            ROOM * (double)sizeof *track +
            curves_of(parent ? parent : &timeline->nobody) * (double)sizeof(struct series) +
            timeline->n_tasks * (double)sizeof(double) +
            bytes_of_rows(timeline, timeline->n_stages + 1) + ROOM * POINT * points;
    }
    cost.work = timeline->n_tracks + timeline->n_tasks + cost.bytes / sizeof(double);
    return cost;
}

/* A run that is over, while fewer are kept than there is room for. */
static double bytes_of_score(const struct timeline *timeline, const struct track *track)
{
    double points = 0, curve = sizeof(struct series);
    int most = score_points(timeline->n_tasks);
    if (!track || track->average.n == 0 || timeline->board.n == SCORES_MAX) {
        return 0;
    }
    for (int t = 0; t < timeline->n_tasks; t++) {
        points += min_int(track_curve(track, PROBE_ACCURACY, t)->n, most);
    }
    return (double)sizeof(struct run_score) + (timeline->n_tasks + 1) * curve +
           ROOM * POINT * (points + most);
}

static struct timeline_cost cost_of_rewind(const struct timeline *timeline,
                                           const struct entry *entry)
{
    struct timeline_cost cost = {.work = (double)timeline->n_marks + timeline->n_stages};
    for (int i = 0; i < timeline->n_tracks; i++) {
        double points = points_after(&timeline->tracks[i], (double)entry->step);
        cost.bytes += POINT * points; /* the ghost */
        cost.bytes += bytes_of_score(timeline, &timeline->tracks[i]);
        cost.work += CUT * curves_of(&timeline->tracks[i]) + points +
                     (double)timeline->n_tasks * timeline->n_stages;
    }
    return cost;
}

struct timeline_cost timeline_cost(const struct timeline *timeline, const struct entry *entry)
{
    double n_tracks = timeline->n_tracks, n_tasks = timeline->n_tasks;
    struct timeline_cost cost = {.work = n_tracks};
    switch (entry->kind) {
    case ENTRY_STAGE:
        cost.bytes = LEARNERS_MAX * bytes_of_rows(timeline, 1);
        cost.work += timeline->n_stages + (LEARNERS_MAX + 1) * n_tasks;
        break;
    case ENTRY_STAGE_END:
        cost.work += n_tracks * n_tasks;
        break;
    case ENTRY_MATRIX: /* the last of a row: its metrics */
        cost.work += entry->task == timeline->n_tasks - 1 ? n_tasks * timeline->n_stages : 0;
        break;
    case ENTRY_REWIND:
        return cost_of_rewind(timeline, entry);
    case ENTRY_LEARNER:
        return cost_of_learner(timeline, entry);
    case ENTRY_MEASURE:
        return cost_of_measure(timeline, entry);
    case ENTRY_BASELINE:
    case ENTRY_COMMAND:
    case ENTRY_REFUSED:
    case ENTRY_DIVERGED:
    case ENTRY_END:
        break;
    case ENTRY_REMOVED:
        cost.bytes = bytes_of_score(timeline, timeline_track(timeline, entry->learner));
        cost.work += n_tasks * timeline->n_stages;
        break;
    }
    return cost;
}
