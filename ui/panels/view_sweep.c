/* SPDX-License-Identifier: MIT
 * The sweep that is looked at: who is of it, in the order of the knob. */
#include "lab/sweep.h"
#include "ui/panels/view.h"

/* The last one of which there are several. */
static const struct track *last_sweep(const struct view *view)
{
    const struct track *last = NULL;
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        const struct track *track = view_track_at(view, i);
        bool has_other = false;
        for (int k = 0; k < i; k++) {
            has_other |= track->sweep >= 0 && view_track_at(view, k)->sweep == track->sweep;
        }
        last = has_other && (!last || track->sweep > last->sweep) ? track : last;
    }
    return last;
}

static uint32_t strategies_on(const struct learner_state *learner)
{
    uint32_t on = 0;
    for (int i = 0; i < strategy_count(); i++) {
        on |= learner->strategies[i].is_on ? UINT32_C(1) << i : 0;
    }
    return on;
}

static bool is_of(const struct view *view, int i, const struct track *sweep)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    return view_track_at(view, i)->sweep == sweep->sweep ||
           (learner->id == sweep->parent &&
            sweep_turns((enum param_id)sweep->knob, strategies_on(learner)));
}

struct view_sweep view_sweep(const struct view *view)
{
    const struct learner_state *learners = view->snapshot->learners;
    const struct track *last = last_sweep(view);
    struct view_sweep sweep = {.knob = last ? (enum param_id)last->knob : 0, .chosen = -1};
    for (int i = 0; last && i < view->snapshot->n_learners; i++) {
        if (!is_of(view, i, last)) {
            continue;
        }
        int at = sweep.n++;
        double value = learners[i].params.value[sweep.knob];
        for (; at > 0 && learners[sweep.learners[at - 1]].params.value[sweep.knob] > value; at--) {
            sweep.learners[at] = sweep.learners[at - 1];
        }
        sweep.learners[at] = i;
    }
    for (int k = 0; k < sweep.n; k++) {
        sweep.chosen = sweep.learners[k] == view->snapshot->selected ? k : sweep.chosen;
    }
    return sweep;
}
