/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_collapse.h"

#include <math.h>
#include <stdio.h>

#include "ui/widgets/percent.h"

enum { STEPS_LEAST = 30 };

static const double RISE = 0.05, LOSS_SHARE = 0.9; /* less is nothing learned */
static const double FAR = 0.5;                     /* a drift that no gentle step brings about */

/* No better than what the initial weights knew. */
static bool is_at_chance(const struct view *view, int task)
{
    const struct track *track = view_track(view);
    double now = series_last(track_curve(track, PROBE_ACCURACY, task)),
           first = track->initial[task];
    return isfinite(now) && isfinite(first) && now <= first + RISE;
}

/* By luck the initial weights may answer well where there are few classes: the loss is asked, too.
 */
static bool learns_nothing(const struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    const struct series *loss = track_curve(view_track(view), PROBE_LOSS, 0);
    bool had_time =
        snapshot->stage_step >= STEPS_LEAST && snapshot->stage_step * 4 >= snapshot->stage_steps;
    return had_time && loss->n > 0 && is_at_chance(view, snapshot->task) &&
           view_learner(view)->loss >= LOSS_SHARE * loss->value[0];
}

static bool knows_nothing(const struct view *view)
{
    bool is_all = true;
    for (int t = 0; t < view_n_tasks(view); t++) {
        is_all &= !timeline_has_begun(view->timeline, t) || is_at_chance(view, t);
    }
    return is_all;
}

/* In any task's time: weights thrown far away do not move any more. */
static bool has_gone_far(const struct view *view)
{
    const struct track *track = view_track(view);
    double most = 0;
    for (int part = 0; part < view_learner(view)->n_parts; part++) {
        const struct series *drift = track_curve(track, PROBE_DRIFT, part);
        for (int i = 0; i < drift->n; i++) {
            most = fmax(most, drift->value[i]); /* not of a gap */
        }
    }
    return most > FAR;
}

static void cause_text(const struct view *view, char *text, size_t size)
{
    char strategies[96];
    double rate = view_learner(view)->rate;
    if (has_gone_far(view)) {
        snprintf(text, size, "the steps are too long. %s rate (%.3g)",
                 view_is_live(view) ? "*-* lowers the" : "Its", rate);
    } else if (!view_is_bare(view_learner(view))) {
        snprintf(text, size, "what is on (*%s*) holds the weights",
                 view_strategies_text(view, strategies, sizeof strategies));
    } else {
        snprintf(text, size, "the steps are too short. %s rate (%.3g)",
                 view_is_live(view) ? "*+* raises the" : "Its", rate);
    }
}

bool narrator_collapse(const struct view *view, char *text, size_t size)
{
    const struct snapshot *snapshot = view->snapshot;
    char letter[4], cause[160];
    bool is_over = snapshot->state == LAB_ENDED;
    if (!learns_nothing(view)) {
        return false;
    }
    cause_text(view, cause, sizeof cause);
    bool is_fresh_start = is_over || (snapshot->stage > 0 && knows_nothing(view));
    snprintf(
        text, size, "*%s %s:* *%d %%*, as little as at first: %s%s",
        task_letter(snapshot->task, letter), is_over ? "was not learned" : "is not being learned",
        percent(series_last(track_curve(view_track(view), PROBE_ACCURACY, snapshot->task))), cause,
        !view_is_live(view) ? ""
        : is_fresh_start    ? ", *R* begins anew"
                            : ", *b* goes back");
    return true;
}
