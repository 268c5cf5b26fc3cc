/* SPDX-License-Identifier: MIT
 * Whose weights of which moment are shown.  Of a moment that is past the checkpoint is read into a
 * learner of its own, which answers as that one did then: with the adapters it had, plugged in or
 * not. */
#include <stddef.h>

#include "lab/lab_stages.h"

const struct moment *lab_moment_shown(const struct lab *lab)
{
    long step = lab->request.step;
    bool is_now = step == MAP_STEP_NOW || step >= lab->at.step || !lab->history.is_kept;
    int i = is_now ? -1 : lab_history_find(lab, step);
    return i < 0 ? NULL : &lab->history.moments[i];
}

void lab_forget_past(struct lab *lab)
{
    seat_destroy(lab->past.seat);
    lab->past = (struct past){0};
}

struct seat *lab_seat_then(struct lab *lab, const struct moment *moment, const struct seat *seat)
{
    struct past *past = &lab->past;
    const struct record *record = lab_history_record(lab, moment, seat->facts.id);
    if (!record) {
        return NULL;
    }
    if (past->seat && past->moment == moment->number && past->seat->facts.id == record->facts.id) {
        return past->seat;
    }
    if (past->seat && past->seat->facts.id != record->facts.id) {
        lab_forget_past(lab);
    }
    if (!past->seat) {
        past->seat = seat_create(&record->facts, &record->config, lab->suite, lab->batches,
                                 lab->config.seed, NULL);
    }
    if (!past->seat || !seat_load(past->seat, record->bytes, record->size)) {
        lab_forget_past(lab);
        return NULL;
    }
    past->moment = moment->number;
    return past->seat;
}

const real *lab_weights_shown(struct lab *lab, struct seat *seat, int task)
{
    bool is_now = lab->request.step == MAP_STEP_NOW || lab->request.step >= lab->at.step;
    const struct moment *moment = lab_moment_shown(lab);
    struct seat *shown = is_now ? seat : moment ? lab_seat_then(lab, moment, seat) : NULL;
    return shown ? seat_answering(shown, task) : NULL;
}
