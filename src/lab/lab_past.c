/* SPDX-License-Identifier: MIT
 * Whose weights of which checkpoint are shown.  Of a moment that is past the checkpoint is read
 * into a learner of its own, which answers as that one did then: with the adapters it had, plugged
 * in or not. */
#include <stddef.h>

#include "lab/lab_inside.h"

const struct checkpoint *lab_checkpoint_shown(const struct lab *lab)
{
    long step = lab->request.step;
    bool is_now =
        step == MAP_STEP_NOW || step >= lab->now.run->at.step || !lab->now.history.is_kept;
    int i = is_now ? -1 : history_find(&lab->now.history, step);
    return i < 0 ? NULL : &lab->now.history.checkpoints[i];
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
    bool is_now = lab->request.step == MAP_STEP_NOW || lab->request.step >= lab->now.run->at.step;
    const struct checkpoint *checkpoint = lab_checkpoint_shown(lab);
    struct seat *shown = is_now ? seat : checkpoint ? seat_then(lab, checkpoint, seat) : NULL;
    return shown ? seat_answering(shown, task) : NULL;
}
