/* SPDX-License-Identifier: MIT */
#include "session/playhead.h"

#include <stdio.h>
#include <string.h>

#include "lab/recount.h"
#include "strategies/strategy.h"
#include "strategies/table.h"

enum { BACK_MAX = 100000 }; /* entries that are looked back over */

/* What a snapshot shows happened so long before it was written down, at the most; one that is
 * farther away than a look or two is of another time. */
static const int64_t LATE_NS = 300000000, FAR_NS = 1000000000;

/* The first entry that the snapshot may not have seen. */
static long first_unseen(const struct playhead *playhead, int64_t taken)
{
    long n = playhead->timeline->n_read, least = n > BACK_MAX ? n - BACK_MAX : 0;
    while (n > least && journal_time(playhead->journal, n - 1) > taken - LATE_NS) {
        n--;
    }
    return n;
}

/* Behind the last return from `first` on. */
static long after_return(const struct playhead *playhead, long first)
{
    for (long i = playhead->timeline->n_read; i > first; i--) {
        if (journal_at(playhead->journal, i - 1).kind == ENTRY_REWIND) {
            return i;
        }
    }
    return first;
}

static bool has(const struct snapshot *snapshot, int id)
{
    int i = 0;
    while (i < snapshot->n_learners && snapshot->learners[i].id != id) {
        i++;
    }
    return i < snapshot->n_learners;
}

bool playhead_fits(const struct playhead *playhead, int64_t taken, const struct snapshot *snapshot)
{
    const struct timeline *timeline = playhead->timeline;
    int n_there = 0;
    for (int i = 0; i < timeline->n_tracks; i++) {
        const struct track *track = &timeline->tracks[i];
        n_there += track->is_there;
        if (track->is_there && !has(snapshot, track->id)) {
            return false;
        }
    }
    if (n_there == 0) { /* it has not begun yet */
        return true;
    }
    long first = first_unseen(playhead, taken);
    return n_there == snapshot->n_learners && after_return(playhead, first) == first;
}

/* ---- commands since ---- */

static void tell_learner(struct learner_state *learner, const struct command *command)
{
    switch (command->kind) {
    case COMMAND_SET: { /* what is no value of it is left as it was */
        bool ok = param_parse(&learner->params, (enum param_id)command->index, command->text, NULL);
        (void)ok;
        break;
    }
    case COMMAND_STRATEGY:
        learner->strategies[command->index].is_on = command->on;
        break;
    case COMMAND_OBSERVE:
        learner->strategies[command->index].is_observed = command->on;
        break;
    default:
        break;
    }
}

static void tell(struct snapshot *snapshot, const struct entry *entry)
{
    struct command command;
    if (!command_parse(entry->text, &command, NULL)) {
        return;
    }
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (entry->learner == LEARNER_ALL || entry->learner == snapshot->learners[i].id) {
            tell_learner(&snapshot->learners[i], &command);
        }
    }
    if (command.kind == COMMAND_SPEED) {
        snapshot->speed = command.speed;
    } else if (command.kind == COMMAND_PAUSE && snapshot->state == LAB_TRAINING) {
        snapshot->state = LAB_PAUSED;
    } else if (command.kind == COMMAND_RESUME && snapshot->state == LAB_PAUSED) {
        snapshot->state = LAB_TRAINING;
    }
}

static void catch_up(const struct playhead *playhead, int64_t taken, struct snapshot *snapshot)
{
    long first = after_return(playhead, first_unseen(playhead, taken));
    for (long i = first; i < playhead->timeline->n_read; i++) {
        struct entry entry = journal_at(playhead->journal, i);
        if (entry.kind == ENTRY_COMMAND && entry.text && !recount_refusal(playhead->journal, i)) {
            tell(snapshot, &entry);
        }
    }
    for (int i = 0; i < snapshot->n_learners; i++) {
        struct learner_state *learner = &snapshot->learners[i];
        const struct track *track = timeline_track(playhead->timeline, learner->id);
        if (track) {
            snprintf(learner->name, sizeof learner->name, "%s", track->name);
        }
    }
}

/* ---- place and state ---- */

/* The step that was done last; who is called up is called up with the step of his birth. */
static long last_step(const struct playhead *playhead)
{
    long i = playhead->timeline->n_read - 1;
    while (i > 0 && journal_at(playhead->journal, i).kind == ENTRY_LEARNER) {
        i--;
    }
    return journal_at(playhead->journal, i).step;
}

/* Of parameters, switches and stage, as they are by now. */
static double rate_of(const struct learner_state *state, int stage)
{
    struct learning learning = {.params = &state->params, .stage = stage};
    double rate = state->params.value[PARAM_LR];
    for (int i = 0; i < strategy_count(); i++) {
        if (state->strategies[i].is_on && strategy_at(i)->rate) {
            rate *= strategy_at(i)->rate(NULL, &learning);
        }
    }
    return rate;
}

/* Visits that have begun since the snapshot: those of the plan move it on, detours do not. */
static void follow_plan(const struct timeline *timeline, struct snapshot *snapshot)
{
    for (int v = snapshot->stage + 1; v < timeline->n_stages; v++) {
        bool is_planned = timeline->stages[v].task == snapshot->planned % timeline->n_tasks;
        snapshot->planned += is_planned;
    }
}

static void place(const struct playhead *playhead, int64_t taken, struct snapshot *snapshot)
{
    const struct timeline *timeline = playhead->timeline;
    const struct stage *stage = &timeline->stages[timeline->n_stages - 1];
    long last = last_step(playhead);
    bool is_same = snapshot->stage == timeline->n_stages - 1 && snapshot->step >= stage->begin &&
                   taken <= playhead->t;
    if (!is_same) {
        snapshot->stage = timeline->n_stages - 1;
        snapshot->task = stage->task;
        snapshot->step = last > stage->begin ? last : stage->begin;
    } else if (last > snapshot->step) {
        snapshot->step = last;
    }
    snapshot->stage_step = snapshot->step - stage->begin;
    if (snapshot->stage_steps < snapshot->stage_step) {
        snapshot->stage_steps = snapshot->stage_step;
    }
}

void playhead_bring(const struct playhead *playhead, int64_t taken, struct snapshot *snapshot)
{
    const struct timeline *timeline = playhead->timeline;
    snapshot->samples_per_second = playhead->is_paused ? 0 : snapshot->samples_per_second;
    if (taken > playhead->t) { /* of a time after it ... */
        snapshot->planned = timeline->n_stages;
    } else {
        follow_plan(timeline, snapshot);
    }
    if (taken > playhead->t + FAR_NS) { /* ... what it measured is not known of then */
        snapshot->samples_per_second = 0;
        snapshot->map.rows = 0;
    }
    catch_up(playhead, taken, snapshot);
    if (timeline->n_stages == 0 || timeline->n_read == 0) {
        snapshot->step = snapshot->stage_step = 0;
        snapshot->stage = 0;
    } else {
        place(playhead, taken, snapshot);
    }
    snapshot->state = timeline->is_ended             ? LAB_ENDED
                      : snapshot->state == LAB_ENDED ? LAB_TRAINING
                                                     : snapshot->state;
    for (int i = 0; i < snapshot->n_learners; i++) {
        snapshot->learners[i].rate = rate_of(&snapshot->learners[i], snapshot->stage);
    }
}
