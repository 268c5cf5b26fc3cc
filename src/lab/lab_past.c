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

void lab_forget_past(struct lab *lab)
{
    seat_destroy(lab->past.seat);
    lab->past = (struct past){0};
}

/* The learner in `seat` as it was at that checkpoint, or whom it comes from; borrowed until the
 * next call.  NULL if it is not there, or memory is short. */
static struct seat *seat_then(struct lab *lab, const struct checkpoint *checkpoint,
                              const struct seat *seat)
{
    struct past *past = &lab->past;
    const struct record *record = history_record(&lab->now.history, checkpoint, seat->facts.id);
    if (!record) {
        return NULL;
    }
    if (past->seat && past->checkpoint == checkpoint->number &&
        past->seat->facts.id == record->facts.id) {
        return past->seat;
    }
    if (past->seat && past->seat->facts.id != record->facts.id) {
        lab_forget_past(lab);
    }
    if (!past->seat) {
        past->seat = run_make_seat(lab->now.run, &record->facts, &record->config, NULL);
    }
    if (!past->seat || !seat_load(past->seat, record->bytes, record->size)) {
        lab_forget_past(lab);
        return NULL;
    }
    past->checkpoint = checkpoint->number;
    return past->seat;
}

const real *lab_weights_shown(struct lab *lab, struct seat *seat, int task)
{
    const struct shown shown = lab_shown(lab);
    struct seat *of = shown.is_now       ? seat
                      : shown.checkpoint ? seat_then(lab, shown.checkpoint, seat)
                                         : NULL;
    return of ? seat_answering(of, task) : NULL;
}
