/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_collapse.h"

#include <stdio.h>

#include "lab/collapse.h"
#include "ui/widgets/percent.h"

static bool is_at_chance(const struct view *view, int task)
{
    const struct track *track = view_track(view);
    return collapse_is_at_chance(track, task,
                                 series_last(track_curve(track, PROBE_ACCURACY, task)));
}

static bool learns_nothing(const struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    const struct track *track = view_track(view);
    double accuracy = series_last(track_curve(track, PROBE_ACCURACY, snapshot->task));
    return snapshot->stage_step >= COLLAPSE_STEPS_LEAST &&
           snapshot->stage_step * 4 >= snapshot->stage_steps &&
           collapse_is(track, snapshot->task, accuracy, view_learner(view)->loss);
}

static bool knows_nothing(const struct view *view)
{
    bool is_all = true;
    for (int t = 0; t < view_n_tasks(view); t++) {
        is_all &= !timeline_has_begun(view->timeline, t) || is_at_chance(view, t);
    }
    return is_all;
}

static void cause_text(const struct view *view, char *text, size_t size)
{
    char strategies[96];
    double rate = view_learner(view)->rate;
    if (collapse_is_far(view_track(view), view_learner(view)->n_parts)) {
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
