/* SPDX-License-Identifier: MIT
 * What the lab writes into the journal: of the run in place, and of one that catches up with it
 * what concerns its learners. */
#include <math.h>

#include "lab/lab_inside.h"

void lab_add_entry(struct lab *lab, enum entry_kind kind, int learner, int task, double value,
                   const char *text)
{
    const struct position *at = &lab->now.run->at;
    journal_add(lab->journal, (struct entry){.kind = kind,
                                             .learner = learner,
                                             .stage = at->stage,
                                             .task = task,
                                             .step = at->step,
                                             .value = value,
                                             .text = text});
}

void lab_call_up(struct lab *lab, const struct seat *seat)
{
    journal_add(lab->journal, (struct entry){.kind = ENTRY_LEARNER,
                                             .learner = seat->facts.id,
                                             .stage = lab->now.run->at.stage,
                                             .task = seat->facts.parent,
                                             .step = seat->facts.born,
                                             .text = seat->facts.name});
}

/* About a learner that is measured, after so many steps. */
static void add_measure(struct lab *lab, enum entry_kind kind, const struct stretch *stretch,
                        long step, const struct seat *seat, int task, double value)
{
    journal_add(lab->journal, (struct entry){.kind = kind,
                                             .learner = seat->facts.id,
                                             .stage = stretch->stage,
                                             .task = task,
                                             .step = step,
                                             .value = value});
}

void lab_tell_baseline(struct lab *lab, const struct run *run, const struct seat *seat)
{
    const struct stretch first = {0};
    for (int t = 0; t < suite_n_tasks(run->suite); t++) {
        add_measure(lab, ENTRY_BASELINE, &first, 0, seat, t, seat->look.row[t].accuracy);
    }
}

/* Of data that is text. */
static void add_bits(struct lab *lab, const struct run *run, const struct seat *seat, int task,
                     double bits)
{
    if (!isnan(bits)) {
        add_measure(lab, ENTRY_BITS, &run->done, run->at.step, seat, task, bits);
    }
}

static void tell_look(struct lab *lab, const struct run *run, const struct seat *seat)
{
    const struct stretch *stretch = &run->done;
    long step = run->at.step;
    add_measure(lab, ENTRY_LOSS, stretch, step, seat, 0, seat->facts.loss);
    for (int i = 0; i < stretch->n_tasks; i++) {
        add_measure(lab, ENTRY_ACCURACY, stretch, step, seat, stretch->tasks[i],
                    seat->look.score[i].accuracy);
        add_bits(lab, run, seat, stretch->tasks[i], seat->look.score[i].bits);
    }
    for (int t = 0; stretch->is_of_all && t < suite_n_tasks(run->suite); t++) {
        if (run->schedule.is_seen[t]) {
            add_measure(lab, ENTRY_ACCURACY, stretch, step, seat, t, seat->look.row[t].accuracy);
            add_bits(lab, run, seat, t, seat->look.row[t].bits);
        }
    }
    for (int l = 0; l < learner_network(seat->learner)->n_parts; l++) {
        add_measure(lab, ENTRY_DRIFT, stretch, step, seat, l, seat->look.drift[l]);
    }
    for (int t = 0; stretch->is_end && t < suite_n_tasks(run->suite); t++) {
        add_measure(lab, ENTRY_MATRIX, stretch, step, seat, t, seat->look.row[t].accuracy);
        add_bits(lab, run, seat, t, seat->look.row[t].bits);
    }
}

/* Who has diverged, in the order of steps, before what was found at the end of the stretch: so the
 * journal does not show how the work was cut up. */
static void tell_divergences(struct lab *lab, const struct run *run)
{
    const struct stretch *stretch = &run->done;
    for (int done = 0; done <= stretch->n_steps; done++) {
        for (int i = 0; i < run->n_seats; i++) {
            const struct seat *seat = run->seats[i];
            if (seat->has_diverged_now && seat->n_done == done) {
                add_measure(lab, ENTRY_DIVERGED, stretch, seat->facts.diverged_step, seat,
                            stretch->task, learner_rate(seat->learner));
            }
        }
    }
}

void lab_tell_stretch(struct lab *lab, const struct run *run)
{
    bool has_diverged = false;
    for (int i = 0; i < run->n_seats; i++) {
        has_diverged |= run->seats[i]->has_diverged_now;
    }
    if (has_diverged) {
        tell_divergences(lab, run);
    }
    for (int i = 0; i < run->n_seats && run->done.has_look; i++) {
        if (!run->seats[i]->facts.has_diverged) {
            tell_look(lab, run, run->seats[i]);
        }
    }
}
