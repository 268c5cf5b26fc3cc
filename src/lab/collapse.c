/* SPDX-License-Identifier: MIT */
#include "lab/collapse.h"

#include <math.h>

static const double RISE = 0.05, LOSS_SHARE = 0.9; /* less is nothing learned */
static const double FAR = 0.5;

bool collapse_is_at_chance(const struct track *track, int task, double accuracy)
{
    double first = track->initial[task];
    return isfinite(accuracy) && isfinite(first) && accuracy <= first + RISE;
}

bool collapse_is(const struct track *track, int task, double accuracy, double loss)
{
    const struct series *losses = track_curve(track, PROBE_LOSS, 0);
    return losses->n > 0 && collapse_is_at_chance(track, task, accuracy) &&
           loss >= LOSS_SHARE * losses->value[0];
}

bool collapse_is_far(const struct track *track, int n_parts)
{
    double most = 0;
    for (int part = 0; part < n_parts; part++) {
        const struct series *drift = track_curve(track, PROBE_DRIFT, part);
        for (int i = 0; i < drift->n; i++) {
            most = fmax(most, drift->value[i]); /* not of a gap */
        }
    }
    return most > FAR;
}

static bool is_last_of_its_task(const struct timeline *timeline, int stage)
{
    for (int later = stage + 1; later < timeline->n_stages; later++) {
        if (timeline->stages[later].has_row &&
            timeline->stages[later].task == timeline->stages[stage].task) {
            return false;
        }
    }
    return true;
}

static bool was_nothing_learned(const struct timeline *timeline, const struct track *track, int i)
{
    const struct stage *stage = &timeline->stages[i];
    double loss = series_at(track_curve(track, PROBE_LOSS, 0), (double)stage->end);
    return stage->has_row && stage->end - stage->begin >= COLLAPSE_STEPS_LEAST &&
           collapse_is(track, stage->task, timeline_r(timeline, track, i, stage->task), loss);
}

int collapse_tasks(const struct timeline *timeline, const struct track *track, int *tasks, int most)
{
    int n = 0;
    for (int i = 0; i < timeline->n_stages && !timeline->is_stream; i++) {
        if (was_nothing_learned(timeline, track, i) && is_last_of_its_task(timeline, i)) {
            if (n < most) {
                tasks[n] = timeline->stages[i].task;
            }
            n++;
        }
    }
    return n;
}
