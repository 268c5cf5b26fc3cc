/* SPDX-License-Identifier: MIT
 * Whose weights of which checkpoint are shown.  Of a moment that is past the checkpoint is read
 * into a learner of its own, which answers as that one did then: with the adapters it had, plugged
 * in or not. */
#include <stddef.h>

#include "lab/lab_inside.h"

struct shown lab_shown(const struct lab *lab)
{
    const struct position *at = &lab->now.run->at;
    const struct history *history = &lab->now.history;
    long step = lab->request.step;
    struct shown shown = {.is_now = step == MAP_STEP_NOW || step >= at->step || !history->is_kept,
                          .step = MAP_STEP_NOW,
                          .task = at->task};
    int i = shown.is_now ? -1 : history_find(history, step);
    if (i >= 0) {
        shown.checkpoint = &history->checkpoints[i];
        shown.step = shown.checkpoint->at.step;
        shown.task = shown.checkpoint->at.task;
    }
    return shown;
}

long lab_step_shown(const struct lab *lab)
{
    const struct shown shown = lab_shown(lab);
    return shown.is_now ? lab->now.run->at.step : shown.checkpoint ? shown.step : lab->request.step;
}

void lab_forget_past(struct lab *lab)
{
    member_destroy(lab->past.member);
    lab->past = (struct past){0};
}

struct member *lab_member_then(struct lab *lab, const struct checkpoint *checkpoint,
                               const struct member *member)
{
    struct past *past = &lab->past;
    const struct record *record = history_record(&lab->now.history, checkpoint, member->facts.id);
    if (!record) {
        return NULL;
    }
    if (past->member && past->checkpoint == checkpoint->number &&
        past->member->facts.id == record->facts.id) {
        return past->member;
    }
    if (past->member && past->member->facts.id != record->facts.id) {
        lab_forget_past(lab);
    }
    if (!past->member) {
        past->member = run_make_member(lab->now.run, &record->facts, &record->config, NULL);
    }
    if (!past->member || !member_load(past->member, record->bytes, record->size)) {
        lab_forget_past(lab);
        return NULL;
    }
    past->checkpoint = checkpoint->number;
    return past->member;
}

struct member *lab_member_shown(struct lab *lab, struct member *member)
{
    const struct shown shown = lab_shown(lab);
    return shown.is_now       ? member
           : shown.checkpoint ? lab_member_then(lab, shown.checkpoint, member)
                              : NULL;
}

const real *lab_weights_shown(struct lab *lab, struct member *member, int task)
{
    struct member *of = lab_member_shown(lab, member);
    return of ? member_answering(of, task) : NULL;
}
