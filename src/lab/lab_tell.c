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

/* About a learner, in that stage after so many steps. */
static void tell(struct lab *lab, enum entry_kind kind, const struct seat *seat, int stage,
                 long step, int task, double value)
{
    journal_add(lab->journal, (struct entry){.kind = kind,
                                             .learner = seat->facts.id,
                                             .stage = stage,
                                             .task = task,
                                             .step = step,
                                             .value = value});
}

void lab_tell_baseline(struct lab *lab, const struct run *run, const struct seat *seat)
{
    for (int t = 0; t < suite_n_tasks(run->suite); t++) {
        tell(lab, ENTRY_BASELINE, seat, 0, 0, t, seat->look.row[t].of[PROBE_ACCURACY]);
    }
}

/* What there is to say of task or part number `i`. */
static void tell_measures(struct lab *lab, const struct run *run, const struct seat *seat,
                          const struct measures *measures, int i, bool is_row)
{
    for (int p = 0; p < PROBE_COUNT; p++) {
        if (!isnan(measures->of[p]) && (!is_row || probe_at((enum probe_id)p)->is_in_rows)) {
            journal_add(lab->journal, (struct entry){.kind = ENTRY_MEASURE,
                                                     .probe = (enum probe_id)p,
                                                     .learner = seat->facts.id,
                                                     .stage = run->done.stage,
                                                     .task = i,
                                                     .step = run->at.step,
                                                     .value = measures->of[p]});
        }
    }
}

static void tell_look(struct lab *lab, const struct run *run, const struct seat *seat)
{
    const struct segment *segment = &run->done;
    const struct look *look = &seat->look;
    tell_measures(lab, run, seat, &look->learner, 0, false);
    for (int i = 0; i < segment->n_tasks; i++) {
        tell_measures(lab, run, seat, &look->tasks[i], segment->tasks[i], false);
    }
    for (int t = 0; segment->is_of_all && t < suite_n_tasks(run->suite); t++) {
        if (run->schedule.is_seen[t]) {
            tell_measures(lab, run, seat, &look->row[t], t, false);
        }
    }
    for (int l = 0; l < learner_network(seat->learner)->n_parts; l++) {
        tell_measures(lab, run, seat, &look->parts[l], l, false);
    }
    for (int t = 0; segment->is_end && t < suite_n_tasks(run->suite); t++) {
        tell(lab, ENTRY_MATRIX, seat, segment->stage, run->at.step, t,
             look->row[t].of[PROBE_ACCURACY]);
        tell_measures(lab, run, seat, &look->row[t], t, true);
    }
}

/* In the order of steps: so the journal does not show how the work was cut up. */
static void tell_in_order(struct lab *lab, const struct run *run)
{
    const struct segment *segment = &run->done;
    for (int done = 0; done <= segment->n_steps; done++) {
        for (int i = 0; i < run->n_seats; i++) {
            const struct seat *seat = run->seats[i];
            if (seat->has_diverged_now && seat->n_done == done) {
                tell(lab, ENTRY_DIVERGED, seat, segment->stage, seat->facts.diverged_step,
                     segment->task, learner_rate(seat->learner));
            }
        }
    }
}

void lab_tell_divergences(struct lab *lab, const struct run *run)
{
    bool has_diverged = false;
    for (int i = 0; i < run->n_seats; i++) {
        has_diverged |= run->seats[i]->has_diverged_now;
    }
    if (has_diverged) {
        tell_in_order(lab, run);
    }
}

void lab_tell_segment(struct lab *lab, const struct run *run)
{
    lab_tell_divergences(lab, run);
    for (int i = 0; i < run->n_seats && run->done.has_look; i++) {
        if (!run->seats[i]->facts.has_diverged) {
            tell_look(lab, run, run->seats[i]);
        }
    }
}
