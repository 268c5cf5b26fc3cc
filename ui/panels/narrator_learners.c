/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_learners.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/ewc.h"
#include "strategies/table.h"
#include "ui/widgets/percent.h"

/* "*at step 700:* " while the past is looked at. */
static const char *moment_text(const struct view *view, char *buf, size_t size)
{
    bool is_end = view->snapshot->state == LAB_ENDED;
    snprintf(buf, size, "%s", is_end ? "*The end:* " : "");
    if (view->has_cursor) {
        snprintf(buf, size, "*at step %.0f:* ", view->cursor);
    }
    return buf;
}

/* Joint training is a landmark, not a rival. */
static bool is_rival(const struct view *view, int i)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    bool is_born = !view->has_cursor || view->cursor >= (double)learner->born;
    return is_born && !view_has_diverged(view, i) &&
           !learner->strategies[strategy_find("joint")].is_on;
}

/* The learners with the highest and the lowest average; how many there are. */
static int find_extremes(const struct view *view, int *best, int *worst, double values[2])
{
    int n_known = 0;
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        const struct series *series = &view_track_at(view, i)->average;
        double average = view->has_cursor ? series_at(series, view->cursor) : series_last(series);
        if (!is_rival(view, i) || !isfinite(average)) {
            continue;
        }
        *best = n_known == 0 || average > values[0] ? i : *best;
        *worst = n_known == 0 || average < values[1] ? i : *worst;
        values[0] = *best == i ? average : values[0];
        values[1] = *worst == i ? average : values[1];
        n_known++;
    }
    return n_known;
}

enum role narrator_compare(const struct view *view, char *text, size_t size)
{
    char moment[48];
    const struct snapshot *snapshot = view->snapshot;
    int best = 0, worst = 0;
    double values[2] = {0};
    int n = find_extremes(view, &best, &worst, values);
    const struct learner_state *high = &snapshot->learners[best], *low = &snapshot->learners[worst];
    bool is_end = snapshot->state == LAB_ENDED && !view_is_past(view);
    const char *advantage = view_advantage(high);
    moment_text(view, moment, sizeof moment);
    if (n == 1) {
        snprintf(text, size, "%s*%d %s* has *%d %%* on average", moment, high->slot + 1, high->name,
                 percent(values[0]));
    } else if (n == 0 || view->timeline->n_stages < 2) {
        snprintf(text, size,
                 "*%d learners:* the same weights, the same examples in the same order. Only what "
                 "you chose differs",
                 snapshot->n_learners);
    } else if (values[0] - values[1] < 0.03) {
        snprintf(text, size,
                 "%s*%s %d learners* are within 3 points of each other: %d %% on average", moment,
                 n == 2 ? "the" : "all", n, percent(values[0]));
    } else {
        snprintf(text, size, "%s*%d %s* has *%d %%* on average%s%s%s, *%d %s* has *%d %%*: %s",
                 moment, high->slot + 1, high->name, percent(values[0]), advantage ? " (" : "",
                 advantage ? advantage : "", advantage ? ")" : "", low->slot + 1, low->name,
                 percent(values[1]),
                 is_end && view_is_live(view) ? "*R* begins anew"
                                              : "same start, same data, other choices");
    }
    return is_end ? ROLE_WARN : ROLE_GOOD;
}

void narrator_cause(const struct learner_state *learner, char *text, size_t size)
{
    const struct strategy_state *ewc = &learner->strategies[strategy_find("ewc")];
    const struct strategy_state *lora = &learner->strategies[strategy_find("lora")];
    const double *params = learner->params.value;
    double scale = params[PARAM_LORA_ALPHA] / params[PARAM_LORA_RANK];
    if (ewc->is_on && ewc_is_unstable(&learner->params, ewc->gauge)) {
        snprintf(text, size,
                 "EWC pulls too hard, η·λ·ΣF is %.2g (stable below 2). Lower λ or *:set ewc.form "
                 "proximal*",
                 ewc->gauge);
    } else if (lora->is_on && lora->bytes > 0 && scale > 1) {
        snprintf(text, size, "rate %.3g times LoRA's (α/r)², %.3g, is too much", learner->rate,
                 scale * scale);
    } else {
        snprintf(text, size, "the loss is not finite at learning rate %.3g", learner->rate);
    }
}

bool narrator_stopped(const struct view *view, char *text, size_t size)
{
    const struct snapshot *snapshot = view->snapshot;
    char cause[128];
    for (int k = 0; k <= snapshot->n_learners; k++) {
        int i = k == 0 ? snapshot->selected : k - 1;
        const struct learner_state *learner = &snapshot->learners[i];
        bool is_selected = i == snapshot->selected;
        bool is_fresh = (snapshot->step - learner->diverged_step) * 4 < snapshot->stage_steps;
        if (view_has_diverged(view, i) && (is_selected || is_fresh)) {
            narrator_cause(learner, cause, sizeof cause);
            snprintf(text, size,
                     "*%d %s diverged at step %ld:* %s; the others go on. %s*b* goes back, at half "
                     "its rate",
                     learner->slot + 1, learner->name, learner->diverged_step, cause,
                     is_selected ? "" : "*< >* select it, ");
            return true;
        }
    }
    return false;
}

void narrator_ghosts(const struct view *view, long step, char *text, size_t size)
{
    const struct timeline *timeline = view->timeline;
    for (int i = timeline->n_tracks - 1; i >= 0; i--) {
        const struct track *track = &timeline->tracks[i];
        if (track->is_abandoned && track->born > step) {
            size_t used = strlen(text);
            snprintf(text + used, size - used,
                     ". *%s* was not born yet: it is gone, its curve stays as a ghost",
                     track->name);
            return;
        }
    }
    size_t used = strlen(text);
    snprintf(text + used, size - used, ". Dotted: what would have been");
}
