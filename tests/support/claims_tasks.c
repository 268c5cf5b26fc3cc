/* SPDX-License-Identifier: MIT */
#include "support/claims_inside.h"

#include <math.h>
#include <stdlib.h>

#include "tasks/stream.h"
#include "ui/widgets/percent.h"

/* What it was at the beginning of the stage, where something was done, half a task's time ago in a
 * stream, or at its best: a sentence may begin with any of these, as it says. */
static bool is_start(const struct match *match, int of, long said)
{
    const struct view *view = match->claims->view;
    const struct timeline *timeline = view->timeline;
    double since = match_step(match) - (double)(view->snapshot->stage_steps / 2);
    bool is_it =
        percent(record_accuracy(match->record, of, (double)match_stage(match)->begin)) == said ||
        percent(record_best(match->record, of, match_step(match))) == said ||
        percent(record_accuracy(match->record, of, since)) == said;
    for (int i = 0; i < timeline->n_marks; i++) {
        is_it |=
            percent(record_accuracy(match->record, of, (double)timeline->marks[i].step)) == said;
    }
    match->claims->n_checked++;
    return is_it || match_fails(match, "it never began at %ld", said);
}

bool claim_fell(const struct match *match)
{
    int of = match_task(match, 1);
    return is_start(match, of, match_number(match, 2)) &&
           match_is(match, "now", match_number(match, 3), match_now(match, of)) &&
           (match_number(match, 2) > match_number(match, 3) ||
            match_fails(match, "it did not fall")) &&
           (!match_has(match, 5) || match_is(match, "best", match_number(match, 5),
                                             record_best(match->record, of, match_step(match))));
}

bool claim_rose(const struct match *match)
{
    int of = match_task(match, 1);
    return is_start(match, of, match_number(match, 2)) &&
           match_is(match, "now", match_number(match, 3), match_now(match, of)) &&
           (match_number(match, 2) < match_number(match, 3) ||
            match_fails(match, "it did not rise"));
}

bool claim_most(const struct match *match)
{
    int of = match_task(match, 1);
    return match_is(match, "best", match_number(match, 2),
                    record_best(match->record, of, match_step(match))) &&
           match_is(match, "now", match_number(match, 3), match_now(match, of));
}

bool claim_now(const struct match *match)
{
    return match_is(match, "now", match_number(match, 2), match_now(match, match_task(match, 1)));
}

bool claim_stage(const struct match *match)
{
    int of = match_task(match, 1);
    double from = record_accuracy(match->record, of, (double)match_stage(match)->begin);
    return match_is(match, "at the beginning", match_number(match, 3), from) &&
           match_is(match, "then", match_number(match, 4), match_now(match, of)) &&
           (match_task(match, 5) == match_stage(match)->task ||
            match_fails(match, "not that stage")) &&
           match_is(match, "the new task", match_number(match, 8),
                    match_now(match, match_task(match, 7)));
}

/* ---- all tasks ---- */

/* The mean over the tasks that had begun by that stage. */
static double mean_by(const struct match *match, const struct record *record, int stage)
{
    const struct timeline *timeline = match->claims->view->timeline;
    double sum = 0;
    int n = 0;
    for (int t = 0; t < timeline->n_tasks; t++) {
        double value = timeline_had_begun(timeline, t, stage)
                           ? record_accuracy(record, t, match_step(match))
                           : (double)NAN;
        sum += isfinite(value) ? value : 0;
        n += isfinite(value);
    }
    return n > 0 ? sum / n : (double)NAN;
}

/* At a boundary that of before it is as true. */
bool claim_average(const struct match *match)
{
    const struct view *view = match->claims->view;
    int stage = timeline_stage_at(view->timeline, (long)match_step(match));
    bool is_boundary = stage > 0 && view->timeline->stages[stage].begin == (long)match_step(match);
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        struct record record = record_read(match->claims, &view->snapshot->learners[i]);
        double mean = mean_by(match, &record, stage), before = mean_by(match, &record, stage - 1);
        free(record.measures);
        if ((isfinite(mean) && percent(mean) == match_number(match, 1)) ||
            (is_boundary && isfinite(before) && percent(before) == match_number(match, 1))) {
            match->claims->n_checked++;
            return true;
        }
    }
    return match_fails(match, "nobody has %ld on average", match_number(match, 1));
}

bool claim_end(const struct match *match)
{
    const struct timeline *timeline = match->claims->view->timeline;
    double left = 0, learned = 0;
    int n = 0, n_learned = 0;
    for (int t = 0; t < timeline->n_tasks; t++) {
        if (!timeline_has_begun(timeline, t)) {
            continue;
        }
        left += match_now(match, t);
        n++;
    }
    for (int i = 0; i < timeline->n_stages; i++) {
        bool is_last = true; /* stage of that task */
        for (int later = i + 1; later < timeline->n_stages; later++) {
            is_last &= timeline->stages[later].task != timeline->stages[i].task;
        }
        for (long k = 0; k < match->record->n; k++) {
            const struct entry *entry = &match->record->measures[k];
            bool is_diagonal = is_last && entry->kind == ENTRY_MATRIX && entry->stage == i &&
                               entry->task == timeline->stages[i].task;
            learned += is_diagonal ? entry->value : 0;
            n_learned += is_diagonal;
        }
    }
    return match_is(match, "left", match_number(match, 1), left / n) &&
           match_is(match, "learned", match_number(match, 2), learned / n_learned);
}

bool claim_mixture(const struct match *match)
{
    const struct snapshot *snapshot = match->claims->view->snapshot;
    double time =
        snapshot->stage + (double)snapshot->stage_step / fmax((double)snapshot->stage_steps, 1);
    int n = match->claims->view->facts->n_tasks;
    return match_is(match, "share", match_number(match, 2),
                    stream_share(n, time, match_task(match, 1))) &&
           (!match_has(match, 4) || match_is(match, "share", match_number(match, 5),
                                             stream_share(n, time, match_task(match, 4))));
}
